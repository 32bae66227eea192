"""The reader's pages. Each view fetches what is public, decides, and responds; none of them writes."""

from collections.abc import Iterable
from datetime import date
from http import HTTPStatus
from typing import cast

from django.db.models import DateField, DateTimeField, QuerySet, SlugField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import ResolverMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commentaries.caching import public
from commentaries.compiled import Keys, Moment, Parameter, compiled
from commentaries.languages import FALLBACK, in_language, local
from commentaries.models import Analyst, Commentary, Issue, Publication, Section
from commentaries.models.commentaries import CommentaryQuerySet, Edition, Trend
from commentaries.reading.story import story
from commentaries.trends import Surroundings, by_year, year_tables
from commentaries.trends.calendar import calendar
from commentaries.trends.marks import Mark, marks
from commentaries.trends.page import course
from commentaries.versions.readers import public_versions

YEARS_ON_ARCHIVE = 2


def editions(commentaries: Iterable[Commentary]) -> list[Edition]:
    """Each commentary as a reader of the active language gets it."""
    return [edition for commentary in commentaries if (edition := commentary.edition())]


def listed(found: Iterable[Mark], year: int | None) -> list[Edition]:
    """The commentaries that made these marks in a year, for a list: newest week first."""
    keys = [mark.key for mark in found if mark.start.year == year]
    return editions(_newest_first(now=timezone.now(), keys=keys)) if keys else []


@compiled(now=DateTimeField(), keys=Keys())
def _newest_first(now: Moment, keys: Parameter) -> CommentaryQuerySet:
    found: CommentaryQuerySet = Commentary.objects.published(now).filter(pk__among=keys)
    return found.order_by("-issue__week_start", "section__order").with_parts("translations")


def languages_of(found: list[Edition]) -> list[str]:
    """The languages in which a page of these has something to read; all where it has nothing at all."""
    public = {language for edition in found for language in edition.commentary.public_languages()}
    return [language for language in FALLBACK if language in public] or list(FALLBACK)


def withdrawn(request: HttpRequest, row: Issue | Commentary) -> HttpResponse:
    """The answer where readers could once read something: what became of it, when and why."""
    context = {"row": row, "is_issue": isinstance(row, Issue)}
    response = render(request, "errors/410.html", context, status=HTTPStatus.GONE)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@public()
def home(request: HttpRequest) -> HttpResponse:
    latest = next(iter(_latest(now=timezone.now())), None)
    if latest is None:
        return render(request, "commentaries/home.html")
    found = editions(_of_issue("translations", "bylines", "files", now=timezone.now(), week=latest.week_start))
    surroundings = Surroundings(latest)
    titles = {edition.commentary.section.slug: local(edition.commentary.section, "title") for edition in found}
    context = {
        "issue": latest,
        "editions": found,
        "surroundings": surroundings,
        "titles": titles,
        "earlier": surroundings.earlier_weeks(list(titles)),
    }
    return render(request, "commentaries/home.html", context)


@compiled(now=DateTimeField())
def _latest(now: Moment) -> QuerySet[Issue]:
    found: QuerySet[Issue] = Issue.objects.published(now).order_by("-week_start")[:1]
    return found


@compiled(now=DateTimeField(), week=DateField())
def _of_issue(*parts: str, now: Moment, week: Parameter) -> CommentaryQuerySet:
    """Its commentaries as they stand in it, with these parts, or all."""
    found: CommentaryQuerySet = Commentary.objects.published(now).filter(issue__week_start=week)
    return found.in_order().with_parts(*parts)


@require_safe
@public()
def archive(request: HttpRequest) -> HttpResponse:
    years = _years()
    since = date(years[:YEARS_ON_ARCHIVE][-1], 1, 1) if years else date.max
    tables = year_tables(Issue.objects.published().filter(week_start__gte=since).order_by("-week_start"))
    return render(request, "commentaries/archive.html", {"years": years, "tables": tables, "trends": list(Trend)})


@require_safe
@public()
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    years = _years()
    if year not in years:
        raise Http404
    tables = year_tables(Issue.objects.published().filter(week_start__year=year).order_by("-week_start"))
    context = {"year": year, "years": years, "tables": tables, "trends": list(Trend)}
    return render(request, "commentaries/archive.html", context)


