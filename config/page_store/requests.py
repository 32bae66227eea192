"""Which requests the page store may answer, and what of them it looks at: the path, and what a view names."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http.request import validate_host
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

from commentaries.caching import parameters_of

METHODS = ("GET", "HEAD")
# What one reader sends and another does not.
OWN = ("HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
# All of a request that the page store looks at.
LOOKED_AT = (
    *("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "wsgi.url_scheme", "HTTP_HOST"),
    *("HTTP_X_FORWARDED_PROTO", "HTTP_ACCEPT_ENCODING", *OWN),
)
LONGEST_ALIKE = 1_000  # letters of all that; what is longer nobody sends twice
LONGEST = 300  # letters of a path and its query; ours are shorter


def alike(environ: Mapping[str, Any]) -> tuple[str | None, ...] | None:
    """What other readers may send just so; None where it is one reader's own."""
    asked = tuple(map(environ.get, LOOKED_AT))
    is_plain = environ["REQUEST_METHOD"] == "GET" and not any(map(environ.get, OWN))
    return asked if is_plain and sum(map(len, filter(None, asked))) < LONGEST_ALIKE else None


def key_of(environ: Mapping[str, Any]) -> str | None:
    """What the answer is kept under: the path, and of the query what the view names; None if it is not for everybody.

    Not whoever has a session with us: at the desk a page may say more.
    """
    if environ["REQUEST_METHOD"] not in METHODS or settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", ""):
        return None
    if not _is_ours(
        environ.get("HTTP_HOST", ""), environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO", "")
    ):
        return None
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    if len(path) + len(query) > LONGEST or environ.get("SCRIPT_NAME"):
        return None
    parameters = _parameters(path)
    if parameters is None:
        return None
    named = _named(query, parameters) if query and parameters else ""
    return f"{path}?{named}" if named else path


def leaves_out_some(key: str, environ: Mapping[str, Any]) -> bool:
    """Whether the query has something that the key has not."""
    asked = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    return sorted(asked) != parse_qsl(key.partition("?")[2], keep_blank_values=True)


@lru_cache(256)
def _is_ours(host: str, scheme: str, forwarded: str) -> bool:
    """Whether Django would answer it: to this name, and not with the advice to come over TLS."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    is_secure = (forwarded if settings.PROXY_COUNT else scheme) == "https"
    return validate_host(name.lower(), settings.ALLOWED_HOSTS) and (is_secure or not settings.SECURE_SSL_REDIRECT)


@lru_cache(4096)
def _parameters(path: str) -> frozenset[str] | None:
    if not path.isascii():
        return None
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return parameters_of(resolve(path).func)
        except (Resolver404, ValueError):  # ValueError: a day that no calendar has
            return None


def _named(query: str, parameters: frozenset[str]) -> str:
    """The named parameters in one order, the last of a name, as Django reads them."""
    found = dict(parse_qsl(query, keep_blank_values=True))
    return urlencode(sorted((name, value) for name, value in found.items() if name in parameters))
