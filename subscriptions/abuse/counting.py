"""Counting by keyed digests, with the hour in the key: when it is over, a digest says nothing any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from subscriptions.models import Tally

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Limit:
    """How often something may happen in an hour, from one full hour to the next."""

    name: str
    most: int

    def digest(self, value: str, end: datetime) -> str:
        return _digest(f"{self.name} until {end.isoformat()}", value)


Counted = Mapping[Limit, str]  # what each limit is about: a network, a domain


def end_of_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + HOUR


def is_exceeded(counted: Counted) -> bool:
    """Count each once more. Whether this goes beyond a limit."""
    end = end_of_hour()
    limits = {limit.digest(value, end): limit for limit, value in counted.items()}
    numbers = Tally.objects.one_more(dict.fromkeys(limits, end))
    return any(numbers[digest] > limit.most for digest, limit in limits.items())


def is_reached(counted: Counted) -> bool:
    """Whether one more would go beyond a limit. Counts nothing."""
    end = end_of_hour()
    limits = {limit.digest(value, end): limit for limit, value in counted.items()}
    numbers = Tally.objects.filter(pk__in=limits).values_list("digest", "number")
    return any(number >= limits[digest].most for digest, number in numbers)


def is_first_use(what: str, remembered: timedelta) -> bool:
    """Note that this was used; whether it was for the first time, on whatever machine."""
    digest = _digest("used", what)
    return Tally.objects.one_more({digest: timezone.now() + remembered})[digest] == 1


def is_used(what: str) -> bool:
    return Tally.objects.filter(pk=_digest("used", what)).exists()


def _digest(purpose: str, value: str) -> str:
    return salted_hmac(f"subscriptions.abuse.{purpose}", value, algorithm="sha256").hexdigest()
