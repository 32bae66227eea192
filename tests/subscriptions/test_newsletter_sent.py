"""The newsletter on its way: who gets it, once, and what the ledger says of each mail."""

import email
import email.policy
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from commentaries.models import Issue, Section
from subscriptions import emails, links
from subscriptions.addresses import SealedAddress
from subscriptions.bounces.taking import SOFT_BOUNCES
from subscriptions.models import LEASE, Delivery, Pace, Sending, Subscriber, Suppression
from subscriptions.moving import move
from subscriptions.newsletter import engine, ledger, pacing, preparing, sending
from subscriptions.newsletter.letters import Desk
from subscriptions.newsletter.outcomes import LONGEST_TRIED
from subscriptions.subscribing import forget
from tests.factories import make_commentary, make_issue, make_publication, make_section, make_sign_up, make_subscriber
from tests.subscriptions.smtp_server import Server, serving

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture(params=[True, False], ids=["in groups", "step by step"])
def server(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Server]:
    with serving(pipelines=request.param) as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        yield found


@pytest.fixture
def issue() -> Issue:
    make_publication()
    found = make_issue()
    for slug in ("security", "economy"):
        make_commentary(found, make_section(slug))
    return found


def subscribe(*names: str, **fields: Any) -> list[Subscriber]:
    return [make_subscriber(f"{name}@example.net", **{"language": "en", **fields}) for name in names]


def work() -> None:
    call_command("worker", "--once")


def states() -> dict[str, int]:
    return dict(Counter(Delivery.objects.values_list("state", flat=True)))


def row_of(subscriber: Subscriber) -> Delivery:
    return Delivery.objects.get(subscriber=subscriber)


def test_everybody_gets_it_once_in_their_language(server: Server, issue: Issue) -> None:
    for language in ("be", "ru", "en"):
        make_subscriber(f"{language}@example.net", language=language)
    sending.start(issue)
    work()
    work()
    assert server.recipients == ["be@example.net", "en@example.net", "ru@example.net"]
    mails = {to: email.message_from_bytes(text, policy=email.policy.default) for to, text in server.mails}
    assert {to: message["Content-Language"] for to, message in mails.items()} == {
        f"{language}@example.net": language for language in ("be", "ru", "en")
    }
    assert len({message["Message-ID"] for message in mails.values()}) == 3
    assert states() == {"sent": 3}
    assert Sending.objects.get().finished_at


def test_what_arrives_is_what_django_would_have_sent(server: Server, issue: Issue) -> None:
    """Two hundred mails of every variant: language, choice of sections, discretion."""
    sections = list(Section.objects.all())
    for number in range(200):
        make_subscriber(
            f"{'reader' * (number % 9 + 1)}{number}@example.net",
            language=("be", "ru", "en")[number % 3],
            sections=tuple(sections[: number % 3]),
            is_discreet=number % 2 == 0,
        )
    content = sending.start(issue).content
    work()
    readers = ledger._readers(set(Delivery.objects.values_list("pk", flat=True)))
    expected = {
        draft.recipient.address: emails.newsletter(content, draft.variant, draft.recipient).message()
        for draft in Desk().drafts(readers)
    }
    assert len(server.mails) == len(expected) == 200
    for recipient, text in server.mails:
        wanted = expected[recipient].as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own
        assert _without_chance(text) == _without_chance(wanted)


def _without_chance(text: bytes) -> bytes:
    """A mail less what differs each time it is built."""
    boundary = re.search(rb'boundary="([^"]+)"', text)
    assert boundary
    return re.sub(rb"(?m)^Date: [^\r]+", b"Date: then", text.replace(boundary[1], b"boundary"))


def test_a_server_is_asked_what_it_can_do_before_the_first_mail(server: Server, issue: Issue) -> None:
    subscribe("a")
    sending.start(issue)
    work()
    [envelope] = server.envelopes
    assert envelope.endswith("> BODY=8BITMIME")


def test_no_line_of_a_mail_is_longer_than_mail_servers_take(server: Server, issue: Issue) -> None:
    subscribe("a", language="be")
    sending.start(issue)
    work()
    [(_to, text)] = server.mails
    assert max(map(len, text.split(b"\r\n"))) <= 998  # RFC 5322, 2.1.1
    assert text.count(b"\n") == text.count(b"\r\n")


