"""The subscribers as comma-separated values (RFC 4180), a few at a time, so that a million need no memory."""

import csv
from collections import defaultdict
from collections.abc import Iterator

from cryptography.fernet import InvalidToken
from django.utils import timezone

from commentaries.models import Section
from commentaries.trends.table import harmless
from subscriptions.addresses import SealedAddress
from subscriptions.models import Subscriber

COLUMNS = ["address", "language", "sections", "cadence", "confirmed_at"]
BATCH = 1_000


class Echo:
    """A file for csv.writer that hands back what was written."""

    def write(self, line: str) -> str:
        return line


def exported() -> Iterator[str]:
    """The header, then a line for each subscriber."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    slugs = dict(Section.objects.order_by("order", "slug").values_list("pk", "slug"))
    fields = ["pk", "address", "language", "cadence", "confirmed_at"]
    last = 0
    while batch := list(Subscriber.objects.filter(pk__gt=last).order_by("pk").values_list(*fields)[:BATCH]):
        first, last = batch[0][0], batch[-1][0]
        chosen = _chosen(first, last)
        for pk, address, language, cadence, confirmed_at in batch:
            sections = " ".join(slug for section, slug in slugs.items() if section in chosen[pk])
            when = timezone.localtime(confirmed_at).isoformat(timespec="seconds")
            yield writer.writerow(map(harmless, [_revealed(address), language, sections, cadence, when]))


def _chosen(first: int, last: int) -> dict[int, set[int]]:
    """The sections of these subscribers."""
    found = defaultdict[int, set[int]](set)
    rows = Subscriber.sections.through.objects.filter(subscriber__gte=first, subscriber__lte=last)
    for subscriber, section in rows.values_list("subscriber_id", "section_id"):
        found[subscriber].add(section)
    return found


def _revealed(address: SealedAddress) -> str:
    """Empty where no key opens it: this one is lost, and the others are not."""
    try:
        return address.reveal()
    except InvalidToken:
        return ""
