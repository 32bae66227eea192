import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from subscriptions import emails
from subscriptions.models import SignUp
from tests.factories import make_publication, make_sign_up

pytestmark = pytest.mark.django_db
Work = Callable[[], list[EmailMultiAlternatives]]


class Addresses(HTMLParser):
    """Every address that a mail program would fetch or open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.opened: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"src", "srcset", "background"} or (tag == "link" and name == "href"):
                self.fetched.append(value or "")
            elif name == "href":
                self.opened.append(value or "")


def _parsed(message: EmailMultiAlternatives) -> EmailMessage:
    parsed = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def _html(message: EmailMultiAlternatives) -> str:
    part = _parsed(message).get_body(("html",))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize(("language", "name"), [("be", "Тыднёвік"), ("ru", "Еженедельник"), ("en", "The Weekly")])
def test_it_comes_in_the_language_that_was_chosen(work: Work, language: str, name: str) -> None:
    make_publication()
    make_sign_up("Reader@example.org", language=language)
    [message] = work()
    parsed = _parsed(message)
    assert parsed["To"] == "Reader@example.org"
    assert parsed["From"].addresses[0].display_name == name
    assert name in parsed["Subject"]
    assert parsed["Content-Language"] == language
    assert f"/{language}/subscription/confirm/" in str(message.body)
    assert f'<html lang="{language}">' in _html(message)


def test_text_and_html_hold_the_same_links_and_nothing_is_fetched(work: Work) -> None:
    make_sign_up()
    [message] = work()
    addresses = Addresses(_html(message))
    assert addresses.fetched == []
    assert len(set(addresses.opened)) == 3
    for address in addresses.opened:
        assert address in str(message.body)
        assert address.startswith("http")


def test_links_begin_with_the_sites_own_address_whatever_host_was_asked(
    client: Client, work: Work, settings: Settings
) -> None:
    settings.SITE_URL = "https://weekly.example"
    settings.ALLOWED_HOSTS = ["*"]
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    client.post("/en/subscribe/", {"address": "reader@example.org", "language": "en"}, headers=headers)
    [message] = work()
    assert "evil" not in message.message().as_string()
    assert str(message.body).count("https://weekly.example/en/subscription/") == 2


def test_its_headers_keep_robots_from_answering_and_repetitions_apart() -> None:
    sign_up = make_sign_up()
    first, again = _parsed(emails.confirmation(sign_up)), _parsed(emails.confirmation(sign_up))
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"] != _parsed(emails.confirmation(make_sign_up("b@example.org")))["Message-ID"]
    assert sign_up.pk.hex not in first["Message-ID"]


def test_a_publications_name_cannot_add_a_header_or_markup() -> None:
    make_publication(name_be='The <b>"Weekly"</b>\r\nBcc: other@example.org')
    message = emails.confirmation(make_sign_up())
    assert _parsed(message)["Bcc"] is None
    assert "<b>" not in _html(message)
    assert '<b>"Weekly"</b>' in str(message.body)


def test_the_body_says_how_to_leave_and_that_nothing_happens_without_the_button(work: Work) -> None:
    make_sign_up(language="en")
    [message] = work()
    assert "/subscription/leave/" in str(message.body)
    assert "If it was not you" in str(message.body)
    assert not SignUp.objects.unsent().exists()


def test_a_confirmation_that_bounces_goes_where_bounces_are_read(work: Work, settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@example.org"
    make_sign_up()
    [message] = work()
    assert message.from_email == "bounces@example.org"
    assert _parsed(message)["From"].addresses[0].addr_spec == settings.DEFAULT_FROM_EMAIL
