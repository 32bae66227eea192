"""The links of a page, a stylesheet and a feed: found, and replaced in their place. All other bytes stay as they are.

`html.parser` tells where each tag stands, so nothing is parsed and written anew: libxml2's HTML 4 rules would move
what they do not know (a `<title>` in a drawing closes the paragraph round it).
"""

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser
from itertools import accumulate
from typing import Protocol

URLS = {"href", "src", "action", "formaction", "poster", "data", "xlink:href"}
INTERESTING = URLS | {"srcset", "imagesrcset", "content", "method"}
CARDS = {"og:image", "og:image:url", "og:image:secure_url", "twitter:image"}
CSS_URL = re.compile(r"""(?P<before>url\(\s*["']?|@import\s+["'])(?P<url>[^"')\s]+)""")

Attributes = dict[str, str]


class Place(Protocol):
    """Where a link stands: a page of the site, on its way into the mirror."""

    def link(self, url: str) -> str:
        """What stands in the mirror for this link."""

    def absolute(self, url: str) -> str:
        """What stands in the mirror where a whole address has to stand."""

    def form(self, method: str, action: str) -> None:
        """There is a form here."""


class _Links(HTMLParser):
    """Collects what is to be replaced: from where to where, and by what."""

    def __init__(self, html: str, place: Place) -> None:
        super().__init__()
        self.place = place
        self.replacements: list[tuple[int, int, str]] = []
        self.lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "form" and not any(name in INTERESTING for name, _value in attrs):
            return
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.place.form(given.get("method", "get").lower(), given.get("action", ""))
        replaced = self._replaced(tag, given)
        if replaced != given:
            self._replace(tag, attrs, replaced)

    def _replaced(self, tag: str, given: Attributes) -> Attributes:
        if tag == "meta":
            is_card = given.get("property", given.get("name")) in CARDS
            return {**given, "content": self.place.absolute(given["content"])} if is_card else given
        if stays(tag, given):
            return given
        return {name: self._value(tag, name, value) for name, value in given.items()}

    def _value(self, tag: str, name: str, value: str) -> str:
        if name in {"srcset", "imagesrcset"}:
            return _srcset(value, self.place.link)
        is_url = name in URLS and not (name == "data" and tag != "object")
        return self.place.link(value) if is_url else value

    def _replace(self, tag: str, attrs: list[tuple[str, str | None]], replaced: Attributes) -> None:
        line, column = self.getpos()
        start = self.lines[line - 1] + column
        source = self.get_starttag_text() or ""
        written = [name if value is None else f'{name}="{escape(replaced[name])}"' for name, value in attrs]
        end = "/>" if source.endswith("/>") else ">"
        self.replacements.append((start, start + len(source), f"<{' '.join([tag, *written])}{end}"))


def stays(tag: str, attributes: Attributes) -> bool:
    """Whether this link keeps its whole address: it names the original, or leads out of the mirror and says so.

    A translation of the page (`hreflang` without the type of a feed) is named by its original, too (RFC 6596).
    """
    relations = attributes.get("rel", "").split()
    names_a_translation = tag == "link" and "hreflang" in attributes and "type" not in attributes
    return "canonical" in relations or "external" in relations or names_a_translation


def _srcset(value: str, link: Callable[[str], str]) -> str:
    """Candidates, each an address and perhaps a width (HTML, 4.8.4.2.1)."""
    candidates = [candidate.split() for candidate in value.split(",") if candidate.strip()]
    return ", ".join(" ".join([link(url), *width]) for url, *width in candidates)


def in_html(html: str, place: Place) -> str:
    """The page with its links as they stand in the mirror."""
    parts, end = [], 0
    for start, stop, tag in _Links(html, place).replacements:
        parts += [html[end:start], tag]
        end = stop
    return "".join([*parts, html[end:]])


def in_css(css: str, place: Place) -> str:
    return CSS_URL.sub(lambda match: match["before"] + place.link(match["url"]), css)


def in_text(text: str, site: str, place: Place) -> str:
    """A feed or a list of pages, which holds whole addresses. One with an anchor is a name, such as a category's."""
    whole = re.compile(re.escape(site) + r"/[\w./%~-]*(?:\?[\w=%.-]+)?(?![\w./%~?#-])")
    return whole.sub(lambda match: place.absolute(match[0]), text)
