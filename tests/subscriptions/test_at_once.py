"""People press several buttons of one address at once: every one of them gets a page."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from subscriptions import delivery, links
from subscriptions.models import Consent, SignUp, Subscriber
from tests.factories import make_section, make_sign_up

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(deeds: list[Callable[[], int]]) -> list[int]:
    """What each answers, all started at the same moment."""
    start, answers = threading.Barrier(len(deeds)), []

    def run(deed: Callable[[], int]) -> None:
        start.wait()
        try:
            answers.append(deed())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _post(path: str, **data: str) -> Callable[[], int]:
    return lambda: Client(raise_request_exception=False).post(f"/en/{path}", data).status_code


def _purge() -> int:
    delivery.purge()
    return 200


@pytest.mark.parametrize("turn", range(8))
def test_confirming_leaving_and_signing_up_at_once_all_succeed(turn: int) -> None:
    sections = make_section("economy"), make_section("society")
    address = f"reader{turn}@example.org"
    sign_ups = [make_sign_up(address, sent_at=timezone.now(), sections=sections) for _mail in range(2)]
    confirm = [_post(f"subscription/confirm/{links.confirm_token(sign_up.pk)}/") for sign_up in sign_ups]
    leave = [_post(f"subscription/leave/{links.leave_token(sign_up.pk)}/") for sign_up in sign_ups]
    ask = _post("subscribe/", address=address, language="en", sections="economy")
    answers = _at_once([*confirm * 3, *leave, ask, ask, _purge])
    assert len(answers) == 11
    assert set(answers) <= {200, 303, 410}
    assert Subscriber.objects.count() <= 1
    assert SignUp.objects.filter(sent_at=None).count() <= 1
    assert Consent.objects.count() <= 2
