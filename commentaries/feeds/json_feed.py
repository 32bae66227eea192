"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

import json
from typing import Any

from commentaries.feeds import pictures
from commentaries.feeds.atom import moment
from commentaries.feeds.entries import Author, Entry
from commentaries.feeds.feed import Feed
from commentaries.feeds.texts import full_text, words


def write(feed: Feed) -> bytes:
    found = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.address("json"),
        "description": feed.subtitle,
        "icon": pictures.icon(),
        "authors": [_author(feed.publisher)],
        "language": feed.language,
        "items": [_item(entry, feed.language) for entry in feed.entries],
    }
    return json.dumps(_given(found), ensure_ascii=False).encode()


def _item(entry: Entry, language: str) -> dict[str, Any]:
    html = full_text(entry)
    return _given(
        {
            "id": entry.id,
            "url": entry.address,
            "title": entry.title,
            "content_html": html,
            "content_text": words(html),
            "summary": entry.lead,
            "image": entry.picture.address if entry.picture else "",
            "date_published": moment(entry.published),
            "date_modified": moment(entry.updated),
            "authors": [_author(author) for author in entry.authors],
            "tags": [tag for tag in (entry.section, entry.trend_label) if tag],
            "language": language,
        }
    )


def _author(author: Author) -> dict[str, str]:
    return _given({"name": author.name, "url": author.address})


def _given(found: dict[str, Any]) -> dict[str, Any]:
    """What has something to say; an empty list of items says something."""
    return {name: value for name, value in found.items() if value or name == "items"}
