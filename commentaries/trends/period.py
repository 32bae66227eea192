"""What a reader of the trends asked for: some years, one section, or nothing in particular."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from commentaries.models import Section

YEARS_SHOWN = 2
MOST_YEARS = 12


@dataclass(frozen=True)
class Period:
    """The years from `first` to `last`, both shown."""

    first: int
    last: int

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)

    def __str__(self) -> str:
        return str(self.last) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True)
class Asked:
    """What will be shown, and in sentences why it is not what was asked for."""

    period: Period
    section: Section | None
    remarks: list[str]


def asked(query: QueryDict, known: range, sections: list[Section]) -> Asked:
    """`known` are the years there is something of, `sections` those with a public commentary."""
    section, remarks = _section(query.get("section", ""), sections)
    newest = Period(max(known[0], known[-1] - YEARS_SHOWN + 1), known[-1])
    first, last = _year(query, "from"), _year(query, "to")
    if first is None and last is None and not (query.get("from") or query.get("to")):
        period = Period(known[0], known[-1]) if section else newest
    else:
        period, remark = _chosen(first, last, known, newest)
        remarks += [remark] if remark else []
    shown = _at_most(period)
    if shown != period:
        remarks.append(
            _("A page has room for %(count)d years. Here is %(shown)s.") % {"count": MOST_YEARS, "shown": shown}
        )
    return Asked(shown, section, remarks)


def _chosen(first: int | None, last: int | None, known: range, newest: Period) -> tuple[Period, str]:
    """The years asked for as far as we have them; the newest where we have none of them."""
    bounds = [year for year in (first, last) if year is not None]
    low = known[0] if first is None else min(bounds)
    high = known[-1] if last is None else max(bounds)
    low, high = max(low, known[0]), min(high, known[-1])
    if bounds and low <= high:
        return Period(low, high), ""
    return newest, _("We have nothing from those years. Shown is the newest we have: %(shown)s.") % {"shown": newest}


def _at_most(period: Period) -> Period:
    return Period(max(period.first, period.last - MOST_YEARS + 1), period.last)


def _year(query: QueryDict, name: str) -> int | None:
    value = query.get(name, "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) == len("2022") else None


def _section(slug: str, sections: list[Section]) -> tuple[Section | None, list[str]]:
    """A section by its address, a former one too."""
    if not slug:
        return None, []
    found = next((section for section in sections if section.slug == slug), None)
    if found is None and "\x00" not in slug:
        moved = Section.objects.filter(former_slugs__slug=slug).values_list("pk", flat=True).first()
        found = next((section for section in sections if section.pk == moved), None)
    return found, [] if found else [_("There is no such section here. These are all of them.")]


def periods(known: range) -> list[Period]:
    """All years in portions, newest first."""
    lasts = range(known[-1], known[0] - 1, -YEARS_SHOWN)
    return [Period(max(known[0], last - YEARS_SHOWN + 1), last) for last in lasts]
