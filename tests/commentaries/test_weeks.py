from datetime import date

import pytest

from commentaries.weeks import week_name

SAME_MONTH = (date(2022, 1, 17), date(2022, 1, 23))
TWO_MONTHS = (date(2022, 1, 31), date(2022, 2, 6))
TWO_YEARS = (date(2021, 12, 27), date(2022, 1, 2))


@pytest.mark.parametrize(
    ("week", "language", "name"),
    [
        (SAME_MONTH, "be", "17–23\u00a0студзеня 2022"),
        (TWO_MONTHS, "be", "31\u00a0студзеня\u00a0– 6\u00a0лютага 2022"),
        (TWO_YEARS, "be", "27\u00a0снежня 2021\u00a0– 2\u00a0студзеня 2022"),
        (SAME_MONTH, "ru", "17–23\u00a0января 2022\u00a0г."),
        (TWO_MONTHS, "ru", "31\u00a0января\u00a0– 6\u00a0февраля 2022\u00a0г."),
        (TWO_YEARS, "ru", "27\u00a0декабря 2021\u00a0г.\u00a0– 2\u00a0января 2022\u00a0г."),
        (SAME_MONTH, "en", "January\u00a017\u00a0– 23, 2022"),
        (TWO_MONTHS, "en", "January\u00a031\u00a0– February\u00a06, 2022"),
        (TWO_YEARS, "en", "December\u00a027, 2021\u00a0– January\u00a02, 2022"),
    ],
)
def test_a_week_is_named_as_the_language_names_it(week: tuple[date, date], language: str, name: str) -> None:
    assert week_name(*week, language) == name


@pytest.mark.parametrize(
    ("week", "language", "name"),
    [
        (SAME_MONTH, "be", "17–23\u00a0студзеня"),
        (TWO_MONTHS, "ru", "31\u00a0января\u00a0– 6\u00a0февраля"),
        (SAME_MONTH, "en", "January\u00a017\u00a0– 23"),
        (TWO_YEARS, "ru", "27\u00a0декабря 2021\u00a0г.\u00a0– 2\u00a0января 2022\u00a0г."),
    ],
)
def test_under_a_year_a_week_goes_without_it_unless_it_has_two(
    week: tuple[date, date], language: str, name: str
) -> None:
    assert week_name(*week, language, with_year=False) == name
