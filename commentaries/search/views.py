"""The page that finds texts. Everything on it is in its address: it works with GET alone, and can be sent to others."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.db.models import DateTimeField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commentaries.compiled import Keys, Moment, Parameter, compiled
from commentaries.context import language_links
from commentaries.models import Commentary
from commentaries.models.commentaries import CommentaryQuerySet, Edition
from commentaries.search import filters
from commentaries.search.asking import Match, find
from commentaries.search.days import issues_of
from commentaries.search.marking import Piece, marked, snippet
from commentaries.search.queries import Term, understand
from commentaries.search.ways import Search

ON_A_PAGE = 10
FEW = 3  # results: with fewer, other ways to more are shown
# What is printed round a result besides its own texts.
WEEK, SECTION = ("week_start", "week_end"), ("slug", "title_be", "title_ru", "title_en")
AROUND = [*(f"issue__{name}" for name in WEEK), *(f"section__{name}" for name in SECTION)]


@dataclass(frozen=True)
class Result:
    """A text that was found, and why."""

    edition: Edition
    url: str
    title: list[Piece]
    snippet: list[Piece]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    known = filters.known()
    chosen = filters.read(request.GET, known)
    this = Search.of(understand(request.GET.get("q", "")), chosen, known)
    found = find(this.query, chosen.scope, chosen.years, newest_first=chosen.newest_first) if this.asks else None
    number = request.GET.get("page", "")
    page = Paginator(found.matches if found else [], ON_A_PAGE).get_page(number if _is_number(number) else 1)
    context: dict[str, Any] = {
        "search": this,
        "found": found,
        "named": [*filters.named(known, this.asked.wanted), *issues_of(this.asked.text)],
        "page": page,
        "results": results(list(page), this.asked.wanted, as_read=chosen.scope.as_read),
        "previous": this.address(page=page.number - 1) if page.has_previous() else "",
        "next": this.address(page=page.number + 1) if page.has_next() else "",
        "language_links": [replace(link, url=link.url + this.address()) for link in language_links(request)],
    }
    if found and len(found.matches) < (FEW if this.asked.wanted else 1):
        meant = None if found.matches else this.meant()  # what is found is spelt as it was meant
        context |= {"meant": meant, "elsewhere": this.elsewhere(len(found.matches))}
    return render(request, "commentaries/search.html", context)


def _is_number(page: str) -> bool:
    """Whether there could be such a page: one below the first is not the last, as Django takes it."""
    return page.isdecimal() and int(page[:9]) > 0


def results(matches: list[Match], terms: tuple[Term, ...], *, as_read: bool) -> list[Result]:
    """These matches, which may be read, with their texts and what is marked in them, in their order.

    One that was asked for in another language is read at its page in that language.
    """
    found = _commentaries(matches)
    editions = [
        Edition(found[match.commentary], match.language)
        for match in matches
        if match.commentary in found and found[match.commentary].is_marked_public(match.language)
    ]
    return [
        Result(
            edition=one,
            url=one.commentary.get_absolute_url() if as_read else one.commentary.url_in(one.language),
            title=marked(one.title, one.language, terms),
            snippet=snippet(one, terms),
        )
        for one in editions
    ]


def _commentaries(matches: list[Match]) -> dict[int, Commentary]:
    """What a page prints of these, by their keys: the texts in the languages that matched, and no others.

    Whether they may be read is asked with the texts themselves: they may be others than a moment ago.
    """
    texts = [f"{part}_{match.language}" for match in matches for part in ("title", "lead", "body")]
    keys = {match.commentary for match in matches}
    found = _with_texts(tuple(sorted(set(texts))), now=timezone.now(), keys=keys) if keys else []
    return {row.pk: row for row in found}


@compiled(now=DateTimeField(), keys=Keys())
def _with_texts(texts: tuple[str, ...], now: Moment, keys: Parameter) -> CommentaryQuerySet:
    found: CommentaryQuerySet = Commentary.objects.published(now).filter(pk__among=keys)
    return found.with_parts("translations", "bylines", "forecasts").only("trend", *texts, *AROUND)
