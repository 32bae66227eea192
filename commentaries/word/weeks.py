"""The days of an issue as people write them, in three languages."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from commentaries.folding import fold
from commentaries.weeks import WEEK, monday_of

# What a month's name begins with, folded, in whatever case and however it is shortened.
MONTHS = {
    1: ("студ", "янв", "jan"),
    2: ("лют", "фев", "feb"),
    3: ("сак", "мар", "mar"),
    4: ("крас", "апр", "apr"),
    5: ("мая", "май", "трав", "may"),
    6: ("чэрв", "июн", "jun"),
    7: ("ліп", "июл", "jul"),
    8: ("жн", "авг", "aug"),
    9: ("верас", "сен", "sep"),
    10: ("каст", "окт", "oct"),
    11: ("ліст", "ноя", "nov"),
    12: ("снеж", "дек", "dec"),
}
DASHES = re.compile(r"\s*(?:[-‐‑‒–—−]+|\bto\b|(?<=\d)\s+(?:да|до|по|па)\s+(?=\d))\s*")
YEAR_WORDS = re.compile(r"(?<=\d)\s*(?:г\.?|года|год)(?!\w)\.?")
ORDINALS = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
D, M, Y = r"(\d{1,2})", r"([^\W\d_]{3,12})\.?", r"(\d{4})"
NUMERIC = r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?"
ISO = r"(\d{4})-(\d{1,2})-(\d{1,2})"

Parts = tuple[int, int, int | None]  # day, month, year


@dataclass(frozen=True)
class Found:
    """The days of a line, what else the line says, and whether its year could be meant of either day."""

    start: date
    end: date
    rest: str = ""
    is_doubtful: bool = False


def month(name: str) -> int | None:
    """The number of the month whose name begins so (the name is folded)."""
    return next((number for number, stems in MONTHS.items() if name.startswith(stems)), None)


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _month_first(m: re.Match[str]) -> tuple[Parts, Parts] | None:
    """January 17 - 23, 2022."""
    first, last = month(m[1]), month(m[4] or m[1])
    return ((int(m[2]), first, _number(m[3])), (int(m[5]), last, int(m[6]))) if first and last else None


def _day_first(m: re.Match[str]) -> tuple[Parts, Parts] | None:
    """17-23 студзеня 2022."""
    last = month(m[5])
    first = month(m[2]) if m[2] else last
    return ((int(m[1]), first, _number(m[3])), (int(m[4]), last, int(m[6]))) if first and last else None


def _numeric(m: re.Match[str]) -> tuple[Parts, Parts] | None:
    """17.01.2022-23.01.2022."""
    if not m[6]:
        return None
    return (int(m[1]), int(m[2]), _number(m[3])), (int(m[4]), int(m[5]), int(m[6]))


def _days_of_a_month(m: re.Match[str]) -> tuple[Parts, Parts]:
    """17-23.01.2022."""
    return (int(m[1]), int(m[3]), None), (int(m[2]), int(m[3]), int(m[4]))


def _iso(m: re.Match[str]) -> tuple[Parts, Parts]:
    return (int(m[3]), int(m[2]), int(m[1])), (int(m[6]), int(m[5]), int(m[4]))


PATTERNS = (
    (re.compile(rf"{NUMERIC}-{NUMERIC}"), _numeric),
    (re.compile(rf"{D}-{D}\.(\d{{1,2}})\.(\d{{4}})"), _days_of_a_month),
    (re.compile(rf"\b{M}\s*{D}(?:,?\s*{Y})?-(?:{M}\s*)?{D},?\s*{Y}"), _month_first),
    (re.compile(rf"{D}(?:\s*{M}(?:,?\s*{Y})?)?-{D}\s*{M},?\s*{Y}"), _day_first),
)
ISO_PATTERNS = ((re.compile(rf"{ISO}\s*(?:[-/–—]|\.\.)\s*{ISO}"), _iso),)


def find(line: str) -> Found | None:
    """The days that a line names; where it names none, or days that do not exist, nothing."""
    folded = fold(line)
    plain = ORDINALS.sub("", YEAR_WORDS.sub("", DASHES.sub("-", folded)))
    for text, patterns in ((folded, ISO_PATTERNS), (plain, PATTERNS)):
        for pattern, parts in patterns:
            if (match := pattern.search(text)) and (days := parts(match)):
                rest = f"{text[: match.start()]} {text[match.end() :]}".strip(" .,;:()|-–—\t")
                return _found(*days, rest)
    return None


def _found(first: Parts, last: Parts, rest: str) -> Found | None:
    year = last[2] or 0
    try:
        if first[2] is not None:
            start, end = date(first[2], first[1], first[0]), date(year, last[1], last[0])
            return Found(start, end, rest) if start <= end else None
        if (first[1], first[0]) <= (last[1], last[0]):
            return Found(date(year, first[1], first[0]), date(year, last[1], last[0]), rest)
        return _over_new_year(first, last, year, rest)
    except ValueError:
        return None


def _over_new_year(first: Parts, last: Parts, year: int, rest: str) -> Found:
    """One year for two days on either side of New Year: that of the Monday; of neither or both, the first day's."""
    starts = date(year, first[1], first[0]), date(year - 1, first[1], first[0])
    start = next((day for day in starts if day.weekday() == 0), starts[0])
    return Found(start, date(start.year + 1, last[1], last[0]), rest, is_doubtful=True)


