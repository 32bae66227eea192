import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connections
from django.test import Client
from django.utils import timezone

from subscriptions import links
from subscriptions.models import Consent, SignUp, Subscriber
from tests.factories import make_section, make_sign_up, make_subscriber

pytestmark = pytest.mark.django_db


def _path(sign_up: SignUp, language: str = "en") -> str:
    return f"/{language}/subscription/confirm/{links.confirm_token(sign_up.pk)}/"


def test_the_link_opens_a_page_with_one_button(client: Client) -> None:
    sign_up = make_sign_up(sent_at=timezone.now(), sections=(make_section("economy"),))
    response = client.get(_path(sign_up))
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<button") == 1
    assert "successfully subscribed" not in page
    assert "Section economy" in page
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Cache-Control"] == "no-store"
    assert "reader@example.org" not in page


def test_the_language_switch_stays_on_the_page(client: Client) -> None:
    sign_up = make_sign_up(sent_at=timezone.now())
    assert f'href="{_path(sign_up, "be")}"' in client.get(_path(sign_up)).content.decode()


def test_pressing_the_button_subscribes() -> None:
    section = make_section("economy")
    sign_up = make_sign_up("Reader@example.org", sent_at=timezone.now(), language="ru", sections=(section,))
    response = Client(enforce_csrf_checks=True).post(_path(sign_up))
    assert response.status_code == 200
    assert "You have been successfully subscribed" in response.content.decode()
    subscriber = Subscriber.objects.get()
    assert subscriber.address.reveal() == "Reader@example.org"
    assert (subscriber.language, [*subscriber.sections.all()]) == ("ru", [section])
    assert not SignUp.objects.exists()
    assert not response.cookies


def test_the_consent_keeps_the_words_that_stood_above_the_button(client: Client) -> None:
    sign_up = make_sign_up(sent_at=timezone.now())
    page = client.get(_path(sign_up)).content.decode()
    client.post(_path(sign_up))
    consent = Consent.objects.get()
    assert consent.wording in page
    assert (consent.language, consent.sign_up_id) == ("en", sign_up.pk)
    assert timezone.now() - consent.given_at < timedelta(minutes=1)


def test_a_used_link_says_confirmed_again_even_when_it_has_aged(client: Client, monkeypatch: Any) -> None:
    path = _path(make_sign_up(sent_at=timezone.now()))
    client.post(path)
    monkeypatch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() + 30 * 24 * 3600)
    for response in (client.get(path), client.post(path)):
        assert (response.status_code, b"successfully subscribed" in response.content) == (200, True)
    assert Consent.objects.count() == Subscriber.objects.count() == 1


def _two_days_and_a_second_later(monkeypatch: Any) -> None:
    now = timezone.now().timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 48 * 3600 + 2)


def test_broken_links_all_get_the_same_friendly_page(client: Client, monkeypatch: Any) -> None:
    sign_up = make_sign_up(sent_at=timezone.now())
    token = links.confirm_token(sign_up.pk)
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    other_purpose = links.leave_token(sign_up.pk)
    unknown = links.confirm_token(make_subscriber("other@example.org").token_id)
    pages = [client.get(f"/en/subscription/confirm/{wrong}/") for wrong in (flipped, other_purpose, unknown, "x")]
    pages += [client.post(f"/en/subscription/confirm/{wrong}/") for wrong in (flipped, other_purpose, unknown, "x")]
    _two_days_and_a_second_later(monkeypatch)
    pages += [
        client.get(_path(sign_up)),
        client.get(f"/en/subscription/confirm/{token}/"),
        client.post(f"/en/subscription/confirm/{token}/"),
    ][1:]
    assert {page.status_code for page in pages} == {410}
    bodies = {
        page.content.decode()
        .replace(page.wsgi_request.path, "")
        .replace(page.wsgi_request.path.replace("/en/", "/be/"), "")
        .replace(page.wsgi_request.path.replace("/en/", "/ru/"), "")
        for page in pages
    }
    assert len(bodies) == 1
    assert 'action="/en/subscribe/"' in bodies.pop()
    assert Subscriber.objects.count() == 1


