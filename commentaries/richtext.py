"""Rich text: the one place that decides which HTML a text may hold, and the one place that trusts it.

Cleaning on save is the barrier against script in the admin and on the site. The allow-list keeps what a commentary is
made of (headings, lists, tables, quotations, figures, footnotes, links) and nothing that styles or runs.
"""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import urljoin

import nh3
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from commentaries.folding import is_blank
from commentaries.languages import active_language
from commentaries.reading.headings import with_anchors
from commentaries.search.plain import plain

ATTRIBUTES = {
    "a": {"href", "id"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "li": {"id"},
    "ol": {"start", "class"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "*": {"lang"},
}
TAGS = {
    *(
        "p",
        "br",
        "hr",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "blockquote",
        "cite",
        "q",
        "strong",
        "b",
        "em",
        "i",
        "s",
    ),
    *("sub", "sup", "abbr", "code", "pre", "a", "span", "figure", "figcaption", "img"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
PLAIN_ATTRIBUTES = {tag: names - {"class"} for tag, names in ATTRIBUTES.items()}
PLAIN_ATTRIBUTES["a"] = {*ATTRIBUTES["a"], "title"}
FOOTNOTES = re.compile(r'<ol class="footnotes">')
FOOTNOTE_ID = re.compile(r"fn(ref)?-\d{1,3}")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
IMAGE_WITHOUT_SOURCE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
HEADING = re.compile(r"(</?h)([2-4])(?=[ >])")
FOOTNOTE_REFERENCE = re.compile(r'<a (?=[^>]*id="fnref-)([^>]*)(?=>)')
FOOTNOTE_BACKLINK = re.compile(r'<a (?=[^>]*href="#fnref-)([^>]*)(?=>)')
FOOTNOTE_ANCHOR = re.compile(r'((?:id="|href="#))(fn(?:ref)?-)')
TABLE = re.compile(r"<table(?:(?!<table).)*?</table>", re.DOTALL)  # of nested ones the inner
CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
# What a browser drops or reads as another character before it looks at an address (WHATWG URL, 4.4).
IGNORED_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f]")


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """nh3's second look at the attributes that the allow-list admits."""
    checks: dict[str, Callable[[], object]] = {
        "id": lambda: FOOTNOTE_ID.fullmatch(value),
        "class": lambda: value == "footnotes",
        "lang": lambda: LANGUAGE_TAG.fullmatch(value),
        "scope": lambda: value in {"col", "row", "colgroup", "rowgroup"},
        # A picture from elsewhere would tell that place who reads us.
        "src": lambda: value.startswith(settings.MEDIA_URL),
        "href": lambda: not IGNORED_IN_ADDRESSES.sub("", value).replace("\\", "/").startswith("//"),
    }
    return value if checks.get(attribute, lambda: True)() else None


def clean(html: str) -> str:
    """The HTML with everything outside the allow-list removed; blank HTML (`<p>&nbsp;</p>`) becomes ""."""
    cleaned = nh3.clean(
        html.replace("\x00", ""),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    cleaned = IMAGE_WITHOUT_SOURCE.sub("", cleaned).strip()
    if "<img" not in cleaned and is_blank(cleaned):
        return ""
    return cleaned


class _Inventory(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[f"<{tag}>"] += 1
        for name, _value in attrs:
            if name != "rel":  # ours
                self.found[f"{name}="] += 1


def removed(before: str, after: str) -> list[str]:
    """What cleaning took out, as short words: `2 × <script>`, `onclick=`."""
    inventories = []
    for html in (before, after):
        inventory = _Inventory()
        with suppress(AssertionError):  # HTMLParser gives up on "<![x[": what it counted before that stands
            inventory.feed(html)
        inventories.append(inventory.found)
    gone = inventories[0] - inventories[1]
    return [name if count == 1 else f"{count} × {name}" for name, count in sorted(gone.items())]


def render(
    html: str, *, prefix: str = "", headings_down: int = 0, anchored: bool = False, language: str | None = None
) -> SafeString:
    """Stored HTML, ready for a page: the only place that marks anything as safe, because `clean` made what is stored.

    `prefix` keeps the footnotes of two texts on one page apart; `headings_down` moves h2–h4 that many levels down, so
    that a text's headings stand below its headline wherever the headline stands. Footnotes get their DPUB-ARIA roles,
    a wide table scrolls by itself, with the keyboard too, and a picture is fetched when the reader comes near it.
    In an `anchored` text each heading has an address. What is added for listeners is in the text's `language`, or in
    the page's.
    """
    return _rendered(html, prefix, headings_down, anchored, language or active_language())


@lru_cache(32)  # texts, of a few kB as a rule, whose pages are made anew with every change of others
def _rendered(html: str, prefix: str, headings_down: int, anchored: bool, language: str) -> SafeString:
    if headings_down:
        html = HEADING.sub(lambda match: f"{match[1]}{min(int(match[2]) + headings_down, 6)}", html)
    if anchored:
        html = with_anchors(html, prefix)
    with override(language):
        if "<table" in html:  # before the footnotes in a caption get addresses of this page
            html = TABLE.sub(_in_a_scroller, html)
        if "fn" in html:
            html = _with_footnotes(html, prefix)
    if "<img" in html:
        html = html.replace("<img ", '<img loading="lazy" decoding="async" ')
    return mark_safe(html)  # noqa: S308


def _with_footnotes(html: str, prefix: str) -> str:
    heading = format_html('<ol class="footnotes" aria-label="{}">', _("Footnotes"))
    back = format_html('<a role="doc-backlink" aria-label="{}" ', _("Back to the text"))
    html = FOOTNOTES.sub(lambda _match: heading, html)
    html = FOOTNOTE_REFERENCE.sub(r'<a role="doc-noteref" \1', html)
    html = FOOTNOTE_BACKLINK.sub(lambda match: back + match[1], html)
    return FOOTNOTE_ANCHOR.sub(rf"\1{prefix}-\2", html) if prefix else html


def _in_a_scroller(table: re.Match[str]) -> str:
    """A table that scrolls by itself, where it is too wide, named as its caption says."""
    caption = CAPTION.search(table[0])
    name = (plain(caption[1]) if caption else "") or _("Table")
    return format_html('<div class="wide" role="group" tabindex="0" aria-label="{}">', name) + table[0] + "</div>"


def render_elsewhere(html: str, *, address: str, prefix: str) -> SafeString:
    """Stored HTML for a program that is not ours and shows several texts at once, such as a reader of feeds.

    Every address is whole (`address` is that of the text's page), footnotes go there and back inside the text, under
    ids that begin with `prefix`, and nothing is left that only our style sheets understand.
    """

    def rewrite(_tag: str, attribute: str, value: str) -> str | None:
        if attribute == "id":
            return f"{prefix}-{value}"
        if attribute == "href" and value.startswith("#") and FOOTNOTE_ID.fullmatch(value[1:]):
            return f"#{prefix}-{value[1:]}"
        if attribute in {"href", "src"}:
            with suppress(ValueError):  # "//[" is no address: the words stay, the link goes
                return urljoin(address, value)
            return None
        return value

    html = FOOTNOTES.sub("<hr><ol>", html)
    html = FOOTNOTE_BACKLINK.sub(format_html('<a title="{}" \\1', _("Back to the text")), html)
    return mark_safe(  # noqa: S308
        nh3.clean(html, tags=TAGS, attributes=PLAIN_ATTRIBUTES, attribute_filter=rewrite, link_rel=None)
    )
