"""The calendar of the site: how each section went in each public week. It is read once a revision, not once a page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from operator import attrgetter

from commentaries.models import Commentary
from commentaries.revision import while_it_stands
from commentaries.trends.marks import Mark, marks

START = attrgetter("start")


class Calendar:
    """All public marks, by week and by section, oldest first."""

    def __init__(self, found: list[Mark]) -> None:
        self.weeks: dict[date, list[Mark]] = {}
        self.by_key = {mark.key: mark for mark in found}
        self._sections: dict[str, list[Mark]] = {}
        for mark in found:
            self.weeks.setdefault(mark.start, []).append(mark)
            self._sections.setdefault(mark.section, []).append(mark)
        self.starts = list(self.weeks)

    def of(self, section: str) -> list[Mark]:
        return self._sections.get(section, [])

    def until(self, section: str, start: date) -> list[Mark]:
        """The section's marks up to a week, that week's own among them."""
        own = self.of(section)
        return own[: bisect_right(own, start, key=START)]

    def between(self, after: date, until: date) -> list[date]:
        """The weeks that start after the one day, and no later than the other."""
        return self.starts[bisect_right(self.starts, after) : bisect_right(self.starts, until)]

    def beside(self, start: date) -> list[date]:
        """The weeks next to one, before and after it, which need not be public itself."""
        before, after = bisect_left(self.starts, start), bisect_right(self.starts, start)
        return self.starts[max(0, before - 1) : before] + self.starts[after : after + 1]

    def beside_in(self, section: str, start: date) -> list[Mark]:
        """The section's marks next to a week, however far away they are."""
        own = self.of(section)
        before, after = bisect_left(own, start, key=START), bisect_right(own, start, key=START)
        return own[max(0, before - 1) : before] + own[after : after + 1]


@while_it_stands
def calendar() -> Calendar:
    return Calendar(marks(Commentary.objects.published()))
