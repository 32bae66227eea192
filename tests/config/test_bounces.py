"""What an operator sets so that bounces are heard of."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import bounces

SECRET = {"ANYMAIL_WEBHOOK_SECRET": "user:password"}


def _set(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name in ("BOUNCE_WEBHOOK", "BOUNCE_MAILBOX", "BOUNCE_ADDRESS", *SECRET):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_nothing_is_set_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch)
    assert (bounces.webhook(), bounces.mailbox(), bounces.address()) == (("", {}), "", "")


def test_a_provider_comes_with_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, BOUNCE_WEBHOOK="Postmark", **SECRET)
    assert bounces.webhook() == ("postmark", {"WEBHOOK_SECRET": "user:password"})


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"BOUNCE_WEBHOOK": "pigeon", **SECRET}, "BOUNCE_WEBHOOK is 'pigeon'; set it to one of amazon_ses, brevo"),
        ({"BOUNCE_WEBHOOK": "postmark"}, "ANYMAIL_WEBHOOK_SECRET is not set: it is the user:password"),
        ({"BOUNCE_WEBHOOK": "postmark", "ANYMAIL_WEBHOOK_SECRET": "password"}, "must look like user:password"),
        ({"BOUNCE_WEBHOOK": "mailgun", **SECRET}, "ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY is not set: Mailgun signs"),
    ],
)
def test_a_webhook_without_what_protects_it_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], sentence: str
) -> None:
    _set(monkeypatch, **variables)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        bounces.webhook()


def test_amazon_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounces, "find_spec", lambda name: None)
    _set(monkeypatch, BOUNCE_WEBHOOK="amazon_ses", **SECRET)
    with pytest.raises(ImproperlyConfigured, match="needs boto3: install the extra s3"):
        bounces.webhook()


@pytest.mark.parametrize("address", ["imaps://user:pass%2Fword@host:993/INBOX", "imaps://u:p@h", "maildir:///var/mail"])
def test_a_mailbox_is_on_a_server_or_on_this_machine(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    _set(monkeypatch, BOUNCE_MAILBOX=address)
    assert bounces.mailbox() == address


@pytest.mark.parametrize(
    "address",
    [
        "imap://u:secret@h/INBOX",
        "imaps://h/INBOX",
        "imaps://u:secret@",
        "imaps://u:secret@h:x/",
        "maildir://",
        "secret",
    ],
)
def test_a_wrong_mailbox_stops_the_start_with_a_sentence_that_does_not_repeat_the_password(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    _set(monkeypatch, BOUNCE_MAILBOX=address)
    with pytest.raises(ImproperlyConfigured, match="BOUNCE_MAILBOX must look like imaps://") as error:
        bounces.mailbox()
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("address", ["bounces", "@example.org", "Bounces <b@example.org>", "a@b\nc@d"])
def test_a_wrong_sender_on_the_envelope_stops_the_start(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    _set(monkeypatch, BOUNCE_ADDRESS=address)
    with pytest.raises(ImproperlyConfigured, match="it must look like bounces@"):
        bounces.address()
