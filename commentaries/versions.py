"""The versions of a commentary: itself and what belongs to it, as they stood after each save.

A save writes the commentary first, then what belongs to it, so a version lasts until the commentary is written again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Model

from commentaries.models import Byline, Commentary, Forecast, Translation


@dataclass(frozen=True)
class Version:
    """A commentary at one time. The rows are simple-history's: they have the columns of the models they are of."""

    number: int  # the history_id of the commentary's row
    at: datetime
    until: datetime | None  # when the next version began; None for the newest
    commentary: Any
    forecasts: dict[int, Any]  # by the forecast's key
    bylines: dict[int, Any]
    translations: dict[str, Any]  # by language

    @property
    def is_newest(self) -> bool:
        return self.until is None


def newest_number(commentary: Commentary) -> int:
    """The number of the version that is stored now; 0 for a commentary without history."""
    return _records(commentary).values_list("history_id", flat=True).first() or 0


def version(commentary: Commentary, number: int) -> Version | None:
    """The version with this number, in five queries; None where this commentary has no such version."""
    record = _records(commentary).filter(history_id=number).first()
    if record is None:
        return None
    later = _records(commentary).filter(history_date__gt=record.history_date).order_by("history_date").first()
    until = later.history_date if later else None
    return Version(
        number=number,
        at=record.history_date,
        until=until,
        commentary=record,
        forecasts=_belonging(Forecast, commentary, until),
        bylines=_belonging(Byline, commentary, until),
        translations={row.language: row for row in _belonging(Translation, commentary, until).values()},
    )


def version_at(commentary: Commentary, at: datetime) -> Version | None:
    """The version that was the newest at this time; None before the first."""
    number = _records(commentary).filter(history_date__lte=at).values_list("history_id", flat=True).first()
    return version(commentary, number) if number else None


def _records(commentary: Commentary) -> Any:
    """The commentary's own rows of history, newest first."""
    history = cast(Any, Commentary).history
    return history.filter(id=commentary.pk).order_by("-history_date", "-history_id")


def _belonging(model: type[Model], commentary: Commentary, until: datetime | None) -> dict[int, Any]:
    """What belonged to the commentary just before `until` (by default now), by key, in the order of the positions."""
    rows = cast(Any, model).history.filter(commentary_id=commentary.pk)
    if until:
        rows = rows.filter(history_date__lt=until)
    newest = {row.id: row for row in rows.order_by("history_date", "history_id")}
    there = [row for row in newest.values() if row.history_type != "-"]
    return {row.id: row for row in sorted(there, key=lambda row: (getattr(row, "position", 0), row.id))}
