"""The lines of a converted text, each with what it looks like."""

import re
from dataclasses import dataclass
from html import unescape

from commentaries.translations import paragraphs

REFERENCE = re.compile(r'<sup><a href="#(?:foot|end)note-[^>]*>\[\d+\]</a></sup>')
BREAK = re.compile(r"<br ?/?>")
TAG = re.compile(r"<[^>]+>")
EMPHASIS = re.compile(r"<(strong|em)>.*?</\1>", re.DOTALL)
ITEM = re.compile(r"<li>(.*?)(?=<li>|</li>)", re.DOTALL)
HEAD = 15  # blocks at the beginning in which a line break separates what would else be two paragraphs
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
ENDS = (".", "!", "?", "…", ":", ";")
LONGEST_HEADING = 150  # characters


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, a list, a table: its HTML and its words."""

    tag: str
    html: str
    text: str

    @property
    def is_heading(self) -> bool:
        return self.tag in HEADINGS

    @property
    def is_line(self) -> bool:
        return self.tag == "p" or self.is_heading

    @property
    def is_set_off(self) -> bool:
        """A paragraph that is bold or italic from its beginning to its end."""
        left = EMPHASIS.sub("", REFERENCE.sub("", self.html))
        return self.tag == "p" and "<strong>" in self.html + self.html.replace("em>", "strong>") and not plain(left)

    @property
    def looks_like_heading(self) -> bool:
        """A heading, or a short bold line that ends like one."""
        is_bold = self.is_set_off and "<strong>" in self.html
        return self.is_heading or (is_bold and len(self.text) <= LONGEST_HEADING and not self.text.endswith(ENDS))

    @property
    def items(self) -> list[str]:
        """The words of each item of a list."""
        return [text for item in ITEM.findall(self.html) if (text := plain(item))]


def plain(html: str) -> str:
    """The words alone, without the numbers of footnotes."""
    words = unescape(TAG.sub("", BREAK.sub(" ", REFERENCE.sub("", html))))
    return " ".join(words.replace("\xa0", " ").split())


def blocks(html: str) -> list[Block]:
    """The blocks that say something; in the head, a line each."""
    found: list[Block] = []
    for number, block in enumerate(paragraphs.split(html)):
        parts = [block.html]
        if number < HEAD and block.tag in {"p", *HEADINGS}:
            parts = _lines(block)
        found += [Block(block.tag or "p", part, plain(part)) for part in parts]
    return [block for block in found if block.text or block.tag == "hr"]


def _lines(block: paragraphs.Block) -> list[str]:
    """A paragraph as its lines, each a paragraph; whole where a tag reaches over a line break."""
    if not BREAK.search(block.html):
        return [block.html]
    inner = block.html[len(block.tag) + 2 : -len(block.tag) - 3]
    wrapper = re.fullmatch(r"<(strong|em)>((?:(?!</?\1>).)*)</\1>", inner, re.DOTALL)
    before, after = (f"<{wrapper[1]}>", f"</{wrapper[1]}>") if wrapper else ("", "")
    lines = BREAK.split(wrapper[2] if wrapper else inner)
    if any(sorted(re.findall(r"<(\w+)", line)) != sorted(re.findall(r"</(\w+)", line)) for line in lines):
        return [block.html]
    return [f"<{block.tag}>{before}{line.strip()}{after}</{block.tag}>" for line in lines]
