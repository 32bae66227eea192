"""Where reports of bounces and complaints come from: a provider's webhook, or a mailbox that we read."""

from email.utils import parseaddr
from importlib.util import find_spec
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.environment import env

# The providers whose words for a bounce we know (subscriptions/bounces/providers.py), each with django-anymail's view.
WEBHOOKS = {
    "amazon_ses": "anymail.webhooks.amazon_ses.AmazonSESTrackingWebhookView",
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
}


def webhook() -> tuple[str, dict[str, str]]:
    """The provider whose webhook is mounted, if any, and what django-anymail is to know of it.

    Raises ImproperlyConfigured: without its secret, anybody could have subscribers erased.
    """
    provider = _read("BOUNCE_WEBHOOK").lower()
    if not provider:
        return "", {}
    if provider not in WEBHOOKS:
        raise ImproperlyConfigured(f"BOUNCE_WEBHOOK is {provider!r}; set it to one of {', '.join(WEBHOOKS)}.")
    if provider == "amazon_ses" and not find_spec("boto3"):
        raise ImproperlyConfigured("BOUNCE_WEBHOOK=amazon_ses needs boto3: install the extra s3.")
    keys = {"WEBHOOK_SECRET": _needed_key("ANYMAIL_WEBHOOK_SECRET", "it is the user:password that the provider sends")}
    if not all(keys["WEBHOOK_SECRET"].partition(":")):
        raise ImproperlyConfigured("ANYMAIL_WEBHOOK_SECRET must look like user:password.")
    if provider == "mailgun":
        key = _needed_key("ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY", "Mailgun signs its webhooks with it")
        keys["MAILGUN_WEBHOOK_SIGNING_KEY"] = key
    return provider, keys


def mailbox() -> str:
    """BOUNCE_MAILBOX, which holds a password: no sentence repeats it. Raises ImproperlyConfigured."""
    address = _read("BOUNCE_MAILBOX")
    if address and not _is_mailbox(address):
        raise ImproperlyConfigured(
            "BOUNCE_MAILBOX must look like imaps://user:password@host/INBOX or maildir:///path; in the user and the "
            "password, write @ as %40, : as %3A and / as %2F."
        )
    return address


def _is_mailbox(address: str) -> bool:
    try:
        place = urlsplit(address)
        is_server = bool(place.hostname and place.username and place.password) and place.port != 0
    except ValueError:  # a port that is no number
        return False
    return is_server if place.scheme == "imaps" else place.scheme == "maildir" and len(place.path) > 1


def address() -> str:
    """BOUNCE_ADDRESS, the sender on the envelope (MAIL FROM). Raises ImproperlyConfigured."""
    value = _read("BOUNCE_ADDRESS")
    if value and (parseaddr(value)[1] != value or not all(value.partition("@"))):
        raise ImproperlyConfigured(f"BOUNCE_ADDRESS is {value!r}; it must look like bounces@example.org.")
    return value


def _read(name: str) -> str:
    return str(env.str(name, default="")).strip()


def _needed_key(name: str, purpose: str) -> str:
    if value := _read(name):
        return value
    raise ImproperlyConfigured(f"{name} is not set: {purpose}, and BOUNCE_WEBHOOK is set.")
