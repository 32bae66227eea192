"""What differs between two texts, word by word."""

import re
from difflib import SequenceMatcher
from html import unescape
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

BLOCK_END = re.compile(r"</(?:p|h[2-4]|li|tr|figcaption|blockquote)>|<br\s*/?>")
TAG = re.compile(r"<[^<>]*>")
WORD = re.compile(r"\s*(?:\w+|[^\w\s])")  # with the white space before it
PARAGRAPH = re.compile(r"\n*[^\n]+")
MOST_COMPARED = 3000  # the time to compare grows with the square
KEPT_ROUND_A_CHANGE = 6  # words, or paragraphs of a long text


def plain(value: Any) -> str:
    """A text as one reads it: tags left out, one block a line."""
    return unescape(TAG.sub("", BLOCK_END.sub("\n", str(value or "")))).strip()


def _compared(before: str, after: str) -> tuple[list[str], list[str]]:
    """Both texts cut into what is compared: words, in long texts paragraphs, else each as a whole."""
    for part in (WORD, PARAGRAPH):
        old, new = part.findall(before), part.findall(after)
        if max(len(old), len(new)) <= MOST_COMPARED:
            return old, new
    return [before], [after]


def matching(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """What to do with which parts to get from the old to the new; very frequent ones alone match nothing."""
    return list(SequenceMatcher(None, old, new).get_opcodes())


def _changes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """As above, where white space does not count."""
    return matching([one.strip() for one in old], [one.strip() for one in new])


def word_diff(before: Any, after: Any) -> SafeString:
    """The later text with `<ins>` and `<del>` for what changed; long unchanged stretches become "…"."""
    old, new = _compared(plain(before), plain(after))
    pieces = []
    for kind, i, j, k, m in _changes(old, new):
        if kind == "equal":
            pieces.append(format_html("{}", _shortened(new[k:m], first=i == 0, last=j == len(old))))
            continue
        if i < j:
            pieces.append(format_html("<del>{}</del>", "".join(old[i:j])))
        if k < m:
            pieces.append(format_html("<ins>{}</ins>", "".join(new[k:m])))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _shortened(words: list[str], *, first: bool, last: bool) -> str:
    """An unchanged stretch, of which only what stands beside a change is kept."""
    head = [] if first else words[:KEPT_ROUND_A_CHANGE]
    tail = [] if last else words[-KEPT_ROUND_A_CHANGE:]
    if len(words) <= 2 * KEPT_ROUND_A_CHANGE:
        return "".join(words)
    return "".join(head) + " … " + "".join(tail).lstrip()
