"""The folder of a mirror: what lies in it, what is to come, and the change from one to the other.

What is new is gathered in `.mirror/new/` while the old mirror stays as it is. Then everything is moved into place at
once, file by file, each by a rename. The manifest is written before (with a blank fingerprint for whatever is about to
change) and after, so that an export that was killed in between is repaired by the next one.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.core.files import locks

from commentaries.mirror import ExportError

OWN = ".mirror"  # our own things within the folder
Entry = tuple[str, int]  # the fingerprint and the size of a file
IN_FLUX: Entry = ("", -1)


@dataclass
class Folder:
    """One mirror on disk. `files` is what the last export left: a fingerprint and a size for each file."""

    top: Path
    files: dict[str, Entry] = field(default_factory=dict)
    coming: dict[str, Entry] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    @property
    def own(self) -> Path:
        return self.top / OWN

    @property
    def zip(self) -> Path:
        """Where the whole mirror is packed before it is stored."""
        return self.own / "zip.new"

    @property
    def gone(self) -> list[str]:
        return sorted(self.files.keys() - self.coming.keys())

    def has(self, name: str) -> bool:
        """Whether the last export left this file, and it is still there as it was."""
        known = self.files.get(name, IN_FLUX)
        with suppress(OSError):
            return known != IN_FLUX and (self.top / name).stat().st_size == known[1]
        return False

    def begin(self) -> None:
        """Nothing is to come yet."""
        self.coming, self.written = {}, set()
        self.sweep()

    def sweep(self) -> None:
        """Remove what is of no use any more, of an export that was killed, too."""
        shutil.rmtree(self.own / "new", ignore_errors=True)
        self.zip.unlink(missing_ok=True)

    def keep(self, name: str) -> None:
        """This file stays as it is."""
        self.coming[name] = self.files[name]

    def put(self, name: str, chunks: Iterable[bytes], *, fingerprint: str = "") -> None:
        """This file is to hold these bytes. `fingerprint`: of what counts, where that is not every byte."""
        if fingerprint and self.has(name) and self.files[name][0] == fingerprint:
            return self._unchanged(name)
        new = self.own / "new" / name
        new.parent.mkdir(parents=True, exist_ok=True)
        digest, size = sha256(), 0
        with new.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        entry = (fingerprint or digest.hexdigest(), size)
        if self.has(name) and self.files[name] == entry:
            return self._unchanged(name)
        self.coming[name] = entry
        self.written.add(name)
        return None

    def _unchanged(self, name: str) -> None:
        (self.own / "new" / name).unlink(missing_ok=True)
        self.written.discard(name)
        self.keep(name)

    def change(self) -> None:
        """From the old mirror to the new one. Pages come last, so that what they need is there."""
        in_flux = dict.fromkeys({*self.written, *self.gone}, IN_FLUX)
        self._note({**self.files, **in_flux})
        for name in sorted(self.written, key=lambda name: (name.endswith(".html"), name)):
            (self.top / name).parent.mkdir(parents=True, exist_ok=True)
            (self.own / "new" / name).replace(self.top / name)
        for name in self.gone:
            self._remove(name)
        self._note(self.coming)

    def _remove(self, name: str) -> None:
        path = self.top / name
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == self.top:
                break
            with suppress(OSError):  # other files are in it
                folder.rmdir()

    def _note(self, files: dict[str, Entry]) -> None:
        """Write the manifest, whole or not at all."""
        temporary = self.own / "manifest.new"
        temporary.write_text(json.dumps(files, indent=0, sort_keys=True))
        temporary.replace(self.own / "manifest.json")


@contextmanager
def opened(top: Path) -> Iterator[Folder]:
    """The folder for one export, and for nobody else meanwhile. Raises ExportError where it is not ours to write in."""
    folder = Folder(top)
    is_ours = folder.own.is_dir()
    if top.exists() and not top.is_dir():
        raise ExportError(f"{top} is no folder.")
    if not is_ours and top.exists() and any(top.iterdir()):
        raise ExportError(
            f"{top} holds files that are not a mirror's. Name an empty folder, or one that does not exist."
        )
    folder.own.mkdir(parents=True, exist_ok=True)
    with (folder.own / "lock").open("w") as lock:
        if not locks.lock(lock, locks.LOCK_EX | locks.LOCK_NB):
            raise ExportError(f"Another export is writing to {top}.")
        folder.files = _manifest(folder.own / "manifest.json")
        folder.sweep()
        try:
            yield folder
        finally:
            folder.sweep()


def _manifest(path: Path) -> dict[str, Entry]:
    try:
        return {name: (fingerprint, size) for name, (fingerprint, size) in json.loads(path.read_text()).items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, TypeError) as error:
        raise ExportError(f"{path} is damaged. Remove the folder and export again.") from error
