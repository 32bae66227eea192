"""Pages as a reader gets them, asked of Django's own handler: no network, no server, no cookie."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponseBase
from django.http.request import validate_host
from django.urls import set_urlconf
from django.utils.translation import get_language, override

from commentaries.mirror import ExportError, Mirror
from commentaries.mirror.addresses import URLCONF


class Site:
    """Our own site, which answers a request for the mirror as it answers a reader, but in the mirror's URLconf."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        site = urlsplit(settings.SITE_URL)
        if not validate_host(site.hostname or "", settings.ALLOWED_HOSTS):
            raise ExportError(f"ALLOWED_HOSTS does not name {site.hostname}, the host of SITE_URL.")
        self.handler = BaseHandler()
        self.handler.load_middleware()
        self.environment = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "SERVER_NAME": site.hostname,
            "SERVER_PORT": str(site.port or (443 if site.scheme == "https" else 80)),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": site.netloc,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": site.scheme,
            "wsgi.errors": sys.stderr,
        }

    @contextmanager
    def answer(self, url: str) -> Iterator[HttpResponseBase]:
        """The answer to a GET of this address; whatever file it reads is closed afterwards."""
        parts = urlsplit(url)
        path = unquote_to_bytes(parts.path).decode("iso-8859-1")  # as PEP 3333 wants it
        asked = {"PATH_INFO": path, "QUERY_STRING": parts.query, "wsgi.input": BytesIO()}
        request = WSGIRequest({**self.environment, **asked})
        request.mirror = self.mirror  # type: ignore[attr-defined]
        request.urlconf = URLCONF
        with override(get_language()):
            response = self.handler.get_response(request)
        try:
            yield response
        finally:
            # Not response.close(): that ends a request, and with it the connection to the database.
            set_urlconf(None)
            for close in response._resource_closers:  # type: ignore[attr-defined]
                close()


def static_file(name: str) -> Path | None:
    """Where a static file lies: collected, or in its app while we develop."""
    with suppress(OSError, ValueError, SuspiciousFileOperation):  # a text may link to any name
        path = Path(str(finders.find(name) or staticfiles_storage.path(name)))
        return path if path.is_file() else None
    return None
