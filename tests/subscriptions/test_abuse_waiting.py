"""The way through for those whose browser does no proof of work."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from subscriptions.models import SignUp
from tests.subscriptions.proofs import PATH, WISH, hidden, shown

pytestmark = pytest.mark.django_db
Later = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def _under_attack(settings: Settings) -> None:
    settings.SIGN_UP_PROOF = "always"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    """So much later, the clock stands still."""

    def set_clock(time: timedelta) -> None:
        moment = (timezone.now() + time).timestamp()
        monkeypatch.setattr("time.time", lambda: moment)

    return set_clock


def _send(client: Client, ticket: str, address: str = "reader@example.org") -> tuple[int, str]:
    response = client.post(PATH, {**WISH, "address": address, "ticket": ticket}, REMOTE_ADDR="203.0.113.7")
    return response.status_code, response.content.decode()


def test_the_page_says_what_to_do_without_javascript(client: Client) -> None:
    assert "<p data-either>Please wait a minute, then press “Subscribe”." in shown(client)


def test_after_a_minute_the_same_form_is_taken(client: Client, later: Later) -> None:
    ticket = hidden(client.post(PATH, WISH).content.decode(), "ticket")
    later(timedelta(seconds=61))
    assert _send(client, ticket)[0] == 303
    assert SignUp.objects.exists()


def test_too_soon_it_says_how_long_and_nobody_waits_anew(client: Client, later: Later) -> None:
    later(timedelta())
    ticket = hidden(shown(client), "ticket")
    later(timedelta(seconds=20))
    status, page = _send(client, ticket)
    assert (status, hidden(page, "ticket")) == (422, ticket)
    assert "Please wait 40 more seconds, then press “Subscribe”." in page
    assert 'value="reader@example.org"' in page
    assert not SignUp.objects.exists()


def test_a_mistake_in_the_form_costs_no_minute(client: Client, later: Later) -> None:
    ticket = hidden(shown(client), "ticket")
    later(timedelta(seconds=61))
    status, page = _send(client, ticket, "reader")
    assert (status, hidden(page, "ticket")) == (422, ticket)
    assert _send(client, ticket)[0] == 303


def test_who_has_waited_signs_up_one_address(client: Client, later: Later) -> None:
    ticket = hidden(shown(client), "ticket")
    later(timedelta(seconds=61))
    _send(client, ticket)
    status, page = _send(client, ticket, "other@example.org")
    assert status == 422
    assert "This form has been sent before." in page
    assert hidden(page, "ticket") != ticket
    assert SignUp.objects.count() == 1


def test_few_may_go_this_way_from_one_network(client: Client, later: Later) -> None:
    tickets = [hidden(shown(client), "ticket") for _turn in range(4)]
    later(timedelta(seconds=61))
    answers = [_send(client, ticket, f"{turn}@example.org") for turn, ticket in enumerate(tickets)]
    assert [status for status, _page in answers] == [303, 303, 303, 422]
    assert "Others from your network have signed up this way just now." in answers[-1][1]
    assert hidden(answers[-1][1], "ticket") == tickets[-1]
    response = client.post(PATH, {**WISH, "ticket": tickets[-1]}, REMOTE_ADDR="198.51.100.7")
    assert response.status_code == 303


def test_a_ticket_ages(client: Client, later: Later) -> None:
    ticket = hidden(shown(client), "ticket")
    later(timedelta(hours=2, seconds=2))
    status, page = _send(client, ticket)
    assert status == 422
    assert "The form was open for too long." in page
    assert hidden(page, "ticket") != ticket


ANOTHER_PURPOSE = pytest.param(signing.dumps([0, "a"], salt="another purpose"), id="of another purpose")


@pytest.mark.parametrize("ticket", ["x", "\0", "a\r\nb", ANOTHER_PURPOSE])
def test_a_forged_ticket_is_none(client: Client, ticket: str) -> None:
    status, page = _send(client, ticket)
    assert status == 422
    assert "Please wait a minute" in page
    assert not SignUp.objects.exists()
