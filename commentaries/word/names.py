"""Rows by the names people write for them."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Generic, TypeVar

from commentaries.folding import fold

Row = TypeVar("Row")
NO_LETTERS = re.compile(r"[\W_]+")
LABEL = re.compile(
    r"\s*(?:section|topic|subject|author|authors|by|analyst|analysts|written by|раздзел|тэма|рубрыка|аўтар|аўтарка"
    r"|аўтары|аналітык|аналітыкі|раздел|тема|рубрика|автор|авторы|аналитик|аналитики)\s*(?::|(?<=by)\s)\s*",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"\s*[,;&]\s*|\s+(?:and|і|ды|и)\s+")
CLOSE = 0.9  # of 1: a misprint, and not another name
SHORTEST = 8  # letters of a name in which a misprint is looked for


def key(name: str) -> str:
    return NO_LETTERS.sub(" ", fold(name)).strip()


class Names(Generic[Row]):
    """Finds a row by any of its names: however it is capitalised and punctuated, and with a misprint."""

    def __init__(self, rows: Iterable[tuple[Row, Iterable[str]]]) -> None:
        self.rows = {key(name): row for row, names in rows for name in names if key(name)}

    def find(self, line: str) -> Row | None:
        """The row that the line names, with or without a label such as "Section:"."""
        wanted = key(LABEL.sub("", line, count=1) if LABEL.match(line) else line)
        if wanted in self.rows:
            return self.rows[wanted]
        near = get_close_matches(wanted, self.rows, 1, CLOSE) if len(wanted) >= SHORTEST else []
        return self.rows[near[0]] if near else None

    def find_all(self, line: str) -> list[Row] | None:
        """The rows that the line names one after the other; nothing if it says anything else."""
        if row := self.find(line):
            return [row]
        names = BETWEEN.split(LABEL.sub("", line, count=1) if LABEL.match(line) else line)
        rows = [self.rows.get(key(name)) for name in names]
        return [row for row in rows if row] if all(rows) else None

    def find_within(self, text: str) -> Row | None:
        """The row whose name stands somewhere in the text; of several the one with the longest name."""
        words = f" {key(text)} "
        found = [name for name in self.rows if f" {name} " in words]
        return self.rows[max(found, key=len)] if found else None
