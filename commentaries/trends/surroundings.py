"""The weeks up to an issue's, and the way from one week to the next."""

from __future__ import annotations

from collections.abc import Iterable

from commentaries.models import Commentary, Issue, Section
from commentaries.trends.calendar import calendar
from commentaries.trends.marks import Mark
from commentaries.weeks import WEEK

STRIP_WEEKS = 12


def _with_shown(public: list[Mark], issue: Issue, shown: Iterable[Commentary]) -> list[Mark]:
    """The marks with those of the issue's shown commentaries in the place of their public ones."""
    own = [Mark(issue.week_start, issue.week_end, each.section.slug, each.trend) for each in shown]
    places = {(mark.start, mark.section) for mark in own}
    others = [mark for mark in public if (mark.start, mark.section) not in places]
    return sorted([*others, *own], key=lambda mark: mark.start)


class Surroundings:
    """The weeks up to an issue's and the ways on from it, for every section."""

    def __init__(self, issue: Issue, section: Section | None = None, shown: Iterable[Commentary] = ()) -> None:
        """`section` adds that section's nearest commentaries, however many weeks away they are.

        `shown` are commentaries of the issue that the page shows although they are not public.
        """
        self.start = issue.week_start
        self.section = section.slug if section else None
        known, first = calendar(), self.start - STRIP_WEEKS * WEEK
        weeks = {*known.between(first, self.start), *known.beside(self.start)}
        public = [mark for start in weeks for mark in known.weeks[start]]
        if section:
            public += [mark for mark in known.beside_in(section.slug, self.start) if mark.start not in weeks]
        self.marks = _with_shown(public, issue, shown)
        self.weeks = sorted({(mark.start, mark.end) for mark in self.marks if first < mark.start <= self.start})

    def strip(self, section: str) -> list[Mark]:
        """The section's marks of the last weeks, oldest first, with a gap where a week has none."""
        by_week = {mark.start: mark for mark in self._of(section)}
        return [by_week.get(start) or Mark(start, end, section, "") for start, end in self.weeks]

    def previous(self, section: str | None = None) -> Mark | None:
        earlier = [mark for mark in self._of(section) if mark.start < self.start]
        return earlier[-1] if earlier else None

    def next(self, section: str | None = None) -> Mark | None:
        later = [mark for mark in self._of(section) if mark.start > self.start]
        return later[0] if later else None

    def earlier_weeks(self, sections: list[str]) -> list[list[Mark]]:
        """The weeks before this one, newest first: for each the marks of these sections, in their order."""
        strips = [[mark for mark in self.strip(section) if mark.start < self.start] for section in sections]
        return [list(week) for week in zip(*map(reversed, strips), strict=True)]

    @property
    def previous_in_section(self) -> Mark | None:
        return self.previous(self.section)

    @property
    def next_in_section(self) -> Mark | None:
        return self.next(self.section)

    def _of(self, section: str | None) -> list[Mark]:
        return [mark for mark in self.marks if section in (None, mark.section)]
