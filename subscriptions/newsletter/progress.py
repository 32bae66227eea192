"""How far a sending is: counted by state, how fast it goes, what failed and why, and whether it stands still.

The counts come from the ledger's indexes alone, and so cost little with a million rows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils import timezone

from commentaries.languages import Language
from subscriptions.models import LEASE, Delivery, Sending
from subscriptions.models.sendings import DeliveryQuerySet

MINUTE = timedelta(minutes=1)
STILL = timedelta(minutes=2)  # for so long nothing may happen before it is said
State = Delivery.State
TRIED = [State.SENT, State.FAILED, State.UNCERTAIN]
MISSED = [State.FAILED, State.UNCERTAIN, State.SUPPRESSED, State.CANCELLED]


class Stall(Enum):
    """Why nothing moves, as far as the ledger can tell."""

    NOBODY = auto()  # no worker has taken a row
    STUCK = auto()  # a worker has, and gets no further


class Kind(NamedTuple):
    """Rows that were not sent, or not yet, for the same reason."""

    state: str
    cause: str
    reply_code: int
    number: int


@dataclass(frozen=True)
class Progress:
    counts: dict[tuple[str, str], int]  # by state and language
    rate: int  # mails a minute
    missed: list[Kind]
    delayed: list[Kind]  # those that wait for another attempt
    stall: Stall | None

    def of(self, *states: str, language: str = "") -> int:
        """How many are in these states (none given: in any), in this language or all of them."""
        return sum(
            number
            for (state, its_language), number in self.counts.items()
            if (not states or state in states) and language in ("", its_language)
        )

    @property
    def total(self) -> int:
        return self.of()

    @property
    def done(self) -> int:
        return self.total - self.of(*Delivery.OPEN)

    @property
    def seconds_left(self) -> int | None:
        """For those whose turn it is, at the present rate; None where nothing moves, or none of them is left."""
        left = self.of(*Delivery.OPEN) - sum(kind.number for kind in self.delayed)
        return round(left * 60 / self.rate) if self.rate and left > 0 else None


def progress(sending: Sending) -> Progress:
    """Eight queries at most, however many rows there are."""
    rows = Delivery.objects.filter(sending=sending)
    return Progress(
        counts=_counts(rows),
        rate=_rate(sending),
        missed=_kinds(rows.settled().filter(state__in=MISSED)),
        delayed=_kinds(rows.in_state(State.PENDING).filter(next_attempt_at__gt=Now())),
        stall=_stall(sending),
    )


def _counts(rows: DeliveryQuerySet) -> dict[tuple[str, str], int]:
    """By state and language, each part by the index that has it."""
    first, *others = [
        part.order_by().values_list("state", "language").annotate(Count("pk"))
        for part in (rows.settled(), *map(rows.in_state, Delivery.OPEN))
    ]
    return {(state, language): number for state, language, number in first.union(*others, all=True)}


def _kinds(rows: DeliveryQuerySet) -> list[Kind]:
    found = rows.order_by().values_list("state", "cause", "reply_code").annotate(number=Count("pk"))
    kinds = [Kind(*row) for row in found]
    return sorted(kinds, key=lambda kind: (State.values.index(kind.state), -kind.number, kind[1:]))


def _moving_since(sending: Sending) -> datetime:
    return max(filter(None, [sending.started_at, sending.resumed_at]), default=timezone.now())


def _settled(sending: Sending, within: timedelta) -> Q:
    """Named by all columns of the index, so that nothing else is read."""
    return Q(sending=sending, state__in=TRIED, language__in=Language.values, settled_at__gte=Now() - within)


def _rate(sending: Sending) -> int:
    """Sent, or tried in vain, in the last minute; where it has gone on for less, as many as a minute would see."""
    number = Delivery.objects.filter(_settled(sending, MINUTE)).count()
    seconds = (timezone.now() - _moving_since(sending)).total_seconds()
    return round(number * 60 / min(max(seconds, 5), 60))


def _stall(sending: Sending) -> Stall | None:
    """It runs, something has been due or in a worker's hands for a while, and nothing was settled meanwhile."""
    if not sending.is_running or timezone.now() - _moving_since(sending) < STILL:
        return None
    waiting = Delivery.objects.filter(sending=sending, state=State.PENDING, next_attempt_at__lte=Now() - STILL)
    taken = Delivery.objects.filter(sending=sending, state=State.SENDING, claimed_until__lte=Now() + LEASE - STILL)
    if not (sending.prepared_at is None or waiting.exists() or taken.exists()):
        return None
    if Delivery.objects.filter(_settled(sending, STILL)).exists():
        return None
    return Stall.STUCK if taken.filter(claimed_until__gt=Now()).exists() else Stall.NOBODY
