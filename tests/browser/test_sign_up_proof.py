"""Signing up under attack, in a browser: with our script that does the work, and without any script."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from subscriptions.models import SignUp
from tests.factories import make_commentary, make_publication

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]


@pytest.fixture(autouse=True)
def _under_attack(settings: Settings) -> None:
    settings.SIGN_UP_PROOF = "always"


def _sign_up_on_the_short_form(page: Page, live_server: LiveServer) -> None:
    make_publication()
    page.goto(live_server.url + make_commentary().url_in("en"))
    form = page.locator("form.sign-up")
    form.locator("input[type=email]").fill("reader@example.org")
    form.get_by_role("button", name="Subscribe").click()


def test_the_browser_does_the_work_and_the_form_goes_on(page: Page, live_server: LiveServer) -> None:
    _sign_up_on_the_short_form(page, live_server)
    page.wait_for_url("**/subscription/check-your-mail/")
    assert SignUp.objects.get().address.reveal() == "reader@example.org"

    page.goto(f"{live_server.url}/en/subscribe/")
    expect(page.get_by_text("Your browser does a short calculation")).to_be_visible()
    expect(page.get_by_text("Please wait a minute")).to_be_hidden()
    page.get_by_label("Your e-mail address").fill("other@example.org")
    page.evaluate("document.querySelector('[name=opened]').remove()")  # nobody types as fast
    page.get_by_role("button", name="Subscribe").dblclick()
    page.wait_for_url("**/subscription/check-your-mail/")
    assert SignUp.objects.count() == 2


def test_without_javascript_waiting_is_enough(
    reader: Page, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sign_up_on_the_short_form(reader, live_server)
    expect(reader.get_by_text("Please wait a minute, then press “Subscribe”.")).to_be_visible()
    reader.get_by_role("button", name="Subscribe").click()
    expect(reader.get_by_role("alert")).to_contain_text("more seconds, then press “Subscribe”.")
    monkeypatch.setattr("subscriptions.abuse.waiting.SHORTEST", timedelta())
    reader.get_by_role("button", name="Subscribe").click()
    reader.wait_for_url("**/subscription/check-your-mail/")
    assert SignUp.objects.get().address.reveal() == "reader@example.org"
