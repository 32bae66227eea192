"""Leading a reader from an old address to the new one. Nothing of it is counted or kept."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from commentaries.models import Redirect
from commentaries.redirects.own import is_desk
from commentaries.redirects.spelling import LONGEST, spellings

A_DAY = 24 * 3600  # seconds; for ever, as RFC 9111 lets caches think, would outlive an editor's mistake


def redirect_for(request: HttpRequest) -> HttpResponse | None:
    """To where the asked address stands now, if it is an old one; one query."""
    asked = [address for address in spellings(request.get_full_path_info()) if len(address) <= LONGEST]
    known = dict(Redirect.objects.filter(old_address__in=asked).values_list("old_address", "new_address"))
    for address in asked:
        if address in known:
            headers = {"Cache-Control": f"public, max-age={A_DAY}"}
            return HttpResponsePermanentRedirect(known[address], headers=headers)
    return None


class RedirectMiddleware:
    """Looks into the table only where the site has nothing itself, and never for the desk."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD") or is_desk(request.path_info):
            return response
        return redirect_for(request) or response
