"""The queue: what the worker sends, when, how often, and what it does when something is in its way."""

import logging
import smtplib
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connections
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from commentaries.models import NearTexts
from subscriptions import delivery
from subscriptions.addresses import SealedAddress, lookup_of
from subscriptions.models import LEASE, ConfirmationMail, SignUp
from subscriptions.worker import Worker
from tests.factories import MONDAY, make_commentary, make_issue, make_section, make_sign_up

pytestmark = pytest.mark.django_db
Work = Callable[[], list[EmailMultiAlternatives]]
DAY = timedelta(hours=24)


class TroubledBackend(EmailBackend):
    """Raises the errors in `troubles`, one at each message, then sends."""

    troubles: ClassVar[list[Exception]] = []

    def send_messages(self, messages: Any) -> int:
        if self.troubles:
            raise self.troubles.pop(0)
        return super().send_messages(messages)


class ClosedBackend(EmailBackend):
    def open(self) -> bool:
        raise ConnectionRefusedError("127.0.0.1 says no to reader@example.org")


@pytest.fixture
def trouble(settings: Settings) -> list[Exception]:
    settings.EMAIL_BACKEND = f"{__name__}.TroubledBackend"
    TroubledBackend.troubles = []
    return TroubledBackend.troubles


def _ask(language: str = "en") -> None:
    assert Client().post("/en/subscribe/", {"address": "reader@example.org", "language": language}).status_code == 303


def _pass(time: timedelta) -> None:
    """As if that much time had passed: the worker goes by the database's clock."""
    for sign_up in SignUp.objects.all():
        for field in ("asked_at", "next_attempt_at", "claimed_until", "sent_at"):
            if value := getattr(sign_up, field):
                SignUp.objects.filter(pk=sign_up.pk).update(**{field: value - time})
    for place in ConfirmationMail.objects.all():
        ConfirmationMail.objects.filter(pk=place.pk).update(taken_at=place.taken_at - time)


def test_each_sign_up_is_sent_once(work: Work) -> None:
    make_sign_up("a@example.org")
    make_sign_up("b@example.org")
    assert sorted(message.to[0] for message in work()) == ["a@example.org", "b@example.org"]
    assert work() == []
    assert not SignUp.objects.unsent().exists()


def test_two_hundred_sign_ups_of_one_address_send_two_mails_a_day(work: Work) -> None:
    sent = []
    for turn in range(200):
        _ask()
        if turn % 20 == 0:
            sent += work()
    sent += work()
    assert len(sent) == 2
    assert SignUp.objects.unsent().count() == 1


def test_the_third_waits_until_a_day_after_the_first(work: Work) -> None:
    for _time in range(2):
        _ask()
        assert len(work()) == 1
    _ask("ru")
    assert work() == []
    _pass(DAY - timedelta(minutes=1))
    assert work() == []
    _pass(timedelta(minutes=2))
    [message] = work()
    assert message.extra_headers["Content-Language"] == "ru"


def test_another_address_does_not_wait_for_it(work: Work) -> None:
    for _time in range(3):
        _ask()
        work()
    make_sign_up("other@example.org")
    assert [message.to for message in work()] == [["other@example.org"]]


def test_the_database_refuses_a_third_place() -> None:
    lookup = lookup_of("reader@example.org")
    assert ConfirmationMail.objects.take(lookup)
    assert ConfirmationMail.objects.take(lookup)
    assert ConfirmationMail.objects.take(lookup) is None
    with pytest.raises(IntegrityError):
        ConfirmationMail.objects.create(lookup=lookup, place=3)


@pytest.mark.django_db(transaction=True)
def test_no_race_takes_a_third_place() -> None:
    lookup = lookup_of("reader@example.org")
    start, taken = threading.Barrier(8), []

    def take() -> None:
        start.wait()
        taken.append(ConfirmationMail.objects.take(lookup))
        connections.close_all()

    _at_once([take] * 8)
    assert len([place for place in taken if place]) == 2


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_once() -> None:
    for number in range(20):
        make_sign_up(f"reader{number}@example.org")

    def work() -> None:
        delivery.send_due(lambda: False)
        connections.close_all()

    _at_once([work] * 4)
    assert len(mail.outbox) == 20
    assert len({message.to[0] for message in mail.outbox}) == 20


def _at_once(deeds: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=deed) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_claim_is_left_alone_until_its_lease_ends(work: Work) -> None:
    make_sign_up()
    assert delivery.claim_next()  # and then this worker was killed
    assert work() == []
    _pass(LEASE + timedelta(seconds=1))
    assert len(work()) == 1


def test_what_a_killed_worker_may_have_sent_counts_for_the_day(work: Work) -> None:
    make_sign_up()
    for _killed in range(2):
        assert delivery.claim_next()
        _pass(LEASE + timedelta(seconds=1))
    assert work() == []
    _pass(DAY)
    assert len(work()) == 1


def _refused_recipient(code: int) -> Exception:
    return smtplib.SMTPRecipientsRefused({"reader@example.org": (code, b"reader@example.org")})


