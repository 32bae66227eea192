"""How many confirmed in each month, and about how many subscribers there were when it ended."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from commentaries.languages import LocalText, active_language
from commentaries.weeks import MONTHS_ALONE
from subscriptions.models import Headcount, Subscriber
from subscriptions.models.statistics import month_of
from subscriptions.statistics.figures import Figure, exact, rounded


@dataclass(frozen=True)
class Month:
    """`subscribers` is None where nobody counted."""

    start: date
    confirmed: Figure
    subscribers: Figure | None

    @property
    def name(self) -> LocalText:
        language = active_language()
        name = f"{MONTHS_ALONE[language][self.start.month - 1]} {self.start.year}"
        return LocalText(name[0].upper() + name[1:], language)


def months() -> list[Month]:
    """The last two years, oldest first, from the first month that anything is known of. The present one is not over."""
    this = month_of(timezone.localdate())
    kept = {row.month: row for row in Headcount.objects.filter(month__gt=this.replace(year=this.year - 2))}
    present = Headcount(month=this, subscribers=Subscriber.objects.count())
    present.confirmed = kept[this].confirmed if this in kept else 0
    kept[this] = present
    return [_month(kept.get(start) or Headcount(month=start)) for start in _every_month(min(kept), this)]


def _every_month(first: date, last: date) -> list[date]:
    found = [first]
    while found[-1] < last:
        found.append(month_of(found[-1] + timedelta(days=31)))
    return found


def _month(row: Headcount) -> Month:
    subscribers = None if row.subscribers is None else rounded(row.subscribers)
    return Month(row.month, exact(row.confirmed), subscribers)
