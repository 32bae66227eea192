"""What a misspelt word was meant to be: a word of a text that readers may read, spelt as it stands there.

And what a query in Latin letters was meant to be in Cyrillic.
"""

from dataclasses import replace

from django.db.models import Q

from commentaries.models import Commentary, SearchStem
from commentaries.models.search import LONGEST
from commentaries.search.asking import Match, Scope, Years, readable
from commentaries.search.filters import Known, signed_by
from commentaries.search.index import stems_of, texts_of
from commentaries.search.plain import plain
from commentaries.search.queries import AnyOf, Asked, Either, Narrowing, Query, Term, understand
from commentaries.search.retyping import retyped
from commentaries.search.words import WORD, tokens

SHORTEST = 3  # letters of a stem that can be misspelt and still be meant
LONG = 8  # a stem of so many letters may have two mistakes
MOST_TRIED = 6  # words tried in the place of one
ENOUGH = 20  # texts that have a word: more do not make it likelier
UNLIKE = 0.4  # of a word's letters: more differ in another word only
MOST_UNKNOWN = 3  # unknown words in a query that is still worth mending


def distance(one: str, other: str, most: int) -> int:
    """How many letters were mistaken, left out, put in, or swapped (Damerau, 1964); `most` + 1 if more."""
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row, earlier = row, [i], before
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        before = last
        if min(row) > most:
            return most + 1
    return row[-1]


def near(stem: str, language: str) -> list[tuple[int, str]]:
    """The stems that this one was probably meant to be, with their distance. They may be of texts nobody may read."""
    if not SHORTEST <= len(stem) <= LONGEST:
        return []
    most = 2 if len(stem) >= LONG else 1
    alike = Q(head=stem[:2]) | Q(tail=stem[-2:])
    rows = SearchStem.objects.filter(alike, language=language, length__range=(len(stem) - most, len(stem) + most))
    found = {(distance(stem, row, most), row) for row in rows.values_list("stem", flat=True) if row != stem}
    return sorted((one for one in found if one[0] <= most), key=lambda one: _order(stem, *one))[:MOST_TRIED]


def _order(stem: str, far: int, other: str) -> tuple[object, ...]:
    """The nearer first; people seldom mistake the first letter, or how many there are."""
    return far, other[0] != stem[0], abs(len(other) - len(stem)), other


def suggestion(query: Query, scope: Scope, years: Years, known: Known) -> str:
    """The query as it was probably meant, if it then finds something, or "". For one that finds nothing."""
    return _in_cyrillic(query, scope, years, known) or _mended(query, scope, years, known)


def _asking(query: Query, asked: Asked, known: Known) -> Query:
    """The same query with other words, which other analysts may sign."""
    return replace(query, asked=asked, signed=signed_by(known, [*asked.wanted, *asked.unwanted]))


def _in_cyrillic(query: Query, scope: Scope, years: Years, known: Known) -> str:
    again = {text: _asking(query, understand(text), known) for text in retyped(query.asked.text)}
    asked = {text: one for text, one in again.items() if one.asked.wanted}
    if not asked or not readable(Either(tuple(asked.values())), scope, years):  # usually: so they are asked at once
        return ""
    return next((text for text, one in asked.items() if readable(one, scope, years)), "")


def _mended(query: Query, scope: Scope, years: Years, known: Known) -> str:
    """With other words in the place of those that no text has."""
    terms = [term for term in query.asked.wanted if not term.is_phrase]
    unknown = [term for term in terms if not _is_there(query, term, scope)]
    if not 0 < len(unknown) <= MOST_UNKNOWN:
        return ""
    mended = {term: _better(term, scope) for term in unknown}
    wanted = tuple(Term(mended[term]) if term in mended else term for term in query.asked.wanted)
    again = _asking(query, replace(query.asked, wanted=wanted), known)
    if not all(mended.values()) or not readable(again, scope, years):
        return ""
    return WORD.sub(lambda match: mended.get(Term("".join(tokens(match.group()))), match.group()), query.asked.text)


def _is_there(query: Query, term: Term, scope: Scope) -> bool:
    """Whether the word stands in any text that is asked for, whatever it is narrowed to."""
    alone = replace(query, asked=Asked(wanted=(term,)), narrowing=Narrowing())
    return bool(readable(alone, scope))


def _better(term: Term, scope: Scope) -> str:
    """The word in whose place this one was probably typed: of the nearest that may be read the one in most texts."""
    if not term.text.isalpha():  # another number is no better spelling
        return ""
    for language in scope.languages:
        stems = near(term.stems(language)[0], language)
        found = [(far, stem, readable(AnyOf(((language, stem),)), scope, most=ENOUGH)) for far, stem in stems]
        there = sorted((one for one in found if one[2]), key=lambda one: (one[0], -len(one[2])))
        if spelt := next(filter(None, (_spelt(term.text, stem, matches[0]) for _far, stem, matches in there)), ""):
            return spelt
    return ""


def _spelt(typed: str, stem: str, match: Match) -> str:
    """The stem's word in this text that is most like what was typed, or "" if none is much like it.

    Stems are nearer to each other than words: вайна is not важней. A name keeps its capital.
    """
    commentary = Commentary.objects.published().with_texts().filter(pk=match.commentary).first()
    if commentary is None or match.language not in commentary.public_languages():  # any more
        return ""
    text = texts_of(commentary)[match.language]
    parts = (text.lead, plain(text.body), text.title, *text.statements)
    words = {word for part in parts for word in WORD.findall(part) if stems_of(word, match.language) == (stem,)}
    most = max(2, int(UNLIKE * len(typed)))
    far = {word: distance(typed, "".join(tokens(word)), most) for word in words}
    best = min(far, key=lambda word: (far[word], word != word.lower(), word), default="")
    return best if best and far[best] <= most else ""
