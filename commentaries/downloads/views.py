"""The addresses of files to keep. What they hold is what the page of the same name shows."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from commentaries import views
from commentaries.caching import public
from commentaries.downloads import Volume
from commentaries.downloads.epub import epub
from commentaries.downloads.page import POLICY, page
from commentaries.languages import active_language
from commentaries.models import Commentary, Issue, Publication


@dataclass(frozen=True)
class Format:
    ending: str
    media_type: str
    make: Callable[[Volume], bytes]


EPUB = Format("epub", "application/epub+zip", epub)
PAGE = Format("html", "text/html; charset=utf-8", page)


def _file(request: HttpRequest, volume: Volume, form: Format) -> HttpResponseBase:
    """The file, or word that it is the one that the reader has already (RFC 9110, 13)."""
    content = form.make(volume)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=form.media_type)
    response.headers["ETag"] = etag
    response.headers["X-Robots-Tag"] = "noindex"  # the page is what a search should find
    response.headers["Content-Disposition"] = f'attachment; filename="{volume.file_name}.{form.ending}"'
    response._csp_config = POLICY  # type: ignore[attr-defined]  # what csp.decorators.csp sets
    return get_conditional_response(request, etag, response=response) or response


def _issue(request: HttpRequest, week: date, form: Format) -> HttpResponseBase:
    found = views.editions(Commentary.objects.published().filter(issue__week_start=week).in_order().with_texts())
    this = found[0].commentary.issue if found else Issue.objects.published().filter(week_start=week).first()
    if this is None:
        return views.withdrawn(request, get_object_or_404(Issue.objects.withdrawn(), week_start=week))
    return _file(request, Volume(this, active_language(), found, Publication.current()), form)


@require_safe
@public()
def issue_epub(request: HttpRequest, week: date) -> HttpResponseBase:
    return _issue(request, week, EPUB)


@require_safe
@public()
def issue_page(request: HttpRequest, week: date) -> HttpResponseBase:
    return _issue(request, week, PAGE)


@require_safe
@public()
def commentary_page(request: HttpRequest, week: date, slug: str) -> HttpResponseBase:
    published = Commentary.objects.published().filter(issue__week_start=week, section__slug=slug)
    found = views.editions(published.with_texts())
    if not found:
        return views.no_commentary(request, week, slug)
    this = found[0].commentary
    return _file(request, Volume(this.issue, active_language(), found, Publication.current(), this), PAGE)
