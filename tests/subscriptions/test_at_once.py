"""People press several buttons of one address at once: every one of them gets a page."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from subscriptions import delivery, links
from subscriptions.addresses import lookup_of
from subscriptions.lists import importing
from subscriptions.lists.reading import Row
from subscriptions.models import Consent, Headcount, SignUp, Subscriber
from subscriptions.turns import in_turn_of
from tests.factories import make_section, make_sign_up, make_subscriber

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


@pytest.mark.parametrize("turn", range(4))
def test_who_leaves_while_they_move_and_choose_has_left(turn: int) -> None:
    subscriber = make_subscriber(f"old{turn}@example.org", sections=(make_section("economy"),))
    move = make_sign_up(f"new{turn}@example.net", moves=subscriber, sent_at=timezone.now())
    token = links.leave_token(subscriber.token_id)
    confirm = _post(f"subscription/confirm/{links.confirm_token(move.pk)}/")
    wishes = {"deed": "save", "language": "ru", "cadence": "trend_changes", "pause": "open"}
    save = _post(f"subscription/preferences/{token}/", **wishes)
    ask = _post(f"subscription/preferences/{token}/", deed="move", address="third@example.net")
    leave = _post(f"subscription/leave/{token}/")
    answers = _at_once([confirm, save, leave, ask, confirm, save, leave, ask, _purge])
    assert len(answers) == 9
    assert set(answers) <= {200, 303, 410}
    assert not Subscriber.objects.exists()
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("turn", range(4))
def test_two_who_become_one_while_both_press_buttons_get_answers(turn: int) -> None:
    old, new = f"old{turn}@example.org", f"new{turn}@example.net"
    moving, there = make_subscriber(old), make_subscriber(new)
    moves = [make_sign_up(new, moves=moving, sent_at=timezone.now(), asked_at=timezone.now()) for _mail in range(2)]
    back = make_sign_up(old, moves=there, sent_at=timezone.now())
    plain = make_sign_up(new, sent_at=timezone.now())
    confirm = [_post(f"subscription/confirm/{links.confirm_token(each.pk)}/") for each in (*moves, back, plain)]
    wishes = {"deed": "save", "language": "ru", "cadence": "trend_changes", "pause": "open"}
    save = [
        _post(f"subscription/preferences/{links.leave_token(each.token_id)}/", **wishes) for each in (moving, there)
    ]
    answers = _at_once([*confirm, *save, *confirm, *save])
    assert len(answers) == 12
    assert set(answers) <= {200, 303, 410}
    assert 1 <= Subscriber.objects.count() <= 2


def test_whoever_is_somebody_else_when_it_is_their_turn_waits_for_the_turn_of_that_one() -> None:
    answers = iter([{"aa"}, {"bb"}, {"bb"}, {"bb"}])
    with in_turn_of(lambda: next(answers)) as found:
        assert found == {"bb"}


def test_a_list_that_is_imported_twice_at_once_asks_everybody_once() -> None:
    section = make_section("economy")
    people = [f"reader{number}@example.org" for number in range(20)]
    rows = [Row(address, lookup_of(address), "be", (section.pk,)) for address in people]
    sign_up = _post("subscribe/", address=people[0], language="en")
    answers = _at_once([lambda: importing.ask(rows)] * 3 + [sign_up])
    assert sorted(answers)[:2] == [0, 0]
    assert SignUp.objects.count() == len(people)


def test_several_who_confirm_at_once_are_all_counted() -> None:
    sign_ups = [make_sign_up(f"reader{number}@example.org", sent_at=timezone.now()) for number in range(6)]
    _at_once([_post(f"subscription/confirm/{links.confirm_token(sign_up.pk)}/") for sign_up in sign_ups])
    assert Headcount.objects.get().confirmed == len(sign_ups)
