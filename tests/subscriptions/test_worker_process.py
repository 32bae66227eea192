"""The worker as a process of its own, sending over SMTP to a sink."""

import asyncio
import email
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import Message
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection
from django.utils import timezone

from commentaries import roles
from commentaries.models import StaffMail, Translation
from subscriptions.models import SignUp
from tests.factories import make_commentary, make_sign_up, make_user

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent


class Sink:
    """An SMTP server that keeps what it gets, or answers as it is told, slowly if wanted."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.answers: list[str] = []
        self.delay = 0.0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(email.message_from_bytes(envelope.content or b""))  # type: ignore[arg-type]
        await asyncio.sleep(self.delay)
        return "250 kept"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler = Sink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


def _database_url() -> str:
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@pytest.fixture
def start(sink: tuple[Sink, int]) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    environment = {
        **os.environ,
        "DEBUG": "0",
        "SECRET_KEY": settings.SECRET_KEY,
        "SUBSCRIBER_KEY": ",".join(settings.SUBSCRIBER_KEYS),
        "SUBSCRIBER_LOOKUP_KEY": settings.SUBSCRIBER_LOOKUP_KEY,
        "SITE_URL": "https://weekly.example",
        "ALLOWED_HOSTS": "weekly.example",
        "DATABASE_URL": _database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{sink[1]}",
    }
    processes = []

    def run() -> subprocess.Popen[str]:
        command = [sys.executable, "-u", "manage.py", "worker"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True)
        assert process.stdout
        assert "running" in process.stdout.readline()
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.wait()


def _until(is_so: Callable[[], object], seconds: float = 10) -> float:
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < seconds
        time.sleep(0.02)
    return time.monotonic() - started


def test_a_mail_is_there_within_two_seconds(sink: tuple[Sink, int], start: Callable[[], subprocess.Popen[str]]) -> None:
    start()
    time.sleep(0.7)
    make_sign_up()
    assert _until(lambda: sink[0].mails) < 2
    [message] = sink[0].mails
    assert message["To"] == "reader@example.org"
    assert message.get_content_type() == "multipart/alternative"
    assert b"https://weekly.example/be/subscription/confirm/" in message.get_payload()[0].get_payload(decode=True)  # type: ignore[index]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_it_finish_the_message_in_hand(
    sink: tuple[Sink, int], start: Callable[[], subprocess.Popen[str]], number: int
) -> None:
    sink[0].delay = 1.0
    first = make_sign_up("a@example.org")
    make_sign_up("b@example.org", next_attempt_at=timezone.now())
    process = start()
    _until(lambda: sink[0].mails)
    process.send_signal(number)
    assert process.wait(timeout=5) == 0
    assert process.stdout
    assert process.stdout.read().strip() == "The worker has stopped."
    assert len(sink[0].mails) == 1
    first.refresh_from_db()
    assert first.sent_at
    waiting = SignUp.objects.unsent().get()
    assert (waiting.claimed_until, waiting.attempts) == (None, 0)


def test_a_signal_while_idle_ends_it_at_once(start: Callable[[], subprocess.Popen[str]]) -> None:
    process = start()
    time.sleep(0.3)
    process.terminate()
    assert process.wait(timeout=2) == 0


def test_answers_of_a_real_server_are_understood(
    sink: tuple[Sink, int], start: Callable[[], subprocess.Popen[str]]
) -> None:
    sink[0].answers = ["451 later", "554 never"]
    later = make_sign_up("a@example.org")
    never = make_sign_up("b@example.org", next_attempt_at=timezone.now())
    start()
    _until(lambda: not SignUp.objects.filter(pk=never.pk).exists())
    later.refresh_from_db()
    assert later.attempts == 1
    assert later.next_attempt_at > timezone.now()
    assert sink[0].mails == []


def test_killed_in_the_middle_it_leaves_a_claim_that_another_takes_over(
    sink: tuple[Sink, int], start: Callable[[], subprocess.Popen[str]]
) -> None:
    sink[0].delay = 5.0
    sign_up = make_sign_up()
    process = start()
    _until(lambda: sink[0].mails)
    process.kill()
    process.wait()
    sign_up.refresh_from_db()
    assert sign_up.sent_at is None
    assert sign_up.claimed_until
    sink[0].delay = 0.0
    SignUp.objects.update(claimed_until=timezone.now())
    start()
    _until(lambda: SignUp.objects.filter(pk=sign_up.pk, sent_at__isnull=False).exists())
    assert len({message["Message-ID"] for message in sink[0].mails}) == 1


def test_staff_are_written_to_after_those_who_wait_to_confirm(
    sink: tuple[Sink, int], start: Callable[[], subprocess.Popen[str]]
) -> None:
    roles.grant_roles()
    editor = make_user("editor", roles.EDITOR, email="editor@example.org")
    commentary = make_commentary(state=Translation.State.IN_REVIEW)
    settled = timezone.now() - timedelta(minutes=3)
    StaffMail.objects.create(user=editor, kind="review", commentary=commentary, language="be", asked_at=settled)
    make_sign_up()
    start()
    _until(lambda: not StaffMail.objects.exists())
    assert [message["To"] for message in sink[0].mails] == ["reader@example.org", "editor@example.org"]
    assert b"https://weekly.example/admin/" in sink[0].mails[1].get_payload()[0].get_payload(decode=True)  # type: ignore[index]
