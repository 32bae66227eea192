"""Search in a mirror on a disk, with no network."""

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, expect

from tests.factories import MONDAY, make_commentary, make_issue, make_section

pytestmark = [pytest.mark.page, pytest.mark.django_db(transaction=True)]


def test_a_word_is_found_in_another_form_from_a_disk_without_a_network(browser: Browser, tmp_path: Path) -> None:
    make_commentary(
        make_issue(MONDAY, public=True),
        make_section("economy"),
        title_be="Эканоміка расце",
        body_be="<p>Сям’я чакае санкцый.</p>",
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
