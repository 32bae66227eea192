"""Whatever is known of an address, whoever signs it up sees the same, and the same is done."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from subscriptions.abuse import proof
from subscriptions.addresses import lookup_of
from subscriptions.models import SignUp, Suppression
from tests.factories import make_section, make_sign_up, make_subscriber
from tests.subscriptions.proofs import PATH, WISH, shown, solved

pytestmark = pytest.mark.django_db

KINDS: dict[str, Callable[[], object]] = {
    "waiting": make_sign_up,
    "sent": lambda: make_sign_up(sent_at=timezone.now()),
    "confirmed": make_subscriber,
    "suppressed": lambda: _suppress(Suppression.Reason.COMPLAINT),
    "undeliverable": lambda: _suppress(Suppression.Reason.BOUNCE),
}
VALUES = re.compile(r"'[^']*'|\b[0-9a-f]{32}\b|\b\d+\b|\bs\d+_x\d+\b")  # the last: savepoints


def _suppress(reason: Suppression.Reason) -> None:
    Suppression.objects.suppress(lookup_of(WISH["address"]), reason)


def _answer(client: Client, **sent: Any) -> tuple[list[str], Any]:
    """The statements without their values, and all that comes back."""
    with CaptureQueriesContext(connection) as queries:
        response = client.post(PATH, {**WISH, "sections": ["economy", "society"], **sent}, REMOTE_ADDR="203.0.113.7")
    statements = [VALUES.sub("?", query["sql"]) for query in queries.captured_queries]
    return statements, (response.status_code, dict(response.items()), response.content, client.cookies)


@pytest.mark.parametrize("mode", ["auto", "always"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_answer_and_the_statements_are_the_same(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, mode: str, kind: str
) -> None:
    settings.SIGN_UP_PROOF = mode
    monkeypatch.setattr(proof, "TRIES", 2)
    sections = make_section("economy"), make_section("society")
    sent = [{"proof": solved(shown(client))} if mode == "always" else {} for _turn in range(2)]
    with transaction.atomic():
        statements, answer = _answer(client, **sent[0])
        transaction.set_rollback(True)
    KINDS[kind]()
    for sign_up in SignUp.objects.all():
        sign_up.sections.set(sections)
    assert _answer(client, **sent[1]) == (statements, answer)
    assert answer[0] == HTTPStatus.SEE_OTHER
    assert len(statements) > 5
