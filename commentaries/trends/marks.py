"""A mark: how one section went in one week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from commentaries.languages import LocalText, active_language
from commentaries.models import Commentary, Trend
from commentaries.paths import path_to
from commentaries.weeks import week_name

SHORT_LABELS = {
    Trend.IMPROVED: _("improved"),
    Trend.UNCHANGED: _("unchanged"),
    Trend.WORSENED: _("got worse"),
    "": _("no commentary"),
}


def short_label(trend: str) -> str:
    """The trend in a word, where twelve of them stand in a row."""
    return str(SHORT_LABELS[trend])


@dataclass(frozen=True, slots=True)
class Mark:
    """How one section went in one week; without a trend where that week has no commentary on it."""

    start: date
    end: date
    section: str
    trend: str
    key: int | None = None  # of the commentary that says so

    @property
    def week(self) -> LocalText:
        language = active_language()
        return LocalText(week_name(self.start, self.end, language), language)

    @property
    def label(self) -> str:
        return str(Trend(self.trend).label) if self.trend else short_label("")

    @property
    def short_label(self) -> str:
        return short_label(self.trend)

    @property
    def sign(self) -> str:
        """The mark in a line of text."""
        return Trend(self.trend).mark if self.trend else ""

    @property
    def issue_url(self) -> str:
        return path_to("commentaries:issue", self.start)

    @property
    def url(self) -> str:
        return path_to("commentaries:commentary", self.start, self.section)


def marks(commentaries: QuerySet[Commentary, Any]) -> list[Mark]:
    """The marks of these commentaries in one query that reads none of their texts, oldest first."""
    rows = commentaries.order_by("issue__week_start", "section__order", "section__slug").values_list(
        "issue__week_start", "issue__week_end", "section__slug", "trend", "pk"
    )
    return [Mark(*row) for row in rows]
