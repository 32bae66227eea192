import logging
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command


@pytest.fixture
def work() -> Callable[[], list[EmailMultiAlternatives]]:
    """Let the worker send what is due; the mails it sent."""

    def run() -> list[EmailMultiAlternatives]:
        before = len(mail.outbox)
        call_command("worker", "--once")
        return mail.outbox[before:]  # type: ignore[return-value]

    return run


@pytest.fixture(autouse=True)
def _nothing_private_in_logs(caplog: pytest.LogCaptureFixture) -> object:
    """After every test here: no log line held an address, a token or an IP address."""
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.INFO, logger="django.request")
    yield
    console = next(handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler)
    for record in caplog.get_records("call"):
        if record.name.startswith("mail.log"):  # the sink's, which is no part of us
            continue
        console.filter(record)
        line = console.format(record)
        assert "@" not in line, line
        assert "127.0.0.1" not in line, line
        for page in ("confirm", "leave", "preferences"):
            assert f"/{page}/" not in line.replace(f"/{page}/…", ""), line
