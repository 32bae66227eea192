import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from commentaries.models import Commentary, Issue, Section, Translation
from subscriptions.newsletter.content import freeze
from tests.factories import (
    MONDAY,
    PAST,
    make_commentary,
    make_forecast,
    make_issue,
    make_publication,
    make_section,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def _rows(issue: Issue) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = freeze(issue)["commentaries"]
    return rows


def _forecasts(issue: Issue, language: str = "en") -> list[dict[str, Any]]:
    return [row["words"][language] for row in freeze(issue)["forecasts"] if language in row["words"]]


def _trends(*trends: str, section: Section) -> Issue:
    """Public commentaries of this section, a week each, oldest first; the last week's issue."""
    issues = [make_issue(MONDAY + number * WEEK) for number in range(len(trends))]
    for issue, trend in zip(issues, trends, strict=True):
        make_commentary(issue, section, trend=trend)
    return issues[-1]


def test_it_is_pure_json() -> None:
    commentary = make_commentary(make_issue(MONDAY + WEEK, introduction_be="<p>Год.</p>"))
    earlier = make_commentary(make_issue(), commentary.section)
    make_forecast(earlier, due=MONDAY + WEEK, outcome="came_true", outcome_date=MONDAY + WEEK)
    content = freeze(commentary.issue)
    assert json.loads(json.dumps(content)) == content
    assert content["forecasts"]


@pytest.mark.parametrize(
    ("language", "name", "week"),
    [
        ("be", "Тыднёвік", "17–23\u00a0студзеня 2022"),
        ("ru", "Еженедельник", "17–23\u00a0января 2022\u00a0г."),
        ("en", "The Weekly", "January\u00a017\u00a0– 23, 2022"),
    ],
)
def test_the_publication_and_the_week_are_named_in_each_language(language: str, name: str, week: str) -> None:
    make_publication()
    words = freeze(make_issue())["words"][language]
    assert words["publication"] == {"text": name, "language": language}
    assert words["heading"] == {"text": week, "language": language}
    assert words["week"] == week


def test_a_special_issue_has_its_title_and_introduction_in_the_language_there_is() -> None:
    issue = make_issue(title_be="Вынікі года", introduction_be="<p>Першы  <b>абзац</b>.</p><ul><li>Пункт</li></ul>")
    words = freeze(issue)["words"]["en"]
    assert words["heading"] == {"text": "Вынікі года", "language": "be"}
    assert words["introduction"] == [
        {"text": "Першы абзац.", "language": "be"},
        {"text": "– Пункт", "language": "be"},
    ]


def test_addresses_are_whole_and_the_sites_own_in_the_readers_language(settings: Settings) -> None:
    settings.SITE_URL = "https://weekly.example"
    commentary = make_commentary(section=make_section("economy"))
    content = freeze(commentary.issue)
    assert content["words"]["ru"]["home"] == "https://weekly.example/ru/"
    assert content["words"]["ru"]["address"] == "https://weekly.example/ru/issues/2022-01-17/"
    [row] = content["commentaries"]
    assert row["words"]["be"]["address"] == "https://weekly.example/be/issues/2022-01-17/economy/"


def test_the_commentaries_stand_in_the_order_of_their_sections() -> None:
    issue = make_issue()
    last, first = make_section(order=2), make_section(order=1)
    make_commentary(issue, last)
    make_commentary(issue, first)
    assert [row["section"] for row in _rows(issue)] == [first.pk, last.pk]


@pytest.mark.parametrize(
    "changed",
    [
        {"published_at": None},
        {"published_at": datetime(2100, 1, 1, tzinfo=UTC)},
        {"withdrawn_at": PAST},
        {"body_be": "<p></p>"},
    ],
    ids=["a draft", "scheduled", "withdrawn", "without a text"],
)
def test_what_readers_cannot_read_is_left_out(changed: dict[str, Any]) -> None:
    issue = make_issue()
    commentary = make_commentary(issue, languages=("be",))
    Commentary.objects.filter(pk=commentary.pk).update(**changed)
    shown = make_commentary(issue)
    assert [row["section"] for row in _rows(issue)] == [shown.section_id]


def test_a_commentary_without_a_ready_language_is_left_out() -> None:
    assert _rows(make_commentary(state=Translation.State.IN_REVIEW).issue) == []


def test_a_commentary_is_whole_in_one_language_and_says_in_which() -> None:
    commentary = make_commentary(languages=("be", "ru"), title_en="Not ready", body_en="<p>Not ready</p>")
    [row] = _rows(commentary.issue)
    words = row["words"]["en"]
    assert (words["language"], words["title"], words["lead"]) == (
        "be",
        "Загаловак каментара",
        "Уводзіны каментара.",
    )
    assert words["section"]["language"] == "en"
    assert [row["words"][language]["language"] for language in ("be", "ru")] == ["be", "ru"]


@pytest.mark.parametrize(
    ("trend", "sign", "words", "word"),
    [
        ("improved", "▲", "The situation has improved", "improved"),
        ("unchanged", "■", "The situation has not changed", "unchanged"),
        ("worsened", "▼", "The situation got worse", "got worse"),
        ("", "", "", ""),
    ],
)
def test_the_trend_is_a_sign_and_words(trend: str, sign: str, words: str, word: str) -> None:
    [row] = _rows(make_commentary(trend=trend).issue)
    assert (row["trend"], row["sign"]) == (trend, sign)
    assert (row["words"]["en"]["trend"], row["words"]["en"]["trend_in_a_word"]) == (words, word)


@pytest.mark.parametrize(
    ("trends", "former"),
    [
        (["improved"], ""),
        (["improved", "worsened"], "improved"),
        (["improved", "", "worsened"], "improved"),
        (["improved", "unchanged", "improved"], "unchanged"),
    ],
    ids=["the first", "another", "another after a week without one", "back again"],
)
def test_a_trend_has_changed_when_the_last_one_was_another(trends: list[str], former: str) -> None:
    [row] = _rows(_trends(*trends, section=make_section()))
    assert row["has_changed"]
    assert row["words"]["en"]["former_trend"] == former


@pytest.mark.parametrize("trends", [["improved", "improved"], ["improved", ""], [""]])
def test_a_trend_that_stays_or_is_not_given_has_not_changed(trends: list[str]) -> None:
    [row] = _rows(_trends(*trends, section=make_section()))
    assert not row["has_changed"]
    assert row["words"]["en"]["former_trend"] == ""


def test_only_earlier_weeks_that_readers_can_read_count_for_a_change() -> None:
    section = make_section()
    make_commentary(make_issue(), section, trend="improved")
    make_commentary(make_issue(MONDAY + WEEK), section, trend="worsened", withdrawn_at=PAST)
    make_commentary(make_issue(MONDAY + 2 * WEEK, public=False), section, trend="worsened")
    make_commentary(make_issue(MONDAY + 4 * WEEK), section, trend="worsened")
    make_commentary(make_issue(MONDAY - WEEK), trend="worsened")
    this = make_commentary(make_issue(MONDAY + 3 * WEEK), section, trend="improved")
    assert not _rows(this.issue)[0]["has_changed"]


def test_a_section_takes_over_the_trend_of_the_one_it_continues() -> None:
    oldest = make_section()
    older = make_section(continues=oldest)
    newest = make_section(continues=older)
    make_commentary(make_issue(), oldest, trend="improved")
    same = make_commentary(make_issue(MONDAY + WEEK), newest, trend="improved")
    other = make_commentary(make_issue(MONDAY + 2 * WEEK), newest, trend="worsened")
    assert not _rows(same.issue)[0]["has_changed"]
    assert _rows(other.issue)[0]["words"]["en"]["former_trend"] == "improved"


def test_sections_that_continue_each_other_by_mistake_do_no_harm() -> None:
    first = make_section()
    second = make_section(continues=first)
    Section.objects.filter(pk=first.pk).update(continues=second)
    make_commentary(make_issue(), second, trend="improved")
    this = make_commentary(make_issue(MONDAY + WEEK), first, trend="improved")
    assert not _rows(this.issue)[0]["has_changed"]


def test_forecasts_of_earlier_weeks_that_fall_due_in_the_week_are_told_with_their_outcome() -> None:
    section = make_section("economy", title_en="Economy")
    earlier = make_commentary(make_issue(), section)
    this = make_commentary(make_issue(MONDAY + WEEK), section)
    monday = MONDAY + WEEK
    make_forecast(earlier, due=monday)
    make_forecast(earlier, due=monday + timedelta(days=6), outcome="came_true", outcome_date=date(2022, 1, 28))
    still_open, judged = _forecasts(this.issue)
    assert still_open["section"]["text"] == "Economy"
    assert still_open["statement"] == "The bridge will open."
    assert (still_open["due"], still_open["outcome"], still_open["week"]) == (
        "January\u00a024, 2022",
        "",
        "January\u00a017\u00a0– 23, 2022",
    )
    assert still_open["address"].endswith("/en/issues/2022-01-17/economy/")
    assert (judged["due"], judged["outcome"], judged["judged"]) == (
        "January\u00a030, 2022",
        "came true",
        "January\u00a028, 2022",
    )
    assert [row["sections"] for row in freeze(this.issue)["forecasts"]] == [[section.pk]] * 2


def test_forecasts_of_other_days_sections_and_hands_are_left_out() -> None:
    section = make_section()
    this = make_commentary(make_issue(MONDAY + WEEK), section)
    earlier = make_commentary(make_issue(), section)
    for due in (None, MONDAY + timedelta(days=6), MONDAY + 2 * WEEK):
        make_forecast(earlier, due=due)
    due = MONDAY + WEEK
    make_forecast(this, due=due)
    make_forecast(make_commentary(make_issue(MONDAY - WEEK)), due=due)
    make_forecast(make_commentary(make_issue(MONDAY - 2 * WEEK), section, withdrawn_at=PAST), due=due)
    make_forecast(make_commentary(make_issue(MONDAY + 2 * WEEK), section), due=due)
    assert _forecasts(this.issue) == []


def test_a_forecast_comes_in_the_language_of_its_commentary_or_not_at_all() -> None:
    section = make_section()
    this = make_commentary(make_issue(MONDAY + WEEK), section)
    foreign = make_commentary(make_issue(), section, languages=("be",))
    make_forecast(foreign, due=this.issue.week_start)
    unworded = make_commentary(make_issue(MONDAY - WEEK), section)
    make_forecast(unworded, due=this.issue.week_start, statement_en="")
    assert [(row["language"], row["statement"]) for row in _forecasts(this.issue)] == [("be", "Мост адкрыюць.")]
    assert len(_forecasts(this.issue, "ru")) == 2


def test_forecasts_of_a_section_go_on_in_those_that_continue_it() -> None:
    former = make_section()
    second, first = make_section(continues=former, order=2), make_section(continues=former, order=1)
    make_forecast(make_commentary(make_issue(), former), due=MONDAY + WEEK)
    issue = make_issue(MONDAY + WEEK)
    for section in (second, first):
        make_commentary(issue, section)
    [row] = freeze(issue)["forecasts"]
    assert row["sections"] == [first.pk, second.pk]


def test_what_was_typed_becomes_one_line_that_keeps_its_no_break_spaces() -> None:
    commentary = make_commentary(title_en="Two\r\nlines\u2028of 7 %", lead_en=" Five\u00a0bridges\x0b\tfell. ")
    words = _rows(commentary.issue)[0]["words"]["en"]
    assert (words["title"], words["lead"]) == ("Two lines of 7\u00a0%", "Five\u00a0bridges fell.")


def test_few_and_many_rows_take_the_same_number_of_queries(django_assert_num_queries: Callable[..., Any]) -> None:
    def filled(week: date, rows: int) -> Issue:
        earlier, issue = make_issue(week), make_issue(week + WEEK)
        for _row in range(rows):
            section = make_section(continues=make_section())
            make_forecast(make_commentary(earlier, section), due=issue.week_start)
            make_commentary(issue, section)
        return Issue.objects.get(pk=issue.pk)

    few, many = filled(MONDAY, 1), filled(MONDAY + 4 * WEEK, 6)
    with CaptureQueriesContext(connection) as queries:
        assert len(freeze(few)["forecasts"]) == 1
    with django_assert_num_queries(len(queries)):
        assert len(freeze(many)["forecasts"]) == 6
    assert len(queries) <= 7


def test_an_issue_that_is_not_public_has_nothing_to_send() -> None:
    commentary = make_commentary(make_issue(published_at=timezone.now() + WEEK))
    assert _rows(commentary.issue) == []
