"""How a commentary is cited: always the version that was read, in the language that it was read in."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override, pgettext

from commentaries.languages import LocalText, in_language, path_in
from commentaries.models import Publication
from commentaries.models.commentaries import Edition
from commentaries.paths import path_to
from commentaries.templatetags.reading import day
from commentaries.versions.readers import PublicVersion


def permalink(edition: Edition, version: PublicVersion) -> str:
    """The path that stays with this version, whatever is corrected later."""
    week, slug = edition.commentary.issue.week_start, edition.commentary.section.slug
    return path_in(edition.language, path_to("commentaries:version", week, slug, version.number))


@dataclass(frozen=True)
class Citation:
    """What is said of one version of a commentary. All words are of its own language, whichever page cites it."""

    edition: Edition
    version: PublicVersion
    publication: Publication

    @property
    def language(self) -> str:
        return self.edition.language

    @property
    def title(self) -> str:
        return " ".join(self.edition.title.split())

    @property
    def lead(self) -> str:
        return " ".join(self.edition.lead.split())

    @property
    def authors(self) -> list[str]:
        """Bylines, never taken apart into names: a pen name must not be told from a name."""
        bylines = self.edition.commentary.bylines.all()
        return [name for byline in bylines if (name := str(byline.analyst.byline(self.language)))]

    @property
    def container(self) -> str:
        return str(self.publication.title(self.language))

    @property
    def section(self) -> str:
        return in_language(self.edition.commentary.section, "title", self.language)

    @property
    def week(self) -> str:
        return str(self.edition.commentary.issue.week(self.language))

    @property
    def published(self) -> date:
        return timezone.localdate(self.edition.commentary.published_at)

    @property
    def day(self) -> date:
        """When readers first had this version."""
        return timezone.localdate(self.version.since)

    @property
    def path(self) -> str:
        return permalink(self.edition, self.version)

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.path

    @property
    def key(self) -> str:
        """A name for reference managers, in plain Latin letters."""
        commentary = self.edition.commentary
        place = f"{commentary.section.slug}-{commentary.issue.week_start}"
        return f"{place}-{self.language}-v{self.version.number}"

    @property
    def dates(self) -> str:
        """When it was published, and which version of which day this is."""
        with override(self.language):
            parameters = {
                "published": day(self.published),
                "number": self.version.number,
                "day": day(self.day),
            }
            if self.published == self.day:
                return pgettext("citation", "Version %(number)s of %(day)s") % parameters
            return pgettext("citation", "Published %(published)s, version %(number)s of %(day)s") % parameters

    @cached_property
    def line(self) -> LocalText:
        """The customary form of the language: as a note in English, by GOST's order in Belarusian and Russian."""
        parameters = {
            "authors": ", ".join(self.authors),
            "title": self.title,
            "publication": self.container,
            "week": self.week,
            "dates": self.dates,
            "url": self.url,
        }
        with override(self.language):
            form = pgettext("citation", "%(authors)s, “%(title)s”, %(publication)s, %(week)s. %(dates)s. %(url)s")
            if not self.authors:
                form = pgettext("citation", "“%(title)s”, %(publication)s, %(week)s. %(dates)s. %(url)s")
        return LocalText(form % parameters, self.language)
