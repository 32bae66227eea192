"""RSS 2.0, after the RSS Advisory Board's profile, with the whole text in content:encoded."""

from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from django.conf import settings
from lxml import etree

from commentaries.feeds import atom, pictures
from commentaries.feeds.entries import Entry, Illustration
from commentaries.feeds.feed import TYPES, Feed
from commentaries.feeds.texts import full_text
from commentaries.feeds.xml import ATOM, add, document

CONTENT = "http://purl.org/rss/1.0/modules/content/"
CREATOR = "http://purl.org/dc/elements/1.1/"


def moment(time: datetime) -> str:
    """As RFC 822 writes it, with four digits of the year."""
    return format_datetime(time.astimezone(UTC), usegmt=True)


def write(feed: Feed) -> bytes:
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM, "content": CONTENT, "dc": CREATOR})
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.home)
    add(channel, "description", feed.subtitle or feed.title)
    add(channel, "language", feed.language)
    if feed.entries:
        add(channel, "lastBuildDate", moment(feed.updated))
    _link(channel, "self", feed.address("rss"))
    for language in feed.translations:
        _link(channel, "alternate", feed.address("rss", language), hreflang=language)
    image = add(channel, "image")
    add(image, "url", pictures.icon())
    add(image, "title", feed.title)
    add(image, "link", feed.home)
    for entry in feed.entries:
        _item(channel, entry)
    return document(root)


def _item(channel: etree._Element, entry: Entry) -> None:
    item = add(channel, "item")
    add(item, "title", entry.title)
    add(item, "link", entry.address)
    add(item, "guid", entry.id, {"isPermaLink": "false"})
    add(item, "pubDate", moment(entry.published))
    add(item, f"{{{ATOM}}}updated", atom.moment(entry.updated))
    for author in entry.authors:  # RSS's own author is an e-mail address
        add(item, f"{{{CREATOR}}}creator", author.name)
    _category(item, "sections", entry.section)
    if entry.trend:
        _category(item, "trends", entry.trend_label)
    if entry.lead:
        add(item, "description", escape(entry.lead, quote=False))  # RSS takes it for HTML
    add(item, f"{{{CONTENT}}}encoded", full_text(entry))
    if entry.picture:
        _enclosure(item, entry.picture)


def _link(parent: etree._Element, rel: str, href: str, **attributes: str) -> None:
    add(parent, f"{{{ATOM}}}link", attributes={"rel": rel, "href": href, "type": TYPES["rss"], **attributes})


def _category(item: etree._Element, scheme: str, label: str) -> None:
    add(item, "category", label, {"domain": f"{settings.SITE_URL}/#{scheme}"})


def _enclosure(item: etree._Element, picture: Illustration) -> None:
    if length := pictures.size(picture.name):
        add(item, "enclosure", attributes={"url": picture.address, "length": str(length), "type": picture.type})
