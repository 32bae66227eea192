"""Weeks: what a week is called in each language, and which one comes next.

The patterns are CLDR's `intervalFormats` for yMMMMd in be, ru and en, with a plain space round the dash of two dates
and, where the days share a month, as each language prints it. Babel's format_interval gives the wrong form of the
Belarusian month, and Django has no Belarusian formats. A line may end at the dash and before the year, not between a
day and its month.
"""

from datetime import date, timedelta

from django.utils import timezone

MONTHS = {
    "be": (
        "студзеня",
        "лютага",
        "сакавіка",
        "красавіка",
        "мая",
        "чэрвеня",
        "ліпеня",
        "жніўня",
        "верасня",
        "кастрычніка",
        "лістапада",
        "снежня",
    ),
    "ru": (
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
# CLDR's stand-alone names: a month that is named without a day.
MONTHS_ALONE = {
    "be": (
        "студзень",
        "люты",
        "сакавік",
        "красавік",
        "май",
        "чэрвень",
        "ліпень",
        "жнівень",
        "верасень",
        "кастрычнік",
        "лістапад",
        "снежань",
    ),
    "ru": (
        "январь",
        "февраль",
        "март",
        "апрель",
        "май",
        "июнь",
        "июль",
        "август",
        "сентябрь",
        "октябрь",
        "ноябрь",
        "декабрь",
    ),
    "en": MONTHS["en"],
}
# (the same month, two months of a year, two years); "~" is a space at which no line ends.
PATTERNS = {
    "be": ("{d1}–{d2}~{m2} {y2}", "{d1}~{m1}~– {d2}~{m2} {y2}", "{d1}~{m1} {y1}~– {d2}~{m2} {y2}"),
    "ru": ("{d1}–{d2}~{m2} {y2}~г.", "{d1}~{m1}~– {d2}~{m2} {y2}~г.", "{d1}~{m1} {y1}~г.~– {d2}~{m2} {y2}~г."),
    "en": ("{m1}~{d1}~– {d2}, {y2}", "{m1}~{d1}~– {m2}~{d2}, {y2}", "{m1}~{d1}, {y1}~– {m2}~{d2}, {y2}"),
}
YEARS = {"be": " {y2}", "ru": " {y2}~г.", "en": ", {y2}"}
DAY_PATTERNS = {"be": "{day}~{month} {year}", "ru": "{day}~{month} {year}~г.", "en": "{month}~{day}, {year}"}
WEEK = timedelta(days=7)


def week_name(start: date, end: date, language: str, *, with_year: bool = True) -> str:
    """The days of a week in words: "17–23 студзеня 2022". A week of two years is always named with both."""
    same_month, same_year, two_years = PATTERNS[language]
    pattern = two_years
    if start.year == end.year:
        pattern = same_month if start.month == end.month else same_year
        pattern = pattern if with_year else pattern.removesuffix(YEARS[language])
    months = MONTHS[language]
    return _filled(
        pattern,
        d1=start.day,
        m1=months[start.month - 1],
        y1=start.year,
        d2=end.day,
        m2=months[end.month - 1],
        y2=end.year,
    )


def day_name(day: date, language: str) -> str:
    """A day in words, as weeks have them: "7 сакавіка 2022"."""
    return _filled(DAY_PATTERNS[language], day=day.day, month=MONTHS[language][day.month - 1], year=day.year)


def _filled(pattern: str, **parts: str | int) -> str:
    return pattern.replace("~", "\N{NO-BREAK SPACE}").format(**parts)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def this_week() -> tuple[date, date]:
    """Monday and Sunday of the current week where the publication is (TIME_ZONE)."""
    monday = monday_of(timezone.localdate())
    return monday, monday + timedelta(days=6)
