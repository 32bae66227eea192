"""A card is drawn once and kept in the store of pictures under the fingerprint of what is drawn."""

import logging
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from commentaries.sharing.card import Card
from commentaries.sharing.drawing import draw

logger = logging.getLogger(__name__)


def file_of(card: Card) -> bytes:
    """The card's file; drawn now if nobody has asked for it before."""
    name = f"cards/{card.digest}.png"
    try:
        with default_storage.open(name) as kept:
            return bytes(kept.read())
    except OSError:
        drawn = draw(card)
    try:
        _keep(name, drawn)
    except Exception as error:  # a full disk, or what a store has for it
        logger.warning("%s could not be kept, and is drawn again when it is asked for: %s", name, error)
    return drawn


def _keep(name: str, content: bytes) -> None:
    """All of it or nothing, whoever is killed: a file gets its name when it is whole. Two at once write the same."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:  # an object store has a file whole or not at all
        default_storage.save(name, ContentFile(content))
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    file = NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False)  # noqa: SIM115  # closed below
    try:
        with file:
            file.write(content)
        Path(file.name).chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o644)
        os.replace(file.name, path)
    except BaseException:
        Path(file.name).unlink(missing_ok=True)
        raise
