"""A mirror on disk, as whoever opens it finds it."""

import re
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import lxml.html
from django.conf import settings

SRCSET = re.compile(r"\S+(?= \d+w)")
# Files to be taken out of the mirror: they stand alone, so what they name is the site.
STANDS_ALONE = ("/issue.html", "/commentary.html")
CSS_URL = re.compile(r"""url\(["']?([^"')]+)""")


def files(top: Path) -> dict[str, bytes]:
    """Everything in the mirror but our own notes."""
    found = (path for path in top.rglob("*") if path.is_file() and ".mirror" not in path.parts)
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in found}


def is_page(name: str) -> bool:
    return name.endswith(".html") and not name.endswith(STANDS_ALONE)


def times(top: Path) -> dict[str, int]:
    return {name: (top / name).stat().st_mtime_ns for name in files(top)}


def broken_links(top: Path) -> list[str]:
    """Every link of every page and stylesheet that leads to no file, to no anchor, or into the site itself.

    Into the site may lead what names the original: the canonical address, its translations, `rel="external"`.
    """
    pages = files(top)
    broken = []
    for name, content in pages.items():
        for link in _links(name, content):
            parts = urlsplit(link)
            if link.startswith((settings.SITE_URL, "/")):
                broken.append(f"{name}: {link} leads into the site")
            elif not parts.scheme and parts.path:
                target = normpath(join(dirname(name), unquote(parts.path)))
                if target not in pages:
                    broken.append(f"{name}: {link} leads to no file")
                elif parts.fragment and parts.fragment.encode() not in pages[target]:
                    broken.append(f"{name}: {link} leads to no anchor")
    return broken


def _links(name: str, content: bytes) -> list[str]:
    if name.endswith(".css"):
        return CSS_URL.findall(content.decode())
    if not is_page(name):
        return []
    page = lxml.html.document_fromstring(content, parser=lxml.html.HTMLParser(encoding="utf-8"))
    found: list[str] = []
    for element in page.iter("a", "link", "img", "source", "script", "form", "image", "use", "iframe"):
        relations = element.get("rel", "").split()
        is_translation = element.tag == "link" and element.get("hreflang") and not element.get("type")
        if "external" in relations or "canonical" in relations or is_translation:
            continue
        found += [value for key in ("href", "src", "action") if (value := element.get(key))]
        found += SRCSET.findall(element.get("srcset", ""))
    return found
