"""What search engines show of a page: a title of its own, and a sentence or two that say what it holds."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from commentaries.models import Issue
from tests.factories import (
    MONDAY,
    make_analyst,
    make_commentary,
    make_issue,
    make_publication,
    make_section,
    sign,
)

pytestmark = pytest.mark.django_db
PATHS = [
    "/",
    "/issues/",
    "/issues/2022/",
    "/issues/2021/",
    "/issues/2022-01-17/",
    "/issues/2021-01-18/",
    "/issues/2022-01-17/security/",
    "/sections/security/",
    "/sections/security/?year=2021",
    "/sections/economy/",
    "/analysts/ina/",
    "/analysts/ina/?year=2021",
    "/trends/",
    "/about/",
]


def head(client: Client, path: str) -> tuple[str, str]:
    """The title and the description, as a person reads them."""
    page = client.get(path).content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    description = re.search(r'<meta name="description" content="([^"]*)">', page)
    assert title
    assert description
    return unescape(title[1]), unescape(description[1])


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_every_page_has_a_title_of_its_own_and_says_what_it_holds(client: Client, language: str) -> None:
    analyst, security = make_analyst("ina"), make_section("security")
    make_section("economy")
    for start in (MONDAY, MONDAY - timedelta(days=364)):
        issue = make_issue(start, title_en="The year in review", title_be="Год", title_ru="Год")
        sign(make_commentary(issue, security), analyst)
    found = {path: head(client, f"/{language}{path}") for path in PATHS}
    titles = [title for title, _description in found.values()]
    assert len(set(titles)) == len(titles)
    assert all(description for _title, description in found.values())


def test_a_special_issue_says_its_week_too(client: Client) -> None:
    make_publication()
    make_commentary()
    Issue.objects.update(title_en="The year in review")
    title, description = head(client, "/en/issues/2022-01-17/")
    assert title == "The year in review, January\u00a017\u00a0– 23, 2022 — The Weekly"
    assert description == "A headline"


def test_a_long_description_ends_with_a_whole_word(client: Client) -> None:
    make_section("security", description_en="<p>Defence &amp; borders.</p><p>" + "Rivers & seas, " * 20 + "</p>")
    _title, description = head(client, "/en/sections/security/")
    assert description.startswith("Defence & borders. Rivers & seas,")
    assert 180 < len(description) <= 200
    assert description.endswith(("Rivers…", "&…", "seas…"))
