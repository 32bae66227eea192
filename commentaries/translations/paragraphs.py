"""A cleaned rich text as its blocks: paragraphs, headings, lists, tables, quotations, figures, footnotes.

Cutting and joining lose nothing. Two texts are laid beside each other block by block: a text beside what it was
(`compare`), a translation beside its original (`align`).
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TypeVar

from commentaries.editor import same_text
from commentaries.versions.differences import matching, plain

Row = TypeVar("Row")

TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s+[^\s=<>\"]+(?:=\"[^\"]*\")?)*)\s*/?>")  # as nh3 writes them
EMPTY = {"br", "hr", "img"}
INLINE = {
    *("a", "abbr", "b", "br", "cite", "code", "em", "i", "img", "q", "s", "span", "strong", "sub", "sup"),
}
KINDS = {
    "p": "paragraph",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "ul": "list",
    "ol": "list",
    "table": "table",
    "blockquote": "quotation",
    "figure": "figure",
    "hr": "rule",
}
MOST_COMPARED = 40_000  # pairs of blocks; longer texts are laid beside each other in their order
NUMBER = re.compile(r"\d+")
SPACE = re.compile(r"\s*")


@dataclass(frozen=True)
class Block:
    """One block of a text: `html` with the white space that follows it."""

    html: str
    tag: str = ""  # "" for words that stand in no block
    after: str = field(default="\n", compare=False)

    @property
    def kind(self) -> str:
        return "footnotes" if self.html.startswith('<ol class="footnotes"') else KINDS.get(self.tag, "text")

    @property
    def text(self) -> str:
        return plain(self.html)


def split(html: str) -> list[Block]:
    """The blocks of a cleaned text, in their order; `join` makes the same text of them."""
    blocks: list[Block] = []
    for start, end, tag in _stretches(html):
        part = html[start:end]
        if kept := part.strip():
            after = part[len(part.rstrip()) :]
            blocks.append(Block(kept, tag, after))
    return blocks


def join(blocks: Iterable[Block]) -> str:
    return "".join(block.html + block.after for block in blocks).rstrip()


def _stretches(html: str) -> Iterable[tuple[int, int, str]]:
    """From where to where each block reaches, with the white space after it, and its tag."""
    start = end = depth = 0
    tag = ""
    for match in TAG.finditer(html):
        name, closes = match[2], bool(match[1])
        if depth == 0 and not closes and name not in INLINE:
            yield start, match.start(), tag
            start, tag = match.start(), name
        elif depth == 0 and tag and html[end : match.start()].strip():
            start, tag = end, ""
        depth += 0 if name in EMPTY else -1 if closes else 1
        if depth == 0 and tag and (closes or name in EMPTY):
            end = SPACE.match(html, match.end()).end()  # type: ignore[union-attr]  # it matches nothing, too
            yield start, end, tag
            start, tag = end, ""
    yield start, len(html), tag


# --- A text beside what it was --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A block as it was and as it is; one of them is None where it was added or removed."""

    before: Block | None
    now: Block | None

    @property
    def is_changed(self) -> bool:
        return self.before is None or self.now is None or not same_text(self.before.html, self.now.html)


def compare(before: Sequence[Block], now: Sequence[Block]) -> list[Change]:
    """Every block of both, in the order of the later text; what was removed stands where it was."""
    changes: list[Change] = []
    for kind, i, j, k, m in matching([_key(block) for block in before], [_key(block) for block in now]):
        if kind == "equal":
            changes += [Change(old, new) for old, new in zip(before[i:j], now[k:m], strict=True)]
        else:
            changes += [Change(old, new) for old, new in _in_order(before[i:j], now[k:m], _unlike)]
    return changes


def _key(block: Block) -> str:
    return " ".join(block.html.split())


def _unlike(old: Block, new: Block) -> float:
    """How much two blocks of one language differ: 0 for the same words."""
    return 1.6 * (1 - SequenceMatcher(None, old.text.split(), new.text.split()).quick_ratio())


# --- A translation beside its original ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """A block of the original beside that of the translation; either may be missing."""

    source: Change | None
    target: Block | None


def align(source: Sequence[Change], target: Sequence[Block]) -> list[Pair]:
    """Every block of both texts, once, in the order of each."""
    return [Pair(one, other) for one, other in _in_order(source, target, _foreign)]


def _foreign(one: Change, other: Block) -> float:
    """How unlikely it is that a block translates another: by kind, length and numbers."""
    block = one.before or one.now
    assert block is not None  # noqa: S101  # a change has a block
    cost = 0.0 if block.kind == other.kind else 1.2
    cost += 0.0 if block.tag == other.tag else 0.2
    cost += min(0.6, 0.4 * abs(math.log((len(block.text) + 10) / (len(other.text) + 10))))
    numbers, others = set(NUMBER.findall(block.text)), set(NUMBER.findall(other.text))
    if numbers or others:
        cost += 0.4 * (1 - len(numbers & others) / len(numbers | others))
    return cost


def _alone(row: object) -> float:
    """What it costs to leave a block without one beside it: little where it came or went since."""
    return 0.3 if isinstance(row, Change) and (row.before is None or row.now is None) else 0.9


def _in_order(
    rows: Sequence[Row], others: Sequence[Block], cost: Callable[[Row, Block], float]
) -> list[tuple[Row | None, Block | None]]:
    """The cheapest way to lay two sequences beside each other (Needleman and Wunsch, 1970)."""
    if len(rows) * len(others) > MOST_COMPARED:
        return _by_number(rows, others)
    height, width = len(rows) + 1, len(others) + 1
    best = [[0.0] * width for _row in range(height)]
    step = [[""] * width for _row in range(height)]
    for i in range(height):
        for j in range(width):
            ways = []
            if i and j:
                ways.append((best[i - 1][j - 1] + cost(rows[i - 1], others[j - 1]), "both"))
            if i:
                ways.append((best[i - 1][j] + _alone(rows[i - 1]), "row"))
            if j:
                ways.append((best[i][j - 1] + _alone(others[j - 1]), "other"))
            best[i][j], step[i][j] = min(ways, key=lambda way: way[0]) if ways else (0.0, "")
    return _walked(rows, others, step)


def _walked(
    rows: Sequence[Row], others: Sequence[Block], step: list[list[str]]
) -> list[tuple[Row | None, Block | None]]:
    i, j = len(rows), len(others)
    found: list[tuple[Row | None, Block | None]] = []
    while i or j:
        way = step[i][j]
        i, j = i - (way != "other"), j - (way != "row")
        found.append((rows[i] if way != "other" else None, others[j] if way != "row" else None))
    return found[::-1]


def _by_number(rows: Sequence[Row], others: Sequence[Block]) -> list[tuple[Row | None, Block | None]]:
    length = max(len(rows), len(others))
    return [(rows[n] if n < len(rows) else None, others[n] if n < len(others) else None) for n in range(length)]
