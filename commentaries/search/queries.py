"""What a reader asks for: words, "phrases", -words to leave out; and how each database is asked for it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap

from commentaries.models.search import WORD_IN, pair
from commentaries.search.index import ANALYST, LANGUAGE, SECTION, TREND, stems, token
from commentaries.search.stopwords import STOP_WORDS
from commentaries.search.words import WORD, tokens

MOST_LETTERS, MOST_TERMS = 300, 12
QUOTES = str.maketrans(dict.fromkeys("“”„«»‟", '"'))
DASHES = str.maketrans(dict.fromkeys("−–—", "-"))
PART = re.compile(r'(?P<without>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Term:
    """A word, or a phrase with whatever parts its words."""

    text: str
    is_phrase: bool = False

    def stems(self, language: str) -> tuple[str, ...]:
        return tuple(stems(self.text, language))


@dataclass(frozen=True)
class Asked:
    """A query, understood. `wanted` must all be there, none of `unwanted` may be."""

    text: str = ""
    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    is_cut: bool = False  # it was longer than anybody's question, and only its beginning is asked
    is_common: bool = False  # it has words, and all of them stand in every text


def understand(typed: str) -> Asked:
    """What somebody typed, whatever it is."""
    text = " ".join("".join(char if _is_text(char) else " " for char in typed[: MOST_LETTERS + 1]).split())
    short = text[:MOST_LETTERS]
    found: dict[bool, list[Term]] = {True: [], False: []}
    folded = WORD.sub(lambda match: "".join(tokens(match.group())), short)  # 1 140 is one word
    for part in PART.finditer(folded.translate(QUOTES).translate(DASHES)):
        found[not part["without"]] += _term(part["phrase"] or part["word"] or "")
    wanted = [term for term in dict.fromkeys(found[True]) if term.is_phrase or not _is_stop_word(term)]
    unwanted = [term for term in dict.fromkeys(found[False]) if term.is_phrase or not _is_stop_word(term)]
    return Asked(
        text=short,
        wanted=tuple(wanted[:MOST_TERMS]),
        unwanted=tuple(unwanted[:MOST_TERMS]),
        # What a form or the next page sends is cut already, and as long as that.
        is_cut=len(typed) >= MOST_LETTERS or max(len(wanted), len(unwanted)) > MOST_TERMS,
        is_common=bool(found[True]) and not wanted,
    )


def _is_text(char: str) -> bool:
    """Controls, halves of characters and what is no character are not."""
    return unicodedata.category(char) not in {"Cc", "Cs", "Cn", "Co"}


def _is_stop_word(term: Term) -> bool:
    return tokens(term.text)[0] in STOP_WORDS


def _term(part: str) -> list[Term]:
    """What stands without a space is side by side in the text, too: 2,9 and COVID-19."""
    words = tokens(part)
    return [Term(part, is_phrase=True)] if len(words) > 1 else [Term(word) for word in words]


@dataclass(frozen=True)
class Narrowing:
    """What texts are narrowed to besides their words; zero and "" are any."""

    section: int = 0
    trend: str = ""
    analyst: int = 0

    def tokens(self, language: str) -> list[str]:
        named = ((SECTION, self.section), (TREND, self.trend), (ANALYST, self.analyst))
        return [token(kind, language, value) for kind, value in named if value]


@dataclass(frozen=True)
class Dialect:
    """How a database writes what is to be found."""

    both: str
    either: str
    without: str
    followed_by: str
    quote: str  # round each word
    quote_phrase: str  # round the whole phrase
    has_pairs: bool  # pairs of words are found by a token of their own

    def phrase(self, words: Sequence[str]) -> str:
        quoted = self.followed_by.join(f"{self.quote}{word}{self.quote}" for word in words)
        found = f"{self.quote_phrase}{quoted}{self.quote_phrase}"
        return self.all_of([found, *starmap(pair, pairwise(words))]) if self.has_pairs and len(words) > 1 else found

    def any_of(self, parts: Sequence[str]) -> str:
        return f"({self.either.join(parts)})"

    def all_of(self, parts: Sequence[str], unwanted: Sequence[str] = ()) -> str:
        found = f"({self.both.join(parts)})"
        return f"({found}{self.without}{self.any_of(unwanted)})" if unwanted else found


DIALECTS = {
    "sqlite": Dialect(" AND ", " OR ", " NOT ", " ", "", '"', has_pairs=False),  # https://sqlite.org/fts5.html, 3
    "postgresql": Dialect(" & ", " | ", " & !", " <-> ", "'", "", has_pairs=True),  # its manual, 8.11.2
}


@dataclass(frozen=True)
class Query:
    """What the index is asked: in each of these languages the same, each with its own stems.

    `signed` are the analysts whose byline has the word of a term, by the term.
    """

    asked: Asked
    languages: tuple[str, ...]
    narrowing: Narrowing = Narrowing()
    signed: tuple[tuple[Term, tuple[int, ...]], ...] = ()

    def written(self, vendor: str) -> str:
        dialect = DIALECTS[vendor]
        return dialect.any_of([self._in(language, dialect) for language in self.languages])

    def _in(self, language: str, dialect: Dialect) -> str:
        signed = dict(self.signed)
        parts = [self._term(term, signed.get(term, ()), language, dialect) for term in self.asked.wanted]
        parts += [dialect.phrase([one]) for one in self.narrowing.tokens(language)]
        unwanted = [self._term(term, signed.get(term, ()), language, dialect) for term in self.asked.unwanted]
        return dialect.all_of(parts or [dialect.phrase([token(LANGUAGE, language)])], unwanted)

    def _term(self, term: Term, analysts: Iterable[int], language: str, dialect: Dialect) -> str:
        words = [token(WORD_IN, language, word) for word in term.stems(language)]
        names = [dialect.phrase([token(ANALYST, language, key)]) for key in analysts]
        return dialect.any_of([dialect.phrase(words), *names]) if names else dialect.phrase(words)


@dataclass(frozen=True)
class Either:
    """Asks for the texts that any of these queries finds."""

    queries: tuple[Query, ...]

    def written(self, vendor: str) -> str:
        return DIALECTS[vendor].any_of([query.written(vendor) for query in self.queries])


@dataclass(frozen=True)
class AnyOf:
    """Asks for the texts that have any of these stems: of which it is a subject, if `kind` says so."""

    stems: tuple[tuple[str, str], ...]  # language, stem
    kind: str = WORD_IN

    def written(self, vendor: str) -> str:
        dialect = DIALECTS[vendor]
        return dialect.any_of([dialect.phrase([token(self.kind, language, word)]) for language, word in self.stems])
