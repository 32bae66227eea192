"""The archive's tables: a year of issues, with a mark for each section."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from commentaries.models import Commentary, Issue, Section
from commentaries.trends.marks import Mark, marks


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
