"""The links in mail: signed, salted per purpose, and always below SITE_URL, whatever host a request names."""

import base64
import binascii
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.urls import reverse
from django.utils.translation import override

from subscriptions.digests import digest

LEAVING = "subscriptions.leave"
SEPARATOR = "."  # mail programs end a link at a colon


def _confirming() -> TimestampSigner:
    return TimestampSigner(salt="subscriptions.confirm", sep=SEPARATOR)


def _leaving() -> Signer:
    return Signer(salt=LEAVING, sep=SEPARATOR)


def _short(identity: UUID) -> str:
    return _base64(identity.bytes)


def _base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def _read(signer: Signer, token: str, max_age: timedelta | None) -> UUID | None:
    try:
        value = signer.unsign(token, max_age=max_age) if isinstance(signer, TimestampSigner) else signer.unsign(token)
        return UUID(bytes=base64.urlsafe_b64decode(f"{value}=="))
    except (BadSignature, ValueError, binascii.Error):
        return None


def confirm_token(sign_up: UUID) -> str:
    return _confirming().sign(_short(sign_up))


def read_confirm_token(token: str, max_age: timedelta | None = None) -> UUID | None:
    """The sign-up the token was made for, or None for a token that is forged, or older than `max_age`."""
    return _read(_confirming(), token, max_age)


def leave_token(identity: UUID) -> str:
    """A token that never ages, from a subscriber's `token_id` or the id of their sign-up.

    Thousands a second are made, so it is written here as `_leaving()`, which reads it, would sign it.
    """
    value = _short(identity)
    return f"{value}{SEPARATOR}{_base64(digest(f'{LEAVING}signer', value))}"


def read_leave_token(token: str) -> UUID | None:
    return _read(_leaving(), token, None)


def address_in(language: str, name: str, *args: str) -> str:
    """The full address of a subscription page in this language."""
    with override(language):
        return settings.SITE_URL + reverse(f"subscriptions:{name}", args=args)
