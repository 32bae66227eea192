"""The trends: drawn, as tables, in words and as a file, and only what readers may see."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import lxml.html
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement
from pytest_django import DjangoAssertNumQueries

from commentaries import publishing
from commentaries.models import Commentary, Translation
from commentaries.trends.facts import last_run, runs
from commentaries.trends.marks import Mark
from commentaries.trends.quarters import DAY
from tests.factories import MONDAY, make_commentary, make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
RETIRED = datetime(2022, 3, 1, tzinfo=UTC)


def page(client: Client, path: str = "/en/trends/") -> HtmlElement:
    response = client.get(path)
    assert response.status_code == 200, path
    return lxml.html.document_fromstring(response.content)


def select(found: HtmlElement, selector: str) -> list[HtmlElement]:
    """As much of CSS as is used here: tags, classes, ids and attributes, one within another."""
    steps = []
    for step in selector.split():
        tag, *conditions = re.split(r"(?=[.#\[])", step)
        tests = []
        for condition in conditions:
            if condition[0] == ".":
                tests.append(f"[contains(concat(' ', @class, ' '), ' {condition[1:]} ')]")
            elif condition[0] == "#":
                tests.append(f"[@id='{condition[1:]}']")
            else:
                name, _sign, value = condition[1:-1].partition("=")
                tests.append(f"[@{name}='{value}']" if value else f"[@{name}]")
        steps.append(f"//*[local-name()='{tag}']" if tag else "//*")
        steps[-1] += "".join(tests)
    return list(found.xpath("." + "".join(steps)))


def drawn(found: HtmlElement) -> Iterator[tuple[str, str, str]]:
    """Every cell of the drawings: where it leads, its shape, its name."""
    for cell in select(found, ".cells a"):
        shape = select(cell, "use")[0].get("href").removeprefix("#").removeprefix("shape-")
        yield cell.get("href"), shape, select(cell, "title")[0].text


def tabled(found: HtmlElement) -> Iterator[tuple[str, str]]:
    for cell in select(found, ".trend-table td a"):
        yield cell.get("href"), cell.get("class")


def make_weeks(trends: str, slug: str = "security", start: date = MONDAY) -> list[Commentary]:
    """A week for each letter: i(mproved), u(nchanged), w(orsened), - (an issue without it), a space (no issue)."""
    section = make_section(slug, title_en=slug.capitalize())
    names = {"i": "improved", "u": "unchanged", "w": "worsened"}
    weeks = [start + number * WEEK for number in range(len(trends))]
    issues = {week: make_issue(week) for week, letter in zip(weeks, trends, strict=True) if letter != " "}
    return [
        make_commentary(issues[week], section, trend=names[letter])
        for week, letter in zip(weeks, trends, strict=True)
        if letter in names
    ]


# --- The drawing and the table ---------------------------------------------------------------------------------------


def test_a_cell_is_a_link_that_names_section_week_and_trend(client: Client) -> None:
    make_weeks("w")
    assert list(drawn(page(client))) == [
        (
            "/en/issues/2022-01-17/security/",
            "worsened",
            "Security, January\u00a017\u00a0– 23, 2022: the situation got worse",
        )
    ]


def test_the_drawing_and_the_table_say_the_same(client: Client) -> None:
    make_weeks("iuw-w uwi" * 9, start=date(2021, 6, 7))
    economy = make_section("economy")
    for commentary in Commentary.objects.select_related("issue")[::2]:
        make_commentary(commentary.issue, economy, trend="improved")
    found = page(client)
    cells = [(href, shape) for href, shape, _name in drawn(found)]
    assert len(cells) > 80
    assert sorted(cells) == sorted(tabled(found))
    gaps = [cell for cell in select(found, ".trend-table td") if not select(cell, "a")]
    assert len(gaps) == len(select(found, ".cells use.none"))


def test_a_week_without_an_issue_differs_from_one_without_a_commentary_and_from_no_change(client: Client) -> None:
    make_weeks("u- u")
    make_commentary(make_issue(MONDAY - WEEK), make_section("economy"))
    row = select(page(client), ".quarter .cells")[1]
    assert len(select(row, "a.unchanged")) == 2
    assert [use.get("href") for use in select(row, "use.none")] == ["#none", "#none"]
    assert select(row, ".line")[0].get("d").count("M") == 1


def test_an_issue_of_three_weeks_takes_the_places_of_three(client: Client) -> None:
    make_commentary(make_issue(MONDAY, week_end=MONDAY + timedelta(days=20)))
    assert "h72v24" in select(page(client), ".cells a path")[0].get("d")


def test_an_issue_of_some_days_takes_a_part_of_a_week(client: Client) -> None:
    make_commentary(make_issue(MONDAY, week_end=MONDAY + timedelta(days=2)))
    make_commentary(make_issue(MONDAY + timedelta(days=3), week_end=MONDAY + timedelta(days=6)))
    places = [path.get("d") for path in select(page(client), ".cells a path")]
    assert len(places) == 2
    assert places[0] != places[1]


def test_a_week_across_new_year_stands_once_in_the_year_of_its_monday(client: Client) -> None:
    make_weeks("ww", start=date(2021, 12, 27))
    found = page(client)
    of_year = {year: select(found, f"[aria-labelledby=year-{year}] .cells a") for year in (2021, 2022)}
    assert [len(cells) for cells in of_year.values()] == [1, 1]


def test_years_stand_newest_first_and_weeks_from_left_to_right(client: Client) -> None:
    make_weeks("iw", start=date(2022, 12, 26))
    make_commentary(make_issue(date(2022, 1, 3)), make_section("economy"))
    found = page(client)
    assert [heading.text for heading in select(found, ".trend-year h2")] == ["2023", "2022"]
    quarter = select(found, "[aria-labelledby=year-2022] .quarter")[0]
    assert [text.text for text in select(quarter, "text")] == ["January", "February", "March"]


def test_every_month_stands_above_its_first_monday(client: Client) -> None:
    make_weeks("w", start=date(2022, 8, 1))
    found = page(client)
    august = next(text for text in select(found, ".months text") if text.text == "August")
    assert august.get("x") == select(found, ".cells a use")[0].get("x")


def test_a_keyboard_gets_past_each_drawing_in_one_step(client: Client) -> None:
    make_weeks("u" * 20)
    found = page(client)
    skips = [link.get("href") for link in select(found, ".trend-year a.skip")]
    assert skips == ["#table-2022", "#after-2022-1", "#after-2022-4"]
    assert all(select(found, skip) for skip in skips)


def test_closed_sections_and_those_that_carry_on_stand_together_and_say_so(client: Client) -> None:
    old = make_weeks("ii", "defence")[0].section
    old.retired_at = RETIRED
    old.save()
    make_weeks("ww", "economy", MONDAY + 2 * WEEK)
    security = make_section("security", title_en="Security", continues=old, order=1)
    make_commentary(make_issue(MONDAY + 4 * WEEK), security)
    make_commentary(make_issue(MONDAY + 5 * WEEK), make_section("society", title_en="Society", order=2))
    quarter = select(page(client), ".quarter")[0]
    names = [" ".join(name.text_content().split()) for name in select(quarter, ".name")]
    assert names == ["Economy", "Security carries on: Defence", "Defence closed", "Society"]
    before_and_after = [len(select(row, ".none")) for row in select(quarter, ".row")]
    assert before_and_after == [4, 1, 0, 5]


@pytest.mark.parametrize("state", ["draft issue", "scheduled", "withdrawn", "no ready language"])
def test_what_is_not_public_is_in_no_drawing_table_or_file(client: Client, state: str) -> None:
    make_weeks("u", "economy", MONDAY - WEEK)
    commentary = make_weeks("w")[0]
    if state == "draft issue":
        commentary.issue.published_at = None
        commentary.issue.save()
    elif state == "scheduled":
        Commentary.objects.filter(pk=commentary.pk).update(published_at=timezone.now() + WEEK)
    elif state == "withdrawn":
        publishing.withdraw(commentary, {"en": "A mistake."})
    else:
        commentary.translations.update(state=Translation.State.IN_REVIEW)
    for path in ("/en/trends/", "/en/trends/?section=security", "/api/v1/trends.csv"):
        text = client.get(path).content.decode()
        assert "2022-01-17/security" not in text
        assert "economy" in text
    assert "Security" not in select(page(client), "main")[0].text_content()


def test_a_site_without_issues_says_so(client: Client) -> None:
    make_section("security")
    assert "The first issue is being prepared." in page(client).text_content()


def test_the_page_says_why_nothing_is_added_up(client: Client) -> None:
    make_weeks("w")
    assert "Is the World Deteriorating?" in page(client).text_content()


# --- What is asked for -----------------------------------------------------------------------------------------------


@pytest.fixture
def _four_years() -> None:
    for year in (2019, 2020, 2021, 2022):
        make_commentary(make_issue(date(year, 3, 1) + timedelta(days=7 - date(year, 3, 1).weekday())), make_section())


def years_of(found: HtmlElement) -> list[str]:
    return [heading.text for heading in select(found, ".trend-year h2")]


@pytest.mark.usefixtures("_four_years")
def test_years_are_chosen(client: Client) -> None:
    for query, years in {
        "": ["2022", "2021"],
        "from=2020&to=2020": ["2020"],
        "from=2021&to=2019": ["2021", "2020", "2019"],
        "from=1&to=2019": ["2019"],
        "from=2021": ["2022", "2021"],
        "to=2020": ["2020", "2019"],
        "from=1900&to=2199": ["2022", "2021", "2020", "2019"],
    }.items():
        found = page(client, f"/en/trends/?{query}")
        assert years_of(found) == years, query
        assert not select(found, "[role=status]"), query


@pytest.mark.usefixtures("_four_years")
def test_an_absurd_question_is_answered_with_a_sentence_and_the_newest_years(client: Client) -> None:
    years = ["from=1800&to=1850", "from=x", "from=9999", "to=-1", "from=%00", "from=" + "9" * 5000, "to=٢٠٢٢", "to=1e9"]
    for query in [*years, "section=%00", "section=nothing", "section=" + "x" * 5000, "section=%27%20OR%201=1"]:
        found = page(client, f"/en/trends/?{query}")
        assert years_of(found) == ["2022", "2021"], query
        assert select(found, "[role=status]"), query


@pytest.mark.usefixtures("_four_years")
def test_the_form_shows_what_was_chosen(client: Client) -> None:
    found = page(client, "/en/trends/?from=2020&to=2021")
    assert [option.text for option in select(found, ".choose option[selected]")] == ["2020", "2021"]


def test_a_section_is_chosen_by_its_former_address_too(client: Client) -> None:
    section = make_weeks("ww", "defence")[0].section
    make_weeks("u", "economy", MONDAY - WEEK)
    section.slug = "security"
    section.save()
    for slug in ("security", "defence"):
        found = page(client, f"/en/trends/?section={slug}")
        assert {shape for _href, shape, _name in drawn(found)} == {"worsened"}
        assert sorted((href, shape) for href, shape, _name in drawn(found)) == sorted(tabled(found))


# --- In words --------------------------------------------------------------------------------------------------------


def facts_of(client: Client) -> list[str]:
    found = select(page(client, "/en/trends/?section=security"), ".trend-facts dd")
    return [" ".join(each.text_content().split()) for each in found]


def test_runs_are_told_in_words(client: Client) -> None:
    make_weeks("iiiuwwww")
    assert facts_of(client) == [
        "got worse 4 weeks in a row February 14 – March 13, 2022",
        "improved 3 weeks in a row January 17 – February 6, 2022",
        "unchanged for 1 week February 7 – 13, 2022",
        "got worse 4 weeks in a row February 14 – March 13, 2022",
    ]


@pytest.mark.parametrize("weeks", ["ww-w", "ww w"])
def test_a_week_without_a_commentary_ends_a_run(client: Client, weeks: str) -> None:
    make_weeks(weeks)
    make_commentary(make_issue(MONDAY - WEEK), make_section("economy"))
    assert facts_of(client)[0].startswith("got worse for 1 week ")
    assert facts_of(client)[1].startswith("got worse 2 weeks in a row ")


@given(st.lists(st.tuples(st.sampled_from(["improved", "worsened", ""]), st.sampled_from([1, 1, 2])), max_size=9))
def test_the_last_run_is_the_last_of_the_runs(course: list[tuple[str, int]]) -> None:
    """Whether or not weeks are missing between, or have no trend."""
    starts = [MONDAY + sum(weeks for _trend, weeks in course[:place]) * WEEK for place in range(len(course))]
    found = [Mark(start, start + 6 * DAY, "", trend) for start, (trend, _weeks) in zip(starts, course, strict=True)]
    assert last_run(found) == next(reversed(runs(found)), None)


def test_shares_are_counted_by_year(client: Client) -> None:
    make_weeks("uuwi")
    row = select(page(client, "/en/trends/?section=security"), ".shares tbody tr")[0]
    assert [" ".join(cell.text_content().split()) for cell in row] == ["2022", "1 25%", "2 50%", "1 25%", "4"]


# --- The small drawings ----------------------------------------------------------------------------------------------


def test_a_section_page_draws_its_years_and_leads_to_all_weeks(client: Client) -> None:
    make_weeks("iw", start=date(2021, 12, 27))
    found = page(client, "/en/sections/security/")
    labels = [strip.get("aria-label") for strip in select(found, ".course .strip")]
    assert labels == ["2022: got worse: 1", "2021: improved: 1"]
    assert len(select(found, ".course path.improved")) == 1
    assert select(found, "a[href=/en/trends/?section=security]")


def test_home_leads_to_the_trends(client: Client) -> None:
    make_weeks("iw")
    assert select(page(client, "/en/"), ".earlier a[href=/en/trends/]")


# --- The cost --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weeks", [3, 120])
@pytest.mark.parametrize(
    ("path", "queries"),
    [("/en/trends/", 6), ("/en/trends/?section=security", 6), ("/api/v1/trends.csv", 1), ("/en/sections/security/", 7)],
)
def test_the_number_of_queries_is_fixed(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, path: str, queries: int, weeks: int
) -> None:
    make_publication()
    make_weeks("w" * weeks)
    make_weeks("iu", "economy", MONDAY - 3 * WEEK)
    client.get(path)
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


# --- The file --------------------------------------------------------------------------------------------------------


def rows(client: Client, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/api/v1/trends.csv?{query}")
    assert response.status_code == 200
    return list(csv.DictReader(StringIO(response.content.decode(), newline=""), strict=True))


def test_the_file_has_a_row_for_each_commentary_oldest_first(client: Client) -> None:
    make_weeks("w-i")
    make_commentary(make_issue(MONDAY - WEEK), make_section("economy"), source_language="en")
    found = rows(client)
    assert [(row["week_start"], row["section"], row["trend"]) for row in found] == [
        ("2022-01-10", "economy", "unchanged"),
        ("2022-01-17", "security", "worsened"),
        ("2022-01-31", "security", "improved"),
    ]
    assert found[1]["week_end"] == "2022-01-23"
    assert found[1]["section_title_be"] == "Раздзел security"
    assert found[0]["url"].endswith("/en/issues/2022-01-10/economy/")
    assert found[1]["url"].endswith("/be/issues/2022-01-17/security/")


def test_the_file_is_rfc_4180_in_utf_8_with_a_name(client: Client) -> None:
    make_weeks("w")
    response = client.get("/api/v1/trends.csv?section=security&from=2022")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    name = "trends-security-from-2022-01-01.csv"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response.content.count(b"\r\n") == 2
    assert not response.cookies


@pytest.mark.parametrize(
    ("query", "weeks"),
    [
        ("from=2022-01-24", ["2022-01-24", "2022-01-31"]),
        ("from=2022-01-23&to=2022-01-24", ["2022-01-17", "2022-01-24"]),
        ("to=2021", []),
        ("from=2022&to=2022&section=security", ["2022-01-17", "2022-01-24", "2022-01-31"]),
        ("section=economy", []),
    ],
)
def test_the_file_is_filtered(client: Client, query: str, weeks: list[str]) -> None:
    make_weeks("wui")
    make_section("economy")
    assert [row["week_start"] for row in rows(client, query)] == weeks


@pytest.mark.parametrize("query", ["from=yesterday", "to=2022-13-01", "from=%00", "section=nothing", "section=%00"])
def test_a_filter_that_makes_no_sense_gets_a_sentence(client: Client, query: str) -> None:
    response = client.get(f"/api/v1/trends.csv?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.content.decode().strip().endswith(".")


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\tx"])
def test_no_title_is_a_formula_in_a_spreadsheet(client: Client, title: str) -> None:
    make_commentary(section=make_section("security", title_en=title))
    assert rows(client)[0]["section_title_en"] == f"'{title}"


def test_who_has_the_file_is_told_that_it_is_unchanged_until_it_changes(client: Client) -> None:
    commentary = make_weeks("w")[0]
    etag = client.get("/api/v1/trends.csv").headers["ETag"]
    assert client.get("/api/v1/trends.csv", headers={"If-None-Match": etag}).status_code == 304
    publishing.withdraw(commentary, {"en": "A mistake."})
    assert client.get("/api/v1/trends.csv", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("path", ["/en/trends/", "/api/v1/trends.csv"])
def test_the_trends_are_only_read(client: Client, path: str) -> None:
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405
