"""Sendings and the rows of their ledgers, as they are after a start and while workers are at them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from commentaries.models import Issue
from subscriptions.models import Delivery, Sending
from subscriptions.newsletter import sending as deeds
from tests.factories import make_subscriber

_numbers: Iterator[int] = count(1)


def start(issue: Issue, **fields: Any) -> Sending:
    """A newsletter that has started a while ago, its ledger written."""
    sending = deeds.start(issue)
    ago = timezone.now() - timedelta(hours=1)
    Sending.objects.filter(pk=sending.pk).update(**{"started_at": ago, "prepared_at": ago, **fields})
    return Sending.objects.get(pk=sending.pk)


def settled_at(state: str) -> datetime | None:
    return None if state in Delivery.OPEN else timezone.now()


def deliver(sending: Sending, state: str = "pending", number: int = 1, **fields: Any) -> list[Delivery]:
    """So many rows in this state; what is settled was settled just now."""
    defaults = {"state": state, "language": "be", "settled_at": settled_at(state)}
    subscribers = [make_subscriber(f"reader-{next(_numbers)}@example.org") for _row in range(number)]
    rows = [Delivery(sending=sending, subscriber=one, **{**defaults, **fields}) for one in subscribers]
    return Delivery.objects.bulk_create(rows)
