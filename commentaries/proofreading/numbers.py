"""Numbers and dates that a translation does not share with its original.

Languages write them differently (12 500 and 12,500; 1,5 and 1.5; 3 тыс. and 3,000; 5 сакавіка and March 5), and a
style may ask for words ("five"). Only what no such habit explains is worth a remark.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from commentaries.proofreading.parts import beginning
from commentaries.proofreading.words_for_numbers import DAY_AND_MONTH, MONTHS, SCALES, in_words, roman

GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \xa0\u202f\u2009]\d{3})+(?!\d)")
COMMA_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d])")
DAY_IN_FIGURES = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
ISO_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
SHORT_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)[–—/-](\d\d)(?![\d-])")  # 2021–22
DECADE = re.compile(r"(?<!\d)(?:19|20)?(\d0)(?:s\b|-(?:х|я|е|ых|ые|ыя|мі|ми)\b)")
NUMBER = re.compile(r"(?<![\w.,])(?<![\w][.,])\d+(?:[.,:]\d+)*")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
AMOUNT = r"(?<![\d.,])(\d[\d.,]{0,20})"  # bounded: a text of nothing but digits must not take long
SCALED = re.compile(rf"{AMOUNT}(?:[–—-]{AMOUNT})?[ \xa0-]?({'|'.join(SCALES)})", re.IGNORECASE)
MONEY_IN_MILLIONS = re.compile(r"(?<=[$€£])(\d[\d.,]{0,20}) ?(m|k)\b")
AFTERNOON = re.compile(r"(?<!\d)(\d{1,2})(?:[:.](\d\d))? ?p\.?m\b", re.IGNORECASE)
MOST_NAMED = 6  # numbers in one remark
MOST_COMPARED = 60_000  # characters; ten times a commentary. Longer ones are not compared
MOST_PASSAGES = 1000  # looked through one by one
MOST_PLACES = 3  # named one by one
MOST_EXPLAINED = 200  # numbers; where more differ, no habit of writing explains them


@dataclass
class Numbers:
    """The numbers of some text: how often each occurs, how it is first written, and the months of its dates."""

    count: Counter[str] = field(default_factory=Counter)
    written: dict[str, str] = field(default_factory=dict)
    months: dict[int, str] = field(default_factory=dict)  # of full dates, and how the first is written
    text: str = ""


def numbers_of(text: str, language: str) -> Numbers:
    found = Numbers(text=text.lower())
    if not any(char.isdigit() for char in text):
        return found
    plain = ADDRESS.sub(" ", text)
    for match in DAY_AND_MONTH[language].finditer(plain):
        name = next(filter(None, match.groupdict().values())).lower()
        month = next(number for number, stem in MONTHS[language].items() if re.match(stem, name))
        found.months.setdefault(month, match[0].strip())
    plain = DAY_IN_FIGURES.sub(lambda day: _day(found, day[0], day[1], day[2], day[3]), plain)
    plain = ISO_DAY.sub(lambda day: _day(found, day[0], day[3], day[2], day[1]), plain)
    for match in NUMBER.finditer(_spelt_out(plain, language, found)):
        key = _key(match[0], language)
        found.count[key] += 1
        found.written.setdefault(key, match[0])
    return found


def _day(found: Numbers, written: str, day: str, month: str, year: str) -> str:
    if 1 <= int(month) <= 12:
        found.months.setdefault(int(month), written)
    return f" {int(day)} {year} "


def _spelt_out(text: str, language: str, found: Numbers) -> str:
    """The text with every number in figures, without separators of thousands, whatever its language's habits."""
    text = GROUPED.sub(lambda number: re.sub(r"\D", "", number[0]), text)
    if language == "en":
        text = COMMA_GROUPED.sub(lambda number: number[0].replace(",", ""), text)
        text = AFTERNOON.sub(lambda hour: f"{int(hour[1]) % 12 + 12}:{hour[2] or '00'}", text)
        text = MONEY_IN_MILLIONS.sub(lambda sum_: _scaled(sum_[1], 1e6 if sum_[2] == "m" else 1e3, language), text)
    text = SHORT_YEARS.sub(lambda years: f"{years[1]} {years[1][:2]}{years[2]}", text)
    text = DECADE.sub(r"\1 ", text)
    return SCALED.sub(lambda number: _scale(number, language, found), text)


def _scale(number: re.Match[str], language: str, found: Numbers) -> str:
    factor = next(value for stem, value in SCALES.items() if re.match(stem, number[3], re.IGNORECASE))
    amounts = [_scaled(amount, factor, language) for amount in (number[1], number[2]) if amount]
    for amount in amounts:
        found.written.setdefault(amount, number[0])
    return f" {' '.join(amounts)} "