@pytest.mark.parametrize("error", [_refused_recipient(550), smtplib.SMTPDataError(554, "no")])
def test_a_refusal_for_good_drops_the_sign_up(work: Work, trouble: list[Exception], error: Exception) -> None:
    trouble.append(error)
    make_sign_up()
    assert work() == []
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    "error",
    [
        _refused_recipient(450),
        _refused_recipient(421),
        smtplib.SMTPDataError(451, "later"),
        smtplib.SMTPSenderRefused(553, b"not ours", "newsletter@example.org"),
        smtplib.SMTPServerDisconnected("reader@example.org"),
        TimeoutError(),
    ],
)
def test_a_failure_for_now_is_tried_again_later(
    work: Work, trouble: list[Exception], error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    trouble.append(error)
    make_sign_up()
    assert work() == []
    assert "did not go out" in caplog.text
    assert work() == []
    _pass(timedelta(seconds=16))
    assert len(work()) == 1


def test_attempts_come_less_and_less_often(trouble: list[Exception], work: Work) -> None:
    sign_up, delays = make_sign_up(), []
    for _attempt in range(12):
        trouble.append(_refused_recipient(450))
        work()
        sign_up.refresh_from_db()
        delays.append((sign_up.next_attempt_at - timezone.now()).total_seconds())
        SignUp.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    assert 6 < delays[0] < 15
    assert 1700 < delays[-1] < 3600
    assert not ConfirmationMail.objects.exists()  # none of these was a mail


def test_what_may_have_gone_out_counts_for_the_day(work: Work, trouble: list[Exception]) -> None:
    make_sign_up()
    for _time in range(2):
        trouble.append(smtplib.SMTPServerDisconnected())
        work()
        _pass(timedelta(minutes=2))
    assert work() == []


def test_one_that_cannot_be_made_does_not_hold_up_the_others(work: Work) -> None:
    broken = make_sign_up("broken@example.org")
    SignUp.objects.filter(pk=broken.pk).update(address=SealedAddress("lost key"))
    make_sign_up("b@example.org")
    assert [message.to for message in work()] == [["b@example.org"]]
    assert SignUp.objects.unsent().get() == broken


def test_a_mail_server_that_is_away_costs_no_attempt(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.ClosedBackend"
    sign_up = make_sign_up()
    with pytest.raises(CommandError, match="The mail server does not answer"):
        call_command("worker", "--once")
    sign_up.refresh_from_db()
    assert (sign_up.attempts, sign_up.claimed_until) == (0, None)


def _turns(worker: Worker, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the worker take that many turns without waiting."""
    turns = iter(range(number - 1))

    def sleep(_seconds: float) -> None:
        if next(turns, None) is None:
            worker.stop()

    monkeypatch.setattr(worker, "_sleep", sleep)
    worker.run()


@pytest.mark.django_db(transaction=True)
def test_the_worker_says_once_that_the_mail_server_is_away_and_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_sign_up()
    worker, working = Worker(), settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.ClosedBackend"
    _turns(worker, monkeypatch, 5)
    assert worker.pause > 5
    settings.EMAIL_BACKEND, worker.stopping = working, False
    _turns(worker, monkeypatch, 1)
    assert len(mail.outbox) == 1
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    assert "works again" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_worker_outlives_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    worker, due = Worker(), delivery.send_due
    monkeypatch.setattr("subscriptions.worker.connection.close", lambda: None)

    def away(_is_stopping: Callable[[], bool]) -> bool:
        raise OperationalError("could not connect")

    monkeypatch.setattr(delivery, "send_due", away)
    _turns(worker, monkeypatch, 3)
    assert caplog.text.count("The database does not answer (OperationalError).") == 1
    monkeypatch.setattr(delivery, "send_due", due)
    make_sign_up()
    worker.stopping = False
    _turns(worker, monkeypatch, 1)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_a_stopped_worker_finishes_the_message_in_hand_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_sign_up("a@example.org")
    make_sign_up("b@example.org")
    worker, send = Worker(), EmailMessage.send

    def stop_and_send(self: EmailMessage, fail_silently: bool = False) -> int:
        worker.stop()
        return send(self, fail_silently)

    monkeypatch.setattr(EmailMessage, "send", stop_and_send)
    worker.run()
    assert len(mail.outbox) == 1
    assert SignUp.objects.unsent().get().claimed_until is None


def test_sign_ups_whose_link_has_aged_are_forgotten_and_so_are_the_mails_of_the_day(work: Work) -> None:
    _ask()
    work()
    _pass(DAY + timedelta(seconds=1))
    work()
    assert SignUp.objects.exists()
    assert not ConfirmationMail.objects.exists()
    _pass(DAY)
    work()
    assert not SignUp.objects.exists()


def test_a_sign_up_that_could_not_be_sent_for_two_days_is_forgotten(work: Work) -> None:
    make_sign_up(next_attempt_at=timezone.now() + 3 * DAY)
    _pass(2 * DAY)
    work()
    assert not SignUp.objects.exists()


def test_it_finds_what_new_texts_have_in_common(work: Work) -> None:
    section = make_section()
    texts = [
        make_commentary(make_issue(MONDAY + number * timedelta(weeks=1)), section, title_en=title)
        for number, title in enumerate(
            ["The aqueduct of Arvel leaks", "Arvel mends its aqueduct", "Prices rise", "Rain", "A vote", "A strike"]
        )
    ]
    work()
    assert NearTexts.objects.get(commentary=texts[0], language="en").nearest[0] == texts[1].pk