def test_a_way_of_sending_that_is_no_mail_server_works_too(issue: Issue) -> None:
    subscribe("a")
    sending.start(issue)
    work()
    assert [message.to for message in mail.outbox] == [["a@example.net"]]
    assert states() == {"sent": 1}


def test_the_answers_of_the_server_are_told_apart(server: Server, issue: Issue) -> None:
    names = ("a", "rcpt-550-b", "text-554-c", "rcpt-450-d", "text-451-e", "drop-f", "z")
    readers = dict(zip(names, subscribe(*names), strict=True))
    sending.start(issue)
    work()
    found = {name: row_of(reader) for name, reader in readers.items()}
    assert {name: (row.state, row.reply_code, row.cause) for name, row in found.items()} == {
        "a": (State.SENT, 250, ""),
        "rcpt-550-b": (State.FAILED, 550, "refused"),
        "text-554-c": (State.FAILED, 554, "refused"),
        "rcpt-450-d": (State.PENDING, 450, "later"),
        "text-451-e": (State.PENDING, 451, "later"),
        "drop-f": (State.UNCERTAIN, 0, "lost"),
        "z": (State.SENT, 250, ""),
    }
    assert found["rcpt-450-d"].next_attempt_at > timezone.now()
    assert Sending.objects.get().finished_at is None


def test_a_mailbox_that_is_not_there_counts_as_a_soft_bounce_and_once(server: Server, issue: Issue) -> None:
    readers = subscribe("a", "lost", "blocked")
    server.refusals |= {"lost": b"550 5.1.1 no such user", "blocked": b"550 5.7.1 not from your host"}
    sending.start(issue)
    work()
    work()
    assert states() == {"sent": 1, "failed": 2}
    assert [Subscriber.objects.get(pk=reader.pk).soft_bounces for reader in readers] == [0, 1, 0]
    assert [row_of(reader).bounced_at is not None for reader in readers] == [False, True, False]
    assert Sending.objects.get().finished_at


def test_a_mailbox_that_is_not_there_issue_after_issue_gets_no_more(server: Server, issue: Issue) -> None:
    [reader] = subscribe("lost")
    Subscriber.objects.update(soft_bounces=SOFT_BOUNCES - 1)
    server.refusals["lost"] = b"550 5.1.1 no such user"
    sending.start(issue)
    work()
    work()
    assert not Subscriber.objects.exists()
    assert Suppression.objects.get(lookup=reader.lookup).reason == Suppression.Reason.BOUNCE
    assert Delivery.objects.get().subscriber is None


def test_what_may_have_gone_out_goes_again_where_an_editor_wants_that(server: Server, issue: Issue) -> None:
    [reader] = subscribe("drop-a")
    sending.start(issue)
    sending.settle_uncertain(issue, repeats=True)
    work()
    assert row_of(reader).state == State.PENDING


def test_a_mail_is_tried_for_a_day_and_then_given_up(server: Server, issue: Issue) -> None:
    [reader] = subscribe("rcpt-450-a")
    sending.start(issue)
    work()
    assert row_of(reader).attempts == 1
    past = timezone.now() - LONGEST_TRIED
    Delivery.objects.update(first_attempt_at=past, next_attempt_at=past)
    work()
    row = row_of(reader)
    assert (row.state, row.reply_code, row.cause) == (State.FAILED, 450, "given_up")
    work()
    assert Sending.objects.get().finished_at


def test_our_own_refused_log_in_fails_nobodys_mail(server: Server, issue: Issue) -> None:
    [reader] = subscribe("a")
    sending.start(issue)
    server.sender_code = 550
    work()
    past = timezone.now() - LONGEST_TRIED
    Delivery.objects.update(first_attempt_at=past, next_attempt_at=past)
    work()
    assert (row_of(reader).state, row_of(reader).cause) == (State.PENDING, "sender")
    server.sender_code = 250
    Delivery.objects.update(next_attempt_at=past)
    work()
    assert row_of(reader).state == State.SENT


