"""An issue, or one commentary, as something to keep: one file that needs neither the site nor a network."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID, uuid5

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import override

from commentaries.languages import FALLBACK, LocalText, local
from commentaries.models import Commentary, Issue, Publication
from commentaries.models.commentaries import Edition


@dataclass(frozen=True)
class Volume:
    """What a file holds, in one language: whole texts, each in the language that its readers get."""

    issue: Issue
    language: str
    editions: list[Edition]
    publication: Publication
    single: Commentary | None = None  # the commentary, where the file holds no more than one

    @property
    def title(self) -> LocalText:
        if self.single:
            return LocalText(self.editions[0].title, self.editions[0].language)
        return self.issue.heading(self.language)

    @property
    def name(self) -> LocalText:
        return self.publication.title(self.language)

    @property
    def introduction(self) -> LocalText:
        return LocalText("", self.language) if self.single else local(self.issue, "introduction", self.language)

    @property
    def uid(self) -> UUID:
        """The same for this issue in this language for ever, wherever the site moves (RFC 9562, version 5)."""
        return uuid5((self.single or self.issue).uid, self.language)

    @property
    def url(self) -> str:
        """Where the site has it."""
        with override(self.language):
            return settings.SITE_URL + (self.single or self.issue).get_absolute_url()

    @property
    def file_name(self) -> str:
        """In plain Latin letters, and without its ending: other systems spoil the rest."""
        section = f"{self.single.section.slug}-" if self.single else ""
        name = slugify(self.publication.title("en")) or "issue"
        return f"{name}-{self.issue.week_start}-{section}{self.language}"

    @cached_property
    def authors(self) -> list[LocalText]:
        """The bylines, each once; with none the publication's name stands."""
        commentaries = [edition.commentary for edition in self.editions]
        names = [row.analyst.byline(self.language) for one in commentaries for row in one.bylines.all()]
        return list({str(name): name for name in names if name}.values()) or [self.name]

    @cached_property
    def modified(self) -> datetime:
        """The last change that readers were to know of: so the same content makes the same file."""
        times = [self.issue.published_at]
        for edition in self.editions:
            commentary = edition.commentary
            times.append(commentary.published_at)
            times += [row.marked_ready_at for row in commentary.translations.all() if row.language == edition.language]
            times += [row.made_at for row in commentary.corrections.all()]
        return max(time for time in times if time)

    @property
    def modified_utc(self) -> str:
        """As EPUB 3.3 wants it, 5.5.3.2.4: in UTC, to the second."""
        return f"{self.modified.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    @property
    def other_languages(self) -> list[str]:
        """The languages of texts that stand in for one that is not there."""
        found = {edition.language for edition in self.editions} - {self.language}
        return [language for language in FALLBACK[self.language] if language in found]
