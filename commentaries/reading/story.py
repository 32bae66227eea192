"""The story so far: what a section's commentaries said before this one, and how long its trend has held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from commentaries.models import Commentary
from commentaries.models.commentaries import CommentaryQuerySet, Edition
from commentaries.trends.calendar import calendar
from commentaries.trends.facts import Run, runs

EARLIER = 4  # commentaries


@dataclass(frozen=True)
class Story:
    earlier: list[Edition]  # newest first
    run: Run | None  # the weeks one after another, up to this one, that went the same way


def with_earlier(week: date, slug: str) -> CommentaryQuerySet:
    """The public commentaries of a week, and the section's last ones before it, all in one query."""
    public = Commentary.objects.published()
    before = public.filter(section__slug=slug, issue__week_start__lt=week).order_by("-issue__week_start")
    found: CommentaryQuerySet = public.filter(Q(issue__week_start=week) | Q(pk__in=before.values("pk")[:EARLIER]))
    return found


def story(commentary: Commentary, found: list[Edition]) -> Story:
    """The story up to this commentary, told from those that `with_earlier` found."""
    week = commentary.issue.week_start
    earlier = [edition for edition in found if edition.commentary.issue.week_start < week]
    earlier.sort(key=lambda edition: edition.commentary.issue.week_start, reverse=True)
    return Story(earlier, _run(commentary))


def _run(commentary: Commentary) -> Run | None:
    of_section = calendar().of(commentary.section.slug)
    known = runs(mark for mark in of_section if mark.start <= commentary.issue.week_start)
    return known[-1] if known and known[-1].end == commentary.issue.week_end else None
