from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from commentaries import publishing
from commentaries.models import Commentary, Issue, Picture
from commentaries.publishing import Blocked
from commentaries.publishing.blockers import blockers
from tests.commentaries.test_images import picture_file
from tests.factories import make_commentary, make_forecast, make_issue, make_section

pytestmark = pytest.mark.django_db


def draft(**fields: Any) -> Commentary:
    section = make_section("security", title_en="Security")
    return make_commentary(make_issue(public=False), section, public=False, **fields)


def with_picture(**words: str) -> Commentary:
    every = {f"alt_{language}": "Мост" for language in ("be", "ru", "en")}
    picture = Picture(**{"file": picture_file(), "credit": "Somebody", "licence": "own", **every, **words})
    picture.save()
    return draft(picture=picture)


def test_publishing_makes_the_issue_and_its_commentaries_public_at_one_moment() -> None:
    commentary = draft()
    issue = publishing.publish(commentary.issue)
    assert Commentary.objects.published().get() == commentary
    commentary.refresh_from_db()
    assert issue.published_at == commentary.published_at


def test_publishing_twice_keeps_the_first_moment() -> None:
    issue = publishing.publish(draft().issue)
    again = publishing.publish(issue)
    assert again.published_at == issue.published_at


def test_a_scheduled_issue_is_not_public_and_can_be_moved() -> None:
    commentary = draft()
    later = timezone.now() + timedelta(days=2)
    publishing.publish(commentary.issue, at=later)
    assert not Commentary.objects.published().exists()
    publishing.publish(commentary.issue, at=later + timedelta(days=1))
    assert Issue.objects.get().published_at == later + timedelta(days=1)
    assert Commentary.objects.get().published_at == later + timedelta(days=1)


def test_a_schedule_in_the_past_publishes_now() -> None:
    commentary = draft()
    publishing.publish(commentary.issue, at=timezone.now() - timedelta(days=2))
    assert Commentary.objects.published().exists()
    published_at = Issue.objects.get().published_at
    assert published_at is not None
    assert timezone.now() - published_at < timedelta(minutes=1)


def test_unscheduling_makes_it_a_draft_again() -> None:
    commentary = draft()
    publishing.publish(commentary.issue, at=timezone.now() + timedelta(days=2))
    publishing.unschedule(commentary.issue)
    assert Issue.objects.get().is_draft
    assert Commentary.objects.get().is_draft


def test_what_is_public_cannot_be_unscheduled() -> None:
    issue = publishing.publish(draft().issue)
    with pytest.raises(Blocked, match="not scheduled"):
        publishing.unschedule(issue)
    assert Issue.objects.get().is_published


def test_a_commentary_that_comes_late_joins_the_public_issue() -> None:
    first = draft()
    issue = publishing.publish(first.issue)
    late = make_commentary(issue, public=False)
    assert Commentary.objects.published().count() == 1
    publishing.publish(issue)
    assert Commentary.objects.published().count() == 2
    late.refresh_from_db()
    assert late.published_at is not None
    assert issue.published_at is not None
    assert late.published_at > issue.published_at


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"trend": ""}, "Security: it has no trend."),
        ({"state": "in_review"}, "Security: no language of it is marked ready."),
        ({"title_ru": ""}, "Security: Russian is marked ready but has no headline."),
        ({"body_en": ""}, "Security: English is marked ready but has no text."),
    ],
)
def test_a_blocker_keeps_everything_as_it_was_and_is_said_in_a_sentence(
    fields: dict[str, object], sentence: str
) -> None:
    commentary = draft(**fields)
    make_commentary(commentary.issue, public=False)
    with pytest.raises(Blocked) as caught:
        publishing.publish(commentary.issue)
    assert sentence in caught.value.messages
    assert not Issue.objects.exclude(published_at=None).exists()
    assert not Commentary.objects.exclude(published_at=None).exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"file": ""}, "Security: its picture has no file."),
        ({"credit": ""}, "Security: its picture has no credit."),
        ({"licence": ""}, "Security: its picture has no licence."),
        ({"alt_ru": ""}, "Security: its picture has no alternative text in Russian."),
    ],
)
def test_a_picture_needs_its_file_credit_licence_and_alternative_text(words: dict[str, str], sentence: str) -> None:
    assert blockers(with_picture(**words).issue) == [sentence]


def test_nothing_blocks_a_complete_commentary_with_a_picture() -> None:
    assert blockers(with_picture().issue) == []


def test_a_forecast_must_be_worded_in_every_language_that_is_ready() -> None:
    commentary = draft()
    make_forecast(commentary, statement_en="")
    assert blockers(commentary.issue) == ["Security: its forecast 1 is not worded in English."]
    commentary.translations.filter(language="en").update(state="draft")
    assert blockers(commentary.issue) == []


def test_an_issue_without_commentaries_is_blocked() -> None:
    with pytest.raises(Blocked, match="The issue has no commentary"):
        publishing.publish(make_issue(public=False))


def test_a_withdrawn_issue_leaves_the_readers_and_says_why() -> None:
    commentary = make_commentary()
    publishing.withdraw(commentary.issue, {"be": " Памылка. ", "en": ""})
    assert not Commentary.objects.published().exists()
    assert Commentary.objects.withdrawn().exists()
    assert Issue.objects.withdrawn().get().withdrawal_reason_be == "Памылка."


def test_a_withdrawal_needs_a_reason() -> None:
    commentary = make_commentary()
    with pytest.raises(Blocked, match="Say why"):
        publishing.withdraw(commentary, {"be": "  "})
    assert Commentary.objects.published().exists()


def test_only_what_is_public_can_be_withdrawn() -> None:
    with pytest.raises(Blocked, match="Only what is public"):
        publishing.withdraw(draft(), {"be": "Памылка."})


def test_a_withdrawn_issue_is_restored_before_it_is_published_again() -> None:
    commentary = make_commentary()
    publishing.withdraw(commentary.issue, {"be": "Памылка."})
    with pytest.raises(Blocked, match="restore it first"):
        publishing.publish(commentary.issue)
    publishing.restore(commentary.issue)
    assert Commentary.objects.published().exists()


def test_history_says_what_was_done() -> None:
    issue = publishing.publish(draft().issue)
    assert issue.history.first().history_change_reason == "published"
