"""The small drawing of a few weeks that stands beside a section or a week: marks side by side, nothing to press."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from commentaries.trends.marks import Mark

MARK_WIDTH = 12
# Up and down leave the line, so that a row of marks reads as a course. After each path: where in its place it begins.
SHAPES = {
    "improved": ("l5 9h-10z", 6, 2),
    "unchanged": ("h7v7h-7z", 2.5, 4.5),
    "worsened": ("l-5-9h10z", 6, 14),
    "": ("h4v1h-4z", 4, 7.5),
}


@dataclass(frozen=True)
class Small:
    """A drawing: one path for each trend, so that its colour is said once."""

    width: int
    paths: tuple[tuple[str, str], ...]


def in_a_row(marks: Iterable[Mark]) -> Small:
    """One mark next to the other, whatever time lies between them."""
    trends = [mark.trend for mark in marks]
    return placed(tuple((trend, index * MARK_WIDTH) for index, trend in enumerate(trends)), len(trends) * MARK_WIDTH)


@lru_cache(2048)
def placed(trends: tuple[tuple[str, float], ...], width: int) -> Small:
    """Each trend as far from the left as it says."""
    paths = [(name, "".join(_shape(trend, x) for trend, x in trends if trend == name)) for name in SHAPES]
    return Small(width, tuple((name or "none", path) for name, path in paths if path))


def _shape(trend: str, x: float) -> str:
    path, left, top = SHAPES[trend]
    return f"M{x + left:.4g} {top}{path}"
