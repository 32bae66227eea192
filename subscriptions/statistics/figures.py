"""Numbers of people that may be shown.

One to four are "fewer than 5". Beside them stands no sum and no share from which the hidden number could be worked out;
a number that others are the difference of is rounded to fives (both are usual in statistical disclosure control).
"""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

FEWEST = 5


@dataclass(frozen=True)
class Figure:
    """`value` is what may be drawn; of few it is the number they are below."""

    value: int
    is_few: bool = False
    is_rounded: bool = False

    def __str__(self) -> str:
        if self.is_few:
            return _("fewer than %(number)s") % {"number": FEWEST}
        number = number_format(self.value, force_grouping=True)
        return _("about %(number)s") % {"number": number} if self.is_rounded and self.value else number


def exact(number: int) -> Figure:
    return Figure(FEWEST, is_few=True) if 0 < number < FEWEST else Figure(number)


def rounded(number: int) -> Figure:
    if 0 < number < FEWEST:
        return exact(number)
    return Figure(FEWEST * round(number / FEWEST), is_rounded=True)
