"""What a search can be narrowed to, and what a reader chose of it. A choice that there is not is left out, and said."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from django.db.models import F, Max, Min
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commentaries.languages import FALLBACK, LocalText, active_language, local
from commentaries.models import Analyst, Issue, Section, Trend
from commentaries.revision import while_it_stands
from commentaries.search.asking import Scope, Years
from commentaries.search.index import spaced, stems
from commentaries.search.queries import Narrowing, Term

ALL = "all"  # languages
NEWEST = "newest"
NARROWING = ("section", "trend", "analyst", "from", "to")


@dataclass(frozen=True)
class Choice:
    value: str
    label: LocalText
    is_chosen: bool


@dataclass(frozen=True)
class Select:
    """One thing to narrow by: its name in the address, in words, and what there is to choose from."""

    name: str
    label: str
    choices: list[Choice]
    none: str  # what it is when nothing is chosen

    @property
    def chosen(self) -> Choice | None:
        return next((choice for choice in self.choices if choice.is_chosen and choice.value), None)


@dataclass(frozen=True)
class Named:
    """What has the name that was asked for: a section, an analyst, an issue."""

    kind: str
    name: LocalText
    url: str


@dataclass
class Filters:
    """The filters of one request; `unknown` names those whose choice there is not."""

    selects: list[Select]
    narrowing: Narrowing
    years: Years
    scope: Scope
    newest_first: bool = False
    unknown: list[str] = field(default_factory=list)

    @property
    def chosen(self) -> list[Select]:
        return [select for select in self.selects if select.chosen]

    @property
    def narrows(self) -> bool:
        """Whether something is chosen besides the language: then there is something to list without any words."""
        return self.narrowing != Narrowing() or self.years != Years()


class Known:
    """What every search needs, whatever is asked: who signs, the sections, the years. In three queries."""

    def __init__(self) -> None:
        self.analysts = list(Analyst.objects.knowing_pages().defer("bio_be", "bio_ru", "bio_en"))
        self.sections = list(Section.objects.shown().order_by(F("retired_at").desc(nulls_first=True), "order", "slug"))
        self.years = _years_of_issues()

    @cached_property
    def bylines(self) -> dict[int, list[tuple[str, str]]]:
        """The stems of each analyst's byline, as readers see it now, by language."""
        return {row.pk: _stems_by_language(row.byline) for row in self.analysts}

    @cached_property
    def titles(self) -> dict[int, list[tuple[str, str]]]:
        """The stems of each section's title, by language."""
        return {row.pk: _stems_by_language(partial(local, row, "title")) for row in self.sections}


def _stems_by_language(text_in: Callable[[str], str]) -> list[tuple[str, str]]:
    return [(language, spaced(stems(text_in(language), language))) for language in FALLBACK]


@while_it_stands
def known() -> Known:
    return Known()


def signed_by(known: Known, terms: Iterable[Term]) -> tuple[tuple[Term, tuple[int, ...]], ...]:
    """For each term the analysts whose byline has it."""
    found = []
    for term in terms:
        wanted = {language: spaced(term.stems(language)) for language in FALLBACK}
        keys = [
            key for key, names in known.bylines.items() if any(wanted[language] in name for language, name in names)
        ]
        if keys:
            found.append((term, tuple(keys)))
    return tuple(found)


def named(known: Known, terms: Sequence[Term]) -> list[Named]:
    """The sections and the analysts with a page whose names have all of these terms."""
    if not terms:
        return []
    wanted = {language: [spaced(term.stems(language)) for term in terms] for language in FALLBACK}
    sections = [row for row in known.sections if _has_all(known.titles[row.pk], wanted)]
    analysts = [row for row in known.analysts if row.has_page and _has_all(known.bylines[row.pk], wanted)]
    return [
        *(Named(_("Section"), local(row, "title"), row.get_absolute_url()) for row in sections),
        *(Named(_("Analyst"), row.byline(), row.get_absolute_url()) for row in analysts),
    ]


def _has_all(names: list[tuple[str, str]], wanted: dict[str, list[str]]) -> bool:
    """Whether the name has, in one language, all that is wanted in it."""
    return any(all(stems in name for stems in wanted[language]) for language, name in names)


def read(query: QueryDict, known: Known) -> Filters:
    """What the address asks for, out of what there is."""
    sections, years = known.sections, known.years
    asked = _in_order({name: query.get(name, "") for name in query}, years)
    authors = sorted((row for row in known.analysts if row.has_page), key=lambda row: row.byline())
    newest = [(NEWEST, _own(_("the newest")))]
    selects = [
        _select(asked, "section", _("Section"), [(row.slug, local(row, "title")) for row in sections]),
        _select(asked, "trend", _("Trend"), [(trend.value, _own(trend.label)) for trend in Trend]),
        _select(asked, "analyst", _("Analyst"), [(row.slug, row.byline()) for row in authors]),
        _select(asked, "from", _("From the year"), [(str(year), _own(year)) for year in years]),
        _select(asked, "to", _("To the year"), [(str(year), _own(year)) for year in years]),
        _select(asked, "language", _("Language"), _languages(), _("as on the whole site")),
        _select(asked, "first", pgettext("order of results", "First"), newest, _("the best matches")),
    ]
    chosen = {select.name: select.chosen.value if select.chosen else "" for select in selects}
    return Filters(
        selects=selects,
        narrowing=Narrowing(
            section=next((row.pk for row in sections if row.slug == chosen["section"]), 0),
            trend=chosen["trend"],
            analyst=next((row.pk for row in authors if row.slug == chosen["analyst"]), 0),
        ),
        years=Years(int(chosen["from"] or 0) or None, int(chosen["to"] or 0) or None),
        scope=scope_of(chosen["language"]),
        newest_first=chosen["first"] == NEWEST,
        unknown=[select.label for select in selects if asked.get(select.name) and not select.chosen],
    )


def _years_of_issues() -> list[int]:
    """From the newest to the oldest. Asking for each year would have SQLite call Python for every issue."""
    span = Issue.objects.published().aggregate(first=Min("week_start"), last=Max("week_start"))
    return list(range(span["last"].year, span["first"].year - 1, -1)) if span["first"] else []


def _in_order(asked: dict[str, str], years: list[int]) -> dict[str, str]:
    """The same with the earlier year first, whichever way they were given."""
    first, last = asked.get("from", ""), asked.get("to", "")
    if last < first and {first, last} <= {str(year) for year in years}:
        return {**asked, "from": last, "to": first}
    return asked


def _select(
    asked: dict[str, str], name: str, label: str, choices: list[tuple[str, LocalText]], none: str = ""
) -> Select:
    found = [Choice(value, text, value == asked.get(name)) for value, text in choices]
    return Select(name, label, found, none or pgettext("filter", "any"))


def _own(text: object) -> LocalText:
    """A text in the page's own language."""
    return LocalText(str(text), active_language())


def _languages() -> list[tuple[str, LocalText]]:
    labels = {
        "be": _("in Belarusian"),
        "ru": _("in Russian"),
        "en": _("in English"),
        ALL: _("in every language"),
    }
    return [(value, _own(label)) for value, label in labels.items()]


def scope_of(language: str) -> Scope:
    """The texts that somebody asks for: in one language, in all, or as a reader of the page's language gets them."""
    own = active_language()
    if language == ALL:
        return Scope(FALLBACK[own])
    return Scope((language,)) if language else Scope.of_reader(own)
