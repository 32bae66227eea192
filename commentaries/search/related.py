"""Commentaries that are about the same: they share subjects that few others have."""

from collections import Counter
from collections.abc import Callable
from math import log

from django.db.models import BigAutoField, CharField, Exists, OuterRef, QuerySet

from commentaries.compiled import Parameter, compiled
from commentaries.models import NearTexts, SearchEntry
from commentaries.models.commentaries import Edition
from commentaries.search.asking import Years, newest
from commentaries.search.index import SUBJECT
from commentaries.search.queries import AnyOf
from commentaries.search.stopwords import STOP_WORDS

SAMPLE = 200  # of the newest texts, which tell common subjects from rare ones
ASKED = 16  # the rarest subjects, by which others are found
COMPARED = 300  # the newest texts that have one of these
SHARED = 2  # subjects that two texts must share
KEPT = 12  # of the nearest: some may not be public, or named on the page already
NEIGHBOURS = 4  # of a new text, which may have it among their own nearest now
AT_ONCE = 100  # texts that are looked at before what was found is stored
TITLE, ELSEWHERE = 2, 1  # what it is worth where a subject stands


def nearest(edition: Edition) -> list[int]:
    """The keys of the commentaries that are about the same, the nearest first. Some may not be public any more."""
    found = _of_text(commentary=edition.commentary.pk, language=edition.language)
    return found[0].nearest if found else []


@compiled(commentary=BigAutoField(), language=CharField())
def _of_text(commentary: Parameter, language: Parameter) -> QuerySet[NearTexts]:
    return NearTexts.objects.filter(commentary=commentary, language=language).only("nearest")


def find_near(is_stopping: Callable[[], bool], most: int = AT_ONCE) -> int:
    """Look for the texts near those that are new or were changed, and near their nearest; says for how many.

    It takes some milliseconds a text, so the worker does it and not who opens a page.
    """
    known = NearTexts.objects.filter(commentary=OuterRef("commentary"), language=OuterRef("language"))
    new = SearchEntry.objects.filter(~Exists(known.filter(digest=OuterRef("digest")))).order_by("-place")
    found: dict[int, NearTexts] = {}
    for entry in new.defer("words")[:most]:
        found[entry.place] = _near(entry)
        if is_stopping():
            break
    nearest = {key for row in found.values() for key in row.nearest[:NEIGHBOURS]}
    for entry in SearchEntry.objects.filter(commentary__in=nearest).exclude(place__in=found).defer("words"):
        found[entry.place] = _near(entry)
    NearTexts.objects.bulk_create(
        found.values(),
        update_conflicts=True,
        unique_fields=["commentary", "language"],
        update_fields=["digest", "nearest"],
    )
    return len(found)


def _near(entry: SearchEntry) -> NearTexts:
    return NearTexts(
        commentary_id=entry.commentary_id, language=entry.language, digest=entry.digest, nearest=_nearest(entry)
    )


def _nearest(entry: SearchEntry) -> list[int]:
    own = (entry.title, entry.lead, entry.often)
    texts = SearchEntry.objects.filter(language=entry.language)
    worth = _worth(own, list(texts.order_by("-place").values_list("title", "lead", "often")[:SAMPLE]))
    asked = sorted(worth, key=lambda stem: (-worth[stem], stem))[:ASKED]
    if not asked:
        return []
    query = AnyOf(tuple((entry.language, stem) for stem in asked), SUBJECT)
    others = [match for match in newest(query, *Years().places(), COMPARED) if match.commentary != entry.commentary_id]
    near = {match: shared for match in others if len(shared := _subjects(*match[3:6]) & worth.keys()) >= SHARED}
    nearest = sorted(near, key=lambda match: (-sum(worth[stem] for stem in near[match]), -match.place))
    return [match.commentary for match in nearest[:KEPT]]


def _subjects(title: str, lead: str, often: str) -> set[str]:
    return {*title.split(), *lead.split(), *often.split()} - STOP_WORDS


def _worth(own: tuple[str, str, str], sample: list[tuple[str, str, str]]) -> dict[str, float]:
    """What it means to share each of these subjects: the more, the fewer texts of the sample have it."""
    common = Counter(stem for row in sample for stem in _subjects(*row))
    title = own[0].split()
    return {
        stem: (TITLE if stem in title else ELSEWHERE) * log((len(sample) + 2) / (common[stem] + 1))
        for stem in _subjects(*own)
    }
