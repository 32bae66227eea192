"""The start of the process, as an operator meets it: in a process of its own."""

import os
import secrets
import subprocess
import sys

import pytest

PRODUCTION = {
    "SECRET_KEY": secrets.token_urlsafe(48),
    "SUBSCRIBER_KEY": "k" * 40,
    "SUBSCRIBER_LOOKUP_KEY": "k" * 40,
    "SITE_URL": "https://example.org",
    "ALLOWED_HOSTS": "example.org",
    "EMAIL_URL": "smtp://localhost:25",
    "PATH": os.environ["PATH"],
}


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in {**PRODUCTION, **changes}.items() if value is not None}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_deployment_checks_find_nothing() -> None:
    result = start()
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout + result.stderr


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "PATH"])
def test_a_missing_setting_stops_the_start_with_a_sentence_that_names_it(name: str) -> None:
    result = start(**{name: None})
    assert result.returncode != 0
    assert f"{name} is not set: it " in result.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SUBSCRIBER_KEY", ",old", "SUBSCRIBER_KEY has an empty item"),
        ("ALLOWED_HOSTS", "example.org,,", "ALLOWED_HOSTS has an empty item"),
        ("DEBUG", "maybe", "DEBUG is 'maybe'; set it to 1 or 0."),
        ("SIGN_UP_PROOF", "maybe", "SIGN_UP_PROOF is 'maybe'; set it to auto, always or never."),
        ("SITE_URL", "example.org", "SITE_URL is 'example.org'; it must start with https://"),
        ("MEDIA_STORAGE", "/somewhere", "MEDIA_STORAGE is '/somewhere'; it must look like s3://bucket."),
        ("BOUNCE_WEBHOOK", "postmark", "ANYMAIL_WEBHOOK_SECRET is not set: it is the user:password"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(name: str, value: str, sentence: str) -> None:
    result = start(**{name: value})
    assert result.returncode != 0
    assert sentence in result.stderr
