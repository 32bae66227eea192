"""What an archive and the database say of the same commentary, in the same shape, so that they can be compared."""

from typing import Any

from commentaries.archive.reading import CommentaryRecord
from commentaries.languages import FALLBACK, in_language
from commentaries.models import Analyst, Commentary, Picture


def names_of(analyst: Analyst) -> list[str]:
    """Every name and pen name of the analyst, in every language."""
    names = [in_language(analyst, name, language) for name in ("name", "pen_name") for language in FALLBACK]
    return [name for name in names if name]


def _texts_of(row: Any, name: str) -> dict[str, str]:
    found = {language: in_language(row, name, language) for language in FALLBACK}
    return {language: text for language, text in found.items() if text}


def content_of(commentary: Commentary, authors: tuple[str, ...]) -> dict[str, Any]:
    """What an archive says of a commentary, as it stands in the database.

    An analyst stands under that of their names which is among `authors`.
    """
    picture = commentary.picture or Picture()
    names = [names_of(row.analyst) for row in commentary.bylines.all()]
    return {
        "trend": commentary.trend,
        "source_language": commentary.source_language,
        **{name: _texts_of(commentary, name) for name in ("title", "lead", "body")},
        "authors": [next((name for name in authors if name in known), known[0]) for known in names],
        "image": bool(picture.file),
        "image_caption": _texts_of(picture, "caption"),
        "image_alt": _texts_of(picture, "alt"),
        "image_credit": picture.credit,
        "image_licence": picture.licence,
        "forecasts": [
            (
                _texts_of(row, "statement"),
                row.due,
                row.outcome,
                row.outcome_date,
                _texts_of(row, "outcome_note"),
            )
            for row in commentary.forecasts.all()
        ],
    }


def content_in(record: CommentaryRecord) -> dict[str, Any]:
    """The same, as it stands in the archive."""
    picture = record.picture
    return {
        "trend": record.trend,
        "source_language": record.source_language,
        "title": record.title,
        "lead": record.lead,
        "body": record.body,
        "authors": list(record.authors),
        "image": bool(picture.path),
        "image_caption": picture.caption,
        "image_alt": picture.alt,
        "image_credit": picture.credit,
        "image_licence": picture.licence,
        "forecasts": [
            (row.statement, row.due, row.outcome, row.outcome_date, row.outcome_note) for row in record.forecasts
        ],
    }
