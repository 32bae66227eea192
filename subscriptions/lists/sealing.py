"""The rows of a list between looking at it and asking its people: sealed into the page, and kept nowhere else."""

import json
import zlib
from collections.abc import Iterable

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from subscriptions.addresses import lookup_of, seal, unseal
from subscriptions.lists.reading import Row

KEPT_FOR = 24 * 3600  # seconds
ROOM = 64 * 1024  # bytes of a form for everything else in it


def seal_rows(rows: Iterable[Row], user: int) -> str:
    """Raises ValidationError where they are more than a form may send back."""
    content = {"user": user, "rows": [[row.address, row.language, row.sections] for row in rows]}
    sealed = seal(zlib.compress(json.dumps(content, separators=(",", ":")).encode()))
    if len(sealed) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE - ROOM:
        raise ValidationError(_("The file holds too much for one import. Split it into several."))
    return sealed


def unseal_rows(sealed: str, user: int) -> list[Row]:
    """What was sealed for this user, a day ago at most. Raises ValidationError."""
    try:
        content = json.loads(zlib.decompress(unseal(sealed, KEPT_FOR)))
    except (InvalidToken, zlib.error) as error:  # the second: another kind of content
        raise _too_old() from error
    if content["user"] != user:
        raise _too_old()
    return [Row(address, lookup_of(address), language, tuple(keys)) for address, language, keys in content["rows"]]


def _too_old() -> ValidationError:
    return ValidationError(_("This page is too old. Choose the file again."))
