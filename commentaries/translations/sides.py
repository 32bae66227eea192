"""A commentary as its translator reads it: each text of the original, what changed in it since the translation was
made, and what stands beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from commentaries import richtext, translations, versions
from commentaries.editor import same_text
from commentaries.languages import FALLBACK, in_language
from commentaries.models import Commentary
from commentaries.translations import paragraphs
from commentaries.translations.paragraphs import Block, Change, Pair
from commentaries.versions import Version
from commentaries.versions.structure import difference


def sources(commentary: Commentary, language: str) -> list[str]:
    """The languages that a translator into this one may read: the original first."""
    order = sorted(FALLBACK, key=lambda one: one != commentary.source_language)
    return [one for one in order if one != language and (one == commentary.source_language or _begun(commentary, one))]


def _begun(commentary: Commentary, language: str) -> bool:
    return bool(in_language(commentary, "title", language) or in_language(commentary, "body", language))


def made_from(commentary: Commentary, language: str) -> Version | None:
    """The commentary as it stood when its text in this language was made; None where nobody knows."""
    return all_made_from([commentary], language).get(commentary.pk)


def all_made_from(commentaries: Iterable[Commentary], language: str) -> dict[int, Version]:
    """The same of many commentaries by their keys, in a fixed number of queries."""
    rows = {commentary.pk: translations.states(commentary)[language] for commentary in commentaries}
    moments = {key: row.made_from_at or row.marked_ready_at for key, row in rows.items()}
    return versions.versions_at({key: at for key, at in moments.items() if at})


@dataclass(frozen=True)
class Side:
    """A text of the original: as it is now, and what became of it since. `number` counts the changes."""

    html: SafeString | str
    change: str = ""  # "", "changed", "new" or "removed"
    diff: SafeString | str = ""
    number: int = 0

    @property
    def next(self) -> int:
        return self.number + 1


class Sides:
    """Makes the sides of one page, and counts what changed."""

    def __init__(self, commentary: Commentary, language: str, before: Version | None) -> None:
        self.commentary, self.language, self.before = commentary, language, before
        self.changes = 0

    def text(self, field: str) -> Side:
        """Of a field without structure."""
        now = in_language(self.commentary, field, self.language)
        return self._plain(_of(self.before.commentary, field, self.language) if self.before else now, now)

    def forecast(self, forecast: Any, field: str) -> Side:
        now = in_language(forecast, field, self.language)
        if self.before is None:
            return self._plain(now, now)
        earlier = self.before.forecasts.get(forecast.pk)
        return self._plain(_of(earlier, field, self.language) if earlier else "", now)

    def removed_forecasts(self, there: list[int]) -> Iterator[Side]:
        for key, earlier in (self.before.forecasts if self.before else {}).items():
            if key not in there and (statement := _of(earlier, "statement", self.language)):
                yield self._plain(statement, "")

    def block(self, change: Change) -> Side:
        number = self.changes + 1
        shown = change.now or change.before
        html = richtext.render(shown.html, prefix=f"source-{number}-{id(change)}") if shown else ""
        if self.before is None or not change.is_changed:
            return Side(html)
        before, now = (one.html if one else "" for one in (change.before, change.now))
        return self._changed(html, before, now, rich=True)

    def pairs(self, target: list[Block]) -> list[Pair]:
        """The blocks of the original, those that were removed too, beside those of the translation."""
        return body_pairs(self.commentary, self.language, self.before, target)

    def _plain(self, before: str, now: str) -> Side:
        if " ".join(before.split()) == " ".join(now.split()):
            return Side(now)
        return self._changed(now or before, before, now, rich=False)

    def _changed(self, html: SafeString | str, before: str, now: str, *, rich: bool) -> Side:
        self.changes += 1
        kind = "changed" if before and now else "new" if now else "removed"
        diff = difference(before, now, rich=rich).html if kind == "changed" else ""
        return Side(html, kind, diff, self.changes)


def _of(row: Any, field: str, language: str) -> str:
    return getattr(row, f"{field}_{language}", "") or ""


def body_pairs(commentary: Commentary, language: str, before: Version | None, target: list[Block]) -> list[Pair]:
    """The text of the original (in `language`) beside a translation of it, block by block."""
    now = in_language(commentary, "body", language)
    earlier = _of(before.commentary, "body", language) if before else now
    if same_text(earlier, now):
        earlier = now
    return paragraphs.align(paragraphs.compare(paragraphs.split(earlier), paragraphs.split(now)), target)
