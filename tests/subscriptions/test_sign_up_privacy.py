"""What is left of a sign-up: no plain address, no token, and nothing of where it came from."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from subscriptions import links
from subscriptions.abuse import proof
from subscriptions.models import SignUp, Tally
from tests.subscriptions.proofs import PATH, WISH, challenge_of, hidden, shown, solved

pytestmark = pytest.mark.django_db

EVERYTHING = "SELECT * FROM %s"
CALLER = "203.0.113.77"
PROXIED = "2001:db8:77:77::77"
PRIVATE = ("reader", "example.org", "203.0.113", "2001:db8:77", "127.0.0.1")


def _tables() -> Iterator[str]:
    """All that every table of the database holds."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(EVERYTHING % connection.ops.quote_name(table))
            yield f"{table}: {cursor.fetchall()}"


def test_no_table_and_no_log_holds_the_address_a_token_or_the_caller(
    client: Client,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[[], list[EmailMultiAlternatives]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="django.request")
    settings.SIGN_UP_PROOF = "always"
    monkeypatch.setattr(proof, "TRIES", 5)
    monkeypatch.setattr("subscriptions.abuse.waiting.SHORTEST", -proof.AGE)
    page = shown(client)
    payload, ticket = solved(page), hidden(page, "ticket")
    for answer in ({"proof": payload}, {"ticket": ticket}):
        assert client.post(PATH, {**WISH, **answer}, REMOTE_ADDR=CALLER).status_code == 303
    settings.SIGN_UP_PROOF, settings.PROXY_COUNT = "auto", 1
    client.post(PATH, {**WISH, "address": "reader+tag@example.org"}, headers={"X-Forwarded-For": PROXIED})
    assert len(work()) == 2
    assert SignUp.objects.count() == 2
    assert Tally.objects.count() >= 6
    sign_up = SignUp.objects.earliest("asked_at")
    tokens = [links.confirm_token(sign_up.pk), links.leave_token(sign_up.pk), payload, ticket]
    secrets = [*PRIVATE, *tokens, str(challenge_of(page).signature)]
    for place in (*_tables(), caplog.text):
        assert [secret for secret in secrets if secret in place] == [], place


@contextmanager
def _reported() -> Iterator[list[str]]:
    """What Django would report of an error, as text and as a page."""
    reports: list[str] = []

    def report(**_kwargs: object) -> None:
        reporter = ExceptionReporter(_kwargs["request"], *sys.exc_info())  # type: ignore[arg-type]
        reports.extend([reporter.get_traceback_text(), reporter.get_traceback_html()])

    got_request_exception.connect(report)
    yield reports
    got_request_exception.disconnect(report)


@pytest.mark.parametrize(
    "headers", [{}, {"X-Forwarded-For": PROXIED}, {"X-Real-IP": PROXIED}, {"CF-Connecting-IP": PROXIED}]
)
def test_an_error_report_holds_neither_address_nor_caller(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    def fail(_address: str) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("subscriptions.addresses.SealedAddress.seal", fail)
    with _reported() as reports:
        client = Client(raise_request_exception=False)
        response = client.post(PATH, WISH, REMOTE_ADDR=CALLER, headers=headers)
    assert response.status_code == 500
    assert "Internal Server Error" in caplog.text
    assert len(reports) == 2
    for place in (*reports, caplog.text):
        assert [secret for secret in ("reader@", CALLER, PROXIED) if secret in place] == []
