"""Keeping what search knows in step with the texts: in the same transaction, whichever way a change comes."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection, transaction

from commentaries.languages import FALLBACK, in_language
from commentaries.models.commentaries import Commentary
from commentaries.models.search import LONGEST, WORD_IN, SearchEntry, SearchStem, place
from commentaries.search.plain import plain
from commentaries.search.stemming import stem
from commentaries.search.stopwords import STOP_WORDS
from commentaries.search.words import WORD, tokens

# Raised whenever words, stems or what is kept of them are made otherwise, so that rows made before are made anew.
MADE = 6
OFTEN, MOST_OFTEN = 3, 30  # a word that a body has so many times is one of its subjects; of these so many
APART = "x"  # between two parts of a text, so that no phrase reaches from one into the other

# What a token says of a text begins with WORD_IN or one of these, then comes the language; "p" is `pair`'s.
SUBJECT, LANGUAGE, SECTION, TREND, ANALYST = "klsta"


@lru_cache(200_000)
def stems_of(written: str, language: str) -> tuple[str, ...]:
    """The stems of one word as a text writes it."""
    return tuple(stem(word, language)[:LONGEST] for word in tokens(written))


def stems(text: str, language: str) -> list[str]:
    """The stems of a plain text, in order."""
    return [found for match in WORD.finditer(text) for found in stems_of(match.group(), language)]


@dataclass(frozen=True)
class Text:
    """One language of a commentary as search reads it, and what it is filtered by."""

    place: int
    commentary: int
    language: str
    title: str
    lead: str
    body: str
    statements: tuple[str, ...]
    section: int
    trend: str
    analysts: tuple[int, ...]

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr((MADE, self)).encode()).hexdigest()


def texts_of(commentary: Commentary) -> dict[str, Text]:
    """The languages in which the commentary has a text, public or not."""
    return {
        language: Text(
            place=place(commentary.issue.week_start, commentary.pk, language),
            commentary=commentary.pk,
            language=language,
            title=in_language(commentary, "title", language),
            lead=in_language(commentary, "lead", language),
            body=in_language(commentary, "body", language),
            statements=tuple(in_language(row, "statement", language) for row in commentary.forecasts.all()),
            section=commentary.section_id,
            trend=commentary.trend,
            analysts=tuple(row.analyst_id for row in commentary.bylines.all()),
        )
        for language in FALLBACK
        if commentary.has_text(language)
    }


def entry_of(text: Text) -> SearchEntry:
    """The row of a text."""
    language = text.language
    title, lead, body = (stems(part, language) for part in (text.title, text.lead, plain(text.body)))
    counted = Counter(word for word in body if word not in STOP_WORDS)
    often = [word for word, times in counted.most_common(MOST_OFTEN) if times >= OFTEN]
    words: list[str] = []
    for part in (title, lead, body, *(stems(statement, language) for statement in text.statements)):
        words += [*(token(WORD_IN, language, word) for word in part), APART]
    subjects = {*title, *lead, *often} - STOP_WORDS
    words += [
        token(LANGUAGE, language),
        token(SECTION, language, text.section),
        token(TREND, language, text.trend),
        *(token(ANALYST, language, key) for key in text.analysts),
        *(token(SUBJECT, language, word) for word in sorted(subjects)),
    ]
    return SearchEntry(
        place=text.place,
        commentary_id=text.commentary,
        language=language,
        digest=text.digest,
        title=spaced(title),
        lead=spaced(lead),
        often=spaced(often),
        signed=spaced(text.analysts),
        words=words,
    )


def token(kind: str, language: str, value: object = "") -> str:
    """What the index is asked by. Words of letters and digits only, which both databases leave as they are."""
    return f"{kind}{language}{value}"


def spaced(words: Iterable[object]) -> str:
    return f" {' '.join(map(str, words))} "


# The commentaries that changed in the transaction under way, while it is collected.
_changed: ContextVar[set[int] | None] = ContextVar("_changed", default=None)


@contextmanager
def following() -> Iterator[set[int]]:
    """One transaction, at whose end search knows what changed: put the commentaries' keys into the set.

    Inside another one it joins that, so that a commentary that is written in several steps is indexed once.
    """
    outer = _changed.get()
    if outer is not None:
        yield outer
        return
    with transaction.atomic(savepoint=False):
        changed: set[int] = set()
        reset = _changed.set(changed)
        try:
            yield changed
        finally:
            _changed.reset(reset)
        refresh(changed)


def refresh(keys: Iterable[int]) -> None:
    """Make the rows of these commentaries say what is stored, in the caller's transaction.

    The commentaries are held, so that of two who change one at the same time the later sees what the earlier wrote.
    """
    keys = sorted(keys)
    if not keys:
        return
    rows = Commentary.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    found = rows.select_related("issue").prefetch_related("forecasts", "bylines")
    wanted = {text.place: text for row in found for text in texts_of(row).values()}
    kept = SearchEntry.objects.filter(commentary__in=keys).values_list("place", "digest")
    stale = {number for number, digest in kept if number not in wanted or wanted[number].digest != digest}
    known = {number for number, _digest in kept} - stale
    if stale:
        SearchEntry.objects.filter(place__in=stale).delete()
    entries = [entry_of(text) for number, text in wanted.items() if number not in known]
    SearchEntry.objects.bulk_create(entries, batch_size=100)
    _remember_stems(entries)


def _remember_stems(entries: list[SearchEntry]) -> None:
    for language in sorted({entry.language for entry in entries}):
        prefix = token(WORD_IN, language)
        words = {word.removeprefix(prefix) for entry in entries for word in entry.words if word.startswith(prefix)}
        known = SearchStem.objects.filter(language=language, stem__in=words).values_list("stem", flat=True)
        new = sorted(words - set(known))
        SearchStem.objects.bulk_create([_stem_row(word, language) for word in new], batch_size=500)


def _stem_row(word: str, language: str) -> SearchStem:
    return SearchStem(language=language, stem=word, head=word[:2], tail=word[-2:], length=len(word))


AT_ONCE = 100  # commentaries that are indexed in one transaction


def rebuild(tick: Callable[[int], object]) -> None:
    """Make all of it anew, a hundred commentaries at a time: whatever stops it, what is there stays good.

    `tick` is called with the number of commentaries that were done.
    """
    SearchStem.objects.all().delete()
    keys = list(Commentary.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        with transaction.atomic():
            SearchEntry.objects.filter(commentary__in=some).delete()
            refresh(some)
        tick(len(some))
    if connection.vendor == "postgresql":  # which else plans badly until it gets round to it
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE commentaries_searchentry")
