"""The page that offers the last mirror, and the file itself. There is no page while there is no mirror."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from commentaries.caching import public
from commentaries.mirror.keeping import Offer, last
from commentaries.mirror.ranges import in_parts


def _offer() -> Offer:
    offer = last()
    if offer is None:
        raise Http404
    return offer


@require_safe
@public()
def mirror(request: HttpRequest) -> HttpResponse:
    return render(request, "commentaries/mirror/offer.html", {"offer": _offer()})


@require_safe
def mirror_zip(request: HttpRequest, name: str) -> HttpResponseBase:
    """The file. Caches ask again each time, because a withdrawn text must leave them, too."""
    offer = _offer()
    if offer.name != name:
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
