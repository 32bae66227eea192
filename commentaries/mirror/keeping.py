"""The last mirror as one file, in the store of the media, for readers to take away and pass on.

Beside the file lies a small description, written after it: a file without one is not whole yet. What was withdrawn must
not stay in it: an older file goes as soon as there is a newer, and is no longer offered from the withdrawal on.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, cast

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone

from commentaries.mirror import Mirror
from commentaries.mirror.folder import Folder
from commentaries.models import Analyst, Change, Commentary, Issue
from commentaries.revision import while_it_stands

STORE = "mirror"
# Compressed by themselves: to do it again costs time and saves nothing.
COMPRESSED = {".avif", ".epub", ".jpg", ".png", ".webp", ".woff2", ".zip"}


@dataclass(frozen=True)
class Offer:
    """The file that readers may take away. `digest`: SHA-256, in hexadecimal."""

    name: str
    began_at: datetime  # the export
    size: int
    digest: str

    @property
    def made_on(self) -> date:
        return timezone.localdate(self.began_at)

    @property
    def path(self) -> str:
        return f"{STORE}/{self.name}"

    def open(self) -> File[bytes]:
        return default_storage.open(self.path)


@while_it_stands
def last() -> Offer | None:
    """The last mirror, while nothing that is in it was taken back."""
    offer = newest()
    return None if offer and taken_back_since(offer.began_at) else offer


def newest() -> Offer | None:
    """The last mirror, whatever became of what is in it."""
    return max(_offers(), key=lambda offer: offer.began_at, default=None)


def taken_back_since(moment: datetime) -> bool:
    """Whether readers were to lose something after this moment: a withdrawn text, earlier versions of one, a name."""
    taken_back: list[QuerySet[Any]] = [
        Issue.objects.filter(withdrawn_at__gte=moment),
        Commentary.objects.filter(withdrawn_at__gte=moment),
        Commentary.objects.filter(earlier_versions_hidden_at__gte=moment),
        cast(Any, Analyst).history.filter(history_date__gte=moment, is_public=False),
    ]
    return any(rows.exists() for rows in taken_back)


def _stored() -> list[str]:
    try:
        return list(default_storage.listdir(STORE)[1])
    except FileNotFoundError:
        return []


def _offers() -> list[Offer]:
    found = []
    for name in _stored():
        if name.endswith(".json"):
            with suppress(FileNotFoundError):  # another export has just removed it
                found.append(_described(name))
    return found


def _described(name: str) -> Offer:
    with default_storage.open(f"{STORE}/{name}") as file:
        described: dict[str, Any] = json.load(file)
    began_at = datetime.fromisoformat(described["began_at"] if "began_at" in described else described["made_on"])
    if timezone.is_naive(began_at):  # an earlier release noted the day only: whatever left on it may be in the file
        began_at = timezone.make_aware(began_at)
    return Offer(described["name"], began_at, described["size"], described["digest"])


def keep(folder: Folder, mirror: Mirror) -> str:
    """Offer what lies in the folder, unless it is on offer already. Returns the name of the file on offer."""
    contents = sha256(json.dumps(folder.coming, sort_keys=True).encode()).hexdigest()
    top = mirror.host.replace(":", "-")
    name = f"{top}-{mirror.made_on.isoformat()}-{contents[:8]}.zip"
    same = next((offer for offer in _offers() if offer.name == name), None)
    if same is None:
        _write(folder, top, mirror.made_on)
        same = _store(folder.zip, name, mirror.began_at)
    describe(replace(same, began_at=mirror.began_at))
    offer = newest() or same
    _remove_older(offer)
    Change.objects.create()  # every page says that there is one
    return offer.name


def _remove_older(offer: Offer) -> None:
    """Leave the one on offer, and what an export that runs beside this one is storing."""
    older = {f"{other.name}{ending}" for other in _offers() if other.name != offer.name for ending in ("", ".json")}
    for name in _stored():
        with suppress(FileNotFoundError):  # that export has removed it
            is_own = name in {offer.name, f"{offer.name}.json"}
            if not is_own and (name in older or _stored_at(name) < offer.began_at):
                default_storage.delete(f"{STORE}/{name}")


def _stored_at(name: str) -> datetime:
    return default_storage.get_modified_time(f"{STORE}/{name}")


def _write(folder: Folder, top: str, made_on: date) -> None:
    """The same contents on the same day are the same bytes."""
    with zipfile.ZipFile(folder.zip, "w") as archive:
        for name in sorted(folder.coming):
            info = zipfile.ZipInfo(f"{top}/{name}", (made_on.year, made_on.month, made_on.day, 0, 0, 0))
            info.external_attr = 0o644 << 16
            is_compressed = Path(name).suffix in COMPRESSED
            info.compress_type = zipfile.ZIP_STORED if is_compressed else zipfile.ZIP_DEFLATED
            with (folder.top / name).open("rb") as source, archive.open(info, "w") as target:
                while chunk := source.read(64 * 1024):
                    target.write(chunk)


def _store(path: Path, name: str, began_at: datetime) -> Offer:
    default_storage.delete(f"{STORE}/{name}")  # of an export that was killed
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        file.seek(0)
        with _whole_or_not(f"{STORE}/{name}"):
            default_storage.save(f"{STORE}/{name}", File(file))
    return Offer(name, began_at, path.stat().st_size, digest)


@contextmanager
def _whole_or_not(path: str) -> Iterator[None]:
    """Half a file, for which the disk had no room, does not stay."""
    try:
        yield
    except OSError:
        default_storage.delete(path)
        raise


def describe(offer: Offer) -> None:
    """From now on the file is on offer."""
    described = json.dumps({**asdict(offer), "began_at": offer.began_at.isoformat()})
    default_storage.delete(f"{offer.path}.json")
    default_storage.save(f"{offer.path}.json", ContentFile(described.encode()))
