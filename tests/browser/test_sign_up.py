"""From the form on a page to the newsletter, through a mail that really was sent over SMTP."""

import re
import signal
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from queue import Queue
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from subscriptions.models import Subscriber
from tests.factories import make_commentary, make_publication
from tests.processes import free_port, start

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "be": ("Падпісацца", "Так, падпішыце мяне", "Вы падпісаліся"),
    "ru": ("Подписаться", "Да, подпишите меня", "Вы подписались"),
    "en": ("Subscribe", "Yes, subscribe me", "You have been successfully subscribed"),
}


class Sink:
    """Receives mail and keeps it."""

    def __init__(self) -> None:
        self.mails: Queue[tuple[float, EmailMessage]] = Queue()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.put((time.monotonic(), message))
        return "250 kept"


@pytest.fixture
def sink(live_server: LiveServer) -> Iterator[Sink]:
    """A mail server and a worker that sends to it."""
    sink = Sink()
    port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    worker = start("manage.py", "worker", EMAIL_URL=f"smtp://127.0.0.1:{port}", SITE_URL=live_server.url)
    assert worker.stdout is not None
    worker.stdout.readline()  # it says that it runs
    yield sink
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    controller.stop()
    assert worker.returncode == 0


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_a_reader_without_javascript_signs_up_confirms_and_leaves(
    reader: Page, live_server: LiveServer, sink: Sink, language: str
) -> None:
    subscribe, confirm, confirmed = WORDS[language]
    make_publication()
    commentary = make_commentary()
    reader.goto(live_server.url + commentary.url_in(language))
    form = reader.locator("form.sign-up")
    form.locator("input[type=email]").fill("reader@example.org")
    asked_at = time.monotonic()
    with reader.expect_navigation():
        form.get_by_role("button", name=subscribe).click()
    assert Subscriber.objects.count() == 0

    arrived_at, mail = sink.mails.get(timeout=15)
    assert arrived_at - asked_at < 2
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert mail["To"] == "reader@example.org"
    link = re.search(rf"{re.escape(live_server.url)}/{language}/subscription/confirm/\S+", text.get_content())
    assert link is not None
    assert link[0] in html.get_content()

    reader.goto(link[0])
    assert Subscriber.objects.count() == 0
    reader.get_by_role("button", name=confirm).click()
    expect(reader.locator("main")).to_contain_text(confirmed)
    assert Subscriber.objects.get().language == language

    reader.goto(link[0])
    expect(reader.locator("main")).to_contain_text(confirmed)
    assert Subscriber.objects.count() == 1
    assert reader.context.cookies() == []
