"""The page of trends: all sections or one, week by week, drawn and as tables."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from commentaries.caching import public
from commentaries.models import Commentary, Issue, Section, Trend
from commentaries.revision import while_it_stands
from commentaries.trends.drawing import Week, Year, drawn_years, in_order, one_after_another
from commentaries.trends.facts import Facts, facts
from commentaries.trends.marks import Mark, marks, short_label
from commentaries.trends.period import Asked, asked, periods
from commentaries.trends.quarters import first_monday, year_of


@require_safe
@public("section", "from", "to")
def trends(request: HttpRequest) -> HttpResponse:
    weeks = public_weeks()
    if not weeks:
        return render(request, "commentaries/trends.html")
    known = range(year_of(weeks[0][0]), year_of(weeks[-1][1]) + 1)
    sections = _sections()
    chosen = asked(request.GET, known, sections)
    shown = [chosen.section] if chosen.section else sections
    found = marks(_public(chosen))
    years = drawn_years(shown, found, weeks, chosen.period.years)
    context = {
        "sections_with_trends": sections,
        "chosen": chosen,
        "known": known,
        "periods": [] if chosen.section else periods(known),
        "years": years,
        "all_weeks": one_after_another(years) if chosen.section else [],
        "facts": _facts(chosen, found),
        "trend_labels": [*Trend.choices, ("", short_label(""))],
    }
    response = render(request, "commentaries/trends.html", context)
    if chosen.remarks:  # there is no end of questions that make no sense
        response.headers["Cache-Control"] = "no-store"
    return response


def _facts(chosen: Asked, found: list[Mark]) -> Facts | None:
    """Of the chosen section in the years shown; an issue that only reaches into them counts before."""
    return facts([mark for mark in found if year_of(mark.start) in chosen.period.years]) if chosen.section else None


@while_it_stands
def public_weeks() -> list[Week]:
    """The weeks that have a public issue, oldest first."""
    return list(Issue.objects.published().order_by("week_start").values_list("week_start", "week_end"))


def _sections() -> list[Section]:
    """Those with a public commentary, each after the one that carries its subject on."""
    with_public = Commentary.objects.published().values("section")
    return in_order(
        Section.objects.filter(pk__in=with_public).select_related("continues").prefetch_related("continued_by")
    )


def _public(chosen: Asked) -> QuerySet[Commentary, Any]:
    period, section = chosen.period, chosen.section
    end = first_monday(period.last + 1, 1)
    found: QuerySet[Commentary, Any] = Commentary.objects.published().filter(
        issue__week_start__lt=end, issue__week_end__gte=first_monday(period.first, 1)
    )
    return found.filter(section=section) if section else found


def course(section: Section, found: list[Mark]) -> list[Year]:
    """A section's years for its own page, newest first."""
    if not found:
        return []
    return drawn_years([section], found, public_weeks(), range(year_of(found[0].start), year_of(found[-1].end) + 1))
