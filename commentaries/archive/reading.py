"""Reading an archive: every line checked, nothing written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import cast

from django.db.models import Model

from commentaries.archive.fields import ArchiveError, Line, Texts, lines
from commentaries.fields import MAX_LENGTH
from commentaries.languages import Language
from commentaries.models import Analyst, Commentary, Forecast, Licence, Picture, Redirect, Section, Trend
from commentaries.richtext import clean, removed

__all__ = ["Archive", "ArchiveError", "CommentaryRecord", "read"]


@dataclass(frozen=True)
class ForecastRecord:
    statement: Texts
    due: date | None
    outcome: str
    outcome_date: date | None
    outcome_note: Texts


@dataclass(frozen=True)
class PictureRecord:
    path: Path | None
    caption: Texts
    alt: Texts
    credit: str
    licence: str

    def __bool__(self) -> bool:
        return bool(self.path or self.caption or self.alt or self.credit or self.licence)


@dataclass(frozen=True)
class CommentaryRecord:
    line: Line
    week_start: date
    week_end: date
    section: str
    section_title: Texts
    trend: str
    source_language: str
    authors: tuple[str, ...]
    picture: PictureRecord
    title: Texts
    lead: Texts
    body: Texts
    forecasts: tuple[ForecastRecord, ...]
    published_at: datetime | None
    old_addresses: dict[str, tuple[str, ...]]
    removed: tuple[str, ...]

    @property
    def languages(self) -> list[str]:
        """A language is given when it has a headline and a text."""
        return [language for language in Language.values if self.title.get(language) and self.body.get(language)]


@dataclass(frozen=True)
class SectionRecord:
    slug: str
    title: Texts
    description: Texts
    order: int | None
    retired_at: datetime | None
    continues: str


@dataclass(frozen=True)
class AnalystRecord:
    slug: str
    is_public: bool
    is_guest: bool
    name: Texts
    pen_name: Texts
    bio: Texts
    portrait: Path | None


@dataclass(frozen=True)
class Archive:
    commentaries: tuple[CommentaryRecord, ...]
    sections: tuple[SectionRecord, ...] = field(default=())
    analysts: tuple[AnalystRecord, ...] = field(default=())


def read(path: Path) -> Archive:
    """The archive in `path`, with the `sections.jsonl` and `analysts.jsonl` beside it if they are there.

    Raises ArchiveError at the first line that is wrong.
    """
    records = tuple(_commentary(line) for line in lines(path))
    _check_weeks(records)
    _check_addresses(records)
    return Archive(
        commentaries=records,
        sections=tuple(_section(line) for line in _beside(path, "sections.jsonl")),
        analysts=tuple(_analyst(line) for line in _beside(path, "analysts.jsonl")),
    )


def _beside(path: Path, name: str) -> list[Line]:
    neighbour = path.with_name(name)
    return lines(neighbour) if neighbour.exists() and neighbour != path else []


def _room(model: type[Model], field: str) -> int:
    """How many characters fit into a column: SQLite would store more, PostgreSQL refuses in its own words."""
    return cast(int, getattr(model._meta.get_field(field), "max_length"))  # noqa: B009  # not every field has one


def _licence(line: Line) -> str:
    """A licence by its SPDX identifier, or by its name as people write it ("CC BY-SA 3.0")."""
    by_name = {str(label): value for value, label in Licence.choices}
    value = line.text("image_licence")
    if value and value not in Licence.values and value not in by_name:
        line.fail("image_licence", f"{value!r} is unknown; use {', '.join(Licence.values)}")
    return by_name.get(value, value)


def _picture(line: Line) -> PictureRecord:
    return PictureRecord(
        path=line.picture("image"),
        caption=line.texts("image_caption", longest=_room(Picture, "caption")),
        alt=line.texts("image_alt", longest=_room(Picture, "alt")),
        credit=line.text("image_credit", longest=_room(Picture, "credit")),
        licence=_licence(line),
    )


FORECAST_FIELDS = {"statement", "due", "outcome", "outcome_date", "outcome_note"}


def _forecast(line: Line, number: int, value: object) -> ForecastRecord:
    part = line.part(f"forecasts[{number}]", value)
    part.only(FORECAST_FIELDS)
    record = ForecastRecord(
        statement=part.texts("statement"),
        due=part.day("due"),
        outcome=part.choice("outcome", Forecast.Outcome.values, default="open"),
        outcome_date=part.day("outcome_date"),
        outcome_note=part.texts("outcome_note"),
    )
    if not record.statement:
        line.fail(f"forecasts[{number}].statement", "is missing")
    if (record.outcome == "open") != (record.outcome_date is None):
        line.fail(
            f"forecasts[{number}].outcome_date",
            "a judged forecast has the date of the judgement; an open one none",
        )
    return record


def _week(line: Line) -> tuple[date, date]:
    start, end = line.day("week_start", required=True), line.day("week_end", required=True)
    if not start or not end:  # unreachable: `required` has failed before
        line.fail("week_start", "is missing")
    if end < start:
        line.fail("week_end", f"the week ends ({end}) before it starts ({start})")
    return start, end


def _authors(line: Line) -> tuple[str, ...]:
    raw = line.items("authors")
    if not all(isinstance(name, str) and name.strip() for name in raw):
        line.fail("authors", "must be a list of names")
    names = [line.fitting("authors", name, _room(Analyst, "name")) for name in raw]
    if len(set(names)) < len(names):
        line.fail("authors", "names someone twice")
    return tuple(names)


def _check_texts(line: Line, title: Texts, body: Texts, source: str) -> None:
    for language in Language.values:
        if language in body and language not in title:
            line.fail("title", f"is missing in {language!r}, which has a text")
    if source not in title:
        line.fail("title", f"is missing in {source!r}, the source language")
    if source not in body:
        line.fail("body", f"is missing in {source!r}, the source language")


COMMENTARY_FIELDS = {
    *("week_start", "week_end", "section", "section_title", "trend", "source_language", "authors", "image"),
    *("image_caption", "image_alt", "image_credit", "image_licence", "title", "lead", "body", "forecasts"),
    *("published_at", "old_addresses"),
}


def _commentary(line: Line) -> CommentaryRecord:
    """One commentary. Where the source language is not said, it is the first of be, ru, en that is given."""
    line.only(COMMENTARY_FIELDS)
    start, end = _week(line)
    raw = line.texts("body", longest=MAX_LENGTH)
    title = line.texts("title", longest=_room(Commentary, "title"))
    body = {language: clean(html) for language, html in raw.items()}
    first = next((language for language in Language.values if language in title and language in body), "")
    record = CommentaryRecord(
        line=line,
        week_start=start,
        week_end=end,
        section=line.slug("section", longest=_room(Section, "slug")),
        section_title=line.texts("section_title", longest=_room(Section, "title")),
        trend=line.choice("trend", Trend.values),
        source_language=line.choice("source_language", Language.values, default=first),
        authors=_authors(line),
        picture=_picture(line),
        title=title,
        lead=line.texts("lead", longest=_room(Commentary, "lead")),
        body={language: html for language, html in body.items() if html},
        forecasts=tuple(_forecast(line, number, value) for number, value in enumerate(line.items("forecasts"), 1)),
        published_at=line.moment("published_at"),
        old_addresses=line.addresses("old_addresses", longest=_room(Redirect, "old_address")),
        removed=tuple(f"{language}: {name}" for language in raw for name in removed(raw[language], body[language])),
    )
    _check_texts(line, record.title, record.body, record.source_language)
    return record


def _check_weeks(records: Iterable[CommentaryRecord]) -> None:
    """No week and section twice in one file, and no two weeks that share a day without being the same."""
    seen: dict[tuple[date, str], int] = {}
    weeks: dict[tuple[date, date], int] = {}
    for record in records:
        line = record.line
        first = seen.setdefault((record.week_start, record.section), line.number)
        if first != line.number:
            line.fail(
                "section",
                f"the week {record.week_start} and {record.section!r} stand in line {first} already",
            )
        week = (record.week_start, record.week_end)
        if week not in weeks:
            for (start, end), number in weeks.items():
                if start <= record.week_end and end >= record.week_start:
                    line.fail("week_start", f"the week overlaps with {start} – {end} in line {number}")
            weeks[week] = line.number


def _check_addresses(records: Iterable[CommentaryRecord]) -> None:
    """No old address that would lead to two places."""
    seen: dict[str, tuple[int, str]] = {}
    for record in records:
        for language, addresses in record.old_addresses.items():
            for address in addresses:
                number, first = seen.setdefault(address, (record.line.number, language))
                if (number, first) != (record.line.number, language):
                    place = f"line {number}, in {first!r}"
                    record.line.fail(f"old_addresses.{language}", f"{address!r} stands in {place}, already")


def _section(line: Line) -> SectionRecord:
    line.only({"slug", "title", "description", "order", "retired_at", "continues"})
    title = line.texts("title", longest=_room(Section, "title"))
    if not title:
        line.fail("title", "is missing")
    return SectionRecord(
        slug=line.slug("slug", longest=_room(Section, "slug")),
        title=title,
        description=line.texts("description"),
        order=line.whole_number("order"),
        retired_at=line.moment("retired_at"),
        continues=line.text("continues"),
    )


def _analyst(line: Line) -> AnalystRecord:
    line.only({"slug", "is_public", "is_guest", "name", "pen_name", "bio", "portrait"})
    record = AnalystRecord(
        slug=line.slug("slug", longest=_room(Analyst, "slug")),
        is_public=line.flag("is_public", default=True),
        is_guest=line.flag("is_guest", default=False),
        name=line.texts("name", longest=_room(Analyst, "name")),
        pen_name=line.texts("pen_name", longest=_room(Analyst, "pen_name")),
        bio=line.texts("bio"),
        portrait=line.picture("portrait"),
    )
    if not (record.name if record.is_public else record.pen_name):
        line.fail("name" if record.is_public else "pen_name", "is missing")
    return record