def test_every_flipped_character_of_a_token_is_noticed() -> None:
    token = links.confirm_token(make_sign_up().pk)
    for place, character in enumerate(token):
        wrong = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        assert links.read_confirm_token(wrong) is None


def test_confirming_again_gives_a_subscriber_their_new_wishes(client: Client) -> None:
    section = make_section("economy")
    subscriber = make_subscriber(language="be", sections=(make_section("old"),))
    confirmed_at = Subscriber.objects.get().confirmed_at
    client.post(_path(make_sign_up(sent_at=timezone.now(), language="en", sections=(section,))))
    subscriber = Subscriber.objects.get(pk=subscriber.pk)
    assert (subscriber.language, [*subscriber.sections.all()]) == ("en", [section])
    assert subscriber.confirmed_at == confirmed_at
    assert Consent.objects.count() == 1


def test_confirming_again_ends_a_pause_and_keeps_what_the_form_does_not_ask(client: Client) -> None:
    make_subscriber(cadence="trend_changes", is_discreet=True, paused_at=timezone.now(), paused_until=None)
    client.post(_path(make_sign_up(sent_at=timezone.now())))
    subscriber = Subscriber.objects.get()
    assert not subscriber.is_paused
    assert (subscriber.cadence, subscriber.is_discreet) == ("trend_changes", True)


def test_the_page_after_it_leads_to_the_preferences(client: Client) -> None:
    page = client.post(_path(make_sign_up(sent_at=timezone.now()))).content.decode()
    token = links.leave_token(Subscriber.objects.get().token_id)
    assert f'href="/en/subscription/preferences/{token}/"' in page


def test_two_mails_to_one_address_make_one_subscriber(client: Client) -> None:
    first = make_sign_up(sent_at=timezone.now())
    second = make_sign_up(sent_at=timezone.now(), language="ru")
    for sign_up in (first, second, first):
        assert b"successfully subscribed" in client.post(_path(sign_up)).content
    assert Subscriber.objects.get().language == "ru"
    assert Consent.objects.count() == 2


def test_confirming_calls_off_a_mail_that_still_waits(client: Client, work: Callable[[], list[Any]]) -> None:
    sent = make_sign_up(sent_at=timezone.now())
    make_sign_up()
    client.post(_path(sent))
    assert work() == []


def test_another_website_cannot_press_the_button(client: Client) -> None:
    sign_up = make_sign_up(sent_at=timezone.now())
    response = client.post(_path(sign_up), headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert not Subscriber.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mails", [1, 2])
def test_pressed_at_once_it_makes_one_subscriber_and_one_consent_a_mail(mails: int) -> None:
    sign_ups = [make_sign_up(sent_at=timezone.now()) for _mail in range(mails)]
    paths = [_path(sign_up) for sign_up in sign_ups] * (8 // mails)
    start, answers = threading.Barrier(len(paths)), []

    def press(path: str) -> None:
        start.wait()
        answers.append(Client().post(path))
        connections.close_all()

    threads = [threading.Thread(target=press, args=[path]) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    assert all(b"successfully subscribed" in answer.content for answer in answers)
    assert Subscriber.objects.count() == 1
    assert Consent.objects.count() == mails


def test_from_the_form_to_confirmed(client: Client, work: Callable[[], list[EmailMultiAlternatives]]) -> None:
    client.post("/be/subscribe/", {"address": "reader@example.org", "language": "be"})
    [message] = work()
    link = next(line for line in str(message.body).splitlines() if "/confirm/" in line)
    path = link.partition("//")[2].partition("/")[2]
    assert Subscriber.objects.count() == 0
    assert client.post(f"/{path}").status_code == 200
    assert Subscriber.objects.get().address.reveal() == "reader@example.org"
