"""What can be said of a section's course without judging it: its runs, and how often each trend was found.

Nothing here adds trends up: three weeks that got worse and three that improved do not make none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import ngettext

from commentaries.languages import LocalText, active_language
from commentaries.models import Trend
from commentaries.trends.marks import Mark, short_label
from commentaries.trends.quarters import DAY, year_of
from commentaries.weeks import WEEK, week_name


@dataclass(frozen=True)
class Run:
    """Weeks one after another that went the same way. A week without a commentary ends a run."""

    trend: str
    start: date
    end: date

    @property
    def weeks(self) -> int:
        return max(1, round((self.end - self.start + DAY) / WEEK))

    @property
    def days(self) -> LocalText:
        language = active_language()
        return LocalText(week_name(self.start, self.end, language), language)

    @property
    def words(self) -> str:
        count = self.weeks
        sentences = {
            Trend.IMPROVED: ngettext("improved for %(count)d week", "improved %(count)d weeks in a row", count),
            Trend.UNCHANGED: ngettext("unchanged for %(count)d week", "unchanged %(count)d weeks in a row", count),
            Trend.WORSENED: ngettext("got worse for %(count)d week", "got worse %(count)d weeks in a row", count),
        }
        return sentences[Trend(self.trend)] % {"count": count}


def runs(found: Iterable[Mark]) -> list[Run]:
    """The runs of a section's marks, oldest first."""
    ended: list[Run] = []
    for mark in found:
        last = ended[-1] if ended else None
        if last and last.trend == mark.trend and mark.start - last.end == DAY:
            ended[-1] = Run(last.trend, last.start, mark.end)
        elif mark.trend:
            ended.append(Run(mark.trend, mark.start, mark.end))
    return ended


def last_run(found: Sequence[Mark]) -> Run | None:
    """The newest of the runs, without looking further back than it goes."""
    run: Run | None = None
    for mark in reversed(found):
        if run is None:
            run = Run(mark.trend, mark.start, mark.end) if mark.trend else None
        elif mark.trend == run.trend and run.start - mark.end == DAY:
            run = Run(run.trend, mark.start, run.end)
        else:
            break
    return run


@dataclass(frozen=True)
class Share:
    trend: str
    count: int
    of: int

    @property
    def percent(self) -> int:
        return round(100 * self.count / self.of)


@dataclass(frozen=True)
class YearShares:
    """How often each trend was found in a year's commentaries."""

    year: int
    count: int
    shares: list[Share]


@dataclass(frozen=True)
class Facts:
    """A section's course in words and counts."""

    latest: Run
    longest: list[Run]
    years: list[YearShares]

    @property
    def trends(self) -> list[tuple[str, str]]:
        """The heads of the columns of `years`."""
        return [(trend, short_label(trend)) for trend in Trend.values]


def facts(found: list[Mark]) -> Facts | None:
    """Of a section's marks, oldest first; None where there are none."""
    all_runs = runs(found)
    if not all_runs:
        return None
    longest = [_longest(all_runs, trend) for trend in Trend.values]
    return Facts(all_runs[-1], [run for run in longest if run], _years(found))


def _longest(all_runs: list[Run], trend: str) -> Run | None:
    """The newest of the longest."""
    of_trend = [run for run in reversed(all_runs) if run.trend == trend]
    return max(of_trend, key=lambda run: run.weeks, default=None)


def _years(found: list[Mark]) -> list[YearShares]:
    years = []
    for year, group in groupby((mark for mark in found if mark.trend), key=lambda mark: year_of(mark.start)):
        trends = [mark.trend for mark in group]
        shares = [Share(trend, trends.count(trend), len(trends)) for trend in Trend.values]
        years.append(YearShares(year, len(trends), shares))
    return years[::-1]
