from datetime import date

import pytest

from commentaries.weeks import week_name

SAME_MONTH = (date(2022, 1, 17), date(2022, 1, 23))
TWO_MONTHS = (date(2022, 1, 31), date(2022, 2, 6))
TWO_YEARS = (date(2021, 12, 27), date(2022, 1, 2))


@pytest.mark.parametrize(
    ("week", "language", "name"),
    [
        (SAME_MONTH, "be", "17–23 студзеня 2022"),
        (TWO_MONTHS, "be", "31 студзеня – 6 лютага 2022"),
        (TWO_YEARS, "be", "27 снежня 2021 – 2 студзеня 2022"),
        (SAME_MONTH, "ru", "17–23 января 2022 г."),
        (TWO_MONTHS, "ru", "31 января – 6 февраля 2022 г."),
        (TWO_YEARS, "ru", "27 декабря 2021 г. – 2 января 2022 г."),
        (SAME_MONTH, "en", "January 17 – 23, 2022"),
        (TWO_MONTHS, "en", "January 31 – February 6, 2022"),
        (TWO_YEARS, "en", "December 27, 2021 – January 2, 2022"),
    ],
)
def test_a_week_is_named_as_the_language_names_it(week: tuple[date, date], language: str, name: str) -> None:
    assert week_name(*week, language) == name
