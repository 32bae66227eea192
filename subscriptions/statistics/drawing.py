"""The growth, drawn: a course of all subscribers, and a column for those who confirmed in each month."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from subscriptions.statistics.figures import FEWEST, Figure
from subscriptions.statistics.growth import Month

WIDTH = 360
TOP, BASE = 20, 104  # where the highest round number and zero lie
LEAST = 6  # of a few, to be seen beside many
WIDEST = 40  # a month, where there are few of them
ROUND = (1, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True)
class Mark:
    """A month's figure in its place; `name` says it in words."""

    x: float
    y: float
    width: float
    is_few: bool
    name: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def column(self) -> str:
        """A path from the ground up, with room beside it."""
        width = self.width - 3
        return f"M{self.x + 1.5:.4g} {BASE}V{self.y}h{width:.4g}V{BASE}z"


@dataclass(frozen=True)
class Drawing:
    title: str
    words: str
    top: str
    marks: list[Mark]
    line: str
    years: list[tuple[float, int]]


def course(months: list[Month]) -> Drawing:
    return _drawing(_("Subscribers at the end of each month"), months, [month.subscribers for month in months])


def confirmed(months: list[Month]) -> Drawing:
    return _drawing(_("Confirmed in each month"), months, [month.confirmed for month in months])


def _drawing(title: str, months: list[Month], figures: list[Figure | None]) -> Drawing:
    step = min(WIDEST, WIDTH / len(months))
    top = _round_up(max((figure.value for figure in figures if figure), default=0))
    places = [
        _mark(round(number * step, 1), step, top, month, figure) if figure else None
        for number, (month, figure) in enumerate(zip(months, figures, strict=True))
    ]
    marks = [mark for mark in places if mark]
    words = f"{marks[0].name}; {marks[-1].name}" if marks else ""
    years = [(round(number * step, 1), year) for number, year in _years(months)]
    return Drawing(title, words, number_format(top, force_grouping=True), marks, _line(places), years)


def _mark(x: float, width: float, top: int, month: Month, figure: Figure) -> Mark:
    height = (BASE - TOP) * figure.value / top
    y = round(BASE - (max(height, LEAST) if figure.is_few else height), 1)
    return Mark(x, y, width, figure.is_few, f"{month.name}: {figure}")


def _round_up(number: int) -> int:
    """The next number with one digit that is not zero: what the drawing reaches up to."""
    number = max(number, FEWEST)
    power = int(10 ** (len(str(number)) - 1))
    return next(power * digit for digit in ROUND if power * digit >= number)


def _line(places: list[Mark | None]) -> str:
    """From month to month, with a gap where nobody counted."""
    path, pen = "", "M"
    for mark in places:
        path += f"{pen}{mark.middle} {mark.y}" if mark else ""
        pen = "L" if mark else "M"
    return path


def _years(months: list[Month]) -> list[tuple[int, int]]:
    """Each year over its first month that is drawn, unless the next stands too near."""
    first = months[0].start
    found = [(0, first.year)] if first.month <= 10 else []
    return found + [(number, one.start.year) for number, one in enumerate(months) if number and one.start.month == 1]
