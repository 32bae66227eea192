"""How sections went over the weeks: the marks beside a section, and the way from one week to the next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from commentaries.languages import LocalText, active_language
from commentaries.models import Commentary, Issue, Section, Trend
from commentaries.weeks import WEEK, week_name

STRIP_WEEKS = 12


def short_label(trend: str) -> str:
    """The trend in a word, where twelve of them stand in a row."""
    labels = {
        Trend.IMPROVED: _("improved"),
        Trend.UNCHANGED: _("unchanged"),
        Trend.WORSENED: _("got worse"),
    }
    return labels[Trend(trend)] if trend else _("no commentary")


@dataclass(frozen=True)
class Mark:
    """How one section went in one week; without a trend where that week has no commentary on it."""

    start: date
    end: date
    section: str
    trend: str

    @property
    def week(self) -> LocalText:
        language = active_language()
        return LocalText(week_name(self.start, self.end, language), language)

    @property
    def label(self) -> str:
        return str(Trend(self.trend).label) if self.trend else _("no commentary")

    @property
    def short_label(self) -> str:
        return short_label(self.trend)

    @property
    def issue_url(self) -> str:
        return reverse("commentaries:issue", args=[self.start])

    @property
    def url(self) -> str:
        return reverse("commentaries:commentary", args=[self.start, self.section])


def marks(commentaries: QuerySet[Commentary, Any]) -> list[Mark]:
    """The marks of these commentaries in one query that reads none of their texts, oldest first."""
    rows = commentaries.order_by("issue__week_start", "section__order", "section__slug").values_list(
        "issue__week_start", "issue__week_end", "section__slug", "trend"
    )
    return [Mark(*row) for row in rows]


def _nearest(found: QuerySet[Commentary, Any], start: date) -> Q:
    """Selects the commentaries of the weeks next to `start` among those found, before and after it."""
    before = found.filter(issue__week_start__lt=start).order_by("-issue__week_start").values("issue__week_start")[:1]
    after = found.filter(issue__week_start__gt=start).order_by("issue__week_start").values("issue__week_start")[:1]
    return Q(issue__week_start=Subquery(before)) | Q(issue__week_start=Subquery(after))


def _with_shown(public: list[Mark], issue: Issue, shown: Iterable[Commentary]) -> list[Mark]:
    """The marks with those of the issue's shown commentaries in the place of their public ones."""
    own = [Mark(issue.week_start, issue.week_end, each.section.slug, each.trend) for each in shown]
    places = {(mark.start, mark.section) for mark in own}
    others = [mark for mark in public if (mark.start, mark.section) not in places]
    return sorted([*others, *own], key=lambda mark: mark.start)


class Surroundings:
    """The weeks up to an issue's and the ways on from it, for every section, in one query."""

    def __init__(self, issue: Issue, section: Section | None = None, shown: Iterable[Commentary] = ()) -> None:
        """`section` adds that section's nearest commentaries, however many weeks away they are.

        `shown` are commentaries of the issue that the page shows although they are not public.
        """
        self.start = issue.week_start
        self.section = section.slug if section else None
        public = Commentary.objects.published()
        wanted = Q(issue__week_start__range=(self.start - STRIP_WEEKS * WEEK + timedelta(days=1), self.start))
        wanted |= _nearest(public, self.start)
        if section:
            wanted |= _nearest(public.filter(section=section), self.start) & Q(section=section)
        self.marks = _with_shown(marks(public.filter(wanted)), issue, shown)
        first = self.start - STRIP_WEEKS * WEEK
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


def by_year(found: Iterable[Mark]) -> list[tuple[int, list[Mark]]]:
    """The marks by the year their week starts in, newest year first."""
    years: dict[int, list[Mark]] = {}
    for mark in found:
        years.setdefault(mark.start.year, []).append(mark)
    return sorted(years.items(), reverse=True)


@dataclass(frozen=True)
class WeekRow:
    """One week of the archive: a mark for each section that stands in the table's head."""

    issue: Issue
    marks: list[Mark]


@dataclass(frozen=True)
class YearTable:
    """A year of the archive, newest week first."""

    year: int
    sections: list[Section]
    rows: list[WeekRow]


def year_tables(issues: Iterable[Issue]) -> list[YearTable]:
    """The archive's tables for these issues, in two queries. A week belongs to the year it starts in."""
    by_year: dict[int, list[Issue]] = {}
    for issue in issues:
        by_year.setdefault(issue.week_start.year, []).append(issue)
    if not by_year:
        return []
    first, last = date(min(by_year), 1, 1), date(max(by_year), 12, 31)
    found = marks(Commentary.objects.published().filter(issue__week_start__range=(first, last)))
    sections = list(Section.objects.filter(slug__in={mark.section for mark in found}).order_by(*_SECTION_ORDER))
    return [_year_table(year, by_year[year], found, sections) for year in sorted(by_year, reverse=True)]


_SECTION_ORDER = (F("retired_at").desc(nulls_first=True), "order", "slug")


def _year_table(year: int, issues: list[Issue], found: list[Mark], sections: list[Section]) -> YearTable:
    of_year = {(mark.start, mark.section): mark for mark in found if mark.start.year == year}
    shown = [section for section in sections if any(slug == section.slug for _start, slug in of_year)]
    rows = [
        WeekRow(
            issue,
            [
                of_year.get((issue.week_start, section.slug))
                or Mark(issue.week_start, issue.week_end, section.slug, "")
                for section in shown
            ],
        )
        for issue in issues
    ]
    return YearTable(year, shown, rows)
