"""Asking the people of a list whether they want the newsletter. Nobody gets it before they press the button.

Whoever is a subscriber, has been asked, has left or is suppressed stays as they are.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple, TypeVar
from uuid import uuid4

from django.utils import timezone

from subscriptions.addresses import SealedAddress
from subscriptions.lists.inserting import insert
from subscriptions.lists.reading import Row
from subscriptions.models import Departure, SignUp, Subscriber, Suppression
from subscriptions.turns import EVERYONE, in_turn

Item = TypeVar("Item")

# After so long the next mail of a list is due. Who signs up on the site meanwhile comes in between.
EACH = timedelta(milliseconds=100)
BATCH = 900  # SQLite takes 999 values in a statement


class Standing(NamedTuple):
    """Which lookups of a list stay as they are."""

    suppressed: set[str]  # bounced, complained, left or erased
    known: set[str]  # subscribed, or asked already


def standing(lookups: Sequence[str]) -> Standing:
    suppressed, known = set[str](), set[str]()
    for batch in _batches(lookups):
        for model, found in ((Suppression, suppressed), (Departure, suppressed), (Subscriber, known), (SignUp, known)):
            rows = model._default_manager.filter(lookup__in=batch).order_by()
            found.update(rows.values_list("lookup", flat=True))
    return Standing(suppressed, known - suppressed)


def ask(rows: Sequence[Row]) -> int:
    """Queue a mail to everybody of whom nothing is known; says to how many. All or nothing, and once.

    The sealing takes long, so it is done before everybody else has to wait.
    """
    sealed = [(row, SealedAddress.seal(row.address)) for row in rows]
    with in_turn(EVERYONE):
        stay = set[str]().union(*standing([row.lookup for row in rows]))
        new = [one for one in sealed if one[0].lookup not in stay]
        _queue(new)
    return len(new)


def _queue(new: Sequence[tuple[Row, SealedAddress]]) -> None:
    """Written as sign-ups, each due a moment after the one before."""
    now = timezone.now()
    fields = ("id", "lookup", "address", "language", "asked_at", "next_attempt_at", "attempts")
    sign_ups = [
        (uuid4(), row.lookup, address, row.language, now, now + number * EACH, 0)
        for number, (row, address) in enumerate(new)
    ]
    insert(SignUp, fields, sign_ups)
    choices = [
        (sign_up[0], section)
        for sign_up, (row, _address) in zip(sign_ups, new, strict=True)
        for section in row.sections
    ]
    insert(SignUp.sections.through, ("signup", "section"), choices)


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
