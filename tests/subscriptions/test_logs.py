import logging

import pytest
from django.test import Client
from django.utils import timezone

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


@pytest.mark.django_db
def test_an_error_in_confirming_logs_no_token(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sign_up = make_sign_up(sent_at=timezone.now())

    def fail(*_args: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("subscriptions.subscribing.confirm", fail)
    client = Client(raise_request_exception=False)
    response = client.post(f"/be/subscription/confirm/{links.confirm_token(sign_up.pk)}/")
    assert response.status_code == 500
    assert "Internal Server Error" in caplog.text  # and conftest.py looks for the token
