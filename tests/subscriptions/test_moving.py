"""A subscriber gives another address: nothing happens until whoever reads mail there presses the button."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from subscriptions import delivery, links, rotation
from subscriptions.models import LINK_AGE, Consent, Delivery, Sending, SignUp, Subscriber, Suppression
from tests.factories import MONDAY, make_issue, make_publication, make_section, make_sign_up, make_subscriber
from tests.subscriptions.sendings import settled_at

pytestmark = pytest.mark.django_db
Work = Callable[[], list[EmailMultiAlternatives]]
OLD, NEW = "old@example.org", "new@example.net"


def _preferences(subscriber: Subscriber) -> str:
    return f"/en/subscription/preferences/{links.leave_token(subscriber.token_id)}/"


def _ask(subscriber: Subscriber, address: str = NEW) -> Any:
    return Client(enforce_csrf_checks=True).post(_preferences(subscriber), {"deed": "move", "address": address})


def _confirm(sign_up: SignUp | None = None) -> Any:
    token = links.confirm_token((sign_up or SignUp.objects.get()).pk)
    return Client(enforce_csrf_checks=True).post(f"/en/subscription/confirm/{token}/")


def _moved(subscriber: Subscriber, address: str = NEW) -> Subscriber:
    """The subscriber after the owner of the new address has confirmed."""
    _confirm(make_sign_up(address, moves=subscriber, sent_at=timezone.now()))
    return Subscriber.objects.get(pk=subscriber.pk)


def _address() -> str:
    return Subscriber.objects.get().address.reveal()


def test_from_the_page_to_the_new_address(work: Work) -> None:
    section = make_section("economy")
    subscriber = make_subscriber(
        OLD, language="ru", sections=(section,), cadence="trend_changes", paused_at=timezone.now(), soft_bounces=3
    )
    response = _ask(subscriber, " New@Example.net")
    assert (response.status_code, response["Location"]) == (303, f"{_preferences(subscriber)}?asked")
    assert b"We have written to the new address." in Client().get(response["Location"]).content
    [message] = work()
    assert message.to == ["New@example.net"]
    assert message.extra_headers["Content-Language"] == "ru"
    assert _address() == OLD
    page = _confirm()
    assert "Your new address is confirmed" in page.content.decode()
    assert _address() == "New@example.net"
    moved = Subscriber.objects.get()
    assert (moved.pk, moved.language, [*moved.sections.all()]) == (subscriber.pk, "ru", [section])
    assert (moved.cadence, moved.is_paused, moved.confirmed_at) == ("trend_changes", True, subscriber.confirmed_at)
    assert moved.soft_bounces == 0
    assert not SignUp.objects.exists()


def test_the_page_before_the_button_says_what_will_happen_and_not_who_asks(client: Client) -> None:
    subscriber = make_subscriber(OLD)
    sign_up = make_sign_up(NEW, moves=subscriber, sent_at=timezone.now())
    page = client.get(f"/en/subscription/confirm/{links.confirm_token(sign_up.pk)}/").content.decode()
    assert "The newsletter will go to the address that our mail came to" in page
    assert page.count("<button") == 1
    assert "example.org" not in page
    _confirm(sign_up)
    consent = Consent.objects.get()
    assert consent.wording in page
    assert consent.is_move


def test_pressed_again_it_says_confirmed_again() -> None:
    sign_up = make_sign_up(NEW, moves=make_subscriber(OLD), sent_at=timezone.now())
    for _press in range(2):
        assert b"Your new address is confirmed" in _confirm(sign_up).content
    assert Consent.objects.count() == 1


@pytest.mark.parametrize("is_discreet", [True, False])
def test_the_mail_is_as_discreet_as_the_newsletter(work: Work, is_discreet: bool) -> None:
    make_publication()
    _ask(make_subscriber(OLD, language="en", is_discreet=is_discreet))
    [message] = work()
    shown = f"{message.from_email} {message.subject} {str(message.body)[:200]}"
    assert ("The Weekly" in shown) != is_discreet
    assert "Please confirm your new address" in message.subject
    assert "at another address" in str(message.body)
    assert "/en/subscription/confirm/" in str(message.body)


def _known(state: str) -> None:
    if state == "waiting":
        make_sign_up(NEW)
    if state == "sent":
        make_sign_up(NEW, sent_at=timezone.now())
    if state == "subscribed":
        make_subscriber(NEW)
    if state == "suppressed":
        Suppression.objects.suppress(make_subscriber(NEW).lookup, Suppression.Reason.COMPLAINT)


def _answer(subscriber: Subscriber) -> tuple[list[str], Any]:
    with CaptureQueriesContext(connection) as queries:
        response = _ask(subscriber)
    statements = [re.split(r'VALUES|SET| "s\d', query["sql"])[0][:60] for query in queries.captured_queries]
    return statements, (response.status_code, dict(response.items()), response.content)


@pytest.mark.parametrize("state", ["waiting", "sent", "subscribed", "suppressed"])
def test_the_answer_and_the_work_are_the_same_whatever_is_known_of_the_new_address(state: str) -> None:
    subscriber = make_subscriber(OLD)
    with transaction.atomic():
        unknown = _answer(subscriber)
        transaction.set_rollback(True)
    _known(state)
    assert _answer(subscriber) == unknown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Please type your e-mail address."),
        ("new", "This is not a complete e-mail address."),
        ("пошта@example.net", "The part of the address before the @"),
        ("new@example.net\r\nBcc: b@example.net", "An address stands on one line."),
    ],
)
def test_a_mistake_in_the_address_is_named_and_nothing_is_lost(typed: str, sentence: str) -> None:
    response = _ask(make_subscriber(OLD), typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(sentence) == 2
    assert 'aria-describedby="move-address_error"' in page
    assert f'value="{typed}"' in page or not typed or "\r" in typed
    assert not SignUp.objects.exists()


def test_one_subscription_has_mail_sent_to_two_new_addresses_a_day(work: Work) -> None:
    subscriber = make_subscriber(OLD)
    for number in range(2):
        assert _ask(subscriber, f"new{number}@example.net").status_code == 303
        work()
    refused = _ask(subscriber, "new2@example.net")
    assert refused.status_code == 422
    assert refused.content.decode().count("You have asked for 2 changes of address within a day.") == 2
    assert _ask(subscriber, "new1@example.net").status_code == 303
    SignUp.objects.update(asked_at=timezone.now() - timedelta(hours=25))
    assert _ask(subscriber, "new2@example.net").status_code == 303


def test_a_new_address_gets_two_mails_a_day_at_most(work: Work) -> None:
    subscriber = make_subscriber(OLD)
    mails = 0
    for _time in range(4):
        assert _ask(subscriber).status_code == 303
        mails += len(work())
    assert mails == 2


def test_of_two_new_addresses_the_one_asked_for_last_counts() -> None:
    subscriber = make_subscriber(OLD)
    mistyped = make_sign_up("mistyped@example.net", moves=subscriber, sent_at=timezone.now())
    SignUp.objects.update(asked_at=timezone.now() - timedelta(minutes=1))
    right = make_sign_up(NEW, moves=subscriber, sent_at=timezone.now())
    assert _confirm(mistyped).status_code == 410
    assert b"Your new address is confirmed" in _confirm(right).content
    assert _confirm(mistyped).status_code == 410
    assert _address() == NEW


def test_a_new_address_that_is_asked_for_on_the_second_is_confirmed() -> None:
    sign_up = make_sign_up(NEW, moves=make_subscriber(OLD), sent_at=timezone.now())
    whole = {"sqlite": "strftime('%Y-%m-%d %H:%M:%S.000', asked_at)", "postgresql": "date_trunc('second', asked_at)"}
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {SignUp._meta.db_table} SET asked_at = {whole[connection.vendor]}")  # noqa: S608
    assert b"Your new address is confirmed" in _confirm(sign_up).content
    assert _address() == NEW


def test_an_aged_link_moves_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_up = make_sign_up(NEW, moves=make_subscriber(OLD), sent_at=timezone.now())
    token, later = links.confirm_token(sign_up.pk), timezone.now() + LINK_AGE + timedelta(seconds=1)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    assert Client().post(f"/en/subscription/confirm/{token}/").status_code == 410
    assert _address() == OLD


def test_who_left_meanwhile_is_not_resubscribed() -> None:
    subscriber = make_subscriber(OLD)
    sign_up = make_sign_up(NEW, moves=subscriber, sent_at=timezone.now())
    Client().post(f"/en/subscription/leave/{links.leave_token(subscriber.token_id)}/")
    assert not SignUp.objects.exists()
    assert _confirm(sign_up).status_code == 410
    assert not Subscriber.objects.exists()


def test_the_new_addresss_owner_can_say_that_it_was_not_they(client: Client) -> None:
    subscriber = make_subscriber(OLD)
    sign_up = make_sign_up(NEW, moves=subscriber, sent_at=timezone.now())
    response = client.post(f"/en/subscription/leave/{links.leave_token(sign_up.pk)}/")
    assert b"You have left the newsletter" in response.content
    assert _confirm(sign_up).status_code == 410
    assert [*Subscriber.objects.all()] == [subscriber]
    assert _address() == OLD


def test_links_in_mails_to_the_old_address_leave_for_ever_and_open_nothing(client: Client) -> None:
    first = make_sign_up(OLD, sent_at=timezone.now())
    _confirm(first)
    subscriber = Subscriber.objects.get()
    moved = _moved(subscriber)
    assert client.get(_preferences(moved)).status_code == 200
    assert client.get(_preferences(subscriber)).status_code == 410
    assert _confirm(first).status_code == 410
    for identity in (subscriber.token_id, first.pk):
        assert b"<button" in client.get(f"/en/subscription/leave/{links.leave_token(identity)}/").content
    client.post(f"/en/subscription/leave/{links.leave_token(subscriber.token_id)}/")
    assert not Subscriber.objects.exists()


def test_moving_to_the_address_that_one_has_keeps_the_links(client: Client) -> None:
    subscriber = make_subscriber(OLD)
    assert _moved(subscriber, "OLD@example.org").address.reveal() == "OLD@example.org"
    assert client.get(_preferences(subscriber)).status_code == 200


def test_two_subscribers_become_one_with_the_wishes_of_the_one_who_moves(client: Client) -> None:
    goes = make_subscriber(NEW, language="en")
    Consent.objects.create(subscriber=goes, sign_up_id=goes.token_id, language="en", wording="I want it.")
    stays = make_subscriber(OLD, language="ru")
    moved = _moved(stays)
    assert [*Subscriber.objects.all()] == [moved]
    assert (moved.pk, moved.language, moved.address.reveal()) == (stays.pk, "ru", NEW)
    assert moved.consents.count() == 2
    assert client.get(_preferences(goes)).status_code == 200  # its mails went to this address
    assert client.get(_preferences(stays)).status_code == 410


@pytest.mark.parametrize(
    ("of_who_moves", "of_the_other", "kept"),
    [
        ("sent", "pending", "sent"),
        ("pending", "sent", "sent"),
        ("pending", "sending", "sending"),
        ("pending", "pending", "pending"),
        ("failed", "pending", "pending"),
        ("pending", "", "pending"),
        ("", "sent", "sent"),
    ],
)
def test_when_two_become_one_they_get_an_issue_once(of_who_moves: str, of_the_other: str, kept: str) -> None:
    goes, stays = make_subscriber(NEW), make_subscriber(OLD)
    sending = Sending.objects.create(issue=make_issue(MONDAY), started_at=timezone.now())
    for subscriber, state in ((stays, of_who_moves), (goes, of_the_other)):
        if state:
            row = Delivery(sending=sending, subscriber=subscriber, language="be", state=state)
            row.settled_at = settled_at(state)
            row.save()
    moved = _moved(stays)
    assert moved.deliveries.get().state == kept
    others = Delivery.objects.filter(subscriber=None)
    assert set(others.values_list("state", flat=True)) <= {Delivery.State.CANCELLED, Delivery.State.FAILED}


def test_a_plain_sign_up_of_the_new_address_is_not_called_off_by_another_or_confused_with_it(work: Work) -> None:
    subscriber = make_subscriber(OLD)
    plain = make_sign_up(NEW, sent_at=timezone.now())
    _ask(subscriber)
    assert b"You have been successfully subscribed" in _confirm(plain).content
    assert len(work()) == 1
    assert b"Your new address is confirmed" in _confirm().content
    assert _address() == NEW


def test_purging_forgets_a_move_whose_link_has_aged() -> None:
    make_sign_up(NEW, moves=make_subscriber(OLD), sent_at=timezone.now() - LINK_AGE)
    delivery.purge()
    assert not SignUp.objects.exists()
    assert Subscriber.objects.exists()


def test_a_moved_address_is_put_under_the_new_key(settings: Settings) -> None:
    settings.SUBSCRIBER_KEYS = ["old"]
    waiting = make_sign_up("other@example.net", moves=_moved(make_subscriber(OLD)), sent_at=timezone.now())
    settings.SUBSCRIBER_KEYS = ["new", "old"]
    assert [*rotation.reseal_all()] == ["resealed", "resealed"]
    settings.SUBSCRIBER_KEYS = ["new"]
    assert _address() == NEW
    _confirm(waiting)
    assert _address() == "other@example.net"
