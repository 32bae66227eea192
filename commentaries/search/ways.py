"""One search, its address, and the ways on from it: other languages, fewer filters, another spelling."""

from dataclasses import dataclass, replace

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from commentaries.languages import FALLBACK, active_language
from commentaries.search.asking import RANKED, Scope, Years, readable
from commentaries.search.filters import ALL, NARROWING, Filters, Known, signed_by
from commentaries.search.queries import Asked, Narrowing, Query
from commentaries.search.suggesting import suggestion


@dataclass(frozen=True)
class Way:
    """Another search: where, in words, and how many texts it finds where that was counted."""

    label: str
    url: str
    count: int = 0
    is_current: bool = False

    @property
    def are_more(self) -> bool:
        return self.count > RANKED

    @property
    def shown(self) -> int:
        return min(self.count, RANKED)


@dataclass(frozen=True)
class Search:
    """What a reader asked, and how."""

    asked: Asked
    filters: Filters
    query: Query
    known: Known

    @classmethod
    def of(cls, asked: Asked, filters: Filters, known: Known) -> "Search":
        signed = signed_by(known, [*asked.wanted, *asked.unwanted])
        return cls(asked, filters, Query(asked, filters.scope.languages, filters.narrowing, signed), known)

    @property
    def asks(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.asked.wanted or self.asked.unwanted or self.filters.narrows)

    def address(self, **changes: str | int) -> str:
        """The part of the address behind the path, with these changes; only what is understood stands in it."""
        chosen = {select.name: select.chosen.value for select in self.filters.selects if select.chosen}
        parts: dict[str, str | int] = {"q": self.asked.text, **chosen, **changes}
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    def languages(self) -> list[Way]:
        """The same search in each of the other languages, and in all."""
        others = [*FALLBACK[active_language()][1:], ALL]
        chosen = self._language()
        return [Way(_label(value), self.address(language=value)) for value in others if value != chosen]

    def orders(self) -> list[Way]:
        """The same search in each order."""
        select = next(select for select in self.filters.selects if select.name == "first")
        best = Way(select.none, self.address(first=""), is_current=not select.chosen)
        others = [Way(each.label, self.address(first=each.value), is_current=each.is_chosen) for each in select.choices]
        return [best, *others]

    def elsewhere(self, here: int) -> list[Way]:
        """Where the same words find more texts than they do here."""
        own = self._language() or active_language()
        others = [] if own == ALL else [language for language in FALLBACK[active_language()] if language != own]
        ways = [
            Way(_label(language), self.address(language=language), self._count(Scope((language,)), self.filters.years))
            for language in others
        ]
        if self.filters.narrows:
            url = self.address(**dict.fromkeys(NARROWING, ""))
            count = self._count(self.filters.scope, Years(), Narrowing()) if self.asked.wanted else 0
            ways.append(Way(_("without the filters"), url, count))
        return [way for way in ways if way.count > here]

    def meant(self) -> Way | None:
        """The search that was probably meant."""
        text = suggestion(self.query, self.filters.scope, self.filters.years, self.known)
        return Way(text, self.address(q=text)) if text else None

    def _language(self) -> str:
        chosen = next(select.chosen for select in self.filters.selects if select.name == "language")
        return chosen.value if chosen else ""

    def _count(self, scope: Scope, years: Years, narrowing: Narrowing | None = None) -> int:
        query = replace(self.query, languages=scope.languages, narrowing=narrowing or self.query.narrowing)
        return len(readable(query, scope, years, most=RANKED + 1))


def _label(language: str) -> str:
    labels = {"be": _("in Belarusian"), "ru": _("in Russian"), "en": _("in English"), ALL: _("in every language")}
    return labels[language]
