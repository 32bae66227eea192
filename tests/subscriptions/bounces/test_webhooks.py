"""What providers tell by their webhooks."""

import hashlib
import hmac
import json
import logging
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from config.urls import urlpatterns
from subscriptions import emails
from subscriptions.addresses import lookup_of
from subscriptions.bounces import webhooks
from subscriptions.models import Delivery, Subscriber, Suppression
from tests.factories import make_subscriber
from tests.subscriptions.bounces.samples import READER
from tests.subscriptions.bounces.sent import send

pytestmark = pytest.mark.django_db
SECRET = "weekly:correct horse"
KEY = "key-0123"
PROVIDERS = Client(raise_request_exception=False)  # one for all calls: each new one looks through the static files
BASIC = "Basic " + b64encode(SECRET.encode()).decode()


@pytest.fixture
def provider(request: pytest.FixtureRequest, settings: Settings) -> Iterator[str]:
    name = str(request.param)
    settings.BOUNCE_WEBHOOK = name
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    mounted = webhooks.addresses()
    urlpatterns[:0] = mounted
    yield name
    del urlpatterns[: len(mounted)]


postmark = pytest.mark.parametrize("provider", ["postmark"], indirect=True)
mailgun = pytest.mark.parametrize("provider", ["mailgun"], indirect=True)


def _call(provider: str, body: Any, **headers: str) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body)
    headers = {"Authorization": BASIC} | headers
    path = f"/anymail/{provider}/tracking/"
    return PROVIDERS.post(path, raw, content_type="application/json", headers=headers).status_code


def _postmark(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "RecordType": "SpamComplaint" if kind == "SpamComplaint" else "Bounce",
        "ID": 4323372036854775807,
        "Type": kind,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Details": "action failed",
        "Email": READER,
        "From": "newsletter@weekly.example",
        "BouncedAt": "2022-01-24T09:00:00Z",
        **more,
    }


def _mailgun(delivery: Delivery, **more: Any) -> dict[str, Any]:
    assert delivery.subscriber
    message_id = emails.message_id_of(delivery.sending.issue.uid, delivery.subscriber.token_id)
    event = {
        "event": "failed",
        "severity": "permanent",
        "reason": "bounce",
        "recipient": READER,
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": 1643014800.1,
        "delivery-status": {"code": 550, "message": "5.1.1 The email account that you tried to reach does not exist."},
        "message": {"headers": {"message-id": message_id.strip("<>")}},
        **more,
    }
    return {"signature": _signed("token"), "event-data": event}


