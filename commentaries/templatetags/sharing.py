"""The part of a page's head that is read by search engines and messengers."""

import json
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html

from commentaries.sharing.addresses import absolute
from commentaries.sharing.card import HEIGHT, WIDTH
from commentaries.sharing.pages import LOCALES, shared

register = template.Library()
# In a data block only these could end it or begin another (HTML, 4.12.1.3); JSON may spell any letter so.
HARMLESS = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


class DataBlock:
    """JSON that stands in a page as it is: no text in it can end its element."""

    def __init__(self, graph: list[dict[str, Any]]) -> None:
        self.value = {"@context": "https://schema.org", "@graph": graph}

    def __html__(self) -> str:
        return json.dumps(self.value, ensure_ascii=False, separators=(",", ":")).translate(HARMLESS)


@register.simple_tag
def structured_data(graph: list[dict[str, Any]]) -> str:
    """A data block, which no browser runs."""
    return format_html('<script type="application/ld+json">{}</script>', DataBlock(graph))


@register.inclusion_tag("commentaries/parts/open_graph.html", takes_context=True)
def sharing(context: Context) -> dict[str, Any]:
    """Open Graph (ogp.me), the social networks' own few words, and JSON-LD; nothing for a page nobody passes on."""
    found = shared(context)
    if found is None:
        return {}
    page, addresses = found
    return {
        "page": page,
        "canonical": addresses.canonical,
        "locale": LOCALES[addresses.language],
        "other_locales": [LOCALES[code] for code in addresses.alternates if code != addresses.language],
        "site_name": context["publication"].title(addresses.language),
        "image": absolute(page.card.url),
        "width": WIDTH,
        "height": HEIGHT,
    }
