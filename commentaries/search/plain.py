"""The words of a rich text, as a line of plain text."""

import re
from functools import lru_cache
from html import unescape

# A footnote's mark is no word of the sentence it stands in, and its way back none of the note.
FOOTNOTE_MARK = re.compile(r'<a(?=[^<>]* (?:id="fnref-|href="#fnref-))[^<>]*>[^<>]*</a>')
INSIDE_A_WORD = re.compile(r"</?(?:a|abbr|b|cite|code|em|i|q|s|span|strong|sub|sup)(?:\s[^<>]*)?>")
TAG = re.compile(r"<[^<>]*>")
# Where a heading ends in a word, a bracket or a quotation mark, and nothing parts it from the text under it.
BARE_HEADING_END = re.compile(r"(?<=[\w»“”)\]])(?=\s*(?:</[a-z]+>\s*)*</h[1-6]>)")
SPACES = re.compile(r"[ \t\r\n\f]+")  # a no-break space stays one
WORD = re.compile(r"\w+(?:[-’'ʼ]\w+)*")


def plain(html: str) -> str:
    """The text without its tags; one that ends a block parts words, one inside a sentence does not."""
    return " ".join(_without_tags(html).split())


def running_text(html: str) -> str:
    """The text as it is read in one line: headings end in a full stop, and what belongs together stays so."""
    return SPACES.sub(" ", _without_tags(BARE_HEADING_END.sub(".", FOOTNOTE_MARK.sub("", html)))).strip()


def _without_tags(html: str) -> str:
    return unescape(TAG.sub(" ", INSIDE_A_WORD.sub("", FOOTNOTE_MARK.sub("", html))))


@lru_cache(64)  # texts, which are counted again whenever their pages are made anew
def word_count(html: str) -> int:
    """How many words the text has; a hyphen or an apostrophe inside one does not part it."""
    return len(WORD.findall(plain(html)))
