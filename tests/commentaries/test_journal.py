"""Who published what, and when."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from commentaries import publishing, roles, translations
from commentaries.models import Commentary, Issue, User
from tests.commentaries.desk import desk, save
from tests.factories import MONDAY, PAST, make_commentary, make_issue, make_section, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return desk(make_user("vera", roles.EDITOR, interface_language="en"))


def journal_of(client: Client, issue: Issue | None = None) -> str:
    url = (
        reverse("admin:commentaries_issue_journal", args=[issue.pk]) if issue else reverse("admin:commentaries_journal")
    )
    response = client.get(url)
    assert response.status_code == 200
    return str(response.content.decode())


def deed(client: Client, row: Any, name: str, **data: str) -> None:
    url = reverse(f"admin:commentaries_{row._meta.model_name}_{name}", args=[row.pk])
    assert client.post(url, data).status_code == 302


def test_it_tells_who_took_which_step_with_an_issue(editor: Client) -> None:
    commentary = make_commentary(make_issue(public=False), public=False)
    issue = commentary.issue
    at = {"at_0": "2199-01-01", "at_1": "09:00"}
    for name, data in [
        ("schedule", at),
        ("unschedule", {}),
        ("publish", {}),
        ("withdraw", {"reason_en": "A mistake."}),
    ]:
        deed(editor, issue, name, **data)
    deed(editor, issue, "restore")
    page = journal_of(editor, issue)
    for words in ("Scheduled", "No longer scheduled", "Published", "Withdrawn", "A mistake.", "Restored", "vera"):
        assert words in page
    assert "Запланировано" not in page
    User.objects.update(interface_language="ru")
    assert "Запланировано" in journal_of(editor, issue)


def test_an_issue_and_its_commentaries_are_one_deed_and_a_late_one_is_another(editor: Client) -> None:
    issue = make_issue(public=False)
    make_commentary(issue, public=False, title_en="In time")
    publishing.publish(issue)
    assert journal_of(editor).count("<strong>Published</strong>") == 1
    Issue.history.update(history_date=PAST)
    Commentary.history.update(history_date=PAST)
    make_commentary(issue, public=False, title_en="Came late")
    publishing.publish(Issue.objects.get())
    page = journal_of(editor)
    assert page.count("<strong>Published</strong>") == 2
    assert "Came late" in page
    assert "In time" not in page


def test_it_tells_who_marked_which_language_ready_once(editor: Client) -> None:
    commentary = make_commentary(state="draft")
    translations.mark_ready(commentary, "ru", User.objects.get())
    Commentary.objects.get().translations.get(language="ru").save()
    assert journal_of(editor).count("Russian marked ready") == 1


def test_an_import_marked_nothing_ready(editor: Client) -> None:
    translations.mark_ready(make_commentary(state="draft"), "ru", None)
    assert "Russian marked ready" not in journal_of(editor)


def test_it_tells_of_corrections(editor: Client) -> None:
    commentary = make_commentary()
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    save(editor, url, "commentary", trend="worsened", correction_en="The port was closed.")
    page = journal_of(editor, commentary.issue)
    assert "the trend was “■ The situation has not changed” and is “▼ The situation got worse”" in page
    assert "The port was closed." in page


def test_the_journal_of_an_issue_holds_nothing_of_another(editor: Client) -> None:
    other = make_commentary(make_issue(MONDAY.replace(year=2021)), public=False)
    translations.mark_ready(other, "ru", User.objects.get())
    publishing.publish(other.issue)
    page = journal_of(editor, make_issue())
    assert "Nothing has been published, marked ready or corrected yet." in page


@pytest.mark.parametrize("rows", [2, 30])
def test_it_takes_a_fixed_number_of_queries(
    editor: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    issue = make_issue(public=False)
    for _number in range(rows):
        commentary = make_commentary(issue, make_section(), public=False)
        translations.mark_ready(commentary, "ru", User.objects.get())
        commentary.corrections.create(note_en="A note.")
    publishing.publish(issue)
    publishing.withdraw(commentary, {"en": "A mistake."})
    journal_of(editor)
    with django_assert_num_queries(14):
        journal_of(editor)


def test_it_is_read_by_who_may_read_commentaries(editor: Client) -> None:
    issue = make_issue()
    stranger = desk(make_user("nina", roles.NEWSLETTER_MANAGER))
    for url in (reverse("admin:commentaries_journal"), reverse("admin:commentaries_issue_journal", args=[issue.pk])):
        assert stranger.get(url).status_code == 403
        assert desk(make_user(url[-20:], roles.ANALYST)).get(url).status_code == 200
    assert editor.get(reverse("admin:commentaries_issue_journal", args=[10**17])).status_code == 404
    assert editor.get(f"/admin/commentaries/issue/{'9' * 40}/journal/").status_code == 404


def test_an_issue_leads_to_its_journal(editor: Client) -> None:
    issue = make_issue()
    page = editor.get(reverse("admin:commentaries_issue_change", args=[issue.pk])).content.decode()
    assert reverse("admin:commentaries_issue_journal", args=[issue.pk]) in page
