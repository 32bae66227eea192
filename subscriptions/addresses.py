"""Addresses: how they are normalised, sealed at rest, and found without being opened.

Nothing outside this module sees an address in the clear unless it calls `SealedAddress.reveal()`.
"""

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError, validate_email

NOT_AN_ADDRESS = _("This is not a complete e-mail address. It should look like name@example.org.")
ASCII_ONLY = _(
    "The part of the address before the @ can have Latin letters and digits only: "
    "our mail cannot reach other addresses."
)


def normalise(typed: str) -> str:
    """The address as mail is sent to it: the domain in lower-case punycode, the local part as typed.

    A Cyrillic look-alike of a Latin domain stays another domain, because punycode tells them apart.
    Raises ValidationError with a sentence for whoever typed it.
    """
    if not typed.rpartition("@")[0].isascii():
        raise ValidationError(ASCII_ONLY, code="not_ascii")
    try:
        # `test_environment` lets the reserved domain .test through, which no mail can ever reach anyway.
        known = validate_email(
            typed, check_deliverability=False, allow_smtputf8=False, test_environment=True, strict=True
        )
    except EmailNotValidError as error:
        raise ValidationError(NOT_AN_ADDRESS, code="invalid") from error
    return str(known.ascii_email)


def lookup_of(address: str) -> str:
    """By what a normalised address is found: a keyed digest that says nothing without the key."""
    key = settings.SUBSCRIBER_LOOKUP_KEY.encode()
    return hmac.new(key, address.casefold().encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=16)
def _fernet(passphrase: str) -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"subscribers' addresses")
    return Fernet(base64.urlsafe_b64encode(derived.derive(passphrase.encode())))


def _keys() -> MultiFernet:
    """The newest key seals, all of them open."""
    return _fernets(tuple(settings.SUBSCRIBER_KEYS))


@lru_cache(maxsize=4)
def _fernets(passphrases: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([_fernet(passphrase) for passphrase in passphrases])


def seal(content: bytes) -> str:
    """Content that holds addresses, for somewhere else than the database."""
    return _keys().encrypt(content).decode()


def unseal(sealed: str, max_age: int) -> bytes:
    """What was sealed within so many seconds. Raises cryptography's InvalidToken."""
    return _keys().decrypt(sealed.encode(), ttl=max_age)


class SealedAddress:
    """An encrypted address. It shows nothing of itself in pages, logs and tracebacks."""

    __slots__ = ("ciphertext",)

    def __init__(self, ciphertext: str) -> None:
        self.ciphertext = ciphertext

    def __str__(self) -> str:
        return "•••"

    def __repr__(self) -> str:
        return "SealedAddress(•••)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SealedAddress) and other.ciphertext == self.ciphertext

    def __hash__(self) -> int:
        return hash(self.ciphertext)

    @classmethod
    def seal(cls, address: str) -> "SealedAddress":
        return cls(_keys().encrypt(address.encode()).decode())

    def reveal(self) -> str:
        """The address. Raises cryptography's InvalidToken when no key of SUBSCRIBER_KEY opens it."""
        return _keys().decrypt(self.ciphertext.encode()).decode()

    def masked(self) -> str:
        """Enough for its owner to know it again: "r…@example.org", the domain as people write it."""
        address = self.reveal()
        known = validate_email(address, check_deliverability=False, test_environment=True)
        return f"{address[0]}…@{known.domain}"

    @property
    def has_newest_key(self) -> bool:
        try:
            _fernet(settings.SUBSCRIBER_KEYS[0]).decrypt(self.ciphertext.encode())
        except InvalidToken:
            return False
        return True


if TYPE_CHECKING:
    _Field = models.Field[SealedAddress, SealedAddress]
else:
    _Field = models.Field  # Django's fields are generic for the type checker only


class EncryptedAddressField(_Field):
    """A column that holds sealed addresses only: a plain one cannot be stored in it, nor edited in a form."""

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, *_args: Any) -> SealedAddress | None:
        return None if value is None else SealedAddress(value)

    def to_python(self, value: Any) -> SealedAddress:
        """For loaddata, which hands over what value_to_string() made."""
        return value if isinstance(value, SealedAddress) else SealedAddress(str(value))

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, str):
            raise TypeError("An address is stored as a SealedAddress, never as text.")
        return value.ciphertext if isinstance(value, SealedAddress) else super().get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj).ciphertext)

    def formfield(self, **_kwargs: Any) -> None:
        return None
