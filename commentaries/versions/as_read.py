"""A version of a commentary as its readers had it, less what must not be read any more.

Who has stopped signing the commentary, and a picture that was taken from it, stay away from its earlier versions, too:
they may have gone for somebody's safety. Words that had to go are an editor's to hide (`publishing.hide_versions`).
"""

from typing import Any

from commentaries import versions
from commentaries.corrections import Told, told
from commentaries.models import Commentary, Forecast, Translation
from commentaries.models.commentaries import Edition
from commentaries.previews import with_parts
from commentaries.versions.readers import PublicVersion, is_hidden


def readable(commentary: Commentary, found: list[PublicVersion]) -> list[PublicVersion]:
    return [version for version in found if not is_hidden(commentary, version)]


def as_read(commentary: Commentary, version: PublicVersion, language: str) -> Edition:
    """The commentary, fetched with its texts, in this version and language, and in no other language."""
    kept = None if version.is_newest else versions.version(commentary, version.record)
    if kept is None:
        return Edition(commentary, language)
    row = kept.commentary
    old = Commentary(
        pk=commentary.pk,
        uid=commentary.uid,
        issue=commentary.issue,
        section=commentary.section,
        published_at=commentary.published_at,
        source_language=row.source_language,
        trend=row.trend,
        picture=commentary.picture if row.picture_id == commentary.picture_id else None,
        **_texts(row, language, "title", "lead", "body"),
    )
    signing = {byline.analyst_id: byline for byline in commentary.bylines.all()}
    bylines = [signing[one.analyst_id] for one in kept.bylines.values() if one.analyst_id in signing]
    forecasts = [_forecast(one, language) for one in kept.forecasts.values()]
    corrections = [one for one in commentary.corrections.all() if version.until is None or one.made_at < version.until]
    ready = [Translation(language=language, state=Translation.State.READY)]
    parts = with_parts(old, bylines=bylines, forecasts=forecasts, translations=ready, corrections=corrections)
    return Edition(parts, language)


def corrected_since(commentary: Commentary, version: PublicVersion) -> list[Told]:
    """The corrections that this version did not have yet, newest first."""
    return [one for one in told(commentary) if version.until and one.at >= version.until]


def _texts(row: Any, language: str, *fields: str) -> dict[str, str]:
    names = [f"{field}_{language}" for field in fields]
    return {name: getattr(row, name) or "" for name in names}


def _forecast(row: Any, language: str) -> Forecast:
    same = {name: getattr(row, name) for name in ("position", "due", "outcome", "outcome_date")}
    return Forecast(**same, **_texts(row, language, "statement", "outcome_note"))
