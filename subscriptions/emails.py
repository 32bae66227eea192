"""The mails to subscribers and staff: each is three templates and one function."""

from collections.abc import Iterable
from email.utils import formataddr, parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import override

from commentaries.languages import Language
from commentaries.models import Publication, User
from commentaries.turns import Turn, words
from subscriptions import links
from subscriptions.models import LINK_AGE, SignUp


def confirmation(sign_up: SignUp, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The mail that asks the owner of the address whether they want the newsletter, in the chosen language.

    Raises cryptography's InvalidToken when no key opens the address.
    """
    name = " ".join(Publication.current().title(sign_up.language).split())
    context = {
        "publication": name,
        "language": sign_up.language,
        "confirm_address": links.address_in(sign_up.language, "confirm", links.confirm_token(sign_up.pk)),
        "leave_address": links.address_in(sign_up.language, "leave", links.leave_token(sign_up.pk)),
        "home_address": f"{settings.SITE_URL}/{sign_up.language}/",
        "hours": int(LINK_AGE.total_seconds() // 3600),
    }
    subject, text, html = _rendered("confirmation", context)
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        from_email=_sender(name),
        to=[sign_up.address.reveal()],
        connection=connection,
        headers={
            "Message-ID": _message_id("confirmation", sign_up.pk),
            "Auto-Submitted": "auto-generated",  # RFC 3834: no out-of-office answers, please
            "Content-Language": sign_up.language,
        },
    )
    message.attach_alternative(html, "text/html")
    return message


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
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        from_email=_sender(name),
        to=[user.email],
        connection=connection,
        headers={
            "Message-ID": _message_id("staff", " ".join(map(str, sorted(matters)))),
            "Auto-Submitted": "auto-generated",
            "Content-Language": language,
        },
    )
    message.attach_alternative(html, "text/html")
    return message


def _rendered(name: str, context: dict[str, Any]) -> list[str]:
    templates = [f"emails/{name}_subject.txt", f"emails/{name}.txt", f"emails/{name}.html"]
    with override(context["language"]):
        return [render_to_string(template, context) for template in templates]


def _sender(name: str) -> str:
    """Our address with the publication's name before it (encoded as RFC 2047 wants)."""
    return formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _message_id(kind: str, identity: UUID | str) -> str:
    """The same at every attempt, so that a mailbox can tell a repetition; it says nothing of its source."""
    digest = salted_hmac("subscriptions.message-id", f"{kind} {identity}", algorithm="sha256").hexdigest()[:32]
    return f"<{kind}.{digest}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"
