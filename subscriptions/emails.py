"""The mails to subscribers and staff: each is three templates and one function."""

from collections.abc import Iterable
from email.headerregistry import Address
from email.utils import parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import punycode
from django.utils.translation import override

from commentaries.languages import Language
from commentaries.models import Publication, User
from commentaries.turns import Turn, words
from subscriptions import links
from subscriptions.digests import digest
from subscriptions.models import LINK_AGE, SignUp
from subscriptions.newsletter.layout import Letter, letter, neutral_sender
from subscriptions.newsletter.variants import Recipient, Variant


def confirmation(sign_up: SignUp, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The mail that asks the owner of the address whether they want the newsletter, in the chosen language.

    It tells a subscriber's new address from a first one, and is as discreet about it as they wish.
    Raises cryptography's InvalidToken when no key opens the address.
    """
    name = " ".join(Publication.current().title(sign_up.language).split())
    is_discreet = sign_up.moves is not None and sign_up.moves.is_discreet
    with override(sign_up.language):
        sender = neutral_sender() if is_discreet else name
    context = {
        "publication": name,
        "language": sign_up.language,
        "is_discreet": is_discreet,
        "confirm_address": links.address_in(sign_up.language, "confirm", links.confirm_token(sign_up.pk)),
        "leave_address": links.address_in(sign_up.language, "leave", links.leave_token(sign_up.pk)),
        "home_address": f"{settings.SITE_URL}/{sign_up.language}/",
        "hours": int(LINK_AGE.total_seconds() // 3600),
    }
    subject, text, html = _rendered("move" if sign_up.moves else "confirmation", context)
    headers = {
        "Message-ID": confirmation_id_of(sign_up.pk),
        "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answers, please
        "Content-Language": sign_up.language,
    }
    return _message(Letter(sender, subject, text, html), sign_up.address.reveal(), headers, connection)


def staff(
    user: User, turns: list[Turn], matters: Iterable[int], connection: BaseEmailBackend | None = None
) -> EmailMultiAlternatives:
    """The mail that says what waits for someone at the desk, in their language of the desk.

    It holds no headline, no comment and no name of a person: mail passes through the hands of others. `matters` are
    the keys of the rows it is about.
    """
    language = user.interface_language if user.interface_language in Language.values else settings.LANGUAGE_CODE
    name = " ".join(Publication.current().title(language).split())
    with override(language):
        groups = words.groups(turns)
    context = {
        "publication": name,
        "language": language,
        "groups": groups,
        "number": len(turns),
        "site": settings.SITE_URL,
        "desk_address": settings.SITE_URL + reverse("admin:index"),
        "account_address": settings.SITE_URL + reverse("admin:own_account"),
    }
    subject, text, html = _rendered("staff", context)
    headers = {
        "Message-ID": _message_id("staff", " ".join(map(str, sorted(matters)))),
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
    }
    return _message(Letter(name, subject, text, html), user.email, headers, connection)


def newsletter(
    content: dict[str, Any], variant: Variant, recipient: Recipient, connection: BaseEmailBackend | None = None
) -> EmailMultiAlternatives:
    """The mail about an issue, for all who get this variant of it.

    Each part of the recipient stands in it as it is, so that the mail can be built once and cut there: `splicing`.
    Nothing else in it tells one reader from another, and nothing is fetched when it is opened.
    """
    headers = {
        "Message-ID": recipient.message_id,
        "Content-Language": variant.language,
        **_list_headers(variant.language, recipient.token),
    }
    return _message(letter(content, variant, recipient.token), recipient.address, headers, connection)


def _message(
    laid_out: Letter, to: str, headers: dict[str, str], connection: BaseEmailBackend | None
) -> EmailMultiAlternatives:
    """The sender on the envelope is BOUNCE_ADDRESS, where bounces go (RFC 5321, 4.4), or else that of the header."""
    sender = _sender(laid_out.sender)
    message = EmailMultiAlternatives(
        subject=" ".join(laid_out.subject.split()),
        body=laid_out.text,
        from_email=settings.BOUNCE_ADDRESS or sender,
        to=[to],
        connection=connection,
        headers={"From": sender, **headers},
    )
    message.attach_alternative(laid_out.html, "text/html")
    return message


def _list_headers(language: str, token: str) -> dict[str, str]:
    """What mail programs make their own button to leave from (RFC 2369, RFC 8058), and file a mail by (RFC 2919).

    "Precedence" keeps robots from answering, as the other headers do. "Auto-Submitted" would not be true: RFC 3834, 5,
    keeps it for what no person wrote.
    """
    host = urlsplit(settings.SITE_URL).hostname or ""
    post = links.address_in(language, "leave", token).replace(host, punycode(host), 1)  # headers are ASCII
    mail = f"mailto:{_own_address(settings.DEFAULT_FROM_EMAIL)}?subject=unsubscribe%20{token}"
    return {
        "List-Id": f"<newsletter.{punycode(host)}>",
        "List-Unsubscribe": f"<{post}>, <{mail}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }


def message_id_of(issue_uid: UUID | str, subscriber_token_id: UUID) -> str:
    """The Message-ID of an issue's mail to a subscriber: the same at every attempt, on any machine."""
    return _message_id("newsletter", f"{issue_uid} {subscriber_token_id}")


def confirmation_id_of(sign_up: UUID) -> str:
    """The Message-ID of the mail that asks whether a sign-up is meant."""
    return _message_id("confirmation", sign_up)


def _rendered(name: str, context: dict[str, Any]) -> list[str]:
    templates = [f"emails/{name}_subject.txt", f"emails/{name}.txt", f"emails/{name}.html"]
    with override(context["language"]):
        return [render_to_string(template, context) for template in templates]


def _sender(name: str) -> str:
    """Our address with a name before it, which Django encodes and folds (RFC 2047)."""
    return str(Address(name, addr_spec=_own_address(settings.DEFAULT_FROM_EMAIL)))


@lru_cache(maxsize=8)  # thousands of Message-IDs a second hold it
def _own_address(setting: str) -> str:
    """The address in a setting that may have a name before it, with its domain in ASCII."""
    local_part, _at, domain = parseaddr(setting)[1].rpartition("@")
    return f"{local_part}@{punycode(domain)}"


def _message_id(kind: str, identity: UUID | str) -> str:
    """The same at every attempt, so that a mailbox can tell a repetition; it says nothing of its source."""
    unique = digest("subscriptions.message-id", f"{kind} {identity}").hex()[:32]
    return f"<{kind}.{unique}@{_own_address(settings.DEFAULT_FROM_EMAIL).rpartition('@')[2]}>"
