"""The mailbox of bounces on an IMAP server."""

import imaplib
import logging
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from subscriptions.bounces.visiting import Rounds, visit
from subscriptions.models import Subscriber, Suppression
from tests.factories import make_subscriber
from tests.subscriptions.bounces import samples
from tests.subscriptions.bounces.imap import Folder, serve
from tests.subscriptions.bounces.samples import READER
from tests.subscriptions.bounces.sent import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """Without TLS, but not without asking whether our side would check the certificate."""

    def connect(host: str, port: int, *, ssl_context: ssl.SSLContext, timeout: float) -> Any:
        assert ssl_context.check_hostname
        assert ssl_context.verify_mode is ssl.CERT_REQUIRED
        return imaplib.IMAP4(host, port, timeout)

    monkeypatch.setattr(imaplib, "IMAP4_SSL", connect)
    found = Folder()
    with serve(found) as port:
        settings.BOUNCE_MAILBOX = f"imaps://bounces%40weekly.example:a%3Ab%2F@127.0.0.1:{port}/Bounces/All"
        yield found


def test_what_is_read_is_deleted_and_what_a_person_is_to_read_is_flagged(folder: Folder) -> None:
    delivery = send(make_subscriber(READER))
    folder.receive(samples.letter())
    folder.receive(samples.postfix(samples.header(delivery)))
    folder.receive(samples.letter(text="x" * 300_000))
    found = visit()
    assert (found.read, found.effective, found.kept) == (1, 1, 2)
    assert Suppression.objects.exists()
    assert [flags for _raw, flags in folder.mails.values()] == [{r"\Flagged"}, {r"\Flagged"}]
    assert visit().kept == 0


def test_user_and_password_and_folder_are_those_of_the_setting(folder: Folder) -> None:
    visit()
    assert 'LOGIN bounces@weekly.example "a:b/"' in folder.told
    assert 'SELECT "Bounces/All"' in folder.told
    assert folder.told[-2:] == ["CLOSE", "LOGOUT"]


def test_killed_before_the_folder_is_closed_it_deletes_at_the_next_visit(folder: Folder) -> None:
    delivery = send(make_subscriber(READER))
    folder.receive(samples.postfix(samples.header(delivery), status="4.2.2", said="452 4.2.2 over quota"))
    folder.refuses = "CLOSE"
    with pytest.raises(CommandError, match=r"does not answer \(error\)"):
        call_command("read_bounces")
    assert len(folder.mails) == 1
    folder.refuses = ""
    assert visit().read == 0
    assert folder.mails == {}
    assert Subscriber.objects.get().soft_bounces == 1


@pytest.mark.parametrize("command", ["LOGIN", "SELECT", "SEARCH", "FETCH", "STORE"])
def test_a_server_that_refuses_is_away(folder: Folder, command: str) -> None:
    folder.receive(samples.letter())
    folder.refuses = command
    with pytest.raises(CommandError, match=r"does not answer \(error\)"):
        call_command("read_bounces")


def test_the_worker_says_once_that_it_is_away(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.BOUNCE_MAILBOX = "imaps://bounces:secret@127.0.0.1:1/INBOX"
    rounds = Rounds()
    rounds.go(lambda: False)
    rounds.go(lambda: False)
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert said == ["The mailbox of bounces does not answer (ConnectionRefusedError). The worker goes on trying."]


def test_a_worker_that_is_to_stop_leaves_the_rest(folder: Folder) -> None:
    folder.receive(samples.letter())
    Rounds().go(lambda: True)
    assert [flags for _raw, flags in folder.mails.values()] == [set()]
