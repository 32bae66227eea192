"""Asking the index: the newest that match, of these those that readers may read, the best first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.models import DateTimeField, QuerySet
from django.utils import timezone

from commentaries.compiled import Keys, Moment, Parameter, compiled
from commentaries.languages import FALLBACK
from commentaries.models import Commentary, Translation
from commentaries.models.commentaries import CommentaryQuerySet
from commentaries.models.search import place
from commentaries.revision import while_it_stands
from commentaries.search.index import spaced
from commentaries.search.queries import Query, Term

# Ranking all of twelve thousand matches takes PostgreSQL 80 ms; nobody reads beyond the first pages of the newest.
RANKED = 250
TEXTS_EACH = 1.5  # so many texts match for each that a reader of the language may read: a translation may not be ready
AT_ONCE = 500  # matches that are fetched at most; a few of them no reader may read

NEWEST = {
    "sqlite": """SELECT rowid AS place FROM search_entry_words
        WHERE search_entry_words MATCH %s AND rowid >= %s AND rowid < %s ORDER BY rowid DESC LIMIT %s""",
    # Adding nothing to the place keeps PostgreSQL from walking all texts in their order instead of asking the index.
    "postgresql": """SELECT place FROM commentaries_searchentry
        WHERE words @@ %s::tsquery AND place >= %s AND place < %s ORDER BY place + 0 DESC LIMIT %s""",
}
ENTRIES = """SELECT place, commentary_id, language, title, lead, often, signed
    FROM (%s) AS found JOIN commentaries_searchentry USING (place) ORDER BY place DESC"""
# For a common word PostgreSQL would rather read all rows: it does not reckon that the words of each lie apart (TOAST),
# and takes ten times as long. Two statements sent at once are one transaction, and the setting ends with it.
BY_THE_INDEX = {"sqlite": "%s", "postgresql": "SET LOCAL enable_seqscan = off; %s"}


class Match(NamedTuple):
    """A text that matches, with the stems that say what the match is worth."""

    place: int
    commentary: int
    language: str
    title: str
    lead: str
    often: str
    signed: str


class Written(Protocol):
    def written(self, vendor: str) -> str: ...


@dataclass(frozen=True)
class Years:
    """From one year to another, both inclusive; None leaves an end open."""

    first: int | None = None
    last: int | None = None

    def places(self) -> tuple[int, int]:
        """The lowest place of a text in these years, and the lowest after them."""
        end = date(self.last + 1, 1, 1) if self.last else date.max
        return place(date(self.first, 1, 1)) if self.first else 0, place(end)


def newest(query: Written, first: int, end: int, limit: int = AT_ONCE) -> list[Match]:
    """The newest texts that match, public or not, among the places from `first` to before `end`."""
    with connection.cursor() as cursor:
        arguments: list[str | int] = [query.written(connection.vendor), first, end, limit]
        cursor.execute(BY_THE_INDEX[connection.vendor] % (ENTRIES % NEWEST[connection.vendor]), arguments)
        return [Match(*row) for row in cursor.fetchall()]


@while_it_stands
def _known() -> dict[int, set[str]]:
    """The languages in which readers may read each commentary that was asked for, none if they may not; it grows."""
    return {}


def public(matches: Iterable[Match]) -> dict[int, set[str]]:
    """The languages that readers may read of each of these matches' commentaries; of others perhaps, too."""
    known = _known()
    found: dict[int, set[str]] = {match.commentary: set() for match in matches if match.commentary not in known}
    for key, language in _readable(now=timezone.now(), keys=found) if found else ():
        found[key].add(language)
    known |= found
    return known


@compiled(now=DateTimeField(), keys=Keys())
def _readable(now: Moment, keys: Parameter) -> QuerySet[Commentary, tuple[int, str]]:
    found: CommentaryQuerySet = Commentary.objects.published(now).filter(pk__among=keys)
    public: Any = found.filter(translations__state__in=Translation.PUBLIC_STATES).order_by()
    as_they_are: QuerySet[Commentary, Any] = public.rewrite(False)  # else translated columns are looked for in each
    return as_they_are.values_list("pk", "translations__language")


@dataclass(frozen=True)
class Scope:
    """Which texts of a commentary are asked for: `languages`, the first first.

    `as_read`: only the one that a reader of the first language gets, which may stand in for it.
    """

    languages: tuple[str, ...]
    as_read: bool = False

    @classmethod
    def of_reader(cls, language: str) -> "Scope":
        return cls(FALLBACK[language], as_read=True)

    def chosen(self, matches: list[Match], readable: dict[int, set[str]]) -> list[Match]:
        """One match of each commentary that may be read, in the order of the matches."""
        best: dict[int, Match] = {}
        for match in matches:
            given = [language for language in self.languages if language in readable.get(match.commentary, ())]
            wanted = given[:1] if self.as_read else given
            there = best.get(match.commentary)
            if match.language not in wanted:
                continue
            if there is None or wanted.index(match.language) < wanted.index(there.language):
                best[match.commentary] = match
        return list(best.values())


@dataclass(frozen=True)
class Found:
    """The matches that readers may read, in their order; `are_more` where older ones match, too."""

    matches: list[Match]
    are_more: bool


def find(query: Query, scope: Scope, years: Years = Years(), *, newest_first: bool = False) -> Found:
    matches = readable(query, scope, years, RANKED + 1)
    found, score = matches[:RANKED], _Score(query)
    if not newest_first:
        found.sort(key=lambda match: (-score(match), -match.place))
    return Found(found, len(matches) > RANKED)


def readable(query: Written, scope: Scope, years: Years = Years(), most: int = 1) -> list[Match]:
    """The newest matches that readers may read, `most` of them at most, one of a commentary.

    They are asked for in portions, each as large as what is still missing is likely to need.
    """
    matches: list[Match] = []
    asked = 0
    first, end = years.places()
    while (missing := most - len(matches)) > 0:
        texts_each = asked / len(matches) if matches else TEXTS_EACH
        limit = min(AT_ONCE, round(missing * texts_each * 1.1) + 20)
        some = newest(query, first, end, limit)
        is_last = len(some) < limit
        if not is_last:
            last = some[-1].place & ~3  # of this commentary not every language may be there
            some, end = [match for match in some if match.place > last + 3], last + 4
        matches += scope.chosen(some, public(some))
        asked += len(some)
        if is_last:
            break
    return matches[:most]


class _Score:
    """What a match is worth: where each of the words stands."""

    TITLE, SIGNED, LEAD, OFTEN, ONCE = 8, 6, 4, 2, 1

    def __init__(self, query: Query) -> None:
        self.signed = {term: [spaced([key]) for key in keys] for term, keys in query.signed}
        self.terms = {
            language: [(spaced(term.stems(language)), term) for term in query.asked.wanted]
            for language in query.languages
        }

    def __call__(self, match: Match) -> int:
        return sum(self._of(stems, term, match) for stems, term in self.terms[match.language])

    def _of(self, stems: str, term: Term, match: Match) -> int:
        if stems in match.title:
            return self.TITLE
        if any(name in match.signed for name in self.signed.get(term, ())):
            return self.SIGNED
        if stems in match.lead:
            return self.LEAD
        return self.OFTEN if stems in match.often else self.ONCE