def test_a_mail_server_that_is_away_is_waited_for(issue: Issue, settings: Settings) -> None:
    subscribe("a", "b")
    sending.start(issue)
    with serving() as server:
        port = server.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    with pytest.raises(CommandError, match="does not answer"):
        work()
    assert list(Delivery.objects.values_list("state", "claimed_until", "attempts")) == [(State.PENDING, None, 0)] * 2


def test_what_a_killed_worker_had_in_hand_is_in_doubt_after_its_lease(server: Server, issue: Issue) -> None:
    subscribe("a", "b")
    preparing.prepare(sending.start(issue))
    [reserved] = ledger.reserve(1)
    in_hand = Delivery.objects.filter(pk=reserved.delivery)
    assert ledger.mark([reserved.delivery]) == {reserved.delivery}
    work()
    assert len(server.mails) == 1
    assert in_hand.get().state == State.SENDING
    in_hand.update(claimed_until=timezone.now() - timedelta(seconds=1))
    work()
    assert (in_hand.get().state, in_hand.get().cause) == (State.UNCERTAIN, "left")
    assert len(server.mails) == 1


def test_rows_that_a_killed_worker_only_reserved_are_sent_by_others_after_its_lease(
    server: Server, issue: Issue
) -> None:
    subscribe("a")
    preparing.prepare(sending.start(issue))
    assert len(ledger.reserve(10)) == 1
    work()
    assert server.mails == []
    Delivery.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    work()
    assert len(server.mails) == 1


def _reserved(issue: Issue) -> list[int]:
    row = sending.start(issue)
    while preparing.prepare(row):
        pass
    return [reader.delivery for reader in ledger.reserve(100)]


@pytest.mark.parametrize(
    "happens",
    [
        lambda issue: sending.pause(issue),
        lambda issue: sending.cancel(issue),
        lambda issue: forget(Subscriber.objects.values_list("lookup", flat=True)),
        lambda issue: move(Subscriber.objects.get(), make_sign_up("b@example.net")),
    ],
    ids=["paused", "cancelled", "the reader left", "the reader moved"],
)
def test_a_reserved_row_is_not_sent_after_all(issue: Issue, happens: Callable[[Issue], object]) -> None:
    subscribe("a")
    keys = _reserved(issue)
    happens(issue)
    assert keys
    assert ledger.mark(keys) == set()


def test_a_pause_stops_it_and_going_on_sends_the_rest(server: Server, issue: Issue) -> None:
    subscribe("a", "b")
    sending.start(issue)
    sending.pause(issue)
    work()
    assert server.mails == []
    sending.resume(issue)
    work()
    assert server.recipients == ["a@example.net", "b@example.net"]


