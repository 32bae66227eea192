"""Who would get the newsletter of an issue, counted. Numbers only: nobody's address is read."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef

from subscriptions.models import Subscriber, Suppression
from subscriptions.newsletter.preparing import readers_of


@dataclass(frozen=True)
class Counts:
    by_language: dict[str, int]  # who would get it
    suppressed: int  # whose address gets nothing any more
    without: int  # for whom there is nothing in it: not their sections, or no change of trend
    paused: int

    @property
    def total(self) -> int:
        return sum(self.by_language.values())


def counts(content: dict[str, Any]) -> Counts:
    """How many would get this content, by language, and how many not, by the reason. Three queries.

    Each counts once: as paused, else as having nothing in it, else as suppressed.
    """
    suppressed = Exists(Suppression.objects.filter(lookup=OuterRef("lookup")))
    found = readers_of(content).order_by().annotate(is_suppressed=suppressed)
    rows = list(found.values_list("language", "is_suppressed").annotate(Count("pk")))
    receiving = Subscriber.objects.receiving().count()
    return Counts(
        by_language={language: number for language, is_suppressed, number in rows if not is_suppressed},
        suppressed=sum(number for _language, is_suppressed, number in rows if is_suppressed),
        # Between two of the queries somebody may join or leave.
        without=max(receiving - sum(number for *_key, number in rows), 0),
        paused=max(Subscriber.objects.count() - receiving, 0),
    )
