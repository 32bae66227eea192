"""The versions of a commentary: itself and what belongs to it, as they stood after each save.

A save writes the commentary first, then what belongs to it, so a version lasts until the commentary is written again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    return records(commentary).values_list("history_id", flat=True).first() or 0


def version(commentary: Commentary, number: int) -> Version | None:
    """The version with this number, in five queries; None where this commentary has no such version."""
    record = records(commentary).filter(history_id=number).first()
    if record is None:
        return None
    later = records(commentary).filter(history_date__gt=record.history_date).order_by("history_date").first()
    return versions(commentary, [record], later.history_date if later else None)[0]


def versions_at(moments: Mapping[int, datetime]) -> dict[int, Version]:
    """For each commentary, by key, its newest version at its own time; in five queries, however many they are.

    What had no version yet is left out.
    """
    history = cast(Any, Commentary).history
    ends: dict[int, tuple[int, datetime | None]] = {}  # of a commentary: the version, and when it ended
    dates = history.filter(id__in=moments).order_by("history_date", "history_id")
    for key, number, date in dates.values_list("id", "history_id", "history_date"):
        if date <= moments[key]:
            ends[key] = number, None
        elif key in ends and ends[key][1] is None:
            ends[key] = ends[key][0], date
    rows = {model: _rows_of(model, ends) for model in (Forecast, Byline, Translation)}
    found = history.filter(history_id__in=[number for number, _until in ends.values()])
    return {row.id: _version(row, ends[row.id][1], *(of[row.id] for of in rows.values())) for row in found}


def records(commentary: Commentary) -> Any:
    """The commentary's own rows of history, newest first."""
    history = cast(Any, Commentary).history
    return history.filter(id=commentary.pk).order_by("-history_date", "-history_id")


def versions(commentary: Commentary, found: Iterable[Any], until: datetime | None = None) -> list[Version]:
    """The versions of these rows, which follow on each other, newest first; in three queries.

    `until` is when the one after them began; None where they end with the newest.
    """
    forecasts, bylines, translations = (
        _rows_of(model, [commentary.pk])[commentary.pk] for model in (Forecast, Byline, Translation)
    )
    made = []
    for record in found:
        made.append(_version(record, until, forecasts, bylines, translations))
        until = record.history_date
    return made


def _version(
    record: Any, until: datetime | None, forecasts: list[Any], bylines: list[Any], translations: list[Any]
) -> Version:
    """Of all that ever belonged to a commentary what stood in this version."""
    return Version(
        number=record.history_id,
        at=record.history_date,
        until=until,
        commentary=record,
        forecasts=_standing(forecasts, until),
        bylines=_standing(bylines, until),
        translations={row.language: row for row in _standing(translations, until).values()},
    )


def _rows_of(model: type[Model], commentaries: Iterable[int]) -> defaultdict[int, list[Any]]:
    """All that ever belonged to these commentaries, by their keys, oldest first."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    history = cast(Any, model).history
    for row in history.filter(commentary_id__in=list(commentaries)).order_by("history_date", "history_id"):
        found[row.commentary_id].append(row)
    return found


def _standing(rows: list[Any], until: datetime | None) -> dict[int, Any]:
    """Of these rows those that were there just before `until` (by default now), by key, in their order."""
    newest = {row.id: row for row in rows if until is None or row.history_date < until}
    there = [row for row in newest.values() if row.history_type != "-"]
    return {row.id: row for row in sorted(there, key=lambda row: (getattr(row, "position", 0), row.id))}
