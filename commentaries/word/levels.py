"""Headings of a text: below its headline, from h2 down to h4, whatever Word called them."""

import re
from dataclasses import replace

from commentaries.word.blocks import Block

TAG = re.compile(r"(</?)h[1-6]>")
EMPHASIS = re.compile(r"</?strong>")


def levelled(lines: list[Block]) -> list[Block]:
    """The highest level becomes h2. In a text without headings, short bold lines are the headings."""
    if any(line.is_heading for line in lines):
        top = min(int(line.tag[1]) for line in lines if line.is_heading)
        return [_at(line, int(line.tag[1]) - top + 2) if line.is_heading else line for line in lines]
    return [_at(line, 2) if line.looks_like_heading else line for line in lines]


def _at(line: Block, level: int) -> Block:
    level = min(level, 4)
    inner = TAG.sub("", line.html) if line.is_heading else line.html.removeprefix("<p>").removesuffix("</p>")
    return replace(line, tag=f"h{level}", html=f"<h{level}>{EMPHASIS.sub('', inner)}</h{level}>")
