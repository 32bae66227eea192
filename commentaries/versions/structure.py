"""What differs between two texts, in their words and in their structure: what became a heading, where a link leads.

Where `differences.word_diff` shows words only, this says the rest in words, too, and marks every change three times: by
the element, by a sign in the style sheet, and by a word for those who hear the page.
"""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commentaries.versions.differences import KEPT_ROUND_A_CHANGE, MOST_COMPARED, WORD, matching

BLOCKS: dict[str, str | Promise] = {
    "p": gettext_lazy("paragraph"),
    "h2": gettext_lazy("heading"),
    "h3": gettext_lazy("smaller heading"),
    "h4": gettext_lazy("smallest heading"),
    "li": gettext_lazy("list item"),
    "blockquote": gettext_lazy("quotation"),
    "figcaption": gettext_lazy("caption"),
    "caption": gettext_lazy("caption"),
    "pre": gettext_lazy("preformatted text"),
    "tr": gettext_lazy("table row"),
}
HOLD_PARAGRAPHS = ("li", "blockquote")  # whose first paragraph is not worth a word


class Token(NamedTuple):
    """A word, or the sign of a structure: a block that begins, a link that ends, a picture."""

    key: str  # what is compared
    text: str  # as it is printed
    sign: str = ""  # what is said of it where it is new or gone

    @property
    def printed(self) -> SafeString:
        if not self.sign:
            return escape(self.text)
        return format_html('{}<span class="sign">[{}]</span> ', self.text, self.sign)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[Token] = []
        self.addresses: list[str] = []
        self.space = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in BLOCKS and not (tag == "p" and self._begins(*HOLD_PARAGRAPHS)):
            self.tokens.append(Token(f"<{tag}>", "\n" if self.tokens else "", str(BLOCKS[tag])))
            self.space = ""
        elif tag in ("br", "th", "td"):
            self.space = "\n" if tag == "br" else " "
        elif tag == "a":
            self.addresses.append(values.get("href", ""))
        elif tag == "img":
            address = values.get("src", "").rpartition("/")[2]
            self.tokens.append(Token(f"<img {address}>", " ", _("picture %(file)s") % {"file": address}))

    def _begins(self, *tags: str) -> bool:
        """Whether a block of one of these kinds has just begun."""
        return bool(self.tokens) and self.tokens[-1].key in {f"<{tag}>" for tag in tags}

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.addresses:
            address = self.addresses.pop()
            self.tokens.append(Token(f"<a {address}>", " ", _("link to %(address)s") % {"address": address}))

    def handle_data(self, data: str) -> None:
        for word in WORD.findall(data):
            key = word.strip()
            self.tokens.append(Token(key, (self.space or (" " if word != key else "")) + key))
            self.space = ""
        if data and data[-1].isspace():
            self.space = self.space or " "


def read(html: str) -> list[Token]:
    """The words of a rich text with the signs of its structure between them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.tokens


def read_plain(text: str) -> list[Token]:
    return [Token(word.strip(), word) for word in WORD.findall(text)]


def _blocks(tokens: list[Token]) -> list[Token]:
    """The tokens of a long text, one a block."""
    blocks: list[list[Token]] = []
    for token in tokens:
        if not blocks or token.key[1:-1] in BLOCKS:
            blocks.append([])
        blocks[-1].append(token)
    return [Token(" ".join(t.key for t in block), "".join(t.text for t in block)) for block in blocks]


def _whole(blocks: list[Token]) -> list[Token]:
    """A text of very many blocks as one."""
    return [Token(" ".join(block.key for block in blocks), "".join(block.text for block in blocks))]


@dataclass(frozen=True)
class Difference:
    """A text beside an earlier one: whether it differs, and what changed as HTML."""

    is_changed: bool
    html: SafeString


def difference(before: str, after: str, *, rich: bool) -> Difference:
    """What changed in a text; unchanged, it is given whole. `rich`: both are HTML."""
    parse = read if rich else read_plain
    old, new = parse(before), parse(after)
    for coarser in (_blocks, _whole):
        if max(len(old), len(new)) > MOST_COMPARED:
            old, new = coarser(old), coarser(new)
    if [token.key for token in old] == [token.key for token in new]:
        words = format_html("{}", "".join(token.text for token in new))
        if before == after:
            return Difference(is_changed=False, html=words)
        note = _("Only the formatting differs, such as bold or italics.") if rich else _("Only the spaces differ.")
        return Difference(is_changed=True, html=format_html('<span class="sign">{}</span>\n{}', note, words))
    return Difference(is_changed=True, html=_marked(old, new))


def _marked(old: list[Token], new: list[Token]) -> SafeString:
    pieces: list[SafeString] = []
    for kind, i, j, k, m in matching([token.key for token in old], [token.key for token in new]):
        if kind == "equal":
            pieces.append(_shortened(new[k:m], first=i == 0, last=j == len(old)))
            continue
        if i < j:
            pieces.append(_change("del", _("removed:"), old[i:j]))
        if k < m:
            pieces.append(_change("ins", _("added:"), new[k:m]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _change(element: str, spoken: str, tokens: list[Token]) -> SafeString:
    """What is gone or new; the space before it is not part of it, so that its sign stands beside its first word."""
    first = tokens[0]
    bare = first.text.lstrip()
    printed = [first._replace(text=bare).printed, *(token.printed for token in tokens[1:])]
    space = first.text[: len(first.text) - len(bare)]
    words = format_html_join("", "{}", ((one,) for one in printed))
    return format_html('{3}<{0}><span class="unseen">{1} </span>{2}</{0}>', element, spoken, words, space)


def _shortened(tokens: list[Token], *, first: bool, last: bool) -> SafeString:
    """An unchanged stretch, of which only what stands beside a change is kept."""
    head = [] if first else tokens[:KEPT_ROUND_A_CHANGE]
    tail = [] if last else tokens[-KEPT_ROUND_A_CHANGE:]
    if len(tokens) <= 3 * KEPT_ROUND_A_CHANGE:
        return format_html("{}", "".join(token.text for token in tokens))
    return format_html("{} … {}", "".join(t.text for t in head), "".join(t.text for t in tail).lstrip())
