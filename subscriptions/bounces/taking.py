"""What a bounce or a complaint does. Each report is taken once, in a transaction of its own.

A mailbox that is gone, and a reader who calls our mail spam: the subscriber is erased, for we have no use for their
address, and the suppression, which is no address, keeps everybody from writing there again. A soft bounce only counts.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from subscriptions.bounces.evidence import WENT_OUT, Evidence, lookups_of, weigh
from subscriptions.bounces.reports import Kind, Report
from subscriptions.models import Delivery, Sending, Subscriber, Suppression, TakenReport
from subscriptions.newsletter.outcomes import Cause
from subscriptions.subscribing import erase, forget, leave
from subscriptions.turns import in_turn, in_turn_of

SOFT_BOUNCES = 5  # one after the other, each of another sending: then the mailbox is taken for gone
CLEAN_AFTER = timedelta(days=7)  # longer than servers go on trying (RFC 5321, 4.5.4.1: four to five days)


def take(report: Report) -> bool:
    """Do what follows from the report. Says whether anything changed: nothing does if it is forged, or told again."""
    if report.kind is Kind.GOODBYE and report.identity is not None:
        return leave(report.identity)  # by a link of any age, as on the page
    with in_turn_of(lambda: lookups_of(report)) as lookups:
        return any(_take(report, lookup) for lookup in lookups)


def count_refused(is_stopping: Callable[[], bool]) -> None:
    """Count a soft bounce for each mail of a sending under way whose mailbox the server did not know when we called.

    No hard one: a mail server that is set up wrongly says so of everybody, and must not erase all readers at once.
    """
    under_way = list(Sending.objects.filter(started_at__isnull=False, finished_at=None).values_list("pk", flat=True))
    refused = Delivery.objects.filter(sending__in=under_way).in_state(Delivery.State.FAILED)
    new = refused.filter(cause=Cause.NO_MAILBOX, bounced_at=None, subscriber__isnull=False)
    for key, lookup in new.values_list("pk", "subscriber__lookup"):
        if is_stopping():
            return
        with in_turn([lookup]):
            row = Delivery.objects.filter(pk=key, subscriber__lookup=lookup).select_related("subscriber").first()
            _count(Evidence(is_proven=True, delivery=row))


def suppress(lookup: str, reason: Suppression.Reason) -> None:
    """Write to this address no more: what waits for it goes to nobody, and whoever it belongs to is erased."""
    with in_turn([lookup]):
        Suppression.objects.suppress(lookup, reason)
        waiting = Delivery.objects.filter(subscriber__lookup=lookup, state=Delivery.State.PENDING)
        waiting.update(state=Delivery.State.SUPPRESSED, settled_at=Now(), claimed_until=None)
        erase([lookup])


def _take(report: Report, lookup: str) -> bool:
    evidence = weigh(report, lookup)
    if evidence is None or not TakenReport.objects.take(report.digest):
        return False
    match report.kind, evidence.is_proven:
        case Kind.HARD, True:
            _mark(evidence.delivery, "bounced_at")
            suppress(lookup, Suppression.Reason.BOUNCE)
        case Kind.COMPLAINT, True:
            _mark(evidence.delivery, "complained_at")
            suppress(lookup, Suppression.Reason.COMPLAINT)
        case Kind.GOODBYE, True:
            forget([lookup])
        case (Kind.SOFT, _) | (Kind.HARD, False):
            return _count(evidence)
        case _:
            return False
    return True


def _mark(delivery: Delivery | None, field: str) -> None:
    """Note it on the mail it speaks of, by the database's clock; the first time stays."""
    if delivery:
        Delivery.objects.filter(pk=delivery.pk, **{field: None}).update(**{field: Now()})


def _count(evidence: Evidence) -> bool:
    """One soft bounce more, but of each mail only one; several in a row end like a hard one."""
    delivery = evidence.delivery
    if delivery is None or delivery.subscriber is None or delivery.bounced_at:
        return False
    subscriber = Subscriber.objects.defer("address").get(pk=delivery.subscriber.pk)
    count = 1 if _some_arrived_since(subscriber, delivery) else subscriber.soft_bounces + 1
    _mark(delivery, "bounced_at")
    Subscriber.objects.filter(pk=subscriber.pk).update(soft_bounces=count)
    if count >= SOFT_BOUNCES:
        suppress(subscriber.lookup, Suppression.Reason.BOUNCE)
    return True


def _some_arrived_since(subscriber: Subscriber, delivery: Delivery) -> bool:
    """Whether a mail got through between the last bounce and this one: then the row is broken, and counted anew.

    A mail that nobody reported within seven days has arrived. It is asked when the next bounce comes, so no job has to
    look after those that do not bounce.
    """
    others = Delivery.objects.filter(subscriber=subscriber).exclude(pk=delivery.pk)
    last_bounced = others.filter(bounced_at__isnull=False).aggregate(at=Max("settled_at"))["at"]
    arrived = others.filter(state__in=WENT_OUT, bounced_at=None, settled_at__lte=timezone.now() - CLEAN_AFTER)
    return last_bounced is not None and arrived.filter(settled_at__gt=last_bounced).exists()
