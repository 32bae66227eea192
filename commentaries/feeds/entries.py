"""What a feed says of each commentary, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid5

from django.conf import settings

from commentaries.corrections import Told, told
from commentaries.languages import LocalText, active_language, in_language, local
from commentaries.models import Commentary, Forecast, Licence, Picture, PictureFile, Trend
from commentaries.models.commentaries import CommentaryQuerySet, Edition
from commentaries.templatetags.reading import note

ENTRIES = 30
IMAGE_TYPES = {"jpg": "image/jpeg", "png": "image/png"}  # what images.py makes


@dataclass(frozen=True)
class Author:
    """A byline; with the address of the analyst's page, where there is one."""

    name: LocalText
    address: str = ""


@dataclass(frozen=True)
class Illustration:
    """A commentary's picture, as readers of the feed's language see it."""

    name: str  # in the store
    address: str
    type: str
    width: int
    height: int
    alt: str
    caption: LocalText
    credit: str
    licence: str
    licence_address: str
    source: str


@dataclass(frozen=True)
class Prediction:
    """A forecast and how it went."""

    statement: str
    outcome: str
    judged: date | None
    due: date | None
    note: LocalText

    @property
    def outcome_label(self) -> str:
        return str(Forecast.Outcome(self.outcome).label)


@dataclass(frozen=True)
class Entry:
    """A commentary in the feed's language. Dates are those of readers: of publication, and of what changed in meaning.

    The id is a name-based UUID (RFC 4122, 4.3) in the commentary's own name space, so it survives another domain.
    """

    id: str
    address: str
    anchor: str
    title: str
    lead: str
    body: str
    trend: str
    section: LocalText
    section_slug: str
    section_address: str
    week: str
    authors: tuple[Author, ...]
    picture: Illustration | None
    predictions: tuple[Prediction, ...]
    corrections: tuple[Told, ...]
    published: datetime
    updated: datetime

    @property
    def trend_label(self) -> str:
        return str(Trend(self.trend).label) if self.trend else ""

    @property
    def trend_mark(self) -> str:
        return Trend(self.trend).mark if self.trend else ""


def newest(commentaries: CommentaryQuerySet, publisher: Author) -> tuple[Entry, ...]:
    """The newest of these commentaries that are ready in the active language."""
    language = active_language()
    ready = commentaries.ready_in(language)
    order = ("-published_at", "-issue__week_start", "section__order", "section__slug")
    keys = list(ready.order_by(*order).values_list("pk", flat=True)[:ENTRIES])
    rows = {row.pk: row for row in ready.filter(pk__in=keys).with_texts().defer("folded")}
    return tuple(_entry(Edition(rows[key], language), publisher) for key in keys if key in rows)


def _entry(edition: Edition, publisher: Author) -> Entry:
    commentary, language = edition.commentary, edition.language
    section, issue = commentary.section, commentary.issue
    corrections = tuple(told(commentary))
    published = commentary.public_since()
    return Entry(
        id=uuid5(commentary.uid, language).urn,
        address=settings.SITE_URL + commentary.get_absolute_url(),
        anchor=f"{language}-{issue.week_start}-{section.slug}",
        title=edition.title,
        lead=edition.lead,
        body=edition.body,
        trend=commentary.trend,
        section=local(section, "title"),
        section_slug=section.slug,
        section_address=settings.SITE_URL + section.get_absolute_url(),
        week=issue.week(),
        authors=_authors(commentary) or (publisher,),
        picture=_illustration(commentary.picture, language),
        predictions=_predictions(edition),
        corrections=corrections,
        published=published,
        updated=max([published, *_ready(edition), *(correction.at for correction in corrections)]),
    )


def _ready(edition: Edition) -> list[datetime]:
    """When a translation that came later, or was brought up to date, was ready; an import says nothing of it."""
    rows = [row for row in edition.commentary.translations.all() if row.language == edition.language]
    return [row.marked_ready_at for row in rows if row.marked_ready_at and row.marked_ready_by_id]


def _authors(commentary: Commentary) -> tuple[Author, ...]:
    analysts = [byline.analyst for byline in commentary.bylines.all()]
    return tuple(
        Author(name, settings.SITE_URL + analyst.get_absolute_url() if analyst.has_page else "")
        for analyst in analysts
        if (name := analyst.byline())
    )


def _predictions(edition: Edition) -> tuple[Prediction, ...]:
    return tuple(
        Prediction(
            in_language(row, "statement", edition.language),
            row.outcome,
            row.outcome_date,
            row.due,
            note(row, edition),
        )
        for row in edition.forecasts
    )


def _illustration(picture: Picture | None, language: str) -> Illustration | None:
    if picture is None or not picture.file:
        return None
    file = picture.file_in(language)
    owner: Picture | PictureFile = file.instance
    licence = Licence(picture.licence) if picture.licence else None
    return Illustration(
        name=file.name,
        address=settings.SITE_URL + file.url,
        type=IMAGE_TYPES.get(file.name.rpartition(".")[2], ""),
        width=getattr(owner, file.field.width_field),
        height=getattr(owner, file.field.height_field),
        alt=picture.alt_in(language),
        caption=picture.shown_caption(language),
        credit=picture.credit,
        licence=str(licence.label) if licence else "",
        licence_address=licence.address if licence else "",
        source=picture.source,
    )
