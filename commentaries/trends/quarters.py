"""The room a drawing has: a year in four quarters of whole weeks.

A week stands where its Monday does, so years follow each other without a gap and without a week that is drawn twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from commentaries.languages import active_language
from commentaries.weeks import MONTHS_ALONE, WEEK, monday_of

WEEK_WIDTH = 24
DAY = timedelta(days=1)
# The first months of the quarters, and after them that of the year to come.
FIRST_MONTHS = (1, 4, 7, 10)


def first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


@lru_cache(10_000)
def year_of(day: date) -> int:
    """The year in whose drawing this day stands."""
    return monday_of(day).year


@dataclass(frozen=True)
class Month:
    name: str
    x: int


@dataclass(frozen=True)
class Quarter:
    """The weeks whose Mondays are in three months of a year: 13 of them, or 14."""

    year: int
    month: int

    @cached_property
    def start(self) -> date:
        return first_monday(self.year, self.month)

    @cached_property
    def end(self) -> date:
        """The first day after it."""
        return (
            first_monday(self.year + 1, 1)
            if self.month == FIRST_MONTHS[-1]
            else first_monday(self.year, self.month + 3)
        )

    @property
    def months(self) -> list[Month]:
        """Their names, each above its first Monday."""
        names = MONTHS_ALONE[active_language()]
        return [
            Month(names[month - 1], (first_monday(self.year, month) - self.start) // WEEK * WEEK_WIDTH)
            for month in range(self.month, self.month + 3)
        ]

    @property
    def name(self) -> str:
        months = self.months
        return f"{months[0].name} – {months[-1].name} {self.year}"

    def place(self, start: date, end: date) -> tuple[str, str] | None:
        """Where the days from `start` to `end` lie: how far from the left, and how wide. None: outside.

        As text, because a decimal point in SVG is one in every language.
        """
        first, after = max(start, self.start), min(end + DAY, self.end)
        if first >= after:
            return None
        return _units(first - self.start), _units(after - first)


def quarters(year: int) -> list[Quarter]:
    return [Quarter(year, month) for month in FIRST_MONTHS]


def _units(length: timedelta) -> str:
    return f"{length / WEEK * WEEK_WIDTH:.4g}"
