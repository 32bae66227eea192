"""What stands on a card: the picture that goes with a link (Open Graph's `og:image`)."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import override

from commentaries.languages import AUTONYMS, local
from commentaries.models import Issue, Publication, Trend
from commentaries.models.commentaries import Edition
from commentaries.paths import path_to
from commentaries.trends import short_label

WIDTH, HEIGHT = 1200, 630  # what messengers and networks show whole
DRAWING = 1  # another number when cards are drawn in another way: they are then made, and fetched, anew


@dataclass(frozen=True)
class Line:
    """A trend mark and its word, beside a section's title where there are several."""

    title: str
    trend: str
    word: str


@dataclass(frozen=True)
class Card:
    """Every word on it, in one language. `path` is where its page has it."""

    path: str
    publication: str
    corner: str = ""
    kicker: str = ""
    headline: str = ""
    note: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def digest(self) -> str:
        """A fingerprint of all that is drawn: the same words, the same file."""
        lines = [[line.title, line.trend, line.word] for line in self.lines]
        words = [DRAWING, self.publication, self.corner, self.kicker, self.headline, self.note, lines]
        return hashlib.sha256(json.dumps(words).encode()).hexdigest()

    @property
    def version(self) -> str:
        """As much of it as stands in the address: messengers fetch another address anew."""
        return self.digest[:12]

    @property
    def url(self) -> str:
        return f"{self.path}?v={self.version}"

    @property
    def alt(self) -> str:
        """The card in words, for those who do not see it."""
        marks = "; ".join(": ".join(filter(None, (line.title, line.word))) for line in self.lines if line.word)
        parts = filter(None, (self.publication, self.corner, self.kicker, self.headline, self.note, marks))
        return ". ".join(part.removesuffix(".") for part in parts)  # a Russian week ends with a stop of its own


def of_commentary(edition: Edition, publication: Publication) -> Card:
    commentary, language = edition.commentary, edition.language
    with override(language):
        label = str(Trend(commentary.trend).label) if commentary.trend else ""
        return Card(
            path=path_to("commentaries:commentary_card", commentary.issue.week_start, commentary.section.slug),
            publication=publication.title(language),
            corner=commentary.issue.week(language),
            kicker=local(commentary.section, "title", language),
            headline=edition.title,
            lines=(Line("", commentary.trend, label),),
        )


def of_issue(issue: Issue, editions: Iterable[Edition], publication: Publication, language: str) -> Card:
    with override(language):
        heading, week = issue.heading(language), issue.week(language)
        rows = [edition.commentary for edition in editions]
        return Card(
            path=path_to("commentaries:issue_card", issue.week_start),
            publication=publication.title(language),
            corner=week if heading != week else "",
            headline=heading,
            lines=tuple(
                Line(local(row.section, "title", language), row.trend, short_label(row.trend) if row.trend else "")
                for row in rows
            ),
        )


def of_site(publication: Publication, language: str) -> Card:
    with override(language):
        return Card(
            path=path_to("commentaries:site_card"),
            publication=" · ".join(AUTONYMS.values()),
            headline=publication.title(language),
            note=local(publication, "tagline", language),
            lines=tuple(Line("", trend.value, short_label(trend)) for trend in Trend),
        )
