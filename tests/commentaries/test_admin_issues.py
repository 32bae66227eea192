"""Issues at the desk: what stands in one, and the pages that ask before something becomes public."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commentaries import roles
from commentaries.languages import in_language
from commentaries.models import Commentary, Issue, Translation
from tests.commentaries.desk import desk, errors, open_form, save
from tests.factories import MONDAY, make_commentary, make_issue, make_publication, make_section, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    return desk(make_user("editor", roles.EDITOR))


def deed(issue: Issue, name: str) -> str:
    return reverse(f"admin:commentaries_issue_{name}", args=[issue.pk])


def form_of(issue: Issue) -> str:
    return reverse("admin:commentaries_issue_change", args=[issue.pk])


def draft() -> Issue:
    return make_commentary(make_issue(public=False), public=False).issue


def local(hours: int) -> dict[str, str]:
    at = timezone.localtime(timezone.now() + timedelta(hours=hours))
    return {"at_0": f"{at:%Y-%m-%d}", "at_1": f"{at:%H:%M}"}


def test_publishing_asks_first_and_then_publishes_all(editor: Client) -> None:
    issue = draft()
    assert editor.get(deed(issue, "publish")).status_code == 200
    assert Issue.objects.get().is_draft
    assert editor.post(deed(issue, "publish")).status_code == 302
    assert Issue.objects.get().is_published
    assert Commentary.objects.published().count() == 1


def test_a_second_click_does_no_harm(editor: Client) -> None:
    issue = draft()
    editor.post(deed(issue, "publish"))
    first = Issue.objects.get().published_at
    assert editor.post(deed(issue, "publish")).status_code == 302
    assert Issue.objects.get().published_at == first


def test_blockers_are_sentences_that_lead_to_the_commentary(editor: Client) -> None:
    commentary = make_commentary(make_issue(public=False), make_section("economy"), public=False, trend="")
    for response in (editor.get(deed(commentary.issue, "publish")), editor.post(deed(commentary.issue, "publish"))):
        page = response.content.decode()
        assert "Section economy: it has no trend." in page
        assert reverse("admin:commentaries_commentary_change", args=[commentary.pk]) in page
        assert "Readers will see the issue" not in page
    assert Issue.objects.get().is_draft


def test_an_empty_issue_is_not_published(editor: Client) -> None:
    issue = make_issue(public=False)
    assert "The issue has no commentary." in editor.post(deed(issue, "publish")).content.decode()
    assert Issue.objects.get().is_draft


def test_scheduling_says_its_time_zone_and_takes_a_local_time(editor: Client) -> None:
    issue = draft()
    assert settings.TIME_ZONE in editor.get(deed(issue, "schedule")).content.decode()
    response = editor.post(deed(issue, "schedule"), {"at_0": "2099-01-05", "at_1": "09:30"}, follow=True)
    now = Issue.objects.get()
    assert timezone.localtime(now.published_at).strftime("%Y-%m-%d %H:%M") == "2099-01-05 09:30"
    assert f"09:30 ({settings.TIME_ZONE})" in response.content.decode()
    assert now.is_scheduled
    assert Commentary.objects.get().is_scheduled


def test_a_time_that_has_passed_is_refused_and_kept_in_the_form(editor: Client) -> None:
    issue, past = draft(), local(-1)
    page = editor.post(deed(issue, "schedule"), past).content.decode()
    assert "This time has passed." in page
    assert past["at_1"] in page
    assert Issue.objects.get().is_draft


def test_unscheduling_makes_a_draft_again_and_only_of_what_is_scheduled(editor: Client) -> None:
    issue = draft()
    editor.post(deed(issue, "schedule"), local(2))
    assert editor.post(deed(issue, "unschedule")).status_code == 302
    assert Issue.objects.get().is_draft
    assert "The issue is not scheduled." in editor.post(deed(issue, "unschedule")).content.decode()


def test_withdrawing_needs_a_reason_and_restoring_takes_it_back(editor: Client) -> None:
    issue = make_commentary().issue
    assert "Say why" in editor.post(deed(issue, "withdraw"), {"reason_be": " "}).content.decode()
    assert Issue.objects.get().is_published
    editor.post(deed(issue, "withdraw"), {"reason_be": "Памылка ў лічбах."})
    now = Issue.objects.get()
    assert (now.is_withdrawn, in_language(now, "withdrawal_reason", "be")) == (True, "Памылка ў лічбах.")
    editor.post(deed(issue, "restore"))
    assert Issue.objects.get().is_published
    assert "It is not withdrawn." in editor.post(deed(issue, "restore")).content.decode()


def test_one_commentary_is_withdrawn_and_restored(editor: Client) -> None:
    commentary = make_commentary()
    url = reverse("admin:commentaries_commentary_withdraw", args=[commentary.pk])
    assert editor.post(url, {"reason_en": "A wrong figure."}).status_code == 302
    assert Commentary.objects.get().is_withdrawn
    assert Issue.objects.get().is_published
    editor.post(reverse("admin:commentaries_commentary_restore", args=[commentary.pk]))
    assert Commentary.objects.get().is_published


@pytest.mark.parametrize("name", ["publish", "schedule", "unschedule", "withdraw", "restore"])
def test_opening_a_deed_changes_nothing(editor: Client, name: str) -> None:
    for issue in (draft(), make_commentary(make_issue(MONDAY + timedelta(days=7))).issue):
        before = list(Issue.objects.values())
        editor.get(deed(issue, name))
        editor.head(deed(issue, name))
        assert list(Issue.objects.values()) == before


def test_only_what_may_be_done_is_offered(editor: Client) -> None:
    page = editor.get(form_of(draft())).content.decode()
    assert [name for name in ("publish", "schedule", "unschedule", "withdraw", "restore") if f"/{name}/" in page] == [
        "publish",
        "schedule",
    ]


def test_an_issue_shows_each_section_and_where_its_languages_stand(editor: Client) -> None:
    missing = make_section("missing", title_en="Nobody wrote this")
    commentary = make_commentary(make_issue(public=False), public=False, languages=("be", "ru"))
    Translation.objects.filter(language="ru").update(state="in_review")
    page = editor.get(form_of(commentary.issue)).content.decode()
    for words in (
        "Belarusian: </span>ready",
        "Russian: </span>in review",
        "English: </span>missing",
        "■ The situation has not changed",
    ):
        assert words in page
    assert reverse("admin:commentaries_issue_add_section", args=[commentary.issue.pk, missing.pk]) in page
    assert "Add a commentary for “Nobody wrote this”" in page


def test_a_new_issue_proposes_the_week_after_the_last(editor: Client) -> None:
    make_issue(date(2024, 12, 23))
    data = open_form(editor, reverse("admin:commentaries_issue_add"), "issue")
    assert (data["week_start"], data["week_end"]) == ("2024-12-30", "2025-01-05")


def test_overlapping_weeks_are_refused_in_a_sentence(editor: Client) -> None:
    make_issue(MONDAY)
    days = {"week_start": "2022-01-20", "week_end": "2022-01-26"}
    found = errors(save(editor, reverse("admin:commentaries_issue_add"), "issue", **days))
    assert found == ["These days belong to another issue already: January\u00a017\u00a0– 23, 2022."]


def test_the_week_of_a_public_issue_stays(editor: Client) -> None:
    issue = make_issue()
    save(editor, form_of(issue), "issue", week_start="2022-01-18")
    assert Issue.objects.get().week_start == MONDAY


def test_a_public_issue_is_withdrawn_not_deleted(editor: Client) -> None:
    url = reverse("admin:commentaries_issue_delete", args=[make_issue().pk])
    assert "Withdraw it instead." in editor.post(url, {"post": "yes"}, follow=True).content.decode()
    assert Issue.objects.exists()


def test_the_first_page_shows_the_newest_issues_under_the_publications_name(editor: Client) -> None:
    make_publication()
    make_commentary(make_issue(public=False), public=False)
    page = editor.get(reverse("admin:index")).content.decode()
    assert "The Weekly" in page
    assert "January\u00a017\u00a0– 23, 2022" in page
    assert "A headline" in page
