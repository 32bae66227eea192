"""Search in a mirror on a disk, with no network."""

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from tests.factories import MONDAY, make_analyst, make_commentary, make_issue, make_section, sign

pytestmark = [pytest.mark.page, pytest.mark.django_db(transaction=True)]


def _ask(page: Page, query: str) -> list[str]:
    """The titles that are found, once they are shown."""
    page.fill("#q", query)
    page.press("#q", "Enter")
    expect(page.locator("#found")).not_to_have_text("Searching …")
    if (told := page.inner_text("#found")).startswith("Found:"):
        expect(page.locator("#results h3")).to_have_count(int(told.split()[-1]))
    return page.locator("#results h3").all_inner_texts()


def test_quotes_minus_numbers_common_words_and_names_mean_what_they_do_on_the_site(page: Page, tmp_path: Path) -> None:
    issue = make_issue(MONDAY, public=True)
    for slug, title, body in (
        ("one", "The old bridge", "<p>Ports of 114 ships, 2,9 % of 12,500. He strikes, we work.</p>"),
        ("two", "A bridge so old", "<p>They make and take, making and taking, in 2022.</p>"),
        ("three", "Banks", "<p>Кошт і мост. Work. Банк з рукамі і мастамі. Праца.</p>"),
    ):
        make_commentary(issue, make_section(slug), title_en=title, lead_en="", body_en=body)
    sign(issue.commentaries.get(section__slug="two"), make_analyst(name_be="Вільма Гарск", name_en="Vilma Harsk"))
    call_command("export_site", str(tmp_path / "mirror"), verbosity=0)
    page.goto((tmp_path / "mirror/en/search/index.html").as_uri())
    one, two, three = "The old bridge", "A bridge so old", "Banks"
    for query, found in {
        "old bridges": [one, two],
        "«old bridge»": [one],
        "bridge -2022": [one],
        "bridge −“old bridge”": [two],
        "-bridge": [three],
        "the bridge is so": [one, two],
        "1140": [],
        "12 500": [one],
        "2,9": [one],
        "9,2": [],
        "section": [],
        "11": [],
        "striking": [one],
        "банкрут": [],
        "банкамі": [three],
        "гарск": [two],
        "Harsk": [two],
        "«Вільма Гарск»": [two],
    }.items():
        assert sorted(_ask(page, query)) == sorted(found), query
    assert _ask(page, "the") == []
    expect(page.locator("#found")).to_contain_text("Nearly every text has these words")
    _ask(page, "“old bridge”")
    expect(page.locator("#results mark")).to_have_text("old bridge")


def test_a_word_is_found_in_another_form_from_a_disk_without_a_network(browser: Browser, tmp_path: Path) -> None:
    make_commentary(
        make_issue(MONDAY, public=True),
        make_section("economy"),
        title_be="Эканоміка расце",
        body_be="<p>Сям’я чакае санкцый. Палітыка, у палітыцы; логіка, у логіцы.</p>",
        trend="improved",
    )
    call_command("export_site", str(tmp_path / "mirror"), verbosity=0)
    context = browser.new_context()
    context.set_offline(True)
    page = context.new_page()
    page.goto((tmp_path / "mirror/be/search/index.html").as_uri())
    for query, marked in (("эканоміцы", "Эканоміка"), ("САНКЦЫЯМІ", "санкцый"), ("сям'ю", "Сям’я")):
        page.fill("#q", query)
        page.press("#q", "Enter")
        expect(page.locator("#results mark")).to_have_text(marked)
    page.locator("#results h3 a").click()
    expect(page.locator("h1")).to_contain_text("Эканоміка расце")
    context.close()
