"""The trends on a phone without JavaScript: reached by keyboard, passed in one step, never wider than the window."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.factories import MONDAY, make_commentary, make_issue, make_section

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]


def test_the_drawing_is_passed_or_walked_with_the_keyboard(reader: Page, live_server: LiveServer) -> None:
    section = make_section("security", title_en="Security")
    for number in range(12):
        make_commentary(make_issue(MONDAY + number * timedelta(days=7)), section, trend="worsened")
    reader.goto(f"{live_server.url}/en/trends/")
    assert reader.evaluate("document.documentElement.scrollWidth") == 390
    reader.get_by_role("link", name="Skip the drawing of 2022").focus()
    reader.keyboard.press("Enter")
    reader.keyboard.press("Tab")
    expect(reader.locator("summary:focus")).to_have_text("2022 as a table")
    cell = reader.get_by_role("link", name="Security, January 17 – 23, 2022: the situation got worse")
    box = cell.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24
    cell.focus()
    reader.keyboard.press("Enter")
    expect(reader).to_have_url(f"{live_server.url}/en/issues/2022-01-17/security/")
