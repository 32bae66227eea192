"""The forecasts of a text: what is listed under a heading that calls it so."""

import re
from dataclasses import dataclass
from datetime import date

from commentaries.folding import fold
from commentaries.word import weeks
from commentaries.word.blocks import Block

MOST = 30  # what is longer is no list of forecasts
HEADING = re.compile(r"(?:our |наш |наши |нашы )?(?:forecast|prediction|прагноз|прогноз)")


@dataclass(frozen=True)
class Forecast:
    statement: str
    due: date | None = None


def _begins(line: Block) -> bool:
    """Whether the forecasts stand below this line."""
    looks = line.looks_like_heading or (line.tag == "p" and line.text.endswith(":"))
    return looks and len(line.text) <= 100 and bool(HEADING.match(fold(line.text)))


def take_forecasts(lines: list[Block]) -> tuple[list[Block], list[Forecast]]:
    """The lines without the forecasts and their heading, and these: the items of a list, or else the paragraphs."""
    start = next((number for number, line in enumerate(lines) if _begins(line)), None)
    if start is None:
        return lines, []
    below = lines[start + 1 :]
    end = next((number for number, line in enumerate(below) if line.is_heading), len(below))
    statements: list[str] = []
    kept: list[Block] = []
    has_list = any(line.tag in ("ul", "ol") for line in below[:end])
    for line in below[:end]:
        if line.tag in ("ul", "ol"):
            statements += line.items
        elif line.tag == "p" and not has_list:
            statements.append(line.text)
        else:
            kept.append(line)
    if not 0 < len(statements) <= MOST:
        return lines, []
    due = weeks.due_of_heading(lines[start].text)
    forecasts = [_forecast(statement, due) for statement in statements]
    return [*lines[:start], *kept, *below[end:]], forecasts


def _forecast(statement: str, due: date | None) -> Forecast:
    words, own = weeks.due(statement)
    return Forecast(words, own or due)
