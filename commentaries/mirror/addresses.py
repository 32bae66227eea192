"""Where an address of the site lies in the mirror: under names that every file system and every store takes."""

import posixpath
import re
from hashlib import sha256
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

URLCONF = "config.mirror_urls"
# The parts of a query that make another page, by the view's name. With all others pages would have no end.
QUERIES = {
    "commentaries:section": ["year"],
    "commentaries:analyst": ["year"],
    "commentaries:trends": ["from", "section", "to"],
    "trends_csv": ["from", "section", "to"],
}
# Here the query is read by a script in the reader's browser: one page answers all.
SCRIPTED = {"commentaries:search"}

PLAIN = re.compile(r"[a-z0-9_-](?:[a-z0-9._-]{0,98}[a-z0-9_-])?")
# What Windows takes for a device, whatever its ending (Microsoft, "Naming Files, Paths, and Namespaces").
DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")


def file_of(url: str) -> str:
    """The file, from the top of the mirror, in which this address (a path, with or without its query) lies."""
    parts = urlsplit(url)
    folders = unquote(parts.path).removeprefix("/").split("/")
    name = _plain(folders.pop() or "index.html")
    if parts.query:
        stem, dot, ending = name.rpartition(".")
        name = _plain("-".join([stem, *(text for pair in parse_qsl(parts.query) for text in pair)]) + dot + ending)
    return "/".join([*map(_plain, folders), name])


def _plain(text: str) -> str:
    """One part of a path: as it is where it is plain, else what is plain of it and a fingerprint.

    A capital counts as not plain: two names that differ in nothing else are one on a USB stick.
    """
    if PLAIN.fullmatch(text) and not DEVICE.fullmatch(text):
        return text
    stem, dot, ending = text.rpartition(".") if re.fullmatch(r".*\.[a-z0-9]{1,8}", text, re.DOTALL) else (text, "", "")
    plain = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:60]
    return f"{plain or 'x'}-{sha256(text.encode()).hexdigest()[:8]}{dot}{ending}"


def page_of(url: str) -> str:
    """The address whose page answers this one: of the query only what the view reads, in one order."""
    parts = urlsplit(url)
    view = view_of(url) if parts.query else None
    if view is None and not url.startswith(settings.STATIC_URL):
        return url
    known = QUERIES.get(view or "", [])
    asked = {name: value for name, value in parse_qsl(parts.query) if name in known}
    return f"{parts.path}?{urlencode(sorted(asked.items()))}" if asked else parts.path


def is_scripted(url: str) -> bool:
    """Whether a script answers at this address, so that a form may lead there."""
    return view_of(url) in SCRIPTED


def view_of(url: str, urlconf: str = URLCONF) -> str | None:
    """The name of the view that answers at this address, whatever language it is in."""
    path = unquote(urlsplit(url).path)
    try:
        with override(get_language_from_path(path)):  # a path resolves in its own language only
            return resolve(path, urlconf=urlconf).view_name
    except Resolver404:
        return None


def relative(file: str, start: str) -> str:
    """The way to a file of the mirror from the page that lies in the file `start`."""
    return posixpath.relpath(file, posixpath.dirname(start) or ".")
