"""Search in a mirror, where no server answers: a page, a script, and data that it loads as it needs them.

From `file:` a page may load scripts but fetch nothing, so the data are scripts. There are three kinds, for each
language: `map` says what there is; `w-…` has the words that begin alike, with their stems and where these stand;
`i-2022-01-17` has the texts of one issue, for the snippets. So the script needs no stemmer: it looks a form up.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override

from commentaries.languages import FALLBACK, active_language, local
from commentaries.mirror import Mirror, mirror_of
from commentaries.mirror.addresses import URLCONF, file_of
from commentaries.models import Commentary
from commentaries.models.commentaries import Edition, Trend
from commentaries.search.belarusian import ENDINGS, LEAST
from commentaries.search.plain import running_text
from commentaries.search.stemming import stem
from commentaries.search.stopwords import STOP_WORDS
from commentaries.search.words import tokens
from commentaries.templatetags.reading import available_in, wording

LARGEST = 30_000  # letters of one file of words, about; what begins with four letters is never parted
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BODY, LEAD, TITLE = range(3)


@dataclass
class Index:
    """All words that readers of one language get. `postings`: of a stem, the texts and where in them it stands."""

    issues: list[tuple[date, int]] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)
    postings: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, str] = field(default_factory=dict)


def page(request: HttpRequest) -> HttpResponse:
    """The page of the search. Without JavaScript it is a list of everything."""
    rows = Commentary.objects.published().select_related("issue", "section").prefetch_related("translations")
    editions = list(_editions(rows.order_by("-issue__week_start", "section__order"), active_language()))
    years = [(year, list(some)) for year, some in groupby(editions, lambda one: one.commentary.issue.week_start.year)]
    return render(request, "commentaries/mirror/search.html", {"years": years, "trends": list(Trend)})


def data(request: HttpRequest, name: str) -> HttpResponse:
    """One file of data, as a call of the function that awaits it."""
    mirror, language = mirror_of(request), active_language()
    if mirror is None:
        raise Http404
    if name.startswith("i-"):
        content = _issue(name.removeprefix("i-"), language)
    else:
        content = index_of(mirror, language).files.get(name, "")
    if not content:
        raise Http404
    return HttpResponse(f'searchData("{name}",{content});\n', content_type="text/javascript; charset=utf-8")


def addresses(mirror: Mirror, language: str) -> list[str]:
    """Every address of data that the script may ask for."""
    index = index_of(mirror, language)
    names = [*sorted(index.files), *(f"i-{week_start}" for week_start, _number in index.issues)]
    with override(language):
        return [reverse("commentaries:search_data", args=[name], urlconf=URLCONF) for name in names]


def index_of(mirror: Mirror, language: str) -> Index:
    """The index of a language, made once in an export."""
    key = f"search {language}"
    if key not in mirror.kept:
        mirror.kept[key] = _made(language)
    return cast(Index, mirror.kept[key])


def _editions(rows: Iterable[Commentary], language: str) -> Iterator[Edition]:
    """Each commentary as readers of the language get it: whole, in that language or the one that stands in for it."""
    return (edition for row in rows if (edition := row.edition(language)))


def _made(language: str) -> Index:
    index = Index()
    rows = Commentary.objects.published().with_texts().order_by("issue__week_start", "section__order", "section__slug")
    for number, edition in enumerate(_editions(rows.iterator(chunk_size=500), language)):
        day = edition.commentary.issue.week_start
        if index.issues and index.issues[-1][0] == day:
            index.issues[-1] = day, index.issues[-1][1] + 1
        else:
            index.issues.append((day, 1))
        _add(index, number, edition)
    index.files = {f"w-{_code(head)}": content for head, content in _shards(index).items()}
    heads = sorted(_uncoded(name) for name in index.files)
    days = [[f"{day}", number] for day, number in index.issues]
    told = {"heads": heads, "issues": days, "ends": _ends(index.forms), "stop": sorted(STOP_WORDS)}
    index.files["map"] = _json(told)
    return index


def _add(index: Index, number: int, edition: Edition) -> None:
    best: dict[str, int] = {}
    for rank, text, language in _texts(edition):
        for word in tokens(text):
            found = index.forms.setdefault(word, "") or stem(word, language)
            index.forms[word] = found
            best[found] = max(best.get(found, BODY), rank)
    for found, rank in best.items():
        index.postings[found].append((number, rank))


def _texts(edition: Edition) -> Iterable[tuple[int, str, str]]:
    yield TITLE, edition.title, edition.language
    yield LEAD, edition.lead, edition.language
    yield BODY, _body(edition), edition.language
    for spelt in FALLBACK:  # a name is typed in any of them
        yield BODY, _signed(edition, spelt), spelt


def _body(edition: Edition) -> str:
    return " ".join([running_text(edition.body), *(wording(forecast, edition) for forecast in edition.forecasts)])


def _signed(edition: Edition, language: str) -> str:
    return ", ".join(str(row.analyst.byline(language)) for row in edition.commentary.bylines.all())


def _issue(day: str, language: str) -> str:
    """The texts of an issue, in the order of the index."""
    try:
        week_start = date.fromisoformat(day)
    except ValueError:
        return ""
    rows = Commentary.objects.published().filter(issue__week_start=week_start).in_order().with_texts()
    texts = [_text(edition) for edition in _editions(rows, language)]
    return _json(texts) if texts else ""


def _text(edition: Edition) -> list[str]:
    """What the script shows of a text; the language and what is said of it only where it stands in for another.

    The other spellings of who signs it come last: they are not shown, but a phrase may be one of them.
    """
    commentary = edition.commentary
    return [
        file_of(commentary.get_absolute_url()),
        edition.title,
        str(commentary.issue.week()),
        str(local(commentary.section, "title")),
        commentary.trend,
        _signed(edition, edition.language),
        edition.lead,
        _body(edition),
        *([edition.language, available_in(edition)] if edition.is_foreign else ["", ""]),
        *(_signed(edition, spelt) for spelt in FALLBACK if spelt != edition.language),
    ]


def _shards(index: Index) -> dict[str, str]:
    """The lines of each file by what its words begin with: a stem, its forms, and where it stands."""
    forms: dict[str, list[str]] = defaultdict(list)
    for word, found in sorted(index.forms.items()):
        forms[found].append(word)
    weights = {found: len(index.postings[found]) * 3 + sum(map(len, forms[found])) for found in sorted(forms)}
    heads = set(_heads("", {**dict.fromkeys(index.forms, 1), **weights}))
    files: dict[str, list[str]] = defaultdict(list)
    for found, words in sorted(forms.items()):
        home = _head(found, heads)
        by_head: dict[str, list[str]] = {home: [_short(word, found) for word in words]}  # so that all can be marked
        for word in words:
            if (head := _head(word, heads)) != home:
                by_head.setdefault(head, []).append(_short(word, found))
        for head, short in by_head.items():
            places = _packed(index.postings[found]) if head == home else ""
            files[head].append(f"{found}\t{' '.join(short)}\t{places}")
    return {head: _json("\n".join(lines)) for head, lines in files.items()}


def _ends(forms: dict[str, str]) -> list[str]:
    """What may follow where two forms of a word part: Belarusian endings, and whatever does so in two words here."""
    words: dict[str, list[str]] = defaultdict(list)
    for word, found in forms.items():
        words[found].append(word)
    ends: Counter[str] = Counter()
    for found, some in words.items():
        shared = min(some)[: _shared(min(some), max(some))]
        roots = [root for root in (found, shared) if len(root) >= LEAST]
        ends.update({word.removeprefix(root) for root in roots for word in some if word.startswith(root)})
    return sorted((ENDINGS | {end for end, times in ends.items() if times > 1}) - {""})


def _heads(head: str, weights: dict[str, int]) -> Iterator[str]:
    """The beginnings by which words are parted into files: longer where there are many words."""
    if head:
        yield head
    if not head or (sum(weights.values()) > LARGEST and len(head) < 4):
        parts: dict[str, dict[str, int]] = defaultdict(dict)
        for word, weight in weights.items():
            if len(word) > len(head):
                parts[word[: len(head) + 1]][word] = weight
        for longer, some in parts.items():
            yield from _heads(longer, some)


def _head(word: str, heads: set[str]) -> str:
    return next(word[:length] for length in range(4, 0, -1) if word[:length] in heads)


def _short(word: str, found: str) -> str:
    """A form as what differs from its stem: how many letters are the stem's, and the rest."""
    same = min(_shared(word, found), len(DIGITS) - 1)
    return DIGITS[same] + word[same:]


def _shared(one: str, other: str) -> int:
    """How many letters two words begin alike with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _packed(postings: list[tuple[int, int]]) -> str:
    """Each text as three times its distance from the one before, plus the rank, in base 36."""
    packed, last = [], 0
    for number, rank in postings:
        packed.append(_base36((number - last) * 3 + rank))
        last = number
    return " ".join(packed)


def _base36(number: int) -> str:
    digits = DIGITS[number % 36]
    return _base36(number // 36) + digits if number >= 36 else digits


def _code(head: str) -> str:
    return "-".join(f"{ord(char):x}" for char in head)


def _uncoded(name: str) -> str:
    return "".join(chr(int(code, 16)) for code in name.removeprefix("w-").split("-"))


def _json(value: object) -> str:
    """JSON that may stand in a script of any age (ECMA-262 let U+2028 end a line in a string until 2019)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
