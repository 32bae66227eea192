"""The part of a page's head that is read by search engines and messengers."""

import json
from collections.abc import Iterator
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join

from commentaries.sharing.addresses import Addresses, absolute
from commentaries.sharing.card import HEIGHT, WIDTH
from commentaries.sharing.pages import LOCALES, Shared, shared

register = template.Library()
# In a data block only these could end it or begin another (HTML, 4.12.1.3); JSON may spell any letter so.
HARMLESS = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


class DataBlock:
    """JSON that stands in a page as it is: no text in it can end its element."""

    def __init__(self, graph: list[dict[str, Any]]) -> None:
        self.value = {"@context": "https://schema.org", "@graph": graph}

    def __html__(self) -> str:
        return json.dumps(self.value, ensure_ascii=False, separators=(",", ":")).translate(HARMLESS)


@register.simple_tag(takes_context=True)
def sharing(context: Context) -> str:
    """Open Graph (ogp.me), the social networks' own few words, and JSON-LD; nothing for a page nobody passes on."""
    found = shared(context)
    if found is None:
        return ""
    page, addresses = found
    said = _open_graph(page, addresses, context["publication"].title(addresses.language))
    return format_html(
        '{}\n<meta name="twitter:card" content="summary_large_image">\n'
        '<script type="application/ld+json">{}</script>',  # which no browser runs
        format_html_join("\n", '<meta property="{}" content="{}">', ((name, value) for name, value in said if value)),
        DataBlock(page.data),
    )


def _open_graph(page: Shared, addresses: Addresses, site_name: str) -> Iterator[tuple[str, object]]:
    """The properties and what they are, empty where there is nothing to say."""
    yield from (("og:type", page.kind), ("og:title", page.title), ("og:description", page.description))
    yield from (("og:url", addresses.canonical), ("og:site_name", site_name))
    yield "og:locale", LOCALES[addresses.language]
    yield from (("og:locale:alternate", LOCALES[code]) for code in addresses.alternates if code != addresses.language)
    yield from (("article:published_time", page.published), ("article:modified_time", page.modified))
    yield "article:section", page.section
    yield from (("article:author", author) for author in page.authors)
    yield from (("og:image", absolute(page.card.url)), ("og:image:type", "image/png"))
    yield from (("og:image:width", WIDTH), ("og:image:height", HEIGHT), ("og:image:alt", page.card.alt))
