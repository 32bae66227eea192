"""How many sign-ups are taken, and how many mails go out, whoever asks for them."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connections
from django.db.models import F
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from subscriptions.abuse import gate, places
from subscriptions.abuse.counting import Limit
from subscriptions.models import DAY, ConfirmationMail, SignUp, Suppression, Tally
from tests.factories import make_sign_up
from tests.subscriptions.proofs import PATH, WISH

pytestmark = pytest.mark.django_db
Work = Callable[[], list[EmailMultiAlternatives]]
HOME, NEIGHBOUR, ELSEWHERE = "203.0.113.7", "203.0.113.200", "198.51.100.7"


def _post(client: Client, address: str = "reader@example.org", *, caller: str = HOME, **headers: str) -> int:
    return client.post(PATH, {**WISH, "address": address}, REMOTE_ADDR=caller, headers=headers).status_code


def _pass(time: timedelta) -> None:
    """As if that much time had passed for what waits, and for the mails of the day."""
    SignUp.objects.unsent().update(next_attempt_at=F("next_attempt_at") - time)
    ConfirmationMail.objects.update(taken_at=F("taken_at") - time)
    Tally.objects.update(ends_at=F("ends_at") - time)


def test_two_hundred_sign_ups_with_a_tag_each_send_two_mails_a_day(client: Client, work: Work) -> None:
    for turn in range(200):
        assert client.post(PATH, {**WISH, "address": f"reader+{turn}@example.org"}).status_code == 303
    assert len(work()) == 2
    _pass(DAY - timedelta(minutes=1))
    assert work() == []
    _pass(timedelta(minutes=2))
    assert len(work()) == 2


@pytest.mark.parametrize(
    "addresses",
    [
        ("re.ader@example.org", "r.e.a.der@example.org", "READER@example.org"),
        ("reader@gmail.com", "re.ader+news@googlemail.com", "reader@gmail.com"),
        ("reader@ya.ru", "reader@yandex.by", "reader@yandex.ru"),
    ],
)
def test_what_one_mailbox_is_written_with_shares_its_two_mails(work: Work, addresses: tuple[str, ...]) -> None:
    sent = 0
    for address in addresses:
        make_sign_up(address)
        sent += len(work())
    assert sent == 2


def test_a_tag_alone_is_a_mailbox_of_its_own(work: Work) -> None:
    for address in ("+a@example.org", "+b@example.org", "+c@example.org"):
        make_sign_up(address)
    assert len(work()) == 3


def test_a_small_domain_gets_few_mails_in_an_hour(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "OF_A_DOMAIN", Limit("domain", 2))
    for name in ("a", "b", "c"):
        make_sign_up(f"{name}@small.example")
    make_sign_up("a@other.example")
    assert len(work()) == 3
    [waiting] = SignUp.objects.unsent()
    assert timedelta() < waiting.next_attempt_at - timezone.now() <= timedelta(hours=1, seconds=15)
    _pass(timedelta(hours=1, seconds=15))
    Tally.objects.past().delete()
    assert len(work()) == 1


def test_a_provider_that_everybody_is_with_is_not_counted(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "OF_A_DOMAIN", Limit("domain", 2))
    for name in ("a", "b", "c", "d"):
        make_sign_up(f"{name}@googlemail.com")
    assert len(work()) == 4


def test_another_attempt_of_a_mail_is_not_counted_again(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "OF_A_DOMAIN", Limit("domain", 1))
    make_sign_up("a@small.example")
    assert len(work()) == 1
    make_sign_up("b@small.example", attempts=1)
    assert len(work()) == 1


@pytest.mark.parametrize("reason", Suppression.Reason)
def test_an_address_that_gets_nothing_any_more_gets_no_confirmation(
    client: Client, work: Work, reason: Suppression.Reason
) -> None:
    Suppression.objects.suppress(make_sign_up().lookup, reason)
    SignUp.objects.all().delete()
    assert _post(client) == 303
    assert work() == []


def test_beyond_ten_in_an_hour_a_network_is_asked_for_a_proof_and_no_other(client: Client) -> None:
    answers = [_post(client, f"{turn}@example.org", caller=HOME if turn % 2 else NEIGHBOUR) for turn in range(11)]
    assert answers == [303] * 10 + [422]
    assert _post(client, caller=ELSEWHERE) == 303


def test_beyond_so_many_in_an_hour_everybody_is_asked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "OF_ALL", Limit("all", 3))
    answers = [_post(client, f"{turn}@example.org", caller=f"8.8.{turn}.8") for turn in range(5)]
    assert answers == [303] * 3 + [422] * 2
    assert "data-challenge" in client.get(PATH).content.decode()


def test_looking_at_the_form_is_not_counted(client: Client) -> None:
    for _turn in range(12):
        client.get(PATH, REMOTE_ADDR=HOME)
    assert not Tally.objects.exists()


@pytest.mark.parametrize(
    ("caller", "same", "other"),
    [
        ("203.0.113.7", "203.0.113.255", "203.0.114.7"),
        ("2001:db8:1:2::7", "2001:db8:1:ffff::8", "2001:db8:2:2::7"),
        ("::ffff:203.0.113.7", "203.0.113.9", "::ffff:203.0.114.7"),
    ],
)
def test_a_network_is_what_one_site_has(
    client: Client, monkeypatch: pytest.MonkeyPatch, caller: str, same: str, other: str
) -> None:
    monkeypatch.setattr(gate, "FROM_A_NETWORK", Limit("network", 1))
    assert [_post(client, caller=caller), _post(client, caller=same), _post(client, caller=other)] == [303, 422, 303]


def test_behind_a_proxy_the_callers_are_told_apart(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PROXY_COUNT = 1
    monkeypatch.setattr(gate, "FROM_A_NETWORK", Limit("network", 1))
    callers = [HOME, f"{ELSEWHERE}, {HOME}", ELSEWHERE]
    answers = [_post(client, caller="127.0.0.1", **{"X-Forwarded-For": caller}) for caller in callers]
    assert answers == [303, 422, 303]


@pytest.mark.parametrize("caller", ["127.0.0.1", "::1", "", "a.socket"])
def test_callers_that_cannot_be_told_apart_are_no_network(client: Client, caller: str) -> None:
    assert {_post(client, caller=caller) for _turn in range(12)} == {303}


def test_a_digest_says_nothing_about_the_next_hour() -> None:
    hour = datetime(2026, 1, 1, 12, tzinfo=UTC)
    digests = {Limit("network", 10).digest("203.0.113.0/24", hour + timedelta(hours=turn)) for turn in range(3)}
    assert len(digests) == 3


def test_the_worker_forgets_an_hour_that_is_over(client: Client, work: Work) -> None:
    _post(client)
    work()
    assert Tally.objects.exists()
    _pass(timedelta(hours=1))
    work()
    assert not Tally.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_two_that_count_at_once_get_the_same_number() -> None:
    end = timezone.now() + timedelta(hours=1)
    start = threading.Barrier(8)
    numbers: list[dict[str, int]] = []

    def count() -> None:
        start.wait()
        numbers.extend(Tally.objects.one_more({"b": end, "a": end}) for _turn in range(5))
        connections.close_all()

    threads = [threading.Thread(target=count) for _caller in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number["a"] for number in numbers) == list(range(1, 41))
    assert sorted(number["b"] for number in numbers) == list(range(1, 41))
