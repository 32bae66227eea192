"""The texts of a commentary as a translation tool gets them: each headline, lead, block of the text and forecast."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.utils.translation import gettext as _

from commentaries.editor import same_text
from commentaries.languages import in_language
from commentaries.models import Commentary
from commentaries.richtext import clean
from commentaries.translations import paragraphs
from commentaries.translations.paragraphs import Block, Pair
from commentaries.translations.sides import all_made_from, body_pairs
from commentaries.versions import Version

WRAPPED = re.compile(r"<(p|h[2-4])>(.*)</\1>", re.DOTALL)
ADDED_TO_LINKS = ' rel="noopener noreferrer"'
LENGTHS = {"title": 250, "lead": 3000}


def fingerprint(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:10]


def bare(html: str) -> str:
    """What stands in a paragraph or heading; other blocks as a whole. What cleaning adds to links is left out."""
    html = html.replace(ADDED_TO_LINKS, "")
    match = WRAPPED.fullmatch(html)
    return match[2] if match and not re.search(rf"</?{match[1]}>", match[2]) else html


@dataclass(frozen=True)
class Segment:
    """One text: `key` names it within its commentary, as "title", "body/3" (a block) or "forecast/12" (its key)."""

    key: str
    place: str
    source: str
    target: str
    before: str  # the source as it was when the target was made
    is_rich: bool = False
    tag: str = ""

    @property
    def is_stale(self) -> bool:
        return bool(self.target) and fingerprint(self.before) != fingerprint(self.source)

    def is_same(self, text: str) -> bool:
        """Whether a text says what the target says already."""
        if self.is_rich:
            return same_text(self.wrapped(text), self.wrapped(self.target))
        return text.split() == self.target.split()

    def wrapped(self, text: str) -> str:
        """A text of the tool as the block that it is."""
        return clean(f"<{self.tag}>{text}</{self.tag}>" if self.tag and text and text == bare(text) else text)


class Texts:
    """A commentary's texts in one language beside those in another."""

    def __init__(self, commentary: Commentary, source: str, target: str, before: Version | None) -> None:
        """`before` is the commentary as it stood when the target was made."""
        self.commentary, self.source, self.target, self.before = commentary, source, target, before

    @classmethod
    def of(cls, commentaries: Sequence[Commentary], source: str, target: str) -> list[Self]:
        before = all_made_from(commentaries, target)
        return [cls(row, source, target, before.get(row.pk)) for row in commentaries]

    @cached_property
    def segments(self) -> dict[str, Segment]:
        found = [*self._fields(), *self._blocks(), *self._forecasts()]
        return {segment.key: segment for segment in found if segment.source}

    @cached_property
    def forecasts(self) -> list[Any]:
        return list(self.commentary.forecasts.all())

    @cached_property
    def pairs(self) -> list[Pair]:
        target = paragraphs.split(in_language(self.commentary, "body", self.target))
        return body_pairs(self.commentary, self.source, self.before, target)

    def _fields(self) -> Iterator[Segment]:
        before = self.before.commentary if self.before else None
        for field, place in (("title", _("headline")), ("lead", _("lead"))):
            yield self._segment(field, place, self.commentary, before, field)

    def _forecasts(self) -> Iterator[Segment]:
        for number, row in enumerate(self.forecasts, 1):
            before = self.before.forecasts.get(row.pk) if self.before else None
            statement = _("forecast %(number)s") % {"number": number}
            note = _("outcome of forecast %(number)s") % {"number": number}
            yield self._segment(f"forecast/{row.pk}", statement, row, before, "statement")
            yield self._segment(f"outcome/{row.pk}", note, row, before, "outcome_note")

    def _segment(self, key: str, place: str, row: Any, before: Any, field: str) -> Segment:
        source, target = (_lines(in_language(row, field, one)) for one in (self.source, self.target))
        earlier = _lines(getattr(before, f"{field}_{self.source}", "") or "") if before else source
        return Segment(key, place, source, target, earlier)

    def _blocks(self) -> Iterator[Segment]:
        for number, pair in self._numbered():
            if number and pair.source and pair.source.now:
                now, before = pair.source.now, pair.source.before
                source = bare(now.html)
                yield Segment(
                    key=f"body/{number}",
                    place=_("paragraph %(number)s of the text") % {"number": number},
                    source=source,
                    target=bare(pair.target.html) if pair.target else "",
                    before=bare(before.html) if before else "",
                    is_rich=True,
                    tag=now.tag if not source.startswith(f"<{now.tag}") and now.tag else "",
                )

    def _numbered(self) -> Iterator[tuple[int, Pair]]:
        """The pairs with the number of the source's block; 0 for what the source has not."""
        number = 0
        for pair in self.pairs:
            there = bool(pair.source and pair.source.now)
            number += there
            yield (number if there else 0), pair

    def write(self, changes: dict[str, str]) -> list[Any]:
        """Put the changed texts on the rows, unsaved; return the forecasts among them."""
        written: dict[int, Any] = {}
        for key, text in changes.items():
            kind, _slash, number = key.partition("/")
            if kind in ("title", "lead"):
                setattr(self.commentary, f"{kind}_{self.target}", text)
            elif kind in ("forecast", "outcome"):
                row = next(one for one in self.forecasts if one.pk == int(number))
                field = "statement" if kind == "forecast" else "outcome_note"
                setattr(row, f"{field}_{self.target}", text)
                written[row.pk] = row
        if any(key.startswith("body/") for key in changes):
            setattr(self.commentary, f"body_{self.target}", paragraphs.join(self._body(changes)))
        return list(written.values())

    def _body(self, changes: dict[str, str]) -> Iterable[Block]:
        for number, pair in self._numbered():
            key = f"body/{number}"
            if number and key in changes:
                yield Block(self.segments[key].wrapped(changes[key]))
            elif pair.target:
                yield Block(pair.target.html)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
