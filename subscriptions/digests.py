"""Keyed digests, thousands a second: what Django's salted_hmac makes, with the key of each purpose derived once."""

import hashlib
import hmac
from functools import lru_cache

from django.conf import settings


def digest(purpose: str, value: str) -> bytes:
    """The same as `salted_hmac(purpose, value, algorithm="sha256").digest()`."""
    return hmac.digest(_key(purpose, settings.SECRET_KEY), value.encode(), "sha256")


@lru_cache(maxsize=64)
def _key(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"{purpose}{secret}".encode()).digest()
