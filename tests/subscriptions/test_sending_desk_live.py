"""The newsletter of an issue at the desk while it is on its way: how far it is, what failed, pause, cancel, again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commentaries.models import Issue
from commentaries.publishing import withdraw
from commentaries.roles import EDITOR
from subscriptions.models import Delivery, Sending
from subscriptions.newsletter.progress import progress
from tests.commentaries.desk import desk
from tests.factories import make_commentary, make_issue, make_publication, make_user
from tests.subscriptions.sendings import deliver, start
from tests.subscriptions.test_sending_desk import address, number_of, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue() -> Issue:
    make_publication()
    issue = make_issue()
    make_commentary(issue)
    return issue


@pytest.fixture
def sending(issue: Issue) -> Sending:
    return start(issue)


@pytest.fixture
def client() -> Client:
    return desk(make_user("Vilma", EDITOR, interface_language="en"))


def ago(**length: float) -> Any:
    return timezone.now() - timedelta(**length)


# --- How far it is ---


def test_the_page_says_how_many_are_done_how_fast_it_goes_and_how_long_it_takes(
    client: Client, sending: Sending
) -> None:
    deliver(sending, number=6)
    deliver(sending, "sent", number=2)
    deliver(sending, "sent", settled_at=ago(minutes=5))
    text = page(client, address(sending.issue))
    assert number_of("Done", text) == "3 of 9"
    assert number_of("Mails a minute", text) == "2"
    assert number_of("Time left", text) == "about 3 minutes"


def test_what_waits_for_another_attempt_is_not_part_of_the_time_left(client: Client, sending: Sending) -> None:
    deliver(sending, number=3, next_attempt_at=timezone.now() + timedelta(hours=1), cause="later", reply_code=450)
    deliver(sending, "sent")
    text = page(client, address(sending.issue))
    assert number_of("Time left", text) == "–"
    assert "waits: 3</strong> – the mail server asks to try again later (reply 450)" in text


def test_in_its_first_minute_the_rate_is_what_a_minute_would_see(sending: Sending) -> None:
    sending.started_at = ago(seconds=20)
    deliver(sending, "sent", number=4)
    assert progress(sending).rate == pytest.approx(12, abs=1)


def test_mails_are_counted_by_state_and_language(client: Client, sending: Sending) -> None:
    deliver(sending, "sent", number=2, language="ru")
    deliver(sending, "uncertain", language="be", cause="lost")
    text = page(client, address(sending.issue))
    assert '<th scope="row">sent</th> <td>0</td><td>2</td><td>0</td> <td>2</td>' in text
    assert '<th scope="row">uncertain</th> <td>1</td><td>0</td><td>0</td> <td>1</td>' in text


def test_failures_are_told_by_kind_in_words(client: Client, sending: Sending) -> None:
    deliver(sending, "failed", number=2, cause="refused", reply_code=550)
    deliver(sending, "failed", cause="given_up", reply_code=451)
    deliver(sending, "failed", cause="something_new")
    deliver(sending, "cancelled", cause="gone")
    text = page(client, address(sending.issue))
    for words in (
        "failed: 2</strong> – the mail server refused it for good (reply 550)",
        "failed: 1</strong> – the mail server put it off for 24 hours (reply 451)",
        "failed: 1</strong> – something_new",
        "cancelled: 1</strong> – the reader has left meanwhile",
    ):
        assert words in text


def test_while_the_ledger_is_being_written_the_page_says_so(client: Client, sending: Sending) -> None:
    Sending.objects.update(prepared_at=None, started_at=timezone.now())
    deliver(sending)
    assert "The list of mails is being written: 1 mail so far." in page(client, address(sending.issue))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"finished_at": timezone.now()}, "Finished "),
        ({"cancelled_at": timezone.now()}, "Cancelled "),
        ({"paused_at": timezone.now()}, "Paused since "),
    ],
)
def test_the_page_says_since_when_it_does_not_run(
    client: Client, sending: Sending, fields: dict[str, Any], words: str
) -> None:
    Sending.objects.update(**fields)
    text = page(client, address(sending.issue))
    assert words in text
    assert "Mails a minute" not in text


def test_the_live_part_asks_as_much_of_the_database_of_few_rows_as_of_many(
    client: Client, sending: Sending, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    page(client, address(sending.issue, "live/"))  # what is asked once and then known
    numbers = []
    for _round in range(3):
        for state in Delivery.State.values:
            deliver(sending, state, number=2, cause="lost", next_attempt_at=ago(minutes=10))
        with django_assert_max_num_queries(20) as queries:
            page(client, address(sending.issue, "live/"))
        numbers.append(len(queries))
    assert len(set(numbers)) == 1


def test_the_live_part_is_a_part_and_no_page(client: Client, sending: Sending) -> None:
    deliver(sending, "sent")
    text = page(client, address(sending.issue, "live/"))
    assert "<html" not in text
    assert text == page(client, address(sending.issue, "live/"))
    assert number_of("Done", text) == "1 of 1"


def test_what_has_not_started_has_no_live_part(client: Client, issue: Issue) -> None:
    assert client.get(address(issue, "live/")).status_code == 404
    assert client.get(address(issue, "mails/failed/")).status_code == 404


def test_what_is_read_aloud_changes_every_tenth_of_the_way(client: Client, sending: Sending) -> None:
    deliver(sending, number=3)
    deliver(sending, "sent", number=1)
    assert 'aria-live="polite">20 percent done.</p>' in page(client, address(sending.issue))


# --- Whether it stands still ---


def test_a_newsletter_that_stands_still_says_so_and_why_it_may_be(client: Client, sending: Sending) -> None:
    deliver(sending, next_attempt_at=ago(minutes=3))
    deliver(sending, "sent", settled_at=ago(minutes=3))
    text = page(client, address(sending.issue))
    assert "Nothing has moved for two minutes." in text
    assert "Perhaps no worker is running" in text


def test_a_worker_that_gets_no_further_is_told_from_none(client: Client, sending: Sending) -> None:
    deliver(sending, "sending", claimed_until=timezone.now() + timedelta(minutes=2))
    assert "A worker has mails in hand and gets no further." in page(client, address(sending.issue))


def test_a_ledger_that_nobody_writes_stands_still_too(client: Client, sending: Sending) -> None:
    Sending.objects.update(prepared_at=None)
    assert "Nothing has moved for two minutes." in page(client, address(sending.issue))


@pytest.mark.parametrize(
    "why", ["settled", "not due", "just due", "just taken", "just resumed", "just started", "paused"]
)
def test_nothing_is_said_to_stand_still_without_need(client: Client, sending: Sending, why: str) -> None:
    due = {"not due": timezone.now() + timedelta(minutes=9), "just due": ago(minutes=1)}.get(why, ago(minutes=9))
    if why == "just taken":
        deliver(sending, "sending", claimed_until=timezone.now() + timedelta(minutes=5))
    else:
        deliver(sending, next_attempt_at=due)
    if why == "settled":
        deliver(sending, "failed", settled_at=ago(minutes=1))
    field = {"just resumed": "resumed_at", "just started": "started_at", "paused": "paused_at"}.get(why)
    if field:
        Sending.objects.update(**{field: ago(minutes=1)})
    assert "Nothing has moved" not in page(client, address(sending.issue))


def test_a_newsletter_that_goes_on_for_a_withdrawn_issue_says_so(client: Client, sending: Sending) -> None:
    withdraw(sending.issue, {"en": "Wrong."})
    assert "The issue is withdrawn, and its newsletter goes on." in page(client, address(sending.issue))


# --- Deeds ---


def told(client: Client, sending: Sending, deed: str, **data: Any) -> str:
    return client.post(address(sending.issue, deed), data, follow=True).content.decode()


def test_it_is_paused_and_goes_on(client: Client, sending: Sending) -> None:
    deliver(sending)
    assert "Paused." in told(client, sending, "pause/")
    assert Sending.objects.get().paused_at
    assert "it is not being sent now" in told(client, sending, "pause/")
    assert "It goes on." in told(client, sending, "resume/")
    assert Sending.objects.get().is_running
    assert "it is not paused" in told(client, sending, "resume/")


def test_it_does_not_go_on_while_readers_cannot_read_the_issue(client: Client, sending: Sending) -> None:
    Sending.objects.update(paused_at=timezone.now())
    withdraw(sending.issue, {"en": "Wrong."})
    assert "The newsletter can go on when they can." in told(client, sending, "resume/")
    assert Sending.objects.get().paused_at


def test_to_cancel_asks_first_and_cannot_be_taken_back(client: Client, sending: Sending) -> None:
    deliver(sending, number=2)
    text = page(client, address(sending.issue, "cancel/"))
    assert "2 mails have not gone out yet." in text
    assert "This cannot be taken back" in text
    assert Sending.objects.get().is_running
    assert "The newsletter is cancelled." in told(client, sending, "cancel/")
    assert {row.state for row in Delivery.objects.all()} == {"cancelled"}
    assert "it has ended already" in told(client, sending, "cancel/")
    assert "it is not paused" in told(client, sending, "resume/")


def test_mails_that_may_have_gone_out_are_left_or_sent_again(client: Client, sending: Sending) -> None:
    deliver(sending, "uncertain", number=2, cause="lost")
    assert "are left as they are" in page(client, address(sending.issue))
    assert "will get this issue twice" in page(client, address(sending.issue, "uncertain/"))
    assert "2 mails go out again." in told(client, sending, "uncertain/", repeats="yes")
    assert {row.state for row in Delivery.objects.all()} == {"pending"}
    assert "may get this issue twice" in page(client, address(sending.issue))
    told(client, sending, "uncertain/", repeats="no")
    assert not Sending.objects.get().repeats_uncertain


def test_an_answer_that_is_none_changes_nothing(client: Client, sending: Sending) -> None:
    assert client.post(address(sending.issue, "uncertain/"), {"repeats": "maybe"}).status_code == 200
    assert not Sending.objects.get().repeats_uncertain


def test_all_that_failed_are_tried_again(client: Client, sending: Sending) -> None:
    deliver(sending, "failed", number=3, cause="refused", reply_code=550)
    Sending.objects.update(finished_at=timezone.now())
    assert "3 mails go out again." in told(client, sending, "again/")
    assert Sending.objects.get().is_running


def test_one_that_failed_is_tried_again_from_its_row(client: Client, sending: Sending) -> None:
    one, other = deliver(sending, "failed", number=2, cause="refused", reply_code=550)
    text = page(client, address(sending.issue, "mails/failed/"))
    assert f'name="delivery" value="{one.pk}"' in text
    assert "1 mail goes out again." in told(client, sending, "again/", delivery=one.pk, p="1")
    assert [Delivery.objects.get(pk=row.pk).state for row in (one, other)] == ["pending", "failed"]


@pytest.mark.parametrize("key", ["", "all", "-1", "9" * 30])
def test_a_row_that_cannot_be_is_not_taken_for_all(client: Client, sending: Sending, key: str) -> None:
    deliver(sending, "failed")
    assert client.post(address(sending.issue, "again/"), {"delivery": key}).status_code == 404
    assert Delivery.objects.get().state == "failed"


def test_who_has_left_is_not_tried_again(client: Client, sending: Sending) -> None:
    [row] = deliver(sending, "failed")
    row.subscriber.delete()
    assert "has left" in page(client, address(sending.issue, "mails/failed/"))
    assert "0 mails go out again." in told(client, sending, "again/", delivery=row.pk)


@pytest.mark.parametrize("deed", ["pause/", "resume/", "again/"])
def test_a_get_does_nothing(client: Client, sending: Sending, deed: str) -> None:
    assert client.get(address(sending.issue, deed)).status_code == 405


@pytest.mark.parametrize("deed", ["pause/", "resume/", "again/", "cancel/", "uncertain/"])
def test_what_has_not_started_cannot_be_changed(client: Client, issue: Issue, deed: str) -> None:
    assert client.post(address(issue, deed), {"repeats": "yes"}).status_code == 404
    assert not Sending.objects.exists()


# --- One by one ---


def test_the_mails_of_a_state_stand_one_by_one_without_an_address(client: Client, sending: Sending) -> None:
    [row] = deliver(sending, "failed", language="ru", cause="refused", reply_code=550)
    text = page(client, address(sending.issue, "mails/failed/"))
    for words in (f"№ {row.pk}", "<td>Russian</td>", "<td>550</td>", "<td>the mail server refused it for good</td>"):
        assert words in text
    assert "reader-" not in text
    assert row.subscriber.address.ciphertext not in text
    assert "There is none." in page(client, address(sending.issue, "mails/uncertain/"))


def test_mails_one_by_one_are_shown_in_pages(
    client: Client, sending: Sending, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    deliver(sending, "suppressed", number=51)
    with django_assert_max_num_queries(16):
        assert page(client, address(sending.issue, "mails/suppressed/")).count("№ ") == 50
    assert page(client, address(sending.issue, "mails/suppressed/?p=2")).count("№ ") == 1


@pytest.mark.parametrize("state", ["sent", "pending", "nonsense"])
def test_only_mails_that_were_missed_stand_one_by_one(client: Client, sending: Sending, state: str) -> None:
    assert client.get(address(sending.issue, f"mails/{state}/")).status_code == 404
