"""The headings of a text: an address for each, and the list of them that says what a long text holds."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import chain, count

from django.utils.html import strip_tags
from django.utils.text import slugify

HEADING = re.compile(r"<h([2-6])((?: [^>]*)?)>(.*?)</h\1>", re.DOTALL)
FOOTNOTE_MARK = re.compile(r"<sup>.*?</sup>", re.DOTALL)
LONGEST_ID = 60  # characters
# In the manner of ISO 9, without its accents: an address that can be typed and read out.
LATIN = dict(
    zip(
        "абвгґдеёжзиіїйклмнопрстуўфхцчшщыэюяє",
        [
            "a",
            "b",
            "v",
            "g",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "i",
            "i",
            "j",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "u",
            "f",
            "h",
            "c",
            "ch",
            "sh",
            "shch",
            "y",
            "e",
            "yu",
            "ya",
            "e",
        ],
        strict=True,
    )
)


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    words: str


def headings(html: str, prefix: str = "") -> list[Heading]:
    """The headings of a stored text in their order, under ids that stay while their words do."""
    name = _namer(prefix)
    found = HEADING.findall(html)
    return [Heading(int(level), name(words), _words(words)) for level, _attributes, words in found if _words(words)]


def with_anchors(html: str, prefix: str = "") -> str:
    """The text with an id at each heading, and a link to it beside: outside the heading, whose name stays its words."""
    name = _namer(prefix)

    def linked(match: re.Match[str]) -> str:
        level, attributes, words = match.groups()
        if not _words(words):
            return match[0]
        id_ = name(words)
        return (
            f'<div class="headed"><h{level}{attributes} id="{id_}">{words}</h{level}>'
            f'<a class="anchor" href="#{id_}" aria-labelledby="{id_}"><span aria-hidden="true">#</span></a></div>'
        )

    return HEADING.sub(linked, html)


@lru_cache(4096)
def _words(html: str) -> str:
    return " ".join(unescape(strip_tags(FOOTNOTE_MARK.sub("", html))).split())


def _namer(prefix: str) -> Callable[[str], str]:
    """Gives each heading an id that no other of the text has: "h-prices", the second time "h-prices-2"."""
    given: set[str] = set()

    def name(html: str) -> str:
        base = "-".join(filter(None, (prefix, "h", _in_latin(_words(html)))))
        candidates = chain([base], (f"{base}-{number}" for number in count(2)))
        given.add(found := next(each for each in candidates if each not in given))
        return found

    return name


@lru_cache(4096)
def _in_latin(words: str) -> str:
    latin = "".join(LATIN.get(letter, letter) for letter in words.casefold())
    return slugify(latin)[:LONGEST_ID].strip("-")
