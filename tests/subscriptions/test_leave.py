from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from subscriptions import links
from subscriptions.models import Consent, Delivery, Sending, SignUp, Subscriber, Suppression
from tests.factories import MONDAY, make_issue, make_sign_up, make_subscriber
from tests.subscriptions.sendings import settled_at

pytestmark = pytest.mark.django_db


def _path(subscriber: Subscriber) -> str:
    return f"/en/subscription/leave/{links.leave_token(subscriber.token_id)}/"


def test_the_link_opens_a_page_with_one_button_and_changes_nothing(client: Client) -> None:
    response = client.get(_path(make_subscriber()))
    assert response.content.count(b"<button") == 1
    assert response["X-Robots-Tag"] == "noindex"
    assert Subscriber.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "null"}, {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site", "Cookie": "a=b"}],
)
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_mailbox_provider_leaves_by_one_post(content_type: str, headers: dict[str, str]) -> None:
    subscriber = make_subscriber()
    body = {
        "application/x-www-form-urlencoded": b"List-Unsubscribe=One-Click",
        "multipart/form-data; boundary=b": b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
        b"One-Click\r\n--b--\r\n",
    }[content_type]
    client = Client(enforce_csrf_checks=True)
    response = client.post(_path(subscriber), body, content_type=content_type, headers=headers)
    assert response.status_code == 200
    assert not response.cookies
    assert not Subscriber.objects.exists()


def test_leaving_keeps_nothing(client: Client) -> None:
    client.post(f"/en/subscription/confirm/{links.confirm_token(make_sign_up(sent_at=timezone.now()).pk)}/")
    make_sign_up(sent_at=timezone.now())
    make_sign_up()
    response = client.post(_path(Subscriber.objects.get()))
    assert b"You have left the newsletter" in response.content
    assert not Subscriber.objects.exists()
    assert not Consent.objects.exists()
    assert not SignUp.objects.exists()


def test_in_the_middle_of_a_sending_the_mails_that_wait_are_called_off(client: Client) -> None:
    subscriber, other = make_subscriber(), make_subscriber("other@example.org")
    found = {}
    for week, state in enumerate(("pending", "sending", "sent")):
        sending = Sending.objects.create(issue=make_issue(MONDAY + timedelta(weeks=week)), started_at=timezone.now())
        row = Delivery(sending=sending, subscriber=subscriber, language="be", state=state, settled_at=settled_at(state))
        row.save()
        found[state] = row
    theirs = Delivery.objects.create(sending=sending, subscriber=other, language="be")
    client.post(_path(subscriber))
    for delivery in (*found.values(), theirs):
        delivery.refresh_from_db()
    assert [delivery.state for delivery in found.values()] == ["cancelled", "sending", "sent"]
    assert found["pending"].settled_at
    assert {delivery.subscriber for delivery in found.values()} == {None}
    assert theirs.state == "pending"


@pytest.mark.parametrize("reason", Suppression.Reason)
def test_who_is_suppressed_leaves_alike_and_stays_suppressed(client: Client, reason: Suppression.Reason) -> None:
    subscriber = make_subscriber()
    Suppression.objects.suppress(subscriber.lookup, reason)
    assert b"You have left the newsletter" in client.post(_path(subscriber)).content
    assert not Subscriber.objects.exists()
    assert Suppression.objects.get().reason == reason


def test_others_stay(client: Client) -> None:
    other = make_subscriber("other@example.org")
    client.post(_path(make_subscriber()))
    assert [*Subscriber.objects.all()] == [other]


def test_an_old_link_says_kindly_that_there_is_no_subscription(client: Client, monkeypatch: Any) -> None:
    subscriber = make_subscriber()
    monkeypatch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() + 10 * 365 * 24 * 3600)
    client.post(_path(subscriber))
    for response in (client.get(_path(subscriber)), client.post(_path(subscriber))):
        assert response.status_code == 200
        assert b"You are not subscribed" in response.content


def test_the_link_in_the_confirmation_mail_leaves_before_and_after_confirming(
    client: Client, work: Callable[[], list[EmailMultiAlternatives]]
) -> None:
    for confirms in (False, True):
        client.post("/en/subscribe/", {"address": "reader@example.org", "language": "en"})
        [message] = work()
        paths = [
            f"/en/{line.partition('/en/')[2]}" for line in str(message.body).splitlines() if "/subscription/" in line
        ]
        confirm, leave = paths
        if confirms:
            client.post(confirm)
            assert Subscriber.objects.exists()
        assert b"You have left" in client.post(leave).content
        assert not Subscriber.objects.exists()
        assert client.post(confirm).status_code == 410
        assert not Subscriber.objects.exists()


def test_an_older_confirmation_link_does_not_bring_back_who_has_left(client: Client) -> None:
    first, second = make_sign_up(sent_at=timezone.now()), make_sign_up(sent_at=timezone.now())
    client.post(f"/en/subscription/confirm/{links.confirm_token(first.pk)}/")
    client.post(_path(Subscriber.objects.get()))
    for sign_up in (first, second):
        response = client.post(f"/en/subscription/confirm/{links.confirm_token(sign_up.pk)}/")
        assert response.status_code == 410
    assert not Subscriber.objects.exists()


def test_a_forged_link_gets_the_friendly_refusal(client: Client) -> None:
    subscriber = make_subscriber()
    forged = [links.confirm_token(subscriber.token_id), links.leave_token(subscriber.token_id)[:-1], "x"]
    for token in forged:
        response = client.post(f"/en/subscription/leave/{token}/")
        assert response.status_code == 410
        assert b"This link does not work any more" in response.content
    assert Subscriber.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_lost_its_slash_works_without_a_redirect(client: Client, method: str) -> None:
    response = getattr(client, method)(_path(make_subscriber()).removesuffix("/"))
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert Subscriber.objects.exists() == (method == "get")
