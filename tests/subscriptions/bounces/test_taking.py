"""What a report does, however it came."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from subscriptions import emails, links
from subscriptions.addresses import lookup_of
from subscriptions.bounces.reports import Kind, Report
from subscriptions.bounces.taking import SOFT_BOUNCES, suppress, take
from subscriptions.delivery import purge
from subscriptions.models import Consent, Delivery, SignUp, Subscriber, Suppression, TakenReport
from tests.factories import make_sign_up, make_subscriber, make_suppression
from tests.subscriptions.bounces.samples import READER
from tests.subscriptions.bounces.sent import send

pytestmark = pytest.mark.django_db
Reason = Suppression.Reason


def _report(delivery: Delivery, kind: Kind = Kind.SOFT) -> Report:
    assert delivery.subscriber
    message_id = emails.message_id_of(delivery.sending.issue.uid, delivery.subscriber.token_id)
    return Report(kind, f"report {delivery.pk}", READER, frozenset([message_id]))


def _bounce(subscriber: Subscriber, days_ago: int) -> None:
    assert take(_report(send(subscriber, days_ago=days_ago)))


def test_several_soft_bounces_in_a_row_end_like_a_hard_one() -> None:
    subscriber = make_subscriber(READER)
    for week in range(SOFT_BOUNCES - 1, 0, -1):
        _bounce(subscriber, days_ago=7 * week)
        assert Subscriber.objects.get().soft_bounces == SOFT_BOUNCES - week
    _bounce(subscriber, days_ago=0)
    assert not Subscriber.objects.exists()
    assert Suppression.objects.get().reason == Reason.BOUNCE


def test_a_mail_that_arrived_breaks_the_row() -> None:
    subscriber = make_subscriber(READER)
    _bounce(subscriber, days_ago=35)
    _bounce(subscriber, days_ago=28)
    send(subscriber, days_ago=8)
    _bounce(subscriber, days_ago=0)
    assert Subscriber.objects.get().soft_bounces == 1


@pytest.mark.parametrize(("days_ago", "state"), [(6, "sent"), (8, "failed"), (30, "sent")])
def test_a_mail_that_may_bounce_yet_or_did_not_go_out_or_came_before_does_not_break_it(
    days_ago: int, state: str
) -> None:
    subscriber = make_subscriber(READER)
    _bounce(subscriber, days_ago=21)
    send(subscriber, days_ago=days_ago, state=state)
    _bounce(subscriber, days_ago=0)
    assert Subscriber.objects.get().soft_bounces == 2


def test_a_mail_bounces_once_in_whatever_words() -> None:
    subscriber = make_subscriber(READER)
    delivery = send(subscriber)
    assert take(_report(delivery))
    assert not take(Report(Kind.SOFT, "the same in other words", READER))
    assert Subscriber.objects.get().soft_bounces == 1


def test_what_waits_for_a_suppressed_address_is_sent_to_nobody() -> None:
    subscriber = make_subscriber(READER)
    sent, waiting, in_hand = send(subscriber), send(subscriber, state="pending"), send(subscriber, state="sending")
    take(_report(sent, Kind.HARD))
    states = [Delivery.objects.get(pk=row.pk).state for row in (sent, waiting, in_hand)]
    assert states == ["sent", "suppressed", "sending"]
    assert not Delivery.objects.filter(subscriber__isnull=False).exists()


def test_whoever_bounces_or_complains_has_not_left_by_themselves() -> None:
    sent = send(make_subscriber(READER))
    take(_report(sent, Kind.COMPLAINT))
    sent.refresh_from_db()
    assert sent.left_at is None


def test_a_suppression_survives_erasure() -> None:
    subscriber = make_subscriber(READER)
    make_suppression(READER, reason=Reason.MANUAL)
    path = f"/be/subscription/leave/{links.leave_token(subscriber.token_id)}/"
    assert Client().post(path).status_code == 200
    assert not Subscriber.objects.exists()
    assert Suppression.objects.get().lookup == lookup_of(READER)


@pytest.mark.parametrize("kind", Kind)
def test_a_report_about_somebody_unknown_changes_nothing(kind: Kind) -> None:
    for address in ("stranger@example.org", "", "no address", "читатель@example.org"):
        assert not take(Report(kind, "x", address))
    assert not Suppression.objects.exists()


def test_what_bounces_at_a_former_address_says_nothing_of_the_new_one() -> None:
    subscriber = make_subscriber("new@example.org")
    former = make_subscriber(READER)
    report = Report(Kind.HARD, "late", READER, identity=former.token_id)
    former.delete()
    subscriber.former_links.create(identity=former.token_id)
    assert not take(report)
    assert Subscriber.objects.exists()


def test_whoever_complains_of_the_question_after_confirming_is_suppressed() -> None:
    subscriber, sign_up = make_subscriber(READER), make_sign_up(READER, sent_at=timezone.now())
    Consent.objects.create(subscriber=subscriber, sign_up_id=sign_up.pk, language="be", wording="I want it.")
    message_id = emails.confirmation_id_of(sign_up.pk)
    SignUp.objects.all().delete()
    assert take(Report(Kind.COMPLAINT, "x", READER, frozenset([message_id])))
    assert not Subscriber.objects.exists()


def test_a_complaint_outweighs_a_bounce_and_nothing_outweighs_a_complaint() -> None:
    lookup = lookup_of(READER)
    for reason, expected in [
        (Reason.BOUNCE, Reason.BOUNCE),
        (Reason.COMPLAINT, Reason.COMPLAINT),
        (Reason.MANUAL, Reason.COMPLAINT),
        (Reason.BOUNCE, Reason.COMPLAINT),
    ]:
        suppress(lookup, reason)
        assert Suppression.objects.get().reason == expected


def test_reports_are_remembered_for_a_month() -> None:
    take(_report(send(make_subscriber(READER))))
    purge()
    assert TakenReport.objects.exists()
    TakenReport.objects.update(taken_at=timezone.now() - timedelta(days=31))
    purge()
    assert not TakenReport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_told_at_once_by_several_it_counts_once() -> None:
    report = _report(send(make_subscriber(READER)))
    start, taken = threading.Barrier(4), []

    def tell() -> None:
        start.wait()
        taken.append(take(report))
        connections.close_all()

    threads = [threading.Thread(target=tell) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False, False, False, True]
    assert Subscriber.objects.get().soft_bounces == 1


def _signs_up_again() -> None:
    sign_up = make_sign_up(READER, sent_at=timezone.now())
    assert Client().post(f"/be/subscription/confirm/{links.confirm_token(sign_up.pk)}/").status_code == 200


def test_confirming_shows_that_the_mailbox_is_back() -> None:
    make_suppression(READER, since=timezone.now() - timedelta(days=31))
    _signs_up_again()
    assert Subscriber.objects.exists()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(
    ("reason", "days", "is_asked"),
    [("bounce", 29, False), ("bounce", 31, True), ("complaint", 400, False), ("manual", 400, False)],
)
def test_a_suppressed_address_is_asked_again_only_a_month_after_it_bounced(
    work: object, reason: str, days: int, is_asked: bool
) -> None:
    make_suppression(READER, reason=reason, since=timezone.now() - timedelta(days=days))
    response = Client().post("/en/subscribe/", {"address": READER, "language": "en"})
    assert response.status_code == 303
    assert bool(work()) is is_asked  # type: ignore[operator]
