"""What a version of a commentary holds, thing by thing, so that two can be compared and one brought back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from commentaries import richtext
from commentaries.languages import Language
from commentaries.models import Analyst, Commentary, Forecast, Issue, Picture, Section, Translation, Trend
from commentaries.versions import Version
from commentaries.versions.structure import Difference, difference

TEXTS = ("title", "lead", "body")
WORDINGS = ("statement", "outcome_note")


@dataclass(frozen=True)
class Item:
    """One thing that a version holds. `value` is what it says, in words; keys are those of a form's fields."""

    key: str
    language: str
    label: str | Promise
    value: str
    is_rich: bool = False

    @property
    def html(self) -> SafeString:
        return richtext.render(richtext.clean(self.value)) if self.is_rich else format_html("{}", self.value)


class Names:
    """The names of what versions refer to, in one query a kind; what no longer exists is called by its number."""

    def __init__(self, versions: Iterable[Version]) -> None:
        self.versions = list(versions)

    def of(self, found: dict[int, Any], key: int | None) -> str:
        return str(found.get(key) or f"№ {key}") if key else ""

    def _all(self, model: type[Model], keys: Iterable[int | None]) -> dict[int, Any]:
        return model._default_manager.in_bulk({key for key in keys if key})

    @cached_property
    def analysts(self) -> dict[int, Any]:
        rows = (row for version in self.versions for row in version.bylines.values())
        return self._all(Analyst, (row.analyst_id for row in rows))

    @cached_property
    def pictures(self) -> dict[int, Any]:
        return self._all(Picture, (version.commentary.picture_id for version in self.versions))

    @cached_property
    def sections(self) -> dict[int, Any]:
        return self._all(Section, (version.commentary.section_id for version in self.versions))

    @cached_property
    def issues(self) -> dict[int, Any]:
        return self._all(Issue, (version.commentary.issue_id for version in self.versions))


def trend_in_words(trend: str) -> str:
    return f"{Trend(trend).mark} {Trend(trend).label}" if trend in Trend.values else ""


def items(version: Version, names: Names) -> dict[str, Item]:
    """All that the version holds, in the order of the form: what has no language, then language by language."""
    found = [*_general(version, names)]
    for language in Language.values:
        found += _in_language(version, language)
    return {item.key: item for item in found}


def _label(model: type[Model], field: str) -> str:
    return capfirst(str(cast(Any, model._meta.get_field(field)).verbose_name))


def _general(version: Version, names: Names) -> Iterator[Item]:
    row = version.commentary
    yield Item("issue", "", _label(Commentary, "issue"), names.of(names.issues, row.issue_id))
    yield Item("section", "", _label(Commentary, "section"), names.of(names.sections, row.section_id))
    source = str(Language(row.source_language).label)
    yield Item("source_language", "", _label(Commentary, "source_language"), source)
    yield Item("trend", "", _label(Commentary, "trend"), trend_in_words(row.trend))
    yield Item("picture", "", _label(Commentary, "picture"), names.of(names.pictures, row.picture_id))
    signed = [names.of(names.analysts, byline.analyst_id) for byline in version.bylines.values()]
    yield Item("bylines", "", capfirst(_("bylines")), ", ".join(signed))
    for number, forecast in enumerate(version.forecasts.values(), 1):
        yield Item(f"forecast-{forecast.id}", "", _forecast_label(number), _judgement(forecast))


def _in_language(version: Version, language: str) -> Iterator[Item]:
    row = version.commentary
    for field in TEXTS:
        name = f"{field}_{language}"
        yield Item(name, language, _label(Commentary, field), getattr(row, name) or "", is_rich=field == "body")
    for number, forecast in enumerate(version.forecasts.values(), 1):
        for field in WORDINGS:
            name = f"{field}_{language}"
            label = f"{_forecast_label(number)}: {_label(Forecast, field).lower()}"
            yield Item(f"forecast-{forecast.id}-{name}", language, label, getattr(forecast, name) or "")
    state = version.translations[language].state if language in version.translations else Translation.State.MISSING
    yield Item(f"state_{language}", language, capfirst(_("state")), str(Translation.State(state).label))


def _forecast_label(number: int) -> str:
    return _("Forecast %(number)s") % {"number": number}


def _day(value: date | None) -> str:
    return date_format(value, "DATE_FORMAT") if value else ""


def _judgement(forecast: Any) -> str:
    """What has no language of a forecast: when it is due, and how it was judged."""
    words = [str(Forecast.Outcome(forecast.outcome).label), _day(forecast.outcome_date)]
    if forecast.due:
        words.append(_("due %(day)s") % {"day": _day(forecast.due)})
    return ", ".join(word for word in words if word)


@dataclass(frozen=True)
class Change:
    """One thing in two versions."""

    key: str
    language: str
    label: str | Promise
    before: str
    after: str
    is_rich: bool

    @property
    def is_changed(self) -> bool:
        return self.before != self.after

    @cached_property
    def difference(self) -> Difference:
        return difference(self.before, self.after, rich=self.is_rich)


def changes(before: Version, after: Version) -> list[Change]:
    """Everything that either version holds, side by side, in the order of the form."""
    names = Names([before, after])
    old, new = items(before, names), items(after, names)
    order = list(Language.values)
    kinds = {**old, **new}.values()
    found = [
        Change(item.key, item.language, item.label, _value(old, item.key), _value(new, item.key), item.is_rich)
        for item in kinds
    ]
    return sorted(found, key=lambda change: order.index(change.language) if change.language else -1)


def _value(found: dict[str, Item], key: str) -> str:
    return found[key].value if key in found else ""
