"""The snippet of a text that shows why it was found, with the words marked that match, in whatever form they stand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from commentaries.languages import in_language
from commentaries.models.commentaries import Edition
from commentaries.search.index import stems_of
from commentaries.search.plain import running_text
from commentaries.search.queries import Term
from commentaries.search.words import WORD, beginning_with, tokens

AROUND = 240  # letters of a snippet, about
BEFORE = 60  # of them before the first word that matches
START, END = re.compile(r"\S+$"), re.compile(r"^\S+")


@dataclass(frozen=True)
class Piece:
    """A piece of text, marked or not."""

    text: str
    is_marked: bool = False


class Hit(NamedTuple):
    start: int
    end: int
    term: int  # which of the terms


@lru_cache(10_000)
def _first_letter(letter: str) -> str:
    """The letter as a stem that begins with it has it; most words of a text need no stemming to be no match."""
    return (tokens(letter) or [letter])[0][:1]


def hits(text: str, language: str, terms: Sequence[Term]) -> list[Hit]:
    """Where the words of the terms stand in a plain text, each word for itself; of a phrase where the whole stands."""
    wanted = [term.stems(language) for term in terms]
    letters = {word[0] for words in wanted for word in words}
    single = {words[0]: number for number, words in enumerate(wanted) if len(words) == 1}
    phrases = [(number, words) for number, words in enumerate(wanted) if len(words) > 1]
    found: list[Hit] = []
    last: list[tuple[str, int]] = []  # the stems just before, with where they start
    for match in WORD.finditer(text) if phrases else _beginning_with(letters, text):
        for word in stems_of(match.group(), language):
            if word in single:
                found.append(Hit(match.start(), match.end(), single[word]))
            last = [*last[-11:], (word, match.start())] if phrases else last
            for number, phrase in phrases:
                if tuple(stem for stem, _start in last[-len(phrase) :]) == phrase:
                    found.append(Hit(last[-len(phrase)][1], match.end(), number))
    return found


def _beginning_with(letters: set[str], text: str) -> Iterator[re.Match[str]]:
    """The words whose stems begin with one of these: few of a text's, and only they need stemming."""
    written = "".join(sorted(char for char in set(text) if _first_letter(char) in letters))
    return beginning_with(written).finditer(text) if written else iter(())


def marked(text: str, language: str, terms: Sequence[Term]) -> list[Piece]:
    """The whole text with its matches marked."""
    return _pieces(text, hits(text, language, terms), 0, len(text))


def snippet(edition: Edition, terms: Sequence[Term]) -> list[Piece]:
    """The part of the lead, the body or a forecast that has most of the words, or the beginning of the text."""
    best: tuple[int, str, list[Hit]] = (0, "", [])
    first = ""
    for text in _texts(edition):
        first = first or text
        found = hits(text, edition.language, terms)
        worth, window = max((_window(found, at) for at in range(len(found))), default=(0, []), key=lambda one: one[0])
        if worth > best[0]:
            best = worth, text, window
        if best[0] == len(terms) and first:  # no other text can have more
            break
    _worth, text, window = best
    text = text or first
    start = window[0].start - BEFORE if window else 0
    return _cut(text, window, max(start, 0))


def _texts(edition: Edition) -> Iterable[str]:
    yield edition.lead
    yield running_text(edition.body)
    for forecast in edition.forecasts:
        yield in_language(forecast, "statement", edition.language)


def _window(found: list[Hit], at: int) -> tuple[int, list[Hit]]:
    """The hits that a snippet beginning with this one shows, and how many different terms they are of."""
    end = found[at].start + AROUND - BEFORE
    shown = [hit for hit in found[at : at + 20] if hit.end <= end] or [found[at]]
    return len({hit.term for hit in shown}), shown


def _cut(text: str, window: list[Hit], start: int) -> list[Piece]:
    """From about `start` as much as a snippet has, in whole words, with dots where the text goes on."""
    end = max(start + AROUND, window[-1].end if window else 0)
    if start:
        start += len(text[start:].split(" ", 1)[0]) + 1 if text[start - 1] != " " else 0
    if end < len(text) and text[end] != " ":
        end = max(text.rfind(" ", start, end), window[-1].end if window else 0)
    pieces = _pieces(text, window, min(start, window[0].start) if window else start, end)
    before = [Piece("… ")] if start else []
    after = [Piece(" …")] if end < len(text) else []
    return [*before, *pieces, *after]


def _pieces(text: str, found: Iterable[Hit], start: int, end: int) -> list[Piece]:
    pieces, at = [], start
    for hit in sorted(found):
        if hit.start >= at and hit.end <= end:
            pieces += [Piece(text[at : hit.start]), Piece(text[hit.start : hit.end], is_marked=True)]
            at = hit.end
    pieces.append(Piece(text[at:end]))
    return [piece for piece in pieces if piece.text]
