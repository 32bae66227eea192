"""Putting every address under the newest key, while the site and its workers go on."""

from collections.abc import Iterator
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import models

from subscriptions.addresses import SealedAddress
from subscriptions.models import SignUp, Subscriber
from subscriptions.turns import EVERYONE, in_turn

# Sign-ups first: confirming copies a sign-up's sealed address into a subscriber.
HOLDERS: tuple[type[models.Model], ...] = (SignUp, Subscriber)
BATCH = 500


def count() -> int:
    return sum(model._default_manager.count() for model in HOLDERS)


def reseal_all() -> Iterator[str]:
    """Go through all addresses; what was done with each: "resealed", "current" or "unreadable".

    Each batch is a transaction, so an interrupted rotation is taken up by starting it again.
    """
    for model in HOLDERS:
        last = None
        while True:
            with in_turn(EVERYONE):
                rows = list(_batch_after(model, last))
                done = [_reseal(model, pk, sealed) for pk, sealed in rows]
            if not rows:
                break
            last = rows[-1][0]
            yield from done


def _batch_after(model: type[models.Model], last: Any) -> Any:
    rows = model._default_manager.select_for_update().order_by("pk")
    if last is not None:
        rows = rows.filter(pk__gt=last)
    return rows.values_list("pk", "address")[:BATCH]


def _reseal(model: type[models.Model], pk: Any, sealed: SealedAddress) -> str:
    if sealed.has_newest_key:
        return "current"
    try:
        address = sealed.reveal()
    except InvalidToken:
        return "unreadable"
    model._default_manager.filter(pk=pk).update(address=SealedAddress.seal(address))
    return "resealed"
