"""The issues of the days that somebody asks for: by a day, by a week, by a month of a year."""

from calendar import monthrange
from datetime import date

from django.utils.translation import gettext as _

from commentaries.folding import fold
from commentaries.models import Issue
from commentaries.search.filters import Named
from commentaries.weeks import MONTHS, MONTHS_ALONE
from commentaries.word import weeks

MOST = 6  # issues: a month has days of so many weeks
NUMBERS = {
    fold(name): number for names in (*MONTHS.values(), *MONTHS_ALONE.values()) for number, name in enumerate(names, 1)
}


def issues_of(text: str) -> list[Named]:
    """The published issues of the days that the text names, if it names nothing else; the first is the oldest."""
    days = _days(text)
    if days is None:
        return []
    issues = Issue.objects.published().filter(week_start__lte=days[1], week_end__gte=days[0]).order_by("week_start")
    return [Named(_("Issue"), issue.heading(), issue.get_absolute_url()) for issue in issues[:MOST]]


def _days(text: str) -> tuple[date, date] | None:
    """The first and the last of the days."""
    if day := weeks.day(text):
        return day, day
    if (found := weeks.find(text)) and not found.rest:
        return found.start, found.end
    name, _space, year = weeks.YEAR_WORDS.sub("", fold(text)).strip().partition(" ")
    if name in NUMBERS and len(year) == 4 and year.isdecimal() and int(year):
        number = NUMBERS[name]
        return date(int(year), number, 1), date(int(year), number, monthrange(int(year), number)[1])
    return None
