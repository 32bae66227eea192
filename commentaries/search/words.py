"""The words of a text as search knows them: folded, in order, and where each stands in the text.

A word is letters and digits together (Unicode categories L, N and the marks on them), with an apostrophe or a soft
hyphen inside it. A hyphen parts words: "еканоміка-палітычны" is found by either half. Apostrophes go: people type five
of them, or none, in "сям’я". An English possessive goes with its apostrophe, so that "Belarus’s" is "belarus".
Thousands are one word however they are parted: "1,140" and "1 140" are "1140". So is a decimal of three places: a
query is read in the same way, and finds it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from commentaries.folding import fold

MARKS = "\u0300-\u036f"  # combining accents: a stress laid on a vowel by a second character
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")  # soft hyphen, joiners and spaces without width
LETTER = rf"[^\W_][{MARKS}]*"
INSIDE = rf"(?:{UNSEEN.pattern}|['’ʼ‘´`])"
REST = rf"[{MARKS}]*(?:{INSIDE}?{LETTER})*"
GROUPED = r"[1-9]\d{0,2}(?:[,\s]\d{3})+(?![^\W_])"
WORD = re.compile(rf"{GROUPED}|[^\W_]{REST}")
IN_A_NUMBER = r"(?<=\d[,\s])(?<!\d{4}[,\s])\d{3}(?![^\W_])"  # the 140 of 1,140, not that of "2022 140"
STARTS = rf"(?<![^\W_])(?<![{MARKS}])(?<![^\W_]{INSIDE})(?<![{MARKS}]{INSIDE})(?!{IN_A_NUMBER})"
POSSESSIVE = re.compile(r"(?<=[a-z0-9])'s$")


@lru_cache(1_000)
def beginning_with(letters: str) -> re.Pattern[str]:
    """What finds the words that begin with one of these letters, as they are written."""
    return re.compile(rf"{STARTS}(?=[{re.escape(letters)}])(?:{WORD.pattern})")


class Span(NamedTuple):
    """A folded word and its place: `text[start:end]` is the word as the text writes it."""

    word: str
    start: int
    end: int


def spans(text: str) -> Iterator[Span]:
    """Every word of a plain text, in order, with its place in the text as it came."""
    for match in WORD.finditer(text):
        folded = POSSESSIVE.sub("", fold(UNSEEN.sub("", match.group())))
        if word := "".join(char for char in folded if char.isalnum()):
            yield Span(word, match.start(), match.end())


def tokens(text: str) -> list[str]:
    """Every word of a plain text, folded, in order."""
    return [span.word for span in spans(text)]
