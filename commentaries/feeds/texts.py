"""An entry's whole text: as HTML that any program shows, and as words alone."""

import re
from html import unescape

from django.template.loader import render_to_string
from django.utils.html import strip_tags

from commentaries import richtext
from commentaries.feeds.entries import Entry

BACKLINK = re.compile(r'<a [^>]*href="#[^"]*fnref-\d+"[^>]*>.*?</a>', re.DOTALL)
REFERENCE = re.compile(r'<sup><a [^>]*href="#[^"]*fn-\d+"[^>]*>(.*?)</a></sup>', re.DOTALL)
END_OF_BLOCK = re.compile(r"</(?:p|h[1-6]|li|blockquote|caption|figcaption|tr|pre)>|<(?:br|hr)>")
END_OF_CELL = re.compile(r"</t[dh]>")


def full_text(entry: Entry) -> str:
    body = richtext.render_elsewhere(entry.body, address=entry.address, prefix=entry.anchor)
    return render_to_string("commentaries/feeds/text.html", {"entry": entry, "body": body}).strip()


def words(html: str) -> str:
    """The same without tags, a line for each paragraph; a footnote's number stands in brackets."""
    html = REFERENCE.sub(r" [\1]", BACKLINK.sub("", " ".join(html.split())))
    lines = unescape(strip_tags(END_OF_BLOCK.sub("\n", END_OF_CELL.sub(" ", html)))).split("\n")
    return "\n".join(line for raw in lines if (line := " ".join(raw.split())))
