"""Forms that come back quicker than people type."""

from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner
from django.test import Client
from django.utils import timezone

from subscriptions.models import SignUp
from tests.factories import make_commentary, make_publication, make_section
from tests.subscriptions.proofs import PATH, WISH, hidden, shown

pytestmark = pytest.mark.django_db
TOO_QUICK = "That was quicker than people usually are."


def _later(monkeypatch: pytest.MonkeyPatch, time: timedelta) -> None:
    moment = (timezone.now() + time).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: moment)


def test_a_form_that_is_sent_at_once_comes_back_filled_in(client: Client) -> None:
    make_section("economy")
    opened = hidden(shown(client), "opened")
    response = client.post(PATH, {**WISH, "sections": ["economy"], "opened": opened})
    page = response.content.decode()
    assert response.status_code == 422
    assert TOO_QUICK in page
    assert 'value="reader@example.org"' in page
    assert 'value="economy" checked' in page
    assert not SignUp.objects.exists()


def test_the_same_form_is_taken_a_few_seconds_later(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = hidden(shown(client), "opened")
    page = client.post(PATH, {**WISH, "opened": opened}).content.decode()
    assert hidden(page, "opened") == opened
    _later(monkeypatch, timedelta(seconds=4))
    assert client.post(PATH, {**WISH, "opened": opened}).status_code == 303


def test_a_form_that_was_open_for_days_is_taken(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = hidden(shown(client), "opened")
    _later(monkeypatch, timedelta(days=30))
    assert client.post(PATH, {**WISH, "opened": opened}).status_code == 303


ANOTHER_PURPOSE = pytest.param(TimestampSigner(salt="another purpose").sign(""), id="of another purpose")


@pytest.mark.parametrize("opened", ["", "x", "a\r\nB: c", "\0", ANOTHER_PURPOSE])
def test_a_time_that_is_not_ours_is_no_clock(client: Client, opened: str) -> None:
    assert client.post(PATH, {**WISH, "opened": opened}).status_code == 303


def test_pages_that_caches_keep_carry_no_clock(client: Client) -> None:
    make_publication()
    commentary = make_commentary()
    for path in ("/en/", commentary.url_in("en")):
        page = client.get(path).content.decode()
        assert 'class="sign-up"' in page
        assert 'name="opened"' not in page
