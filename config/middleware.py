"""What differs between the desk and the reader's pages, and where a request came from."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

# CKEditor 4 and Unfold's Alpine write inline scripts and styles and compile expressions.
DESK_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],  # CKEditor's placeholders, and a picture before it is uploaded
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'self'"],
    "base-uri": ["'self'"],
}


class DeskMiddleware:
    """The desk speaks its user's language, allows what its editor needs, and is never cached or indexed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(reverse("admin:index")):
            return self.get_response(request)
        language = getattr(request.user, "interface_language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response._csp_config = DESK_POLICY  # type: ignore[attr-defined]  # what csp.decorators.csp sets
        response.headers["X-Robots-Tag"] = "noindex"
        return response


def client_address(request: HttpRequest) -> str:
    """The caller's address, for slowing down password guessing only; never stored with a reader.

    Behind PROXY_COUNT proxies it is that many places from the right of X-Forwarded-For: what stands further left
    is whatever the caller wrote.
    """
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if settings.PROXY_COUNT and len(forwarded) >= settings.PROXY_COUNT and forwarded[-settings.PROXY_COUNT]:
        return str(forwarded[-settings.PROXY_COUNT])
    return str(request.META.get("REMOTE_ADDR", ""))
