"""What the buttons of the preferences page change, each in one transaction."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum, StrEnum, auto
from typing import Any
from uuid import UUID

from django.db.models.functions import Now
from django.utils import timezone

from commentaries.models import Section
from subscriptions.addresses import lookup_of
from subscriptions.models import DAY, MAILS_A_DAY, SignUp, Subscriber
from subscriptions.subscribing import held


class Pause(StrEnum):
    AS_IT_IS = "as_it_is"
    NONE = "none"
    FOUR_WEEKS = "four_weeks"
    THREE_MONTHS = "three_months"
    OPEN = "open"


LENGTHS = {Pause.FOUR_WEEKS: timedelta(weeks=4), Pause.THREE_MONTHS: timedelta(weeks=13)}


def end_of(pause: Pause) -> date | None:
    """The day from which mail comes again after a pause that begins today; None: when they say so."""
    return timezone.localdate() + LENGTHS[pause] if pause in LENGTHS else None


def save(identity: UUID, pause: Pause, sections: Iterable[Section], **fields: Any) -> bool:
    """Note a subscriber's wishes. Says whether they still are one."""
    if pause != Pause.AS_IT_IS:
        fields |= {"paused_at": None if pause == Pause.NONE else timezone.now(), "paused_until": end_of(pause)}
    with held(identity) as subscriber:
        if subscriber is None:
            return False
        Subscriber.objects.filter(pk=subscriber.pk).update(**fields)
        subscriber.sections.set(sections)
        return True


class Move(Enum):
    ASKED = auto()  # the owner of the new address is asked
    TOO_OFTEN = auto()
    NOBODY = auto()  # is a subscriber any more


def ask_to_move(identity: UUID, address: str) -> Move:
    """Ask the owner of the new address. Only the subscriber's own rows decide about the answer.

    Nobody can have mail sent to many others from one subscription: it may ask as often as an address may be asked.
    """
    lookup = lookup_of(address)
    with held(identity, lookup) as subscriber:
        if subscriber is None:
            return Move.NOBODY
        if subscriber.moves.exclude(lookup=lookup).filter(asked_at__gt=Now() - DAY).count() >= MAILS_A_DAY:
            return Move.TOO_OFTEN
        SignUp.objects.ask(address, subscriber.language, moves=subscriber)
        return Move.ASKED
