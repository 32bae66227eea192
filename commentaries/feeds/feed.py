"""A feed as plain data: of the whole site, a section or an analyst, in the active language."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings

from commentaries.feeds.entries import Author, Entry, newest
from commentaries.languages import FALLBACK, active_language, local, path_in
from commentaries.models import Analyst, Commentary, Issue, Publication, Section
from commentaries.models.commentaries import CommentaryQuerySet
from commentaries.paths import path_to
from commentaries.templatetags.reading import plain

TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json"}
WRITING = 1  # raise it when a format is written in another way, so that programs fetch their feeds anew
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """Whose feed it is: the name of its address, and the slug in it."""

    view: str
    slugs: tuple[str, ...] = ()

    def path(self, form: str, language: str | None = None) -> str:
        return path_in(language or active_language(), path_to(self.view, *self.slugs, form))


SITE = Place("commentaries:feed")


def section_place(section: Section) -> Place:
    return Place("commentaries:section_feed", (section.slug,))


def analyst_place(analyst: Analyst) -> Place:
    return Place("commentaries:analyst_feed", (analyst.slug,))


@dataclass(frozen=True)
class Feed:
    """`home` is the page that it is the feed of."""

    id: str
    language: str
    title: str
    subtitle: str
    home: str
    place: Place
    publisher: Author
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime:
        """When the newest of its entries was published or corrected; the epoch while it has none."""
        return max((entry.updated for entry in self.entries), default=EPOCH)

    @property
    def translations(self) -> list[str]:
        """The other languages that it exists in."""
        return [language for language in FALLBACK if language != self.language]

    def address(self, form: str, language: str | None = None) -> str:
        return settings.SITE_URL + self.place.path(form, language)

    def fingerprint(self, form: str) -> str:
        """Changes with all that the feed is made of, and with nothing else."""
        return hashlib.sha256(repr((WRITING, settings.SITE_URL, form, self)).encode()).hexdigest()


def of_site() -> Feed:
    publication = Publication.current()
    home = path_to("commentaries:home")
    about = local(publication, "tagline")
    return _feed(publication, "site", publication.title(), about, home, SITE, Commentary.objects.published())


def of_section(section: Section) -> Feed:
    publication = Publication.current()
    title = f"{local(section, 'title')} — {publication.title()}"
    about = plain(local(section, "description"))
    public = Commentary.objects.published().filter(section=section)
    return _feed(
        publication, f"section {section.pk}", title, about, section.get_absolute_url(), section_place(section), public
    )


def of_analyst(analyst: Analyst) -> Feed:
    publication = Publication.current()
    title = f"{analyst.byline()} — {publication.title()}"
    about = plain(local(analyst, "bio"))
    public = Commentary.objects.published().filter(bylines__analyst=analyst)
    return _feed(
        publication, f"analyst {analyst.pk}", title, about, analyst.get_absolute_url(), analyst_place(analyst), public
    )


def _feed(
    publication: Publication,
    name: str,
    title: str,
    about: str,
    page: str,
    place: Place,
    commentaries: CommentaryQuerySet,
) -> Feed:
    language = active_language()
    publisher = Author(publication.title(), settings.SITE_URL + path_to("commentaries:home"))
    return Feed(
        id=_id(f"{name} {language}"),
        language=language,
        title=title,
        subtitle=" ".join(about.split()),
        home=settings.SITE_URL + page,
        place=place,
        publisher=publisher,
        entries=newest(commentaries, publisher),
    )


def _id(name: str) -> str:
    """A name-based UUID (RFC 4122, 4.3) below the first issue's own: it survives another domain or slug."""
    first = Issue.objects.order_by("pk").values_list("uid", flat=True).first()
    return uuid5(first or uuid5(NAMESPACE_URL, settings.SITE_URL), name).urn
