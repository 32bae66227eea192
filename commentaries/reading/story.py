"""What stands around a commentary: the week's others, what its section said before, and what else is about the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import DateTimeField
from django.utils import timezone

from commentaries.compiled import Keys, Moment, Parameter, compiled
from commentaries.models import Commentary
from commentaries.models.commentaries import CommentaryQuerySet, Edition
from commentaries.search.related import nearest
from commentaries.trends.calendar import calendar
from commentaries.trends.facts import Run, runs
from commentaries.trends.marks import Mark

EARLIER = 4  # commentaries
RELATED = 3


@dataclass(frozen=True)
class Story:
    others: list[Edition]  # of the same week, as they stand in it
    earlier: list[Edition]  # of the same section, newest first
    related: list[Edition]  # on the same subject, the nearest first; none of the earlier ones
    run: Run | None  # the weeks one after another, up to this one, that went the same way


def story(edition: Edition) -> Story:
    """The story up to this public commentary, as readers of the active language get it. In two queries."""
    this, known = edition.commentary, calendar()
    week = this.issue.week_start
    until_now = [mark for mark in known.of(this.section.slug) if mark.start <= week]
    others = [mark.key for mark in known.weeks.get(week, []) if mark.section != this.section.slug]
    earlier = [mark.key for mark in reversed(until_now) if mark.start < week][:EARLIER]
    near = [key for key in nearest(edition) if key not in earlier]
    keys = {*others, *earlier, *near}
    lines = _lines(now=timezone.now(), keys=keys) if keys else []
    found = {row.pk: line for row in lines if (line := row.edition())}

    def named(keys: Sequence[int | None]) -> list[Edition]:
        return [found[key] for key in keys if key in found]

    return Story(named(others), named(earlier), named(near)[:RELATED], _run(until_now, this))


@compiled(now=DateTimeField(), keys=Keys())
def _lines(now: Moment, keys: Parameter) -> CommentaryQuerySet:
    found: CommentaryQuerySet = Commentary.objects.published(now).filter(pk__among=keys)
    return found.with_parts("translations")


def _run(until_now: list[Mark], commentary: Commentary) -> Run | None:
    known = runs(until_now)
    return known[-1] if known and known[-1].end == commentary.issue.week_end else None
