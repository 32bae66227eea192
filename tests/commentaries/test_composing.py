"""The sections of an issue at the desk: opened for a new issue, added and left out with one button, and by whom."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commentaries import roles
from commentaries.models import Byline, Comment, Commentary, Issue, Section
from commentaries.publishing.composing import open_commentary
from tests.commentaries.desk import desk, errors, save
from tests.factories import make_analyst, make_commentary, make_forecast, make_issue, make_picture, make_section
from tests.factories import make_user as user

pytestmark = pytest.mark.django_db
ADD = "/admin/commentaries/issue/add/"


@pytest.fixture
def editor() -> Client:
    return desk(user("editor", roles.EDITOR, languages=["ru"]))


def cockpit_of(issue: Issue) -> str:
    return reverse("admin:commentaries_issue_change", args=[issue.pk])


def adding(issue: Issue, section: Section) -> str:
    return reverse("admin:commentaries_issue_add_section", args=[issue.pk, section.pk])


def leaving_out(commentary: Commentary) -> str:
    return reverse("admin:commentaries_issue_leave_out", args=[commentary.issue_id, commentary.pk])


def empty(section: str = "economy") -> Commentary:
    return open_commentary(make_issue(public=False), make_section(section), "be")


# --- A new issue ---


def test_a_new_issue_opens_every_section_that_is_written_for_and_lands_on_its_cockpit(editor: Client) -> None:
    active = {make_section("economy").pk, make_section("security").pk}
    make_section("retired", retired_at=timezone.now())
    response = save(editor, ADD, "issue")
    issue = Issue.objects.get()
    assert response.headers["Location"] == cockpit_of(issue)
    assert {row.section_id for row in issue.commentaries.all()} == active
    assert {row.source_language for row in issue.commentaries.all()} == {"ru"}


def test_an_editor_without_a_language_of_work_begins_in_the_sites_first() -> None:
    make_section()
    save(desk(user("editor", roles.EDITOR)), ADD, "issue")
    assert Commentary.objects.get().source_language == "be"


def test_an_issue_that_is_refused_opens_nothing(editor: Client) -> None:
    make_section()
    taken = make_issue()
    days = {"week_start": f"{taken.week_start}", "week_end": f"{taken.week_end}"}
    assert errors(save(editor, ADD, "issue", **days))
    assert not Commentary.objects.exists()


def test_saving_an_issue_again_opens_nothing_that_was_left_out(editor: Client) -> None:
    make_section()
    issue = make_issue(public=False)
    assert save(editor, cockpit_of(issue), "issue").status_code == 302
    assert not Commentary.objects.exists()


def test_an_issue_killed_while_its_sections_are_opened_is_not_there(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_section("first")
    make_section("second")

    def killed(*_args: object, **_fields: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("commentaries.publishing.composing.open_commentary", killed)
    with pytest.raises(KeyboardInterrupt):
        save(editor, ADD, "issue")
    assert not Issue.objects.exists()


# --- One section more ---


def test_a_missing_section_is_added_with_one_click_and_opened(editor: Client) -> None:
    issue, section = make_issue(public=False), make_section()
    assert f'action="{adding(issue, section)}"' in editor.get(cockpit_of(issue)).content.decode()
    response = editor.post(adding(issue, section))
    commentary = Commentary.objects.get()
    form = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    assert response.headers["Location"] == f"{form}?tab=ru#id_title_ru"


def test_adding_a_section_is_a_post(editor: Client) -> None:
    assert editor.get(adding(make_issue(public=False), make_section())).status_code == 405
    assert not Commentary.objects.exists()


def test_a_second_click_opens_the_commentary_that_is_there(editor: Client) -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    assert editor.post(adding(commentary.issue, commentary.section)).status_code == 302
    assert Commentary.objects.get() == commentary


def test_an_analyst_opens_their_own_sections_only_and_signs_them() -> None:
    issue, own, other = make_issue(public=False), make_section("own"), make_section("other")
    account = user("analyst", roles.ANALYST)
    account.sections.add(own)
    byline = make_analyst(user=account)
    analyst = desk(account)
    page = analyst.get(cockpit_of(issue)).content.decode()
    assert adding(issue, own) in page
    assert adding(issue, other) not in page
    assert analyst.post(adding(issue, other)).status_code == 403
    assert analyst.post(adding(issue, own)).status_code == 302
    assert Byline.objects.get().analyst == byline


def test_a_translator_opens_nothing() -> None:
    translator = desk(user("translator", roles.TRANSLATOR, languages=["en"]))
    assert translator.post(adding(make_issue(public=False), make_section())).status_code == 403
    assert not Commentary.objects.exists()


def test_a_retired_section_or_an_issue_that_is_not_there_is_not_found(editor: Client) -> None:
    issue, retired = make_issue(public=False), make_section(retired_at=timezone.now())
    assert editor.post(adding(issue, retired)).status_code == 404
    assert editor.post(f"/admin/commentaries/issue/999/sections/{retired.pk}/").status_code == 404
    assert editor.post(f"/admin/commentaries/issue/{10**30}/sections/{10**30}/").status_code == 404


# --- One section less ---


def test_leaving_an_empty_section_out_asks_first(editor: Client) -> None:
    commentary = empty()
    assert leaving_out(commentary) in editor.get(cockpit_of(commentary.issue)).content.decode()
    assert "Leave “Section economy” out" in editor.get(leaving_out(commentary)).content.decode()
    assert Commentary.objects.exists()
    assert editor.post(leaving_out(commentary)).headers["Location"] == cockpit_of(commentary.issue)
    assert not Commentary.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"title_en": "A headline"}, {"body_ru": "<p>Текст</p>"}, {"trend": "improved"}, {"lead_be": "Увод"}]
)
def test_a_commentary_in_which_something_is_written_is_never_left_out(editor: Client, fields: dict[str, str]) -> None:
    commentary = empty()
    Commentary.objects.filter(pk=commentary.pk).update(**fields)
    assert leaving_out(commentary) not in editor.get(cockpit_of(commentary.issue)).content.decode()
    for response in (
        editor.get(leaving_out(commentary), follow=True),
        editor.post(leaving_out(commentary), follow=True),
    ):
        assert "is not empty: something is written there. It stays." in response.content.decode()
    assert Commentary.objects.exists()


def test_a_forecast_a_picture_or_a_comment_keeps_a_commentary_too(editor: Client) -> None:
    forecast, picture, comment = empty("forecast"), None, None
    make_forecast(forecast)
    picture = open_commentary(forecast.issue, make_section("picture"), "be")
    Commentary.objects.filter(pk=picture.pk).update(picture=make_picture())
    comment = open_commentary(forecast.issue, make_section("comment"), "be")
    Comment.objects.create(commentary=comment, text="Who writes this?")
    for commentary in (forecast, picture, comment):
        editor.post(leaving_out(commentary))
    assert Commentary.objects.count() == 3


def test_what_is_scheduled_is_not_left_out(editor: Client) -> None:
    commentary = empty()
    Commentary.objects.update(published_at=timezone.now())
    editor.post(leaving_out(commentary))
    assert Commentary.objects.exists()


@pytest.mark.parametrize("role", [roles.ANALYST, roles.TRANSLATOR])
def test_only_who_may_delete_leaves_a_section_out(role: str) -> None:
    commentary = empty()
    account = user("someone", role, languages=["be", "ru", "en"])
    account.sections.add(commentary.section)
    client = desk(account)
    assert leaving_out(commentary) not in client.get(cockpit_of(commentary.issue)).content.decode()
    assert client.get(leaving_out(commentary)).status_code == 403
    assert client.post(leaving_out(commentary)).status_code == 403
    assert Commentary.objects.exists()
