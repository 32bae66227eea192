"""What stands around a commentary: the week's others, what its section said before, and what else is about the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, DateTimeField, F, QuerySet, TextField, When
from django.utils import timezone

from commentaries.compiled import Keys, Moment, Parameter, compiled
from commentaries.languages import FALLBACK, LocalText, active_language, first_of, local
from commentaries.models import Commentary, Translation
from commentaries.models.commentaries import Edition
from commentaries.search.related import nearest
from commentaries.trends.calendar import calendar
from commentaries.trends.facts import Run, last_run
from commentaries.trends.marks import Mark

EARLIER = 4  # commentaries
RELATED = 3


@dataclass(frozen=True)
class Mention:
    """As much of another commentary as a page names: readers of the active language get its headline."""

    section: LocalText
    trend: str
    title: LocalText
    url: str  # empty where it may not be opened from this page
    week: LocalText | None = None

    @classmethod
    def of(cls, edition: Edition, url: str) -> Mention:
        this = edition.commentary
        return cls(local(this.section, "title"), this.trend, LocalText(edition.title, edition.language), url)


@dataclass(frozen=True)
class Story:
    others: list[Mention]  # of the same week, as they stand in it
    earlier: list[Mention]  # of the same section, newest first
    related: list[Mention]  # on the same subject, the nearest first; none of the earlier ones
    run: Run | None  # the weeks one after another, up to this one, that went the same way


def story(edition: Edition) -> Story:
    """The story up to this public commentary, as readers of the active language get it. In two queries."""
    this, known = edition.commentary, calendar()
    week = this.issue.week_start
    until_now = known.until(this.section.slug, week)
    others = [mark for mark in known.weeks.get(week, []) if mark.section != this.section.slug]
    earlier = [mark for mark in reversed(until_now) if mark.start < week][:EARLIER]
    near = [mark for key in nearest(edition) if (mark := known.by_key.get(key)) and mark not in earlier]
    found = _mentions([*others, *earlier, *near])

    def named(marks: Sequence[Mark]) -> list[Mention]:
        return [found[mark.key] for mark in marks if mark.key in found]

    return Story(named(others), named(earlier), named(near)[:RELATED], _run(until_now, this))


def _mentions(marks: list[Mark]) -> dict[int | None, Mention]:
    """Those of these commentaries that are public, by their keys, in one query that brings none of their texts."""
    headlines: dict[int, dict[str, str]] = {}
    sections: dict[int, dict[str, str]] = {}
    keys = {mark.key for mark in marks}
    for key, language, headline, *titles in _headlines(now=timezone.now(), keys=keys) if keys else ():
        headlines.setdefault(key, {})[language] = headline
        sections[key] = dict(zip(FALLBACK, titles, strict=True))
    language = active_language()
    return {
        mark.key: Mention(
            first_of(sections[mark.key].get, language),
            mark.trend,
            first_of(headlines[mark.key].get, language),
            mark.url,
            mark.week,
        )
        for mark in marks
        if mark.key in headlines
    }


@compiled(now=DateTimeField(), keys=Keys())
def _headlines(now: Moment, keys: Parameter) -> QuerySet[Commentary, Any]:
    """Of each public commentary the headline in each public language, and its section's titles.

    A language counts as `ready_in` has it: what has no text is never marked ready (`translations.record_change`).
    """
    public: Any = Commentary.objects.published(now).filter(
        pk__among=keys, translations__state__in=Translation.PUBLIC_STATES
    )
    as_they_are = public.rewrite(False).order_by()  # else translated columns are looked for in each
    texts = as_they_are.annotate(headline=_in_its_language("title"), text=_in_its_language("body"))
    titles = (f"section__title_{language}" for language in FALLBACK)
    found: QuerySet[Commentary, Any] = texts.filter(headline__gt="", text__gt="").values_list(
        "pk", "translations__language", "headline", *titles
    )
    return found


def _in_its_language(field: str) -> Case:
    """The text of the language that the row of the translation is of."""
    return Case(
        *(When(translations__language=language, then=F(f"{field}_{language}")) for language in FALLBACK),
        output_field=TextField(),
    )


def _run(until_now: list[Mark], commentary: Commentary) -> Run | None:
    run = last_run(until_now)
    return run if run and run.end == commentary.issue.week_end else None
