import io
import logging

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from subscriptions import links
from subscriptions.logs import WithoutTokens
from tests.factories import make_sign_up


def test_a_path_that_is_logged_loses_its_token() -> None:
    record = logging.LogRecord(
        "django.request",
        logging.ERROR,
        "",
        0,
        "%s: %s",
        ("Error", "/be/subscription/confirm/abc.d-e_f/"),
        None,
    )
    assert WithoutTokens().filter(record)
    assert record.getMessage() == "Error: /be/subscription/confirm/…/"


def _failing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("subscriptions.subscribing.confirm", fail)


@pytest.mark.django_db
def test_an_error_in_confirming_logs_no_token(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sign_up = make_sign_up(sent_at=timezone.now())
    _failing(monkeypatch)
    client = Client(raise_request_exception=False)
    response = client.post(f"/be/subscription/confirm/{links.confirm_token(sign_up.pk)}/")
    assert response.status_code == 500
    assert "Internal Server Error" in caplog.text  # and conftest.py looks for the token


def _consoles(logger: logging.Logger | None) -> list[logging.StreamHandler[io.StringIO]]:
    """Whatever prints what this logger is told."""
    found: list[logging.StreamHandler[io.StringIO]] = []
    while logger:
        found += [handler for handler in logger.handlers if type(handler) is logging.StreamHandler]
        logger = logger.parent
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [True, False])
def test_an_error_prints_no_token_in_development_either(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, debug: bool
) -> None:
    settings.DEBUG = debug
    printed = io.StringIO()
    for console in _consoles(logging.getLogger("django.request")):
        monkeypatch.setattr(console, "stream", printed)
    _failing(monkeypatch)
    token = links.confirm_token(make_sign_up(sent_at=timezone.now()).pk)
    assert Client(raise_request_exception=False).post(f"/be/subscription/confirm/{token}/").status_code == 500
    assert printed.getvalue().count("Internal Server Error: /be/subscription/confirm/…/") == 1
    assert token not in printed.getvalue()
