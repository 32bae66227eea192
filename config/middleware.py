"""What differs between the desk and the reader's pages, and where a request came from."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
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


COMPRESSIBLE = (
    "text/",
    *("application/xml", "application/json", "application/atom+xml", "application/rss+xml", "application/feed+json"),
)
READERS_APPS = ("", "commentaries")

NOWHERE = "0.0.0.0"  # noqa: S104  # not bound to: a caller whose address is unknown


class DeskMiddleware:
    """The desk speaks its user's language, allows what its editor needs, and is never cached or indexed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(reverse("admin:index")):
            return self.get_response(request)
        for name in ("HTTP_USER_AGENT", "HTTP_ACCEPT"):  # kept with a failed log-in; PostgreSQL stores no NUL
            request.META[name] = request.META.get(name, "").replace("\0", "")
        language = getattr(request.user, "interface_language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = self.get_response(request)
        if not getattr(response, "_csp_config", None):  # a preview is a reader's page, with the policy of one
            response._csp_config = DESK_POLICY  # type: ignore[attr-defined]  # what csp.decorators.csp sets
        response.headers["X-Robots-Tag"] = "noindex"
        return response


class BodySizeMiddleware:
    """Whoever is not logged in sends a form and no more: else strangers' files fill the disk before a view sees them.

    It stands before whatever reads the body. What has no length has no body for WSGI.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_large = not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if is_large and not request.user.is_authenticated:
            raise RequestDataTooBig(length)
        return self.get_response(request)


class CompressionMiddleware(GZipMiddleware):
    """What readers get crosses the network compressed, whatever server stands in front.

    The length of a compressed page tells about a secret in it where the same page repeats what somebody else asked for
    (BREACH, 2013). So neither the desk nor a subscriber's pages are compressed, nor what may not be kept: previews. The
    readers' pages hold no secret. A strong ETag becomes a weak one (RFC 9110, 8.8.1), which If-None-Match still meets.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        there = request.resolver_match
        if there is None or there.app_name not in READERS_APPS:
            return response
        if response.streaming or "no-store" in response.headers.get("Cache-Control", ""):
            return response
        if not response.headers.get("Content-Type", "").startswith(COMPRESSIBLE):
            return response
        return super().process_response(request, response)


def client_address(request: HttpRequest) -> str:
    """The network the caller comes from, for slowing down guesses and floods only; never stored with a reader.

    Behind PROXY_COUNT proxies it is that many places from the right of X-Forwarded-For: what stands further left
    is whatever the caller wrote. An IPv6 caller has a whole /64 to choose from (RFC 6177), so that counts as one.
    What is no address at all counts as one caller, too.
    """
    forwarded = list(filter(None, request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")))
    if settings.PROXY_COUNT and len(forwarded) >= settings.PROXY_COUNT:
        return _network(forwarded[-settings.PROXY_COUNT])
    return _network(request.META.get("REMOTE_ADDR", ""))


def _network(text: str) -> str:
    """The address, less a port; of an IPv6 address the /64 it lies in."""
    text = text.strip()
    if text.startswith("[") or text.count(":") == 1:
        text = text.rpartition(":")[0].strip("[]") if not text.endswith("]") else text.strip("[]")
    try:
        address = ip_address(text)
    except ValueError:
        return NOWHERE
    address = getattr(address, "ipv4_mapped", None) or address  # how a socket for both versions names IPv4 callers
    if address.version == 6:
        return str(ip_network((address, 64), strict=False).network_address)
    return str(address)
