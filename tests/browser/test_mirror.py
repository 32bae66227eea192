"""The mirror from a disk, in a browser that has no network."""

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, expect

from tests.factories import make_commentary, make_picture, make_publication, make_section

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]


def test_a_reader_without_a_network_goes_from_the_door_to_a_commentary_and_its_translation(
    browser: Browser, tmp_path: Path
) -> None:
    make_publication()
    make_commentary(section=make_section("port"), picture=make_picture((900, 600)))
    call_command("export_site", tmp_path / "mirror")
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((tmp_path / "mirror/index.html").as_uri())
    page.get_by_role("link", name="Беларуская").click()
    page.locator("header.week h1 a").click()
    page.get_by_role("heading", name="Загаловак каментара").get_by_role("link").click()
    page.locator("header.masthead").get_by_role("link", name="English").click()
    expect(page.locator("h1")).to_have_text("A headline")
    assert page.locator("main img").first.evaluate("image => image.naturalWidth") > 0
    assert page.evaluate("document.fonts.ready.then(fonts => [...fonts].some(font => font.status == 'loaded'))")
    page.get_by_role("link", name="Search").first.click()
    expect(page.locator("h1")).to_have_text("Search")
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith("file:")] == []
