"""Atom (RFC 4287)."""

from datetime import UTC, datetime

from django.conf import settings
from lxml import etree

from commentaries.feeds import pictures
from commentaries.feeds.entries import Author, Entry, Illustration
from commentaries.feeds.feed import TYPES, Feed
from commentaries.feeds.texts import full_text
from commentaries.feeds.xml import ATOM, XML_LANG, add, document


def moment(time: datetime) -> str:
    """As RFC 3339 writes it."""
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def write(feed: Feed) -> bytes:
    root = etree.Element(_tag("feed"), {XML_LANG: feed.language}, nsmap={None: ATOM})
    add(root, _tag("id"), feed.id)
    add(root, _tag("title"), feed.title)
    if feed.subtitle:
        add(root, _tag("subtitle"), feed.subtitle)
    add(root, _tag("updated"), moment(feed.updated))
    _link(root, "self", feed.address("atom"), TYPES["atom"])
    _link(root, "alternate", feed.home, "text/html", hreflang=feed.language)
    for language in feed.translations:
        _link(root, "alternate", feed.address("atom", language), TYPES["atom"], hreflang=language)
    add(root, _tag("icon"), pictures.icon())
    _author(root, feed.publisher)
    for entry in feed.entries:
        _entry(root, entry, feed.language)
    return document(root)


def _entry(root: etree._Element, entry: Entry, language: str) -> None:
    element = add(root, _tag("entry"))
    add(element, _tag("id"), entry.id)
    add(element, _tag("title"), entry.title)
    add(element, _tag("published"), moment(entry.published))
    add(element, _tag("updated"), moment(entry.updated))
    _link(element, "alternate", entry.address, "text/html", hreflang=language)
    if entry.picture:
        _enclosure(element, entry.picture)
    for author in entry.authors:
        _author(element, author)
    _category(element, "sections", entry.section_slug, entry.section)
    if entry.trend:
        _category(element, "trends", entry.trend, entry.trend_label)
    if entry.lead:
        add(element, _tag("summary"), entry.lead)
    add(element, _tag("content"), full_text(entry), {"type": "html"})


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _link(parent: etree._Element, rel: str, href: str, kind: str, **attributes: str) -> None:
    add(parent, _tag("link"), attributes={"rel": rel, "href": href, "type": kind, **attributes})


def _enclosure(parent: etree._Element, picture: Illustration) -> None:
    if length := pictures.size(picture.name):
        _link(parent, "enclosure", picture.address, picture.type, length=str(length))


def _author(parent: etree._Element, author: Author) -> None:
    element = add(parent, _tag("author"))
    add(element, _tag("name"), author.name)
    if author.address:
        add(element, _tag("uri"), author.address)


def _category(parent: etree._Element, scheme: str, term: str, label: str) -> None:
    add(
        parent,
        _tag("category"),
        attributes={"scheme": f"{settings.SITE_URL}/#{scheme}", "term": term, "label": label},
    )