def _scaled(amount: str, factor: float, language: str) -> str:
    try:
        value = float(_key(amount.rstrip(".,"), language)) * factor
    except (ValueError, OverflowError):
        return amount
    return f"{value:.0f}" if value < 1e21 else amount


def _key(written: str, language: str) -> str:
    """One spelling: a point for decimals, no zeros that say nothing. 10:30 and 10.30 are the same hour."""
    parts = re.split(r"[.,:]", written)
    if len(parts) != 2:
        return ".".join(parts)
    whole, fraction = parts[0].lstrip("0") or "0", parts[1].rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def number_remarks(theirs: list[str], source: str, ours: list[str], language: str) -> Iterator[str]:
    """What is said of a translation (`ours`, its passages) against its original."""
    if max(sum(map(len, theirs)), sum(map(len, ours))) > MOST_COMPARED:
        return
    original, translation = numbers_of("\n".join(theirs), source), numbers_of("\n".join(ours), language)
    missing, extra = _differing(original, translation, source, language)
    if not missing and not extra:
        return
    if len(theirs) == len(ours) <= MOST_PASSAGES:
        found = list(islice(_by_paragraph(theirs, source, ours, language, {*missing, *extra}), MOST_PLACES + 1))
        if found and len(found) <= MOST_PLACES:
            yield from found
            return
    yield _("Numbers differ from the original: %(there)s there, %(here)s here.") % {
        "there": _named(missing),
        "here": _named(extra),
    }


def _by_paragraph(theirs: list[str], source: str, ours: list[str], language: str, odd: set[str]) -> Iterator[str]:
    for before, after in zip(theirs, ours, strict=True):
        original, translation = numbers_of(before, source), numbers_of(after, language)
        both = _differing(original, translation, source, language)
        missing, extra = ({key: written for key, written in side.items() if key in odd} for side in both)
        if missing or extra:
            yield _("Numbers differ from the original in “%(beginning)s”: %(there)s there, %(here)s here.") % {
                "beginning": beginning(after),
                "there": _named(missing),
                "here": _named(extra),
            }


def _differing(one: Numbers, other: Numbers, source: str, language: str) -> tuple[dict[str, str], dict[str, str]]:
    missing, extra = _unexplained(one, other, language), _unexplained(other, one, source)
    if not missing and not extra:
        return {}, {}
    # Where one side has a number too many, whatever else differs belongs to it: "5 there, 7 here".
    missing, extra = missing or _only_in(one, other), extra or _only_in(other, one)
    if max(len(missing), len(extra)) > MOST_EXPLAINED:
        return missing, extra
    for key in [*missing]:
        # "45 тысяч супраць 20" is "45,000 against 20,000".
        ellipsis = next((long for long in extra if _is_ellipsis(key, long) or _is_ellipsis(long, key)), None)
        if ellipsis is not None:
            del missing[key], extra[ellipsis]
    return missing, extra


def _is_ellipsis(short: str, long: str) -> bool:
    try:
        return float(short) < 1000 and float(short) * 1000 in (float(long), float(long) / 1e3, float(long) / 1e6)
    except (ValueError, OverflowError):
        return False


def _unexplained(one: Numbers, other: Numbers, language: str) -> dict[str, str]:
    """What `one` has and `other`, which is written in `language`, has neither in figures nor in words."""
    found = _only_in(one, other)
    if len(found) <= MOST_EXPLAINED:
        found = {key: written for key, written in found.items() if not _spelt(key, other, language)}
    for month, written in one.months.items():
        if month not in other.months and not re.search(rf"\b{MONTHS[language][month]}", other.text):
            found[f"month {month}"] = written
    return found


def _only_in(one: Numbers, other: Numbers) -> dict[str, str]:
    rest = one.count - other.count
    return {key: one.written[key] for key in rest if not (_is_year(key) and key in other.count)}


def _is_year(key: str) -> bool:
    """A year may be repeated in one language and be "that year" in another."""
    return key.isdigit() and len(key) == 4 and key[:2] in ("18", "19", "20")


def _spelt(key: str, other: Numbers, language: str) -> bool:
    if not key.isdigit() or len(key) > 3:
        return False
    value = int(key)
    words = in_words(value, language)
    return bool(words and re.search(words, other.text)) or (
        0 < value < 50 and bool(re.search(rf"\b{roman(value).lower()}\b", other.text))
    )


def _named(numbers: dict[str, str]) -> str:
    written = list(numbers.values())
    rest = "…" if len(written) > MOST_NAMED else ""
    return ", ".join(written[:MOST_NAMED]) + rest if written else _("none")