def find_in_name(name: str) -> Found | None:
    """The week of a file's name: its days, or that of the one day it is named for."""
    if found := find(name.replace("_", " ")):
        return found
    match = re.search(r"(\d{4})-(\d{2})-(\d{2})", name)
    if not match:
        return None
    try:
        start = monday_of(date(int(match[1]), int(match[2]), int(match[3])))
    except ValueError:
        return None
    return Found(start, start + WEEK - timedelta(days=1))


DUE_WORDS = r"(?:due|by|until|before|to|да|до|к|на|тэрмін|срок)"
DAYS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[int, int | None, int]]], ...] = (
    (re.compile(ISO), lambda m: (int(m[3]), int(m[2]), int(m[1]))),
    (re.compile(rf"{D}\.(\d{{1,2}})\.(\d{{4}})"), lambda m: (int(m[1]), int(m[2]), int(m[3]))),
    (re.compile(rf"\b{M}\s*{D},?\s*{Y}"), lambda m: (int(m[2]), month(m[1]), int(m[3]))),
    (re.compile(rf"{D}\s*{M}\s*{Y}"), lambda m: (int(m[1]), month(m[2]), int(m[3]))),
)
AT_THE_END = re.compile(
    rf"\s*(?:\(\s*(?:{DUE_WORDS}\b:?\s*)?([^()]*\d{{4}}[^()]*)\)|[—–]\s*{DUE_WORDS}\b:?\s*(.*\d{{4}}.*?))\s*\.?\s*$",
    re.IGNORECASE,
)


def day(text: str) -> date | None:
    """The one day that a text names and nothing else."""
    folded = ORDINALS.sub("", YEAR_WORDS.sub("", fold(text))).strip(" .")
    for pattern, parts in DAYS:
        if match := pattern.fullmatch(folded):
            number, its_month, year = parts(match)
            try:
                return date(year, its_month, number) if its_month else None
            except ValueError:
                return None
    return None


def due(statement: str) -> tuple[str, date | None]:
    """A forecast without the day that stands at its end, "(by 31 March 2023)", and that day."""
    match = AT_THE_END.search(statement)
    found = day(match[1] or match[2]) if match else None
    if match is None or found is None:
        return statement, None
    kept = statement[: match.start()].rstrip()
    return (kept if kept.endswith((".", "!", "?", "…")) else f"{kept}."), found


def due_of_heading(heading: str) -> date | None:
    """ "Forecasts for 2023" can be judged when the year is over."""
    years = re.findall(r"\b(2[01]\d\d)\b", heading)
    return date(int(years[0]), 12, 31) if len(years) == 1 and not month_named(heading) else None


def month_named(text: str) -> bool:
    return any(month(word) for word in re.findall(r"[^\W\d_]{3,}", fold(text)))
