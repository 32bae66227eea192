"""Bringing back what an earlier version of a commentary held. Whatever is not chosen stays as it is now."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from commentaries.languages import FALLBACK, local
from commentaries.models import Analyst, Byline, Commentary, Forecast, Picture
from commentaries.versions import Version
from commentaries.versions.contents import TEXTS, WORDINGS, Change, Names, changes
from commentaries.versions.reasons import from_version

FACTS = ("position", "due", "outcome", "outcome_date")  # what has no language of a forecast
COLUMNS = ("source_language", "trend", *(f"{field}_{language}" for field in TEXTS for language in FALLBACK))
REMOVE = "remove"  # begins the key of what was added since
WORDED = [f"{field}_{language}" for field in WORDINGS for language in FALLBACK]


def restorable(commentary: Commentary, version: Version, newest: Version) -> list[Change]:
    """What the version holds otherwise than the newest does and can be brought back; `after` is what it would be."""
    pictures = Picture.objects.filter(pk=version.commentary.picture_id or 0)
    keys = {*COLUMNS, "bylines"}
    if version.commentary.picture_id is None or pictures.exists():
        keys.add("picture")
    for key in version.forecasts:
        keys |= {f"forecast-{key}", *(f"forecast-{key}-{name}" for name in WORDED)}
    found = [change for change in changes(newest, version) if change.is_changed and change.key in keys]
    return [*found, *_added_since(version, newest)]


def _added_since(version: Version, newest: Version) -> Iterator[Change]:
    """The forecasts and bylines that the version had not: bringing it back leaves them unless they are removed."""
    names = Names([newest])
    for number, (key, forecast) in enumerate(newest.forecasts.items(), 1):
        if key not in version.forecasts:
            label = _("Forecast %(number)s was added since: remove it") % {"number": number}
            yield Change(f"{REMOVE}-forecast-{key}", "", label, local(forecast, "statement"), "", is_rich=False)
    signed = {byline.analyst_id for byline in version.bylines.values()}
    for key, byline in newest.bylines.items():
        if byline.analyst_id not in signed:
            name = names.of(names.analysts, byline.analyst_id)
            yield Change(
                f"{REMOVE}-byline-{key}", "", _("A byline was added since: remove it"), name, "", is_rich=False
            )


def bring_back(commentary: Commentary, version: Version, keys: Iterable[str]) -> None:
    """Store what these keys name as the version has it, in the caller's transaction. Raises ValidationError.

    A forecast that was deleted comes back with its facts; a byline only if its analyst is still there.
    """
    chosen = set(keys)
    for name in chosen & set(COLUMNS):
        setattr(commentary, name, getattr(version.commentary, name) or "")
    if "picture" in chosen:
        commentary.picture_id = version.commentary.picture_id
    commentary._change_reason = from_version(version.at)  # type: ignore[attr-defined]  # simple-history's
    commentary.full_clean()
    commentary.save()
    for key, record in version.forecasts.items():
        names = {name for name in WORDED if f"forecast-{key}-{name}" in chosen}
        if names or f"forecast-{key}" in chosen:
            _bring_forecast_back(commentary, record, names, facts=f"forecast-{key}" in chosen)
    if "bylines" in chosen:
        _bring_bylines_back(commentary, version)
    for row in [*commentary.forecasts.all(), *commentary.bylines.all()]:
        if f"{REMOVE}-{row._meta.model_name}-{row.pk}" in chosen:
            row.delete()


def _bring_forecast_back(commentary: Commentary, record: Any, names: set[str], *, facts: bool) -> None:
    forecast = Forecast.objects.filter(pk=record.id, commentary=commentary).first()
    if forecast is None:
        forecast, facts = Forecast(pk=record.id, commentary=commentary), True
    for name in [*names, *(FACTS if facts else ())]:
        setattr(forecast, name, getattr(record, name))
    forecast.full_clean(validate_unique=forecast._state.adding is False)
    forecast.save()


def _bring_bylines_back(commentary: Commentary, version: Version) -> None:
    """The analysts who signed the version sign again, where they stood; who signs since stays."""
    there = {byline.analyst_id: byline for byline in commentary.bylines.all()}
    known = Analyst.objects.in_bulk([record.analyst_id for record in version.bylines.values()])
    for record in version.bylines.values():
        if record.analyst_id in known:
            byline = there.get(record.analyst_id) or Byline(commentary=commentary, analyst_id=record.analyst_id)
            byline.position = record.position
            byline.full_clean()
            byline.save()
