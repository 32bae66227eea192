"""The words of a rich text, as a line of plain text."""

import re
from functools import lru_cache
from html import unescape

# A footnote's mark is no word of the sentence it stands in, and its way back none of the note.
FOOTNOTE_MARK = re.compile(r'<a(?=[^<>]* (?:id="fnref-|href="#fnref-))[^<>]*>[^<>]*</a>')
INSIDE_A_WORD = re.compile(r"</?(?:a|abbr|b|cite|code|em|i|q|s|span|strong|sub|sup)(?:\s[^<>]*)?>")
TAG = re.compile(r"<[^<>]*>")
WORD = re.compile(r"\w+(?:[-’'ʼ]\w+)*")


def plain(html: str) -> str:
    """The text without its tags; one that ends a block parts words, one inside a sentence does not."""
    text = INSIDE_A_WORD.sub("", FOOTNOTE_MARK.sub("", html))
    return " ".join(unescape(TAG.sub(" ", text)).split())


@lru_cache(64)  # texts, which are counted again whenever their pages are made anew
def word_count(html: str) -> int:
    """How many words the text has; a hyphen or an apostrophe inside one does not part it."""
    return len(WORD.findall(plain(html)))
