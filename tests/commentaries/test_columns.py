"""One language of a whole issue marked ready, or sent to review, at once."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commentaries import publishing, roles
from commentaries.models import Commentary, Issue, Section, StaffMail, Translation
from tests.commentaries.desk import desk, save
from tests.factories import make_commentary, make_forecast, make_issue, make_section, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return desk(make_user("editor", roles.EDITOR))


@pytest.fixture
def issue() -> Issue:
    return make_issue(public=False)


def column(issue: Issue, language: str = "en") -> str:
    return reverse("admin:commentaries_issue_column", args=[issue.pk, language])


def cockpit_of(issue: Issue) -> str:
    return reverse("admin:commentaries_issue_change", args=[issue.pk])


def written(issue: Issue, section: str, **fields: Any) -> Commentary:
    filled: dict[str, Any] = {"public": False, "state": "draft", **fields}
    return make_commentary(issue, make_section(section), **filled)


def state_of(commentary: Commentary, language: str = "en") -> str:
    return Translation.objects.get(commentary=commentary, language=language).state


def mark(client: Client, issue: Issue, *commentaries: Commentary, language: str = "en") -> Any:
    return client.post(column(issue, language), {"commentary": [row.pk for row in commentaries]}, follow=True)


def test_a_column_is_listed_first_and_then_marked_ready_with_who_and_when(editor: Client, issue: Issue) -> None:
    rows = [written(issue, "economy"), written(issue, "security", state="in_review")]
    assert column(issue) in editor.get(cockpit_of(issue)).content.decode()
    page = editor.get(column(issue)).content.decode()
    assert page.count('name="commentary"') == page.count(" checked>") == 2
    assert [state_of(row) for row in rows] == ["draft", "in_review"]
    response = mark(editor, issue, *rows)
    assert "Marked ready (English): Section economy, Section security." in response.content.decode()
    for row in rows:
        found = Translation.objects.get(commentary=row, language="en")
        assert (found.state, found.marked_ready_by.username) == ("ready", "editor")
        assert found.marked_ready_at
        assert state_of(row, "ru") != "ready"


def test_only_what_was_chosen_is_marked(editor: Client, issue: Issue) -> None:
    chosen, other = written(issue, "economy"), written(issue, "security")
    mark(editor, issue, chosen)
    assert (state_of(chosen), state_of(other)) == ("ready", "draft")
    assert "You chose nothing" in mark(editor, issue).content.decode()


def test_a_language_without_a_text_cannot_be_marked_and_the_page_says_why(editor: Client, issue: Issue) -> None:
    missing = written(issue, "security", languages=("be",))
    written(issue, "economy")
    page = editor.get(column(issue)).content.decode()
    assert "There is no text in this language." in page
    assert '?tab=en#id_title_en">Section security</a>' in page
    assert "Not marked ready: Section security." in mark(editor, issue, missing).content.decode()
    assert not Translation.objects.filter(commentary=missing, language="en", state="ready").exists()


def test_an_outdated_text_is_offered_but_not_chosen(editor: Client, issue: Issue) -> None:
    written(issue, "economy", state="outdated")
    page = editor.get(column(issue)).content.decode()
    assert 'name="commentary"' in page
    assert " checked>" not in page


def test_what_would_block_a_public_commentary_is_not_marked(editor: Client) -> None:
    commentary = make_commentary(languages=("be", "en"))
    make_forecast(commentary, statement_en="")
    Translation.objects.filter(language="en").update(state="draft")
    page = editor.get(column(commentary.issue)).content.decode()
    assert "Its forecast 1 is not worded in English." in page
    mark(editor, commentary.issue, commentary)
    assert state_of(commentary) == "draft"


def test_a_language_marked_ready_in_a_public_issue_is_public_at_once(editor: Client) -> None:
    commentary = make_commentary(languages=("be", "en"))
    Translation.objects.filter(language="en").update(state="in_review")
    mark(editor, commentary.issue, commentary)
    assert commentary.public_languages() == ["be", "en"]


def test_a_language_that_comes_back_changed_to_readers_is_marked_in_its_form_with_a_note(editor: Client) -> None:
    commentary = make_commentary(make_issue(), make_section("economy"))
    form = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    assert save(editor, form, "commentary", state_en="draft", title_en="Another").status_code == 302
    assert "Readers had another text in this language." in editor.get(column(commentary.issue)).content.decode()
    mark(editor, commentary.issue, commentary)
    assert state_of(commentary) == "draft"


def test_what_is_in_another_issue_is_not_touched(editor: Client, issue: Issue) -> None:
    written(issue, "economy")
    other = written(make_issue(issue.week_start.replace(year=2021), public=False), "security")
    mark(editor, issue, other)
    assert state_of(other) == "draft"


def test_a_withdrawn_commentary_is_left_as_it_is(editor: Client) -> None:
    commentary = make_commentary(state="in_review")
    publishing.withdraw(commentary, {"en": "A wrong figure."})
    mark(editor, commentary.issue, commentary)
    assert state_of(commentary) == "in_review"


def test_a_translator_marks_their_own_languages_only(issue: Issue) -> None:
    commentary = written(issue, "economy")
    translator = desk(make_user("translator", roles.TRANSLATOR, languages=["en"]))
    page = translator.get(cockpit_of(issue)).content.decode()
    assert column(issue, "en") in page
    assert column(issue, "ru") not in page
    for response in (translator.get(column(issue, "ru")), mark(translator, issue, commentary, language="ru")):
        assert response.status_code == 403
    mark(translator, issue, commentary)
    assert (state_of(commentary, "en"), state_of(commentary, "ru")) == ("ready", "draft")


def test_an_analyst_sends_the_drafts_of_their_own_sections_to_review_and_asks_for_it_by_mail(issue: Issue) -> None:
    own, other = written(issue, "own", languages=("be",)), written(issue, "other", languages=("be",))
    account = make_user("analyst", roles.ANALYST)
    account.sections.add(Section.objects.get(slug="own"))
    make_user("editor", roles.EDITOR)
    analyst = desk(account)
    assert "Send to review" in analyst.get(column(issue, "be")).content.decode()
    mark(analyst, issue, own, other, language="be")
    assert (state_of(own, "be"), state_of(other, "be")) == ("in_review", "draft")
    assert Translation.objects.get(commentary=own, language="be").sent_to_review_by == account
    assert StaffMail.objects.filter(commentary=own, kind="review", language="be").exists()


def test_nobody_else_reaches_it(issue: Issue) -> None:
    manager = desk(make_user("manager", roles.NEWSLETTER_MANAGER))
    assert manager.get(column(issue)).status_code == 403
    assert manager.post(column(issue)).status_code == 403
    assert Client().get(column(issue)).status_code == 302


@pytest.mark.parametrize("address", ["999/languages/en/", "{pk}/languages/xx/", f"{10**30}/languages/en/"])
def test_what_is_not_there_is_not_found(editor: Client, issue: Issue, address: str) -> None:
    url = "/admin/commentaries/issue/" + address.format(pk=issue.pk)
    assert editor.get(url).status_code == 404
    assert editor.post(url, {"commentary": ["x"]}).status_code == 404


@pytest.mark.parametrize("sent", ["", "abc", "99999999999999999999", "\0"])
def test_odd_choices_change_nothing(editor: Client, issue: Issue, sent: str) -> None:
    commentary = written(issue, "economy")
    assert editor.post(column(issue), {"commentary": sent}).status_code == 302
    assert state_of(commentary) == "draft"
