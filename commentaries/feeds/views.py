"""The addresses of feeds. A program that has the newest already is told so before anything is rendered."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import http_date
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import condition, require_safe

from commentaries.caching import public
from commentaries.feeds import atom, feed, json_feed, rss
from commentaries.models import Analyst, Section

WRITERS = {"atom": atom.write, "rss": rss.write, "json": json_feed.write}


@require_safe
@public()
@gzip_page
def site_feed(request: HttpRequest, form: str) -> HttpResponse:
    return _answer(request, feed.of_site(), form)


@require_safe
@public()
@gzip_page
def section_feed(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    section = Section.objects.filter(slug=slug).first()
    if section is None:
        moved = get_object_or_404(Section, former_slugs__slug=slug)
        return HttpResponsePermanentRedirect(feed.section_place(moved).path(form))
    return _answer(request, feed.of_section(section), form)


@require_safe
@public()
@gzip_page
def analyst_feed(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    return _answer(request, feed.of_analyst(get_object_or_404(Analyst.objects.with_page(), slug=slug)), form)


def _answer(request: HttpRequest, found: feed.Feed, form: str) -> HttpResponse:
    """The feed, or 304. The tag decides alone: a small change moves no date, and what is withdrawn leaves none."""

    @condition(etag_func=lambda _request: found.fingerprint(form))
    def written(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(WRITERS[form](found), content_type=f"{feed.TYPES[form]}; charset=utf-8")

    response: HttpResponse = written(request)
    response.headers["Cache-Control"] = "public, no-cache"  # keep it, but ask each time: a text may have been withdrawn
    if found.entries:
        response.headers["Last-Modified"] = http_date(found.updated.timestamp())
    return response
