"""An issue's cockpit: the grid, what blocks each commentary, what is worth a look, and how little it asks."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from commentaries import publishing, roles, translations
from commentaries.models import Comment, Commentary, Issue, Translation
from commentaries.publishing.blockers import commentary_blockers
from tests.commentaries.desk import desk, open_form, save
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_picture,
    make_section,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return desk(make_user("editor", roles.EDITOR, first_name="Vera"))


def cockpit_of(issue: Issue) -> str:
    return reverse("admin:commentaries_issue_change", args=[issue.pk])


def form_of(commentary: Commentary) -> str:
    return reverse("admin:commentaries_commentary_change", args=[commentary.pk])


def deed(row: Issue | Commentary, name: str) -> str:
    return reverse(f"admin:commentaries_{row._meta.model_name}_{name}", args=[row.pk])


def grid(client: Client, address: str) -> str:
    """The grid as text, one space between words."""
    page = client.get(address).content.decode()
    table = page[page.index('<table role="table">') : page.index("</table>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", table))


def draft(section: str = "economy", **fields: object) -> Commentary:
    issue = fields.pop("issue", None) or make_issue(public=False)
    return make_commentary(issue, make_section(section), public=False, **fields)  # type: ignore[arg-type]


def test_a_row_says_author_trend_and_each_language_with_who_and_when(editor: Client) -> None:
    commentary = draft(state="draft", languages=("be", "ru"))
    sign(commentary, make_analyst("krey"))
    translations.mark_ready(commentary, "be", make_user("olga", roles.EDITOR, first_name="Olga", last_name="Rys"))
    shown = grid(editor, cockpit_of(commentary.issue))
    for words in ("Section economy", "Analyst krey", "■ The situation has not changed", "ready", "Olga Rys", "missing"):
        assert words in shown
    assert "draft" in shown


def test_a_cell_leads_to_the_tab_of_its_language(editor: Client) -> None:
    commentary = draft()
    page = editor.get(cockpit_of(commentary.issue)).content.decode()
    for language in ("be", "ru", "en"):
        assert f'href="{form_of(commentary)}?tab={language}#id_title_{language}"' in page


def test_the_grid_is_a_table_for_those_who_do_not_see_it(editor: Client) -> None:
    page = editor.get(cockpit_of(draft().issue)).content.decode()
    assert page.count('scope="col" role="columnheader"') == 6
    assert 'scope="row" role="rowheader"' in page
    assert "<caption>" in page


def test_a_blocker_stands_in_its_row_and_leads_to_its_place(editor: Client) -> None:
    commentary = draft(trend="")
    page = editor.get(cockpit_of(commentary.issue)).content.decode()
    assert f'<a href="{form_of(commentary)}#id_trend">It has no trend.</a>' in page


def test_every_blocker_leads_to_a_place_that_is_in_the_form(editor: Client) -> None:
    picture = make_picture(credit="", alt_be="", alt_ru="", alt_en="")
    broken = draft(trend="", title_ru="", body_en="", picture=picture)
    make_forecast(broken, statement_en="")
    silent = draft("security", issue=broken.issue, state="draft")
    for commentary in (broken, silent):
        found = commentary_blockers(Commentary.objects.with_texts().get(pk=commentary.pk))
        assert found
        page = editor.get(form_of(commentary)).content.decode()
        for blocker in found:
            place = blocker.place.partition("#")[2]
            assert f'id="{place}"' in page, blocker


def test_what_is_worth_a_look_is_counted_and_leads_to_its_place(editor: Client) -> None:
    commentary = draft(body_ru='<p>Смотрите <a href="http://example.org/">здесь</a>.</p>')
    Comment.objects.create(commentary=commentary, text="Check the numbers.")
    page = editor.get(cockpit_of(commentary.issue)).content.decode()
    assert "things worth a look" in page
    assert f"{form_of(commentary)}#comments" in page
    assert f"{form_of(commentary)}?tab=ru#id_body_ru" in page


def test_what_is_worth_a_look_stands_on_the_page_that_publishes_and_never_blocks(editor: Client) -> None:
    commentary = draft(languages=("be",))
    page = editor.get(deed(commentary.issue, "publish")).content.decode()
    assert "Worth a look" in page
    assert "Russian: There is no text in this language." in page
    assert f"{form_of(commentary)}?tab=ru#id_title_ru" in page
    editor.post(deed(commentary.issue, "publish"))
    assert Issue.objects.get().is_published


def test_the_cockpit_counts_what_can_be_published(editor: Client) -> None:
    issue = draft().issue
    draft("security", issue=issue, trend="")
    assert "Can be published: 1 of 2" in editor.get(cockpit_of(issue)).content.decode()


def test_what_readers_have_is_not_said_to_be_blocked(editor: Client) -> None:
    commentary = make_commentary(trend="")
    assert "It has no trend." not in editor.get(cockpit_of(commentary.issue)).content.decode()


# --- Late commentaries ---


def test_a_late_commentary_joins_though_another_late_one_is_not_ready(editor: Client) -> None:
    issue = make_commentary().issue
    ready = draft("ready", issue=issue)
    unready = draft("unready", issue=issue, state="draft")
    page = editor.get(deed(issue, "publish_late")).content.decode()
    assert "These stay drafts until this is mended:" in page
    assert "Section unready: no language of it is marked ready." in page
    assert "Section ready: " in page
    editor.post(deed(issue, "publish_late"))
    ready.refresh_from_db()
    unready.refresh_from_db()
    assert (ready.is_published, unready.is_draft) == (True, True)


def test_if_no_late_commentary_is_ready_nothing_is_published_and_the_page_says_why(editor: Client) -> None:
    issue = make_commentary().issue
    draft("unready", issue=issue, trend="")
    response = editor.post(deed(issue, "publish_late"))
    assert "Section unready: it has no trend." in response.content.decode()
    assert Commentary.objects.published().count() == 1


def test_one_late_commentary_is_published_from_its_row_and_its_form(editor: Client) -> None:
    issue = make_commentary().issue
    first, second = draft("first", issue=issue), draft("second", issue=issue)
    assert deed(first, "publish") in editor.get(cockpit_of(issue)).content.decode()
    assert "Publish this late commentary" in editor.get(form_of(first)).content.decode()
    assert editor.get(deed(first, "publish")).status_code == 200
    assert Commentary.objects.published().count() == 1
    editor.post(deed(first, "publish"))
    assert first in Commentary.objects.published()
    assert second not in Commentary.objects.published()


def test_a_commentary_late_for_a_scheduled_issue_waits_for_it(editor: Client) -> None:
    issue = publishing.publish(draft().issue, at=timezone.now() + timedelta(days=1))
    late = draft("late", issue=issue)
    editor.post(deed(late, "publish"))
    late.refresh_from_db()
    assert late.published_at == issue.published_at


def test_a_commentary_of_a_draft_issue_is_not_published_alone(editor: Client) -> None:
    commentary = draft()
    page = editor.post(deed(commentary, "publish")).content.decode()
    assert "The commentary is published together with its issue, which is a draft." in page
    assert Commentary.objects.get().is_draft


def test_a_late_commentary_that_is_blocked_says_why_and_stays(editor: Client) -> None:
    late = draft("late", issue=make_commentary().issue, trend="")
    assert "it has no trend" in editor.post(deed(late, "publish")).content.decode()
    late.refresh_from_db()
    assert late.is_draft


def test_who_does_not_publish_sees_no_way_to_and_is_refused() -> None:
    late = draft("late", issue=make_commentary().issue)
    translator = desk(make_user("translator", roles.TRANSLATOR, languages=["en"]))
    page = translator.get(cockpit_of(late.issue)).content.decode()
    for name in ("publish", "publish_late", "schedule", "withdraw"):
        assert deed(late.issue, name) not in page
        assert translator.post(deed(late.issue, name)).status_code == 403
    assert deed(late, "publish") not in page
    assert translator.post(deed(late, "publish")).status_code == 403
    late.refresh_from_db()
    assert late.is_draft


# --- A schedule whose time has passed ---


def test_a_form_that_was_opened_before_the_scheduled_time_saves_after_it(editor: Client) -> None:
    issue = publishing.publish(draft().issue, at=timezone.now() + timedelta(days=1))
    data = open_form(editor, cockpit_of(issue), "issue") | {"title_en": "A year in review"}
    passed = timezone.now() - timedelta(minutes=1)
    Issue.objects.update(published_at=passed)
    Commentary.objects.update(published_at=passed)
    assert editor.post(cockpit_of(issue), data).status_code == 302
    now = Issue.objects.get()
    assert (now.title_en, now.published_at, now.week_start) == ("A year in review", passed, MONDAY)


def test_a_commentary_whose_scheduled_time_has_passed_saves(editor: Client) -> None:
    commentary = draft()
    publishing.publish(commentary.issue, at=timezone.now() + timedelta(days=1))
    Issue.objects.update(published_at=timezone.now() - timedelta(days=3))
    response = save(editor, form_of(commentary), "commentary", title_en="A better headline", small_change="on")
    assert response.status_code == 302
    assert Commentary.objects.get().title_en == "A better headline"


# --- Queries ---


def fill(issue: Issue, sections: int) -> None:
    person = make_user(f"person-{sections}", roles.EDITOR)
    for _number in range(sections):
        commentary = make_commentary(issue, make_section(), public=False, picture=make_picture())
        sign(commentary, make_analyst())
        make_forecast(commentary)
        Comment.objects.create(commentary=commentary, text="Why?")
        Translation.objects.filter(commentary=commentary).update(marked_ready_by=person, marked_ready_at=timezone.now())
        make_section()  # one that nobody writes for


@pytest.mark.parametrize("sections", [2, 12])
def test_the_cockpit_takes_a_fixed_number_of_queries(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries, sections: int
) -> None:
    issue = make_issue(public=False)
    fill(issue, sections)
    editor.get(cockpit_of(issue))
    with django_assert_num_queries(19):
        editor.get(cockpit_of(issue))


@pytest.mark.parametrize("sections", [2, 12])
def test_the_first_page_takes_a_fixed_number_of_queries(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries, sections: int
) -> None:
    for week in range(3):
        fill(make_issue(MONDAY + timedelta(days=7 * week), public=False), sections + week)
    editor.get(reverse("admin:index"))
    with django_assert_num_queries(26):
        editor.get(reverse("admin:index"))


@pytest.mark.parametrize("sections", [2, 12])
def test_the_page_that_publishes_takes_a_fixed_number_of_queries(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries, sections: int
) -> None:
    issue = make_issue(public=False)
    fill(issue, sections)
    editor.get(deed(issue, "publish"))
    with django_assert_num_queries(15):
        editor.get(deed(issue, "publish"))


def test_nothing_of_a_withdrawn_issue_is_called_public(editor: Client) -> None:
    commentary = make_commentary()
    publishing.withdraw(commentary.issue, {"en": "A mistake."})
    shown = grid(editor, cockpit_of(commentary.issue))
    assert " public " not in shown


def test_only_what_becomes_public_is_said_with_a_time(editor: Client) -> None:
    issue = make_commentary().issue
    page = editor.post(deed(issue, "withdraw"), {"reason_en": "A mistake."}, follow=True).content.decode()
    assert re.search(r"Withdrawn\.\s*<", page)
