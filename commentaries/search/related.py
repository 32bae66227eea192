"""Commentaries that are about the same: they share subjects that few others have."""

from collections import Counter
from math import log

from commentaries.models import Commentary, SearchEntry
from commentaries.models.commentaries import Edition
from commentaries.search.asking import Match, Years, newest, public
from commentaries.search.index import SUBJECT
from commentaries.search.queries import AnyOf
from commentaries.search.stopwords import STOP_WORDS

SAMPLE = 200  # of the newest texts, which tell common subjects from rare ones
ASKED = 16  # the rarest subjects, by which others are found
COMPARED = 300  # the newest texts that have one of these
SHARED = 2  # subjects that two texts must share
TITLE, ELSEWHERE = 2, 1  # what it is worth where a subject stands


def related(commentary: Commentary, language: str, limit: int = 3) -> list[Edition]:
    """Those that readers may read, the nearest first, as readers of `language` get them. Eight queries at most."""
    read = commentary.edition(language)
    found = SearchEntry.objects.filter(language=read.language) if read else SearchEntry.objects.none()
    own = found.filter(commentary=commentary).values_list("title", "lead", "often").first()
    if own is None or read is None:
        return []
    sample = found.order_by("-place").values_list("title", "lead", "often")[:SAMPLE]
    worth = _worth(own, list(sample))
    asked = sorted(worth, key=lambda stem: (-worth[stem], stem))[:ASKED]
    if not asked:
        return []
    query = AnyOf(tuple((read.language, stem) for stem in asked), SUBJECT)
    others = [match for match in newest(query, *Years().places(), COMPARED) if match.commentary != commentary.pk]
    near = {match: shared for match in others if len(shared := _subjects(*match[3:6]) & worth.keys()) >= SHARED}
    nearest = sorted(near, key=lambda match: (-sum(worth[stem] for stem in near[match]), -match.place))
    return _editions(nearest[: 4 * limit], language)[:limit]


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


def _editions(matches: list[Match], language: str) -> list[Edition]:
    """These matches as readers of the language get them, without those that nobody may read."""
    readable = public(matches)
    keys = [match.commentary for match in matches if match.language in readable.get(match.commentary, ())]
    rows = Commentary.objects.published().select_related("issue", "section")
    found = rows.prefetch_related("translations").in_bulk(keys)
    return [edition for key in keys if key in found and (edition := found[key].edition(language))]
