"""What is drawn of the trends: rows of weeks, quarter by quarter, and the same as the rows of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise

from django.utils.translation import gettext as _

from commentaries.languages import LocalText, local
from commentaries.models import Section, Trend
from commentaries.trends.marks import Mark, short_label
from commentaries.trends.quarters import DAY, WEEK_WIDTH, Quarter, quarters, year_of
from commentaries.trends.small import MARK_WIDTH, Small, placed
from commentaries.weeks import WEEK

Week = tuple[date, date]


@dataclass(frozen=True)
class Cell:
    """A week of a section, where it lies in its quarter."""

    mark: Mark
    x: str
    width: str
    section: str

    @property
    def is_one_week(self) -> bool:
        return self.width == str(WEEK_WIDTH)

    @property
    def middle(self) -> str:
        """Where the shape stands in a cell that is wider or narrower than a week."""
        return f"{float(self.x) + (float(self.width) - WEEK_WIDTH) / 2:.4g}"

    @property
    def tile(self) -> str:
        """The path of a cell that is wider or narrower than a week."""
        return f"M{self.x} 0h{self.width}v{WEEK_WIDTH}h-{self.width}z"

    @property
    def name(self) -> str:
        label = self.mark.label
        values = {"section": self.section, "week": self.mark.week, "trend": label[0].lower() + label[1:]}
        return _("%(section)s, %(week)s: %(trend)s") % values


@dataclass(frozen=True)
class Strip:
    """One row within one quarter."""

    row: Row
    quarter: Quarter
    cells: list[Cell]
    line: str

    @property
    def words(self) -> str:
        """What it shows, counted."""
        return in_words(cell.mark for cell in self.cells)


@dataclass(frozen=True)
class Row:
    """A section's year: a mark for every issue, without a trend where the issue has no commentary on it."""

    section: Section
    year: int
    marks: list[Mark]

    @cached_property
    def title(self) -> LocalText:
        return local(self.section, "title")

    @cached_property
    def drawn(self) -> list[Mark]:
        """Without the weeks before a section took over from another and those after it was closed."""
        found = [index for index, mark in enumerate(self.marks) if mark.trend]
        first = found[0] if self.section.continues_id else 0
        last = found[-1] + 1 if self.section.retired_at else None
        return self.marks[first:last]

    def strip(self, quarter: Quarter, line: str) -> Strip:
        return Strip(self, quarter, _cells(self.drawn, quarter, self.title), line)


def _cells(marks: Iterable[Mark], quarter: Quarter, title: str) -> list[Cell]:
    near = (mark for mark in marks if mark.start < quarter.end and mark.end >= quarter.start)
    placed = ((mark, quarter.place(mark.start, mark.end)) for mark in near)
    return [Cell(mark, *place, title) for mark, place in placed if place]


@dataclass(frozen=True)
class Panel:
    """A quarter with its rows."""

    quarter: Quarter
    strips: list[Strip]


@dataclass(frozen=True)
class Year:
    """A year of the heatmap. `gaps` are the times without an issue, between the first issue of all and the last."""

    year: int
    rows: list[Row]
    gaps: list[Week]

    @cached_property
    def panels(self) -> list[Panel]:
        """The quarters in which there is something to see."""
        panels = [self._panel(quarter) for quarter in quarters(self.year)]
        return [panel for panel in panels if any(strip.cells or strip.line for strip in panel.strips)]

    def _panel(self, quarter: Quarter) -> Panel:
        places = filter(None, (quarter.place(*gap) for gap in self.gaps))
        line = "".join(f"M{x} 12h{width}" for x, width in places)
        return Panel(quarter, [row.strip(quarter, line) for row in self.rows])

    @property
    def small(self) -> tuple[Small, ...]:
        """The first row, small: a drawing for each quarter that has a week."""
        return _small(self.year, tuple((mark.start, mark.end, mark.trend) for mark in self.rows[0].drawn))

    @property
    def words(self) -> str:
        """The first row, counted."""
        return in_words(self.rows[0].drawn)

    @property
    def table(self) -> list[list[Mark]]:
        """The weeks, newest first: each a mark for every row."""
        return [list(week) for week in reversed(list(zip(*(row.marks for row in self.rows), strict=True)))]


@lru_cache(512)  # the years of all sections, about
def _small(year: int, weeks_and_trends: tuple[tuple[date, date, str], ...]) -> tuple[Small, ...]:
    """The quarters that have a week. The years that are over stay as they are."""
    marks = [Mark(start, end, "", trend) for start, end, trend in weeks_and_trends]
    drawings = []
    for quarter in quarters(year):
        if cells := _cells(marks, quarter, ""):
            scale, weeks = MARK_WIDTH / WEEK_WIDTH, (quarter.end - quarter.start) // WEEK
            places = tuple((cell.mark.trend, float(cell.middle) * scale) for cell in cells)
            drawings.append(placed(places, weeks * MARK_WIDTH))
    return tuple(drawings)


def in_words(found: Iterable[Mark]) -> str:
    """How often each trend was found: "improved: 3, unchanged: 9". They are never added up into one figure."""
    counted = Counter(mark.trend for mark in found)
    return ", ".join(f"{short_label(trend)}: {counted[trend]}" for trend in [*Trend.values, ""] if counted[trend])


def drawn_years(sections: list[Section], found: list[Mark], weeks: list[Week], asked: range) -> list[Year]:
    """The asked years that have an issue, newest first, with the sections that have a commentary there."""
    by_place = {(mark.section, mark.start): mark for mark in found}
    gaps = [(end + DAY, start - DAY) for (_start, end), (start, _end) in pairwise(weeks) if start - end > DAY]
    by_year = _by_year(weeks)
    years = []
    for year in reversed(asked):
        rows = [_row(section, year, by_year.get(year, []), by_place) for section in sections]
        shown = [row for row in rows if any(mark.trend for mark in row.marks)]
        if shown:
            years.append(Year(year, shown, gaps))
    return years


def _by_year(weeks: list[Week]) -> dict[int, list[Week]]:
    """The weeks of each year; one that reaches into the next is in both."""
    found: dict[int, list[Week]] = {}
    for start, end in weeks:
        for year in range(year_of(start), year_of(end) + 1):
            found.setdefault(year, []).append((start, end))
    return found


def _row(section: Section, year: int, weeks: list[Week], by_place: dict[tuple[str, date], Mark]) -> Row:
    marks = [by_place.get((section.slug, start)) or Mark(start, end, section.slug, "") for start, end in weeks]
    return Row(section, year, marks)


def one_after_another(years: list[Year]) -> list[list[Mark]]:
    """The weeks of all these years, newest first; one that stands in two of them once."""
    weeks = {week[0].start: week for year in years for week in year.table if week}
    return list(weeks.values())


def in_order(sections: Iterable[Section]) -> list[Section]:
    """As they stand in an issue, each section followed by the one that it continues; closed ones last otherwise."""
    waiting = sorted(sections, key=lambda section: (section.retired_at is not None, section.order, section.slug))
    ordered: list[Section] = []
    while waiting:
        section: Section | None = waiting[0]
        while section in waiting:
            waiting.remove(section)
            ordered.append(section)
            section = next((each for each in waiting if each.pk == section.continues_id), None)
    return ordered
