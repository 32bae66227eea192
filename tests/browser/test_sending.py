"""A newsletter on its way, in a browser: the page moves by itself, and the keyboard stays where it was."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries.roles import EDITOR
from subscriptions.models import Delivery, Sending
from tests.browser.accounts import log_in
from tests.factories import make_commentary, make_issue, make_publication, make_user
from tests.subscriptions.sendings import deliver, start

pytestmark = [pytest.mark.page, pytest.mark.django_db(transaction=True)]


def test_the_page_of_a_newsletter_moves_without_being_loaded_again(page: Page, live_server: LiveServer) -> None:
    make_publication()
    make_user("editor", EDITOR)
    commentary = make_commentary(make_issue())
    sending = start(commentary.issue)
    deliver(sending, number=3)
    log_in(page, live_server, "editor")
    page.goto(f"{live_server.url}/admin/subscriptions/sending/{commentary.issue.pk}/")
    page.evaluate("window.isSame = true")
    expect(page.get_by_text("0 of 3")).to_be_visible()
    page.get_by_role("button", name="Pause").focus()

    first = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=first.pk).update(state="sent", settled_at=timezone.now())
    expect(page.get_by_text("1 of 3")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 1)
    expect(page.get_by_role("button", name="Pause")).to_be_focused()

    Delivery.objects.exclude(pk=first.pk).update(state="failed", settled_at=timezone.now(), cause="refused")
    Sending.objects.update(finished_at=timezone.now() + timedelta(seconds=1))
    expect(page.get_by_text("failed: 2")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    expect(page.locator("#live-head .status")).to_have_text("sent")
    assert page.evaluate("window.isSame")
    page.get_by_role("button", name="Try all that failed again").click()
    expect(page.get_by_text("2 mails go out again.")).to_be_visible()
