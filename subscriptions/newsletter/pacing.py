"""How fast mail may go: to all, and to each domain. All workers share the pace, which is kept in the database.

A server that asks for patience gets fewer mails at once, and slowly more again. Domains are known by a keyed digest.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least, Now

from subscriptions.digests import digest
from subscriptions.models import Pace

ALL = ""
SPREE = timedelta(seconds=1)  # what was not used of the last second may be used at once
SLOWEST = 64  # times slower than set
ONCE_IN = timedelta(seconds=10)  # many refusals of one moment slow down once
EASES_IN = timedelta(minutes=5)  # of silence, and it goes twice as fast again
WHEN_SLOWED = 8.0  # mails a second to whom no rate is set


def key_of(domain: str) -> str:
    return digest("subscriptions.pace", domain).hex()[:32]


def set_rate(key: str) -> float:
    """Mails a second as the settings have it; 0: as fast as it goes."""
    return float(settings.NEWSLETTER_DOMAIN_RATE if key else settings.NEWSLETTER_RATE)


def slowed() -> set[str]:
    """The keys of all that are slowed down now."""
    rows = Pace.objects.filter(slowness__gt=1, slowed_at__gt=Now() - 6 * EASES_IN)  # by then 64 has become 1
    return set(rows.values_list("key", flat=True))


def take(key: str, wanted: int) -> tuple[int, datetime]:
    """How many of so many mails may start now, and when the next may. In a transaction, in which others wait."""
    Pace.objects.bulk_create([Pace(key=key)], ignore_conflicts=True)
    pace = Pace.objects.select_for_update().get(key=key)
    now = Pace.objects.filter(pk=pace.pk).values_list(Now(), flat=True).get()
    slowness = pace.slowness
    if pace.slowed_at:
        slowness = max(1, slowness >> int((now - pace.slowed_at) / EASES_IN))
    rate = (set_rate(key) or WHEN_SLOWED) / slowness
    start = max(pace.free_at, now - SPREE)
    may = min(wanted, int((now - start).total_seconds() * rate) + 1) if start <= now else 0
    free_at = start + timedelta(seconds=may / rate)
    if may:
        Pace.objects.filter(pk=pace.pk).update(free_at=free_at)
    return may, free_at


@transaction.atomic
def slow_down(keys: Iterable[str]) -> None:
    """These were asked to be patient with."""
    for key in sorted(set(keys)):
        Pace.objects.bulk_create([Pace(key=key)], ignore_conflicts=True)
        calm = Q(slowed_at=None) | Q(slowed_at__lte=Now() - ONCE_IN)
        slower = Least(F("slowness") * 2, SLOWEST)
        Pace.objects.filter(calm, key=key).update(slowness=slower, slowed_at=Now())


def forget_the_old() -> None:
    """A pace says something for an hour at most."""
    Pace.objects.filter(free_at__lte=Now() - timedelta(hours=1)).delete()
