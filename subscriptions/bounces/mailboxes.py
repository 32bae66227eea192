"""Where mails of bounces lie: a folder on an IMAP server, or a Maildir that the mail server of this machine fills."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

LARGEST = 256 * 1024  # bytes; a mail of ours is under 102 KB, and so is about half of a report that gives it back
TIMEOUT = 20  # seconds
IMAPS = 993  # RFC 8314, 7.3


class MailboxAwayError(Exception):
    """The mailbox cannot be read, or no more of it. Says the error's name; its text may hold the password."""


class Mailbox(Protocol):
    """Mails by a name that the mailbox gives them. Another worker may take one away at any time."""

    def waiting(self) -> Iterator[str]:
        """Those that nobody has set aside."""

    def read(self, name: str) -> bytes | None:
        """At most one byte more than LARGEST. None: the mail is not there any more."""

    def delete(self, name: str) -> None: ...

    def set_aside(self, name: str) -> None:
        """Flag it, as mail programs do, for a person to read."""


@contextmanager
def open_mailbox(address: str) -> Iterator[Mailbox]:
    """The mailbox of BOUNCE_MAILBOX. Raises MailboxAwayError."""
    place = urlsplit(address)
    try:
        if place.scheme == "maildir":
            yield Maildir(Path(unquote(place.path)))
        else:
            with imap_folder(place) as folder:
                yield folder
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxAwayError(type(error).__name__) from error


class Maildir:
    """https://cr.yp.to/proto/maildir.html: a mail is a file, its flags stand in the file's name."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def waiting(self) -> Iterator[str]:
        for folder in ("new", "cur"):
            for file in sorted((self.path / folder).iterdir()):
                if "F" not in file.name.partition(":2,")[2]:
                    yield f"{folder}/{file.name}"

    def read(self, name: str) -> bytes | None:
        try:
            with (self.path / name).open("rb") as file:
                return file.read(LARGEST + 1)
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        (self.path / name).unlink(missing_ok=True)

    def set_aside(self, name: str) -> None:
        unique, _colon, flags = name.rpartition("/")[2].partition(":2,")
        with suppress(FileNotFoundError):
            (self.path / name).rename(self.path / "cur" / f"{unique}:2,{''.join(sorted({*flags, 'F'}))}")


@contextmanager
def imap_folder(place: SplitResult) -> Iterator["ImapFolder"]:
    """What was deleted is gone when the folder is closed (RFC 3501, 6.4.2); if we break off, at the next visit."""
    host, port = place.hostname or "", place.port or IMAPS
    # imaplib by itself would trust any certificate.
    with imaplib.IMAP4_SSL(host, port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT) as server:
        server.login(unquote(place.username or ""), unquote(place.password or ""))
        _accepted(server.select(f'"{unquote(place.path).strip("/") or "INBOX"}"'))
        yield ImapFolder(server)
        _accepted(server.close())


class ImapFolder:
    """A folder of an IMAP server (RFC 3501); a mail's name is its UID."""

    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def waiting(self) -> Iterator[str]:
        found = _accepted(self.server.uid("SEARCH", "UNFLAGGED UNDELETED"))
        yield from (found[0] or b"").decode().split()

    def read(self, name: str) -> bytes | None:
        found = _accepted(self.server.uid("FETCH", name, f"(BODY.PEEK[]<0.{LARGEST + 1}>)"))
        return next((bytes(part[1]) for part in found if isinstance(part, tuple)), None)

    def delete(self, name: str) -> None:
        _accepted(self.server.uid("STORE", name, "+FLAGS.SILENT", r"(\Deleted)"))

    def set_aside(self, name: str) -> None:
        _accepted(self.server.uid("STORE", name, "+FLAGS.SILENT", r"(\Flagged)"))


def _accepted(answer: tuple[str, list[Any]]) -> list[Any]:
    """What the server said, unless it said NO."""
    status, found = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return found
