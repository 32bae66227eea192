"""A rich text taken apart: its passages, headings, links and pictures."""

from dataclasses import dataclass
from html.parser import HTMLParser

BLOCKS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "figure", "figcaption", "table", "caption", "hr"} | {
    *("thead", "tbody", "tfoot", "tr", "th", "td", "pre", "br")
}
HEADINGS = {"h2": 2, "h3": 3, "h4": 4}
WORDS_QUOTED = 6


@dataclass(frozen=True)
class Passage:
    """A paragraph, a list's item, a table's cell, a note; `level` is 2 to 4 for a heading, otherwise 0."""

    text: str
    level: int = 0


@dataclass(frozen=True)
class Link:
    address: str | None
    text: str


class Text(HTMLParser):
    """The parts of a cleaned text. The numbers and arrows of footnotes are no part of what it says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.passages: list[Passage] = []
        self.links: list[Link] = []
        self.images: list[str] = []  # what each says to those who do not see it
        self.empty_headings = 0
        self.uncaptioned = 0  # pictures below or beside which nothing is said
        self.footnotes = 0  # numbers that lead to a note
        self._words: list[str] = []
        self._level = 0
        self._address: str | None = None
        self._link: list[str] | None = None
        self._in_footnote_mark = False
        self._in_figure: list[str] | None = None  # the words of the figure so far
        self._pictures = 0  # of the figure so far
        self.feed(html)
        self.close()
        self._end_figure()
        self._end_passage()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS:
            self._end_passage()
            self._level = HEADINGS.get(tag, 0)
            if tag == "figure":
                self._end_figure()
                self._in_figure = []
        elif tag == "img":
            self.images.append(given.get("alt") or "")
            self._pictures += 1
            if self._in_figure is None:
                self._end_figure()
        elif tag == "a":
            self._in_footnote_mark = (given.get("href") or "").startswith(("#fn-", "#fnref-"))
            self.footnotes += (given.get("href") or "").startswith("#fn-")
            self._address, self._link = given.get("href"), []

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            if tag in HEADINGS and not "".join(self._words).strip():
                self.empty_headings += 1
            self._end_passage()
            if tag == "figure":
                self._end_figure()
        elif tag == "a" and self._link is not None:
            if not self._in_footnote_mark:
                self.links.append(Link(self._address, "".join(self._link).strip()))
            self._in_footnote_mark, self._link = False, None

    def handle_data(self, data: str) -> None:
        if self._in_footnote_mark:
            return
        self._words.append(data)
        if self._in_figure is not None:
            self._in_figure.append(data)
        if self._link is not None:
            self._link.append(data)

    def _end_figure(self) -> None:
        if not "".join(self._in_figure or ()).strip():
            self.uncaptioned += self._pictures
        self._in_figure, self._pictures = None, 0

    def _end_passage(self) -> None:
        if text := "".join(self._words).strip():
            self.passages.append(Passage(text, self._level))
        self._words, self._level = [], 0


def beginning(text: str) -> str:
    """The first words of a passage, by which its writer finds it."""
    words = text[:400].split()
    short = " ".join(words[:WORDS_QUOTED])[:80]
    return short if len(words) <= WORDS_QUOTED else f"{short.rstrip(',.:;–—-')}…"
