"""Where the feeds of a page are."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context

from commentaries.feeds.feed import SITE, TYPES, Place, analyst_place, section_place
from commentaries.models import Analyst, Section

register = template.Library()
NAMES = {"atom": "Atom", "rss": "RSS", "json": "JSON\N{NO-BREAK SPACE}Feed"}  # nobody translates them


@dataclass(frozen=True)
class FeedLink:
    name: str
    type: str
    address: str


def _links(place: Place) -> list[FeedLink]:
    return [FeedLink(name, TYPES[form], place.path(form)) for form, name in NAMES.items()]


@register.inclusion_tag("commentaries/parts/feeds.html", takes_context=True)
def feeds_in_head(context: Context) -> dict[str, Any]:
    """For programs that look for a page's feeds (RSS Autodiscovery): its own before the site's."""
    row = context.get("section") or context.get("analyst")
    own = _links(_place(row)) if isinstance(row, Section | Analyst) else []
    return {"row": row, "own": own, "site": _links(SITE), "publication": context["publication"]}


@register.inclusion_tag("commentaries/parts/feed_list.html")
def feed_list(row: Section | Analyst | None = None) -> dict[str, Any]:
    """For readers: the feeds of a section, an analyst or the site."""
    return {"links": _links(_place(row))}


def _place(row: Section | Analyst | None) -> Place:
    if isinstance(row, Section):
        return section_place(row)
    return analyst_place(row) if row else SITE