def _signed(token: str, timestamp: str = "1643014800") -> dict[str, str]:
    signature = hmac.new(KEY.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {"token": token, "timestamp": timestamp, "signature": signature}


def _reason() -> str | None:
    return Suppression.objects.filter(lookup=lookup_of(READER)).values_list("reason", flat=True).first()


def test_without_a_provider_no_address_is_mounted(settings: Settings) -> None:
    assert settings.BOUNCE_WEBHOOK == ""
    assert webhooks.addresses() == []
    assert Client().post("/anymail/postmark/tracking/").status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("bounce_webhook")


@postmark
def test_only_the_address_of_the_provider_is_mounted(provider: str) -> None:
    assert _call("mailgun", {}) == 404
    assert Client().get(f"/anymail/{provider}/tracking/").status_code == 405


@postmark
@pytest.mark.parametrize(
    ("kind", "more", "reason"),
    [
        ("HardBounce", {}, "bounce"),
        ("BadEmailAddress", {}, "bounce"),
        ("HardBounce", {"Details": "smtp;550 5.0.0 said no"}, "bounce"),
        ("SpamComplaint", {}, "complaint"),
        ("HardBounce", {"Details": "smtp;550 5.7.1 blocked using a list"}, None),
        ("SoftBounce", {}, None),
        ("Blocked", {}, None),
        ("Transient", {}, None),
        ("AutoResponder", {}, None),
        ("Unknown", {}, None),
    ],
)
def test_postmark_tells_hard_from_soft(provider: str, kind: str, more: dict[str, str], reason: str | None) -> None:
    delivery = send(make_subscriber(READER))
    assert _call(provider, _postmark(kind, **more)) == 200
    assert _reason() == reason
    assert Subscriber.objects.exists() is (reason is None)
    soft = {"SoftBounce", "Blocked", "HardBounce"} if reason is None else set()
    assert [row.soft_bounces for row in Subscriber.objects.all()] == ([int(kind in soft)] if reason is None else [])
    delivery.refresh_from_db()
    assert bool(delivery.complained_at) is (reason == "complaint")


@postmark
def test_who_leaves_by_the_provider_leaves(provider: str) -> None:
    send(make_subscriber(READER))
    change = {"RecordType": "SubscriptionChange", "SuppressSending": True, "SuppressionReason": "ManualSuppression"}
    assert _call(provider, {**change, "Recipient": READER, "ChangedAt": "2022-01-24T09:00:00Z"}) == 200
    assert not Subscriber.objects.exists()
    assert _reason() is None


@mailgun
def test_mailgun_names_the_mail_that_bounced(provider: str) -> None:
    subscriber = make_subscriber(READER)
    first, second = send(subscriber, days_ago=7), send(subscriber)
    assert _call(provider, _mailgun(first)) == 200
    assert _reason() == "bounce"
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.bounced_at
    assert second.bounced_at is None


@mailgun
@pytest.mark.parametrize(
    ("more", "soft_bounces"),
    [
        ({"severity": "temporary"}, 0),
        ({"event": "delivered"}, 0),
        ({"event": "opened"}, 0),
        ({"reason": "generic"}, 1),
        ({"delivery-status": {"code": 550, "message": "5.7.1 Message rejected due to policy"}}, 1),
    ],
)
def test_mailgun_tells_what_is_no_bounce_and_what_a_soft_one(
    provider: str, more: dict[str, Any], soft_bounces: int
) -> None:
    delivery = send(make_subscriber(READER))
    assert _call(provider, _mailgun(delivery, **more)) == 200
    assert Subscriber.objects.get().soft_bounces == soft_bounces


@mailgun
def test_a_webhook_about_other_mail_of_ours_changes_nothing(provider: str) -> None:
    delivery = send(make_subscriber(READER))
    host = emails.confirmation_id_of(delivery.sending.issue.uid).rpartition("@")[2]
    other = {"message": {"headers": {"message-id": f"staff.0123@{host.strip('>')}"}}}
    assert _call(provider, _mailgun(delivery, **other)) == 200
    assert Subscriber.objects.get().soft_bounces == 0


@mailgun
def test_a_repeated_webhook_changes_nothing_though_it_is_signed_anew(provider: str) -> None:
    event = _mailgun(send(make_subscriber(READER)), reason="generic")
    _call(provider, event)
    Delivery.objects.update(bounced_at=None)
    assert _call(provider, {**event, "signature": _signed("another", "1643015800")}) == 200
    assert Subscriber.objects.get().soft_bounces == 1


@postmark
def test_a_repeated_webhook_does_not_undo_what_the_manager_lifted(provider: str) -> None:
    make_subscriber(READER)
    _call(provider, _postmark("SpamComplaint"))
    Suppression.objects.lift(lookup_of(READER))
    make_subscriber(READER)
    assert _call(provider, _postmark("SpamComplaint")) == 200
    assert Subscriber.objects.exists()
    assert _reason() is None


@postmark
@pytest.mark.parametrize("authorization", ["", "Basic !", "Bearer x", "Basic " + b64encode(b"weekly:guess").decode()])
def test_a_wrong_secret_changes_nothing(provider: str, authorization: str, caplog: pytest.LogCaptureFixture) -> None:
    make_subscriber(READER)
    assert _call(provider, _postmark("HardBounce"), Authorization=authorization) == 400
    assert Subscriber.objects.exists()
    assert "A webhook was refused (AnymailWebhookValidationFailure)." in caplog.text


@mailgun
@pytest.mark.parametrize("change", [{"signature": "0" * 64}, {"timestamp": "1643014801"}, {"token": "é"}])
def test_a_wrong_signature_changes_nothing(provider: str, change: dict[str, str]) -> None:
    event = _mailgun(send(make_subscriber(READER)))
    event["signature"] |= change
    assert _call(provider, event) == 400
    assert Subscriber.objects.exists()


@pytest.mark.parametrize("provider", ["brevo", "mailgun", "mailjet", "postmark"], indirect=True)
def test_what_is_malformed_changes_nothing_and_is_not_logged(provider: str, caplog: pytest.LogCaptureFixture) -> None:
    make_subscriber(READER)
    told = {"event": "failed", "recipient": [READER], "email": READER, "timestamp": READER, "time": READER}
    signed: dict[str, Any] = {"signature": _signed("token")}
    bodies: list[Any] = [b"", READER.encode(), b"\xff\xfe", [READER], {"Email": READER}, 7]
    bodies += [{**signed, "event-data": READER}, {**signed, "event-data": told}, told]
    assert {_call(provider, body) for body in bodies} <= {200, 400}
    assert Subscriber.objects.get().soft_bounces == 0
    assert _reason() is None
    assert READER not in caplog.text  # of the traceback too


@postmark
def test_an_error_of_ours_lets_the_provider_call_again(
    provider: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError

    make_subscriber(READER)
    with monkeypatch.context() as broken:
        broken.setattr("subscriptions.bounces.taking.suppress", fail)
        caplog.set_level(logging.CRITICAL, logger="django.request")
        assert _call(provider, _postmark("HardBounce")) == 500
    assert _call(provider, _postmark("HardBounce")) == 200
    assert _reason() == "bounce"


BREVO = {"email": READER, "message-id": "<2022@smtp-relay.mailin.fr>", "ts_epoch": 1643014800000, "reason": "said no"}
MAILJET = {"email": READER, "MessageID": 19421777835146490, "time": 1643014800, "smtp_reply": "said no"}


@pytest.mark.parametrize(
    ("provider", "event", "reason"),
    [
        ("brevo", {**BREVO, "event": "hard_bounce"}, "bounce"),
        ("brevo", {**BREVO, "event": "soft_bounce"}, None),
        ("brevo", {**BREVO, "event": "spam"}, "complaint"),
        ("mailjet", {**MAILJET, "event": "bounce", "error": "user unknown", "hard_bounce": True}, "bounce"),
        ("mailjet", {**MAILJET, "event": "bounce", "error": "quota exceeded", "hard_bounce": False}, None),
        ("mailjet", [{**MAILJET, "event": "spam", "source": "JMRPP"}], "complaint"),
    ],
    indirect=["provider"],
)
def test_the_other_providers_are_understood(provider: str, event: Any, reason: str | None) -> None:
    send(make_subscriber(READER))
    assert _call(provider, event) == 200
    assert _reason() == reason
    assert [row.soft_bounces for row in Subscriber.objects.all()] == ([] if reason else [1])


def _amazon(kind: str) -> dict[str, Any]:
    told = {
        "notificationType": "Bounce",
        "mail": {"messageId": "00000137860315fd-34208509-5b74", "destination": [READER]},
        "bounce": {
            "bounceType": kind,
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": READER, "diagnosticCode": "smtp; 550 said no"}],
        },
    }
    return {"Type": "Notification", "MessageId": "19ba9823", "Message": json.dumps(told)}


@pytest.mark.parametrize("provider", ["amazon_ses"], indirect=True)
@pytest.mark.parametrize(("kind", "reason"), [("Permanent", "bounce"), ("Transient", None), ("Undetermined", None)])
def test_amazon_is_understood(provider: str, kind: str, reason: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    # Its library is needed to answer Amazon's first call only, and is not installed with the others.
    monkeypatch.setattr("anymail.webhooks.amazon_ses._get_anymail_boto3_params", lambda **_kwargs: ({}, {}))
    send(make_subscriber(READER))
    headers = {"X-Amz-Sns-Message-Type": "Notification", "X-Amz-Sns-Message-Id": "19ba9823"}
    assert _call(provider, _amazon(kind), **headers) == 200
    assert _reason() == reason
    assert _call(provider, READER.encode(), **headers) == 400
