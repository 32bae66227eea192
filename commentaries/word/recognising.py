"""Which part of a file is what: its week, section, headline, trend, lead, text, forecasts and authors.

Order does not matter, styles help but are not needed, and no word is lost: what is not understood stays in the text,
and a sentence says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeVar

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from commentaries.fields import MAX_LENGTH
from commentaries.models import Analyst, Commentary, Section
from commentaries.richtext import clean
from commentaries.weeks import week_name
from commentaries.word import trends, weeks
from commentaries.word.blocks import HEAD, Block, blocks
from commentaries.word.converting import Converted, with_footnotes
from commentaries.word.forecasts import Forecast, take_forecasts
from commentaries.word.languages import language_of
from commentaries.word.levels import levelled
from commentaries.word.names import Names
from commentaries.word.opening import Unreadable

LONGEST_LINE = 200  # characters of a line that says one of these things
Value = TypeVar("Value")


@dataclass(frozen=True)
class Known:
    """What the publication has: its names tell which line of a file is what. `language` is that of the notices."""

    sections: Names[Section]
    analysts: Names[Analyst]
    language: str


@dataclass
class Recognised:
    """A file as it was understood; what was not found is empty, and `notices` say in sentences what to look at."""

    name: str
    language: str = ""
    week: weeks.Found | None = None
    section: Section | None = None
    trend: str = ""
    title: str = ""
    lead: str = ""
    body: str = ""
    forecasts: list[Forecast] = field(default_factory=list)
    analysts: list[Analyst] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        """What was not found, as words for a sentence."""
        words = {
            _("the week"): self.week,
            _("the section"): self.section,
            _("the trend"): self.trend,
            _("the headline"): self.title,
            _("the lead"): self.lead,
            _("the text"): self.body,
        }
        return [word for word, value in words.items() if not value]


def recognise(name: str, converted: Converted, known: Known) -> Recognised:
    """Raises Unreadable if the file says nothing, or more than a commentary can hold."""
    lines = blocks(converted.html)
    if not lines:
        raise Unreadable(_("“%(name)s” has no text.") % {"name": name})
    found = Recognised(name, notices=list(converted.notices))
    found.language = language_of(" ".join(line.text for line in lines))
    lines = _take_marks(found, lines, known)
    lines, found.forecasts = take_forecasts(lines)
    before, lines = _take_headline(found, lines)
    lines = _take_lead(found, lines)
    html = with_footnotes("\n".join(block.html for block in levelled([*before, *lines])), converted.footnotes)
    found.body = clean(html)
    if len(found.body) > MAX_LENGTH:
        sentence = _("“%(name)s” is longer than a commentary can be.")
        raise Unreadable(sentence % {"name": name})
    _take_from_name(found, known)
    found.notices += _notices(found, before, converted, html, known)
    return found


def _first(
    lines: list[Block], find: Callable[[str], Value | None], *, within: int | None = None
) -> tuple[Value | None, list[Block]]:
    """What the first line says in which something is found, and the lines without it."""
    for number, line in enumerate(lines[:within]):
        if line.is_line and len(line.text) <= LONGEST_LINE and (value := find(line.text)):
            return value, [*lines[:number], *lines[number + 1 :]]
    return None, lines


def _take_marks(found: Recognised, lines: list[Block], known: Known) -> list[Block]:
    """The lines without those that say the week, the section, the trend and the authors."""

    def week(line: str) -> weeks.Found | None:
        days = weeks.find(line)
        if days and (not days.rest or days.rest in WEEK_LABELS or known.sections.find(days.rest)):
            return days
        return None

    found.week, lines = _first(lines, week)
    if found.week and found.week.rest:
        found.section = known.sections.find(found.week.rest)
    if found.section is None:
        found.section, lines = _first(lines, known.sections.find, within=HEAD)
    trend, lines = _first(lines, trends.find)
    found.trend = trend.value if trend else ""
    analysts, lines = _first(lines, known.analysts.find_all)
    found.analysts = analysts or []
    return lines


WEEK_LABELS = {"week", "the week", "week of", "тыдзень", "за тыдзень", "з", "неделя", "за неделю", "с", "from"}


def _take_headline(found: Recognised, lines: list[Block]) -> tuple[list[Block], list[Block]]:
    """The lines before the headline, and those after it. A headline is the first heading, or else the first line."""
    longest = Commentary._meta.get_field("title").max_length or 0
    chosen = next((n for n, line in enumerate(lines[:HEAD]) if line.tag == "h1"), None)
    if chosen is None:
        first_text = next((n for n, line in enumerate(lines) if not line.is_line or _is_prose(line)), len(lines))
        candidates = [n for n, line in enumerate(lines[:first_text]) if line.looks_like_heading]
        chosen = candidates[0] if candidates else 0 if first_text else None
    if chosen is None or not lines or len(lines[chosen].text) > longest:
        return [], lines
    found.title = lines[chosen].text
    return lines[:chosen], lines[chosen + 1 :]


def _is_prose(line: Block) -> bool:
    return line.tag == "p" and (len(line.text) > LONGEST_LINE or (line.is_set_off and not line.looks_like_heading))


def _take_lead(found: Recognised, lines: list[Block]) -> list[Block]:
    """The lines without the bold (or italic) paragraphs that they begin with."""
    count = 0
    while count < len(lines) and lines[count].is_set_off and not lines[count].looks_like_heading:
        count += 1
    lead = " ".join(line.text for line in lines[:count])
    if count == len(lines) or len(lead) > (Commentary._meta.get_field("lead").max_length or 0):
        return lines  # everything is bold, so that it says nothing
    found.lead = lead
    return lines[count:]


def _take_from_name(found: Recognised, known: Known) -> None:
    """What the text does not say, the file's name may."""
    stem = PurePath(found.name).stem
    if found.week is None and (days := weeks.find_in_name(stem)):
        found.week = days
        found.notices.append(_("The week was taken from the file’s name."))
    if found.section is None and (section := known.sections.find_within(stem)):
        found.section = section
        found.notices.append(_("The section was taken from the file’s name."))


def _notices(
    found: Recognised, before: Iterable[Block], converted: Converted, html: str, known: Known
) -> Iterable[str]:
    if found.week and found.week.is_doubtful:
        sentence = _("The week has one year for two; it was read as %(week)s.")
        yield sentence % {"week": week_name(found.week.start, found.week.end, known.language)}
    for line in before:
        sentence = _("This line was not understood and stands at the beginning of the text: “%(line)s”.")
        yield sentence % {"line": Truncator(line.text).chars(80)}
    lost = len(converted.footnotes) - html.count('<li id="fn-')
    if lost > 0:
        yield _("A footnote to the headline, the lead or a forecast was left out: only the text can have footnotes.")
    if any(forecast.due is None for forecast in found.forecasts):
        yield _("Not every forecast says by which day it can be judged.")