def test_after_a_pause_in_the_middle_nobody_waits_for_a_lease(
    server: Server, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe("a", "b")
    sending.start(issue)
    mark = ledger.mark

    def pausing(keys: Any) -> set[int]:
        sending.pause(issue)
        return mark(keys)

    monkeypatch.setattr(ledger, "mark", pausing)
    work()
    monkeypatch.undo()
    assert list(Delivery.objects.values_list("state", "claimed_until")) == [(State.PENDING, None)] * 2
    Sending.objects.update(paused_at=None)


def test_cancelled_it_goes_to_nobody_any_more(server: Server, issue: Issue) -> None:
    subscribe("a", "b")
    sending.start(issue)
    preparing.prepare(Sending.objects.get())
    sending.cancel(issue)
    work()
    assert server.mails == []
    assert states() == {"cancelled": 2}


def test_who_cannot_be_written_to_is_left_out_with_the_reason(server: Server, issue: Issue) -> None:
    suppressed, paused, changed, unreadable, fine = subscribe("s", "p", "c", "u", "f")
    Suppression.objects.suppress(suppressed.lookup, Suppression.Reason.BOUNCE)
    preparing.prepare(sending.start(issue))
    assert row_of(suppressed).state == State.SUPPRESSED
    Subscriber.objects.filter(pk=paused.pk).update(paused_at=timezone.now())
    changed.sections.set([make_section("elsewhere")])
    Subscriber.objects.filter(pk=unreadable.pk).update(address=SealedAddress("nonsense"))
    work()
    assert server.recipients == ["f@example.net"]
    found = {name: row_of(reader) for name, reader in zip("pcu", (paused, changed, unreadable), strict=True)}
    assert {name: (row.state, row.cause) for name, row in found.items()} == {
        "p": (State.CANCELLED, "nothing"),
        "c": (State.CANCELLED, "nothing"),
        "u": (State.FAILED, "unreadable"),
    }
    assert row_of(fine).state == State.SENT


def test_who_was_suppressed_after_the_rows_were_written_gets_nothing(server: Server, issue: Issue) -> None:
    [reader] = subscribe("a")
    preparing.prepare(sending.start(issue))
    Suppression.objects.suppress(reader.lookup, Suppression.Reason.COMPLAINT)
    work()
    assert server.mails == []
    assert (row_of(reader).state, row_of(reader).cause) == (State.SUPPRESSED, "suppressed")


def test_the_rows_are_written_in_portions_and_each_once(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "PORTION", 2)
    subscribe("a", "b", "c", "d", "e")
    row = sending.start(issue)
    late = make_subscriber("late@example.net", confirmed_at=timezone.now() + timedelta(hours=1))
    assert preparing.prepare(row) == 2
    work()  # goes on where it was
    assert states() == {"sent": 5}
    assert not Delivery.objects.filter(subscriber=late).exists()


def test_who_has_a_row_already_gets_no_second_one(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody moved to the address of `d` after their own row was written and sent: it is d's row now."""
    monkeypatch.setattr(preparing, "PORTION", 2)
    subscribe("a", "b", "c", "d")
    row = sending.start(issue)
    assert preparing.prepare(row) == 2
    last = Subscriber.objects.order_by("pk").last()
    Delivery.objects.filter(pk=Delivery.objects.earliest("pk").pk).update(
        subscriber=last, state=State.SENT, settled_at=timezone.now()
    )
    assert preparing.prepare(row) == 1
    assert states() == {"sent": 1, "pending": 2}
    work()
    assert states() == {"sent": 3}
    assert len(mail.outbox) == 2


def test_who_subscribes_between_the_start_and_the_end_gets_the_next_issue(server: Server, issue: Issue) -> None:
    subscribe("a")
    sending.start(issue)
    make_subscriber("late@example.net", confirmed_at=timezone.now() + timedelta(seconds=1))
    work()
    assert server.recipients == ["a@example.net"]


@pytest.mark.parametrize(
    ("hours_ago", "starts"), [(0.5, False), (2, True), (5, True), (8, False)], ids=["early", "due", "late", "stale"]
)
def test_it_starts_by_itself_when_it_is_due_unless_that_is_long_ago(
    issue: Issue, hours_ago: float, starts: bool
) -> None:
    subscribe("a")
    Issue.objects.update(published_at=timezone.now() - timedelta(hours=hours_ago))
    issue.refresh_from_db()
    sending.start_by_itself(issue, timedelta(hours=1))
    work()
    assert len(mail.outbox) == int(starts)
    assert sending.is_stale(Sending.objects.get()) == (hours_ago == 8)


def test_an_issue_that_is_not_public_is_not_sent(issue: Issue) -> None:
    Issue.objects.update(withdrawn_at=timezone.now())
    issue.refresh_from_db()
    with pytest.raises(sending.Refused, match="Readers cannot read"):
        sending.start(issue)
    assert not Sending.objects.exists()


def test_what_is_sent_is_what_stood_there_at_the_start(issue: Issue) -> None:
    subscribe("a")
    sending.start(issue)
    issue.commentaries.update(title_en="Something else")
    work()
    [message] = mail.outbox
    assert "Something else" not in message.body
    assert "A headline" in message.body


READERS: list[tuple[tuple[str, ...], str, str]] = [  # chosen sections, cadence, the sections that they read of
    ((), "every_issue", "economy security"),
    ((), "trend_changes", "security"),
    (("security",), "every_issue", "security"),
    (("economy",), "trend_changes", ""),
    (("economy", "security"), "trend_changes", "security"),
    (("defence",), "every_issue", "security"),  # which security continues
    (("defence",), "trend_changes", "security"),
    (("sport",), "every_issue", ""),
]


@pytest.mark.parametrize(("chosen", "cadence", "read"), READERS)
def test_readers_get_what_they_chose(issue: Issue, chosen: tuple[str, ...], cadence: str, read: str) -> None:
    before = make_issue(issue.week_start - timedelta(days=7))
    defence, security = make_section("defence"), Section.objects.get(slug="security")
    Section.objects.filter(pk=security.pk).update(continues=defence)
    make_section("sport")
    make_commentary(before, Section.objects.get(slug="economy"), trend="unchanged")
    make_commentary(before, defence, trend="worsened")
    subscribe("a", sections=tuple(Section.objects.filter(slug__in=chosen)), cadence=cadence)
    sending.start(issue)
    work()
    found = {
        slug
        for message in mail.outbox
        for slug in ("economy", "security")
        if f"Section {slug}".upper() in str(message.body).upper()
    }
    assert sorted(found) == read.split()
    assert len(mail.outbox) == bool(read)


def test_two_starts_are_one_sending(issue: Issue) -> None:
    subscribe("a")
    first = sending.start(issue)
    assert sending.start(issue).started_at == first.started_at
    work()
    sending.start(issue)
    work()
    assert len(mail.outbox) == 1


def test_a_pace_lets_so_many_go_in_a_second_whoever_asks(settings: Settings) -> None:
    settings.NEWSLETTER_RATE = 10.0
    may, _free_at = pacing.take(pacing.ALL, 30)
    assert may == 1  # a new pace begins now: nothing is left over of the second before
    Pace.objects.update(free_at=timezone.now() - timedelta(hours=1))
    may, free_at = pacing.take(pacing.ALL, 30)
    assert 10 <= may <= 11
    again, _free_at = pacing.take(pacing.ALL, 30)
    assert again <= 1
    assert free_at - timezone.now() < timedelta(seconds=0.2)


def test_a_domain_that_asks_for_patience_is_written_to_more_slowly(server: Server, issue: Issue) -> None:
    subscribe("rcpt-450-a")
    sending.start(issue)
    work()
    key = pacing.key_of("example.net")
    assert pacing.slowed() == {key}
    assert Pace.objects.get(key=key).slowness == 2
    pacing.slow_down([key])  # within ten seconds of the first: still the same moment
    assert Pace.objects.get(key=key).slowness == 2
    Pace.objects.update(slowed_at=timezone.now() - timedelta(hours=1))
    assert pacing.slowed() == set()


def test_mail_that_its_domains_pace_holds_back_waits_and_the_others_go(
    server: Server, issue: Issue, settings: Settings
) -> None:
    settings.NEWSLETTER_DOMAIN_RATE = 0.5
    Pace.objects.create(key=pacing.key_of("example.net"), free_at=timezone.now() + timedelta(seconds=30))
    [held] = subscribe("a")
    make_subscriber("b@elsewhere.example", language="en")
    sending.start(issue)
    work()
    assert server.recipients == ["b@elsewhere.example"]
    row = row_of(held)
    assert (row.state, row.attempts, row.claimed_until) == (State.PENDING, 0, None)
    assert row.next_attempt_at > timezone.now() + timedelta(seconds=20)


def test_confirmations_come_first(issue: Issue, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe("a")
    make_sign_up("new@example.net")
    sending.start(issue)
    work()
    assert [message.to[0] for message in mail.outbox] == ["new@example.net", "a@example.net"]


def test_a_worker_that_is_told_to_stop_marks_nothing_more(issue: Issue) -> None:
    subscribe("a", "b")
    sending.start(issue)
    preparing.prepare(Sending.objects.get())
    assert engine.send_due(lambda: True) is False
    assert states() == {"pending": 2}


def test_the_token_in_a_mail_is_that_of_its_reader(server: Server, issue: Issue) -> None:
    [reader] = subscribe("a")
    sending.start(issue)
    work()
    [(_to, text)] = server.mails
    assert links.leave_token(reader.token_id).encode() in text
    assert b"splice" not in text


def test_the_lease_outlasts_the_patience_with_a_server(settings: Settings) -> None:
    from subscriptions.newsletter.smtp import LONGEST_WAIT, PATIENCE

    assert timedelta(seconds=LONGEST_WAIT + PATIENCE + settings.EMAIL_TIMEOUT) < LEASE
