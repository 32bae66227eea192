"""The page that offers the last mirror, and the file itself. There is no page while no mirror was ever made."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from commentaries.caching import public
from commentaries.mirror.keeping import last, newest
from commentaries.mirror.ranges import in_parts


@require_safe
@public()
def mirror(request: HttpRequest) -> HttpResponse:
    """Whoever comes back for a mirror that holds what was withdrawn since is told that another is to come."""
    offer = last()
    if offer is None and newest() is None:
        raise Http404
    return render(request, "commentaries/mirror/offer.html", {"offer": offer})


@require_safe
def mirror_zip(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file. Caches ask again each time, because a withdrawn text must leave them, too."""
    offer = last()
    if offer is None or offer.name != name:
        raise Http404
    try:
        file = offer.open()
    except FileNotFoundError as error:  # a newer one took its place a moment ago
        raise Http404 from error
    etag = f'"{offer.digest[:32]}"'
    response = get_conditional_response(request, etag) or in_parts(request, file, offer.size, etag)
    response.headers["Cache-Control"] = "public, no-cache"
    if response.headers.get("Content-Length"):
        response.headers["Content-Type"] = "application/zip"
        response.headers["Content-Disposition"] = f'attachment; filename="{offer.name}"'
    return response
