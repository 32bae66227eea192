"""The ledger of a sending: its rows are reserved, marked just before they go out, and settled.

A row is in exactly one state, and each step is one transaction. "Sending" is committed before a mail's text is handed
over and "sent" after the server has taken it, so a worker that is killed leaves in doubt what it had in hand, no more.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce, Now

from commentaries.compiled import Keys, Parameter, compiled_update
from subscriptions.addresses import SealedAddress
from subscriptions.delivery import delay_after
from subscriptions.models import LEASE, Delivery, Sending, Subscriber, Suppression
from subscriptions.newsletter.outcomes import LONGEST_TRIED, SENT, Cause, Outcome, Result

State = Delivery.State


class Reader(NamedTuple):
    """A reserved row, and its subscriber as they are now."""

    delivery: int
    sending: int
    attempts: int
    first_attempt_at: datetime | None
    subscriber: int | None
    is_suppressed: bool
    receives: bool
    address: SealedAddress
    language: str
    cadence: str
    is_discreet: bool
    token_id: UUID
    sections: frozenset[int] = frozenset()

    @property
    def bar(self) -> tuple[str, str] | None:
        """Why nothing is to be sent after all: the state that the row ends in, and the cause."""
        if self.subscriber is None:
            return State.CANCELLED, Cause.GONE
        if self.is_suppressed:
            return State.SUPPRESSED, Cause.SUPPRESSED
        return None if self.receives else (State.CANCELLED, Cause.NOTHING)


@transaction.atomic
def reserve(most: int) -> list[Reader]:
    """Take up to so many rows that are due for this worker, so that others leave them alone until the lease ends.

    Nothing of them is sent before it is marked. Rows of readers who get nothing any more are closed.
    """
    due = Delivery.objects.due().order_by("next_attempt_at").select_for_update(skip_locked=True, of=("self",))
    keys = set(due.values_list("pk", flat=True)[:most])
    Delivery.objects.filter(pk__among=keys).update(claimed_until=Now() + LEASE)
    readers = _readers(keys)
    barred: dict[tuple[str, str], list[int]] = {}
    for reader in readers:
        if reader.bar:
            barred.setdefault(reader.bar, []).append(reader.delivery)
    for (state, cause), rows in barred.items():
        close(rows, state, cause)
    return [reader for reader in readers if not reader.bar]


def _readers(keys: set[int]) -> list[Reader]:
    rows = Delivery.objects.filter(pk__among=keys).annotate(
        is_suppressed=Exists(Suppression.objects.filter(lookup=OuterRef("subscriber__lookup"))),
        receives=Exists(Subscriber.objects.receiving().filter(pk=OuterRef("subscriber"))),
    )
    own = ("pk", "sending", "attempts", "first_attempt_at", "subscriber", "is_suppressed", "receives")
    now = [f"subscriber__{name}" for name in ("address", "language", "cadence", "is_discreet", "token_id")]
    readers = [Reader(*row) for row in rows.values_list(*own, *now)]
    chosen: dict[int | None, set[int]] = {}
    theirs = {reader.subscriber for reader in readers if reader.subscriber}
    choices = Subscriber.sections.through.objects.filter(subscriber__pk__among=theirs)
    for subscriber, section in choices.values_list("subscriber_id", "section_id"):
        chosen.setdefault(subscriber, set()).add(section)
    return [
        reader._replace(sections=frozenset(chosen[reader.subscriber])) if reader.subscriber in chosen else reader
        for reader in readers
    ]


def mark(keys: Iterable[int]) -> set[int]:
    """Say of these reserved rows that they are being sent; those that still may be. In a transaction.

    Not one whose sending was paused or cancelled, whose reader left, or that somebody else has in hand.
    """
    return _mark_free(keys=list(keys))


@compiled_update(keys=Keys())
def _mark_free(keys: Parameter) -> tuple[QuerySet[Delivery], dict[str, Any]]:
    rows = Delivery.objects.filter(pk__among=keys, state=State.PENDING, subscriber__isnull=False)
    free = rows.filter(sending__in=Sending.objects.running(), claimed_until__gt=Now())
    held = free.order_by("pk").select_for_update(skip_locked=True, of=("self",))
    return Delivery.objects.filter(pk__in=held.values("pk")), {
        "state": State.SENDING,
        "claimed_until": Now() + LEASE,
        "attempts": F("attempts") + 1,
        "first_attempt_at": Coalesce("first_attempt_at", Now()),
    }


@compiled_update(keys=Keys())
def _settle_sent(keys: Parameter) -> tuple[QuerySet[Delivery], dict[str, Any]]:
    return Delivery.objects.filter(pk__among=keys, state=State.SENDING), _settled(State.SENT, SENT)


def _settled(state: str, outcome: Outcome) -> dict[str, Any]:
    said = {"reply_code": outcome.code, "cause": outcome.cause}
    return {"state": state, "settled_at": Now(), "claimed_until": None, **said}


def release(keys: Iterable[int], until: datetime | None = None) -> None:
    """Give reserved rows back, to be sent at once or not before then."""
    if not (keys := list(keys)):
        return
    rows = Delivery.objects.filter(pk__among=keys, state=State.PENDING)
    rows.update(claimed_until=None, next_attempt_at=until or F("next_attempt_at"))


def close(keys: Iterable[int], state: str, cause: str) -> None:
    """End reserved rows without sending them."""
    if not (keys := list(keys)):
        return
    rows = Delivery.objects.filter(pk__among=keys, state=State.PENDING)
    rows.update(state=state, cause=cause, settled_at=Now(), claimed_until=None)


def settle(outcomes: Mapping[int, Outcome]) -> None:
    """Note what became of rows that were being sent. One that another worker took for left behind is let be.

    Most were sent, and are settled by one statement. Each statement may be a transaction of its own.
    """
    alike: dict[Outcome, list[int]] = {}
    for key, outcome in outcomes.items():
        alike.setdefault(outcome, []).append(key)
    for outcome, keys in alike.items():
        if outcome.result is Result.SENT:
            _settle_sent(keys=keys)
        else:
            _settle_unsent(keys, outcome)


def _settle_unsent(keys: list[int], outcome: Outcome) -> None:
    held = Delivery.objects.filter(pk__among=keys, state=State.SENDING)
    match outcome.result:
        case Result.UNTOUCHED:
            held.update(state=State.PENDING, claimed_until=None, attempts=F("attempts") - 1)
        case Result.LATER:
            _postpone(held, outcome)
        case Result.UNCERTAIN:
            _doubt(keys, outcome.cause)
        case Result.FAILED:
            held.update(**_settled(State.FAILED, outcome))


def _postpone(held: QuerySet[Delivery], outcome: Outcome) -> None:
    """Longer and longer, for a day; our own mistakes are waited out."""
    said = {"reply_code": outcome.code, "cause": outcome.cause, "claimed_until": None}
    if outcome.cause != Cause.SENDER:
        given_up = held.filter(first_attempt_at__lte=Now() - LONGEST_TRIED)
        given_up.update(**said | {"state": State.FAILED, "cause": Cause.GIVEN_UP, "settled_at": Now()})
    for key, attempts in held.values_list("pk", "attempts"):
        again = Now() + delay_after(attempts)
        Delivery.objects.filter(pk=key).update(state=State.PENDING, next_attempt_at=again, **said)


def _doubt(keys: list[int], cause: str) -> None:
    """Those that may have gone out: their sending says whether they go out again."""
    held = Delivery.objects.filter(pk__among=keys, state=State.SENDING)
    again = held.filter(sending__repeats_uncertain=True, sending__cancelled_at=None, subscriber__isnull=False)
    again.update(state=State.PENDING, next_attempt_at=Now() + delay_after(1), cause=cause, claimed_until=None)
    held.update(state=State.UNCERTAIN, cause=cause, reply_code=0, settled_at=Now(), claimed_until=None)


@transaction.atomic
def take_back_left() -> int:
    """Settle what workers that died had in hand; says how many."""
    left = Delivery.objects.left_behind().order_by("pk").select_for_update(skip_locked=True, of=("self",))
    keys = list(left.values_list("pk", flat=True)[:1000])
    _doubt(keys, Cause.LEFT)
    return len(keys)


def finish() -> None:
    """Note the end of sendings that have nothing left to send."""
    rows = Delivery.objects.filter(sending=OuterRef("pk"))
    none_open = [~Exists(rows.in_state(state)) for state in Delivery.OPEN]
    done = Sending.objects.running().filter(*none_open, prepared_at__isnull=False)
    done.update(finished_at=Now())
