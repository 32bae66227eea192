"""The mails to subscribers: each is three templates and one function."""

from email.utils import formataddr, parseaddr
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.translation import override

from commentaries.models import Publication
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


def _rendered(name: str, context: dict[str, Any]) -> list[str]:
    templates = [f"emails/{name}_subject.txt", f"emails/{name}.txt", f"emails/{name}.html"]
    with override(context["language"]):
        return [render_to_string(template, context) for template in templates]


def _sender(name: str) -> str:
    """Our address with the publication's name before it (encoded as RFC 2047 wants)."""
    return formataddr((name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _message_id(kind: str, identity: UUID) -> str:
    """The same at every attempt, so that a mailbox can tell a repetition; it says nothing of its source."""
    digest = salted_hmac("subscriptions.message-id", f"{kind} {identity}", algorithm="sha256").hexdigest()[:32]
    return f"<{kind}.{digest}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"