def _years() -> list[int]:
    """The years that have a public issue, newest first."""
    return [day.year for day in Issue.objects.published().dates("week_start", "year", order="DESC")]


@require_safe
@public()
def issue(request: HttpRequest, week: date) -> HttpResponse:
    found = editions(_of_issue(now=timezone.now(), week=week))
    this = found[0].commentary.issue if found else Issue.objects.published().filter(week_start=week).first()
    if this is None:
        return withdrawn(request, get_object_or_404(Issue.objects.withdrawn(), week_start=week))
    context = {
        "issue": this,
        "editions": found,
        "surroundings": Surroundings(this),
        "public_languages": languages_of(found),
    }
    return render(request, "commentaries/issue.html", context)


@require_safe
@public()
def commentary(request: HttpRequest, week: date, slug: str) -> HttpResponse:
    found = editions(_of_page(now=timezone.now(), week=week, slug=slug))
    if not found:
        return no_commentary(request, week, slug)
    edition, this = found[0], found[0].commentary
    told = story(edition)
    context = {
        "edition": edition,
        "commentary": this,
        "others": told.others,
        "surroundings": Surroundings(this.issue, this.section),
        "story": told,
        "public_languages": this.public_languages(),
        "versions": public_versions(this, edition.language),
    }
    return render(request, "commentaries/commentary.html", context)


@compiled(now=DateTimeField(), week=DateField(), slug=SlugField())
def _of_page(now: Moment, week: Parameter, slug: Parameter) -> CommentaryQuerySet:
    found: CommentaryQuerySet = Commentary.objects.published(now).filter(issue__week_start=week, section__slug=slug)
    return found.with_parts()


def no_commentary(request: HttpRequest, week: date, slug: str) -> HttpResponse:
    """Why nothing is public at this address or below it: it was withdrawn, its section moved, or it never was."""
    gone = Commentary.objects.withdrawn().filter(issue__week_start=week, section__slug=slug)
    if row := gone.select_related("issue", "section").first():
        return withdrawn(request, row if row.is_withdrawn else row.issue)
    there = cast(ResolverMatch, request.resolver_match)
    moved = reverse(there.view_name, kwargs={**there.kwargs, "slug": _moved(slug).slug})
    return HttpResponsePermanentRedirect(moved)


def _moved(slug: str) -> Section:
    """The section that used to have this address."""
    return get_object_or_404(Section, former_slugs__slug=slug)


@require_safe
@public("year")
def section(request: HttpRequest, slug: str) -> HttpResponse:
    this = Section.objects.filter(slug=slug).select_related("continues").first()
    if this is None:
        return HttpResponsePermanentRedirect(_moved(slug).get_absolute_url())
    found = calendar().of(slug)
    years = [year for year, _marks in by_year(found)]
    year = _asked_year(request, years)
    context = {
        "section": this,
        "continued_by": list(this.continued_by.all()),
        "course": course(this, found),
        "years_listed": years,
        "year": year,
        "editions": listed(found, year),
    }
    return render(request, "commentaries/section.html", context)


@require_safe
@public("year")
def analyst(request: HttpRequest, slug: str) -> HttpResponse:
    this = get_object_or_404(
        Analyst.objects.with_page().select_related("portrait").prefetch_related("portrait__files"), slug=slug
    )
    found = marks(Commentary.objects.published().filter(bylines__analyst=this))
    years = [year for year, _marks in by_year(found)]
    year = _asked_year(request, years)
    context = {
        "analyst": this,
        "years": years,
        "year": year,
        "editions": listed(found, year),
    }
    return render(request, "commentaries/analyst.html", context)


def _asked_year(request: HttpRequest, years: list[int]) -> int | None:
    """The year to list: the one asked for, else the newest. 404 for a year that has nothing."""
    asked = request.GET.get("year")
    if asked is None:
        return years[0] if years else None
    if asked not in map(str, years):
        raise Http404
    return int(asked)


@require_safe
@public()
def about(request: HttpRequest) -> HttpResponse:
    publication = Publication.current()
    languages = [language for language in FALLBACK if in_language(publication, "about", language)]
    context = {
        "publication": publication,
        "analysts": Analyst.objects.with_page(),
        "public_languages": languages or list(FALLBACK),
    }
    return render(request, "commentaries/about.html", context)
