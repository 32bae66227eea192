"""The mail as it will look, in a frame of its own, and as a test to the account's own address."""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commentaries import rights
from commentaries.languages import AUTONYMS, active_language
from commentaries.models import Issue, User
from commentaries.previews import private
from subscriptions import delivery, emails, links
from subscriptions.addresses import normalise
from subscriptions.admin.sendings.frame import Frame, address_of, sending_of
from subscriptions.models import Sending
from subscriptions.newsletter.content import freeze
from subscriptions.newsletter.size import largest
from subscriptions.newsletter.variants import Recipient, Variant

LIGHT, DARK, TEXT = "light", "dark", "text"
LOOKS = (LIGHT, DARK, TEXT)
SOMEBODY = "reader@example.org"
NOBODY = UUID(int=0)  # no subscriber's `token_id`: links made from it end nobody's subscription
DARK_QUERY = "(prefers-color-scheme: dark)"
# A mail brings its styles along and needs nothing else. Its links open in a window of their own.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "form-action": ["'none'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@dataclass(frozen=True)
class Shown:
    """Which of the mails somebody looks at. `is_discreet`: sender and subject do not say what it is."""

    language: str
    look: str
    is_discreet: bool

    @classmethod
    def asked(cls, query: Any) -> "Shown":
        """What an address or a form asks for; whatever is missing or unknown is the usual."""
        language, look = query.get("language"), query.get("look")
        return cls(
            language if language in AUTONYMS else active_language(),
            look if look in LOOKS else LIGHT,
            query.get("discreet") == "1",
        )

    def query(self, **changes: Any) -> str:
        asked = {"language": self.language, "look": self.look, "discreet": int(self.is_discreet), **changes}
        return "?" + "&".join(f"{name}={value}" for name, value in asked.items())


def content_of(issue: Issue, sending: Sending | None) -> dict[str, Any]:
    """What is sent or was; before the start what would be sent now."""
    return sending.content if sending and sending.started_at else freeze(issue)


def mail(content: dict[str, Any], shown: Shown, address: str) -> EmailMultiAlternatives:
    """The mail to a reader of all sections, with links that lead to nobody's subscription."""
    sections = tuple(row["section"] for row in content["commentaries"])
    variant = Variant(shown.language, sections, shown.is_discreet)
    # A new Message-ID each time: mailboxes keep the first of those with one ID.
    recipient = Recipient(address, links.leave_token(NOBODY), emails.message_id_of(uuid4(), NOBODY))
    return emails.newsletter(content, variant, recipient)


def in_light(html: str, look: str) -> str:
    """The HTML as a reader sees it by day, or in the dark, whatever this browser prefers."""
    html = html.replace(DARK_QUERY, "all" if look == DARK else "not all")
    return html.replace("<head>", '<head><base target="_blank">', 1)


def mail_context(request: HttpRequest, issue: Issue, content: dict[str, Any]) -> dict[str, Any]:
    """Of the mail that is looked at: what its envelope says, its frame, and the links to the others."""
    shown = Shown.asked(request.GET)
    message = mail(content, shown, SOMEBODY)
    looks = {
        LIGHT: pgettext("look of a mail", "light"),
        DARK: pgettext("look of a mail", "dark"),
        TEXT: pgettext("look of a mail", "plain text"),
    }
    return {
        "shown": shown,
        "url": address_of("mail", issue) + shown.query(),
        "sender": "{} <{}>".format(*parseaddr(message.from_email)),  # without what a header quotes
        "subject": message.subject,
        "size": largest(content),
        "languages": [
            (code, name, shown.query(language=code), code == shown.language) for code, name in AUTONYMS.items()
        ],
        "looks": [(name, shown.query(look=look), look == shown.look) for look, name in looks.items()],
        "senders": [
            (pgettext("sender of a mail", "with our name"), shown.query(discreet=0), not shown.is_discreet),
            (pgettext("sender of a mail", "discreet"), shown.query(discreet=1), shown.is_discreet),
        ],
    }


class MailAdmin(Frame):
    def get_urls(self) -> list[URLPattern]:
        return [
            self.opened("mail/", self.mail, "mail"),
            self.used("test/", self.send_test, "test"),
            *super().get_urls(),
        ]

    def mail(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """One of the mails, for the frame in the newsletter's page."""
        content, shown = content_of(issue, sending_of(issue)), Shown.asked(request.GET)
        if not content["commentaries"]:
            raise Http404
        message = mail(content, shown, SOMEBODY)
        if shown.look == TEXT:
            response = HttpResponse(str(message.body), content_type="text/plain; charset=utf-8")
        else:
            response = HttpResponse(in_light(str(message.alternatives[0][0]), shown.look))
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response._csp_config = MAIL_POLICY  # type: ignore[attr-defined]  # what csp.decorators.csp sets
        return private(response)

    def send_test(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        """At once, to the account's own address, so that its owner sees whether the mail server takes it."""
        content, shown = content_of(issue, sending_of(issue)), Shown.asked(request.POST)
        if refusal := _refused_test(rights.staff(request), content, shown):
            messages.error(request, refusal)
        else:
            messages.success(request, _("The test is on its way to the e-mail of your account."))
        return redirect(address_of("issue", issue) + shown.query())


def _refused_test(user: User, content: dict[str, Any], shown: Shown) -> str:
    """Why the test did not go out, in a sentence; empty when it did. Never a server's own words."""
    if not content["commentaries"]:
        return _("Readers cannot read anything of this issue yet, so there is nothing to send.")
    try:
        address = normalise(user.email)
    except ValidationError:
        return _("Your account has no e-mail that our mail can reach. Enter one under “My account”.")
    outcome, cause = delivery.hand_over(mail(content, shown, address))
    if outcome is delivery.Outcome.SENT:
        return ""
    return _("The test did not go out. The mail server’s answer, or what is wrong: %(cause)s.") % {"cause": cause}
