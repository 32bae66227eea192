"""Lines of a Word file: the week, the trend and the language are understood however they are written."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from commentaries.models import Trend
from commentaries.weeks import week_name
from commentaries.word import trends, weeks
from commentaries.word.languages import language_of
from tests.commentaries.test_word import WEEK

TWO_MONTHS = (date(2022, 1, 31), date(2022, 2, 6))
TWO_YEARS = (date(2021, 12, 27), date(2022, 1, 2))


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("January 17 – 23, 2022", WEEK),
        ("January 17 – January 23, 2022", WEEK),
        ("Jan 17-23, 2022", WEEK),
        ("Jan. 17th to 23rd, 2022", WEEK),
        ("17 – 23 January 2022", WEEK),
        ("17–23 студзеня 2022", WEEK),
        ("17-23 студзеня 2022 года", WEEK),
        ("17 да 23 студзеня 2022 г.", WEEK),
        ("17–23 января 2022 г.", WEEK),
        ("17 — 23 ЯНВАРЯ 2022 года", WEEK),
        ("17.01.2022–23.01.2022", WEEK),
        ("17.01 - 23.01.2022", WEEK),
        ("17–23.01.2022", WEEK),
        ("2022-01-17 – 2022-01-23", WEEK),
        ("2022-01-17/2022-01-23", WEEK),
        ("January 31 – February 6, 2022", TWO_MONTHS),
        ("31 студзеня – 6 лютага 2022", TWO_MONTHS),
        ("31 января – 6 февраля 2022 г.", TWO_MONTHS),
        ("27 снежня 2021 – 2 студзеня 2022", TWO_YEARS),
        ("27 декабря 2021 г. – 2 января 2022 г.", TWO_YEARS),
        ("December 27, 2021 – January 2, 2022", TWO_YEARS),
        ("December 27 – January 2, 2022", TWO_YEARS),
        ("December 26 – January 1, 2022", (date(2022, 12, 26), date(2023, 1, 1))),
        ("26 снежня – 1 студзеня 2022", (date(2022, 12, 26), date(2023, 1, 1))),
    ],
)
def test_a_week_is_understood_in_many_spellings(line: str, days: tuple[date, date]) -> None:
    found = weeks.find(line)
    assert found is not None
    assert (found.start, found.end, found.rest) == (*days, "")


@pytest.mark.parametrize(
    "line",
    ["", "31–35 студзеня 2022", "17–23 2022", "2022", "January 2022", "23.01.2022–17.01.2022",
     "between 3 and 5 lorries",      "30 – 31 February 2022", "99.99.2022-99.99.2022"],
)  # fmt: skip
def test_what_is_no_week_is_none(line: str) -> None:
    assert weeks.find(line) is None


def test_every_week_of_twenty_years_is_understood_as_the_site_prints_it() -> None:
    start = date(2015, 1, 5)
    while start.year < 2035:
        end = start + timedelta(days=6)
        for language in ("be", "ru", "en"):
            found = weeks.find(week_name(start, end, language))
            assert found is not None
            assert (found.start, found.end, found.is_doubtful) == (start, end, False)
        start += timedelta(days=7)


@pytest.mark.parametrize(
    ("line", "trend"),
    [
        ("The situation has improved", "improved"),
        ("The situation got better.", "improved"),
        ("The situation has not changed", "unchanged"),
        ("Trend: unchanged", "unchanged"),
        ("The situation remained the same", "unchanged"),
        ("The situation got worse", "worsened"),
        ("SITUATION HAS WORSENED ▼", "worsened"),
        ("Сітуацыя палепшылася", "improved"),
        ("Сітуацыя не змянілася", "unchanged"),
        ("Без змен", "unchanged"),
        ("Сітуацыя пагоршылася", "worsened"),
        ("Ситуация улучшилась", "improved"),
        ("Ситуация не изменилась.", "unchanged"),
        ("Тренд: без изменений", "unchanged"),
        ("Ситуация в целом ухудшилась", "worsened"),
        ("▲", "improved"),
        ("The situation on the bridge got worse", None),
        ("The situation", None),
        ("", None),
    ],
)
def test_a_trend_is_understood_in_many_wordings(line: str, trend: str | None) -> None:
    assert trends.find(line) == trend


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_the_labels_of_the_site_are_trends(language: str) -> None:
    with override(language):
        assert [trends.find(f"{trend.mark} {trend.label}") for trend in Trend] == list(Trend)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ўсё ішло як мае быць, і мост адкрылі.", "be"),
        ("Всё шло как надо, и мост открыли.", "ru"),
        ("The bridge is open (мост).", "en"),
        ("Кампанія Acme адкрыла мост у Port Town і сышла.", "be"),
        ("2022", ""),
    ],
)
def test_a_language_is_known_by_its_letters(text: str, language: str) -> None:
    assert language_of(text) == language
