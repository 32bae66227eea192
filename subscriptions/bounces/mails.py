"""A mail as it lay in the mailbox of bounces, and what of ours it quotes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from functools import cached_property
from hashlib import sha256
from uuid import UUID

from subscriptions import links
from subscriptions.bounces.reports import Kind, Report

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
LINK = re.compile(rb"/subscription/leave/([\w.-]+)")
# Where a server's own words end and the mail that it gives back begins.
QUOTATION = re.compile(
    r"^(?:--.*\b(?:copy|original|below|returned)\b|(?:Return-Path|Received|Message-ID|Subject):)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Mail:
    """What it quotes of ours is looked for in the bytes: so it is found in what is cut off or badly nested, too."""

    raw: bytes

    @cached_property
    def message(self) -> Message:
        return message_from_bytes(self.raw)

    @property
    def quoted(self) -> bytes:
        """All but its own header."""
        return re.split(rb"\r?\n\r?\n", self.raw, maxsplit=1)[-1]

    @property
    def subject(self) -> str:
        try:
            return str(make_header(decode_header(self.header("Subject"))))
        except (ValueError, LookupError):  # in an encoding that nobody knows
            return ""

    @property
    def sender(self) -> str:
        """The local part of who wrote it; empty for a server that gives no name."""
        return parseaddr(self.header("From"))[1].rpartition("@")[0].lower()

    @property
    def words(self) -> str:
        """What it says itself, in its first part."""
        payload = next(self.parts(), self.message).get_payload(decode=True)
        text = payload.decode(errors="replace") if isinstance(payload, bytes) else ""
        return QUOTATION.split(text, maxsplit=1)[0]

    def header(self, name: str) -> str:
        return str(self.message[name] or "").strip()

    def parts(self, kind: str = "") -> Iterator[Message]:
        """Those of the mail itself, not of what they hold."""
        found = self.message.get_payload() if self.message.is_multipart() else []
        return (part for part in found if isinstance(part, Message) and kind in ("", part.get_content_type()))

    def blocks(self, kind: str) -> Iterator[Message]:
        """The groups of fields in a part that is made of them (RFC 3464, 2.1; RFC 5965, 3.2)."""
        held = (part.get_payload() for part in self.parts(kind) if part.is_multipart())
        return (block for blocks in held for block in blocks if isinstance(block, Message))

    def report(self, kind: Kind, address: str = "", identity: UUID | None = None) -> Report:
        """A report with what proves it. Read again, or delivered twice, the mail makes the same one."""
        source = self.header("Message-ID") or sha256(self.raw).hexdigest()
        links_to_leave = (links.read_leave_token(token.decode(errors="replace")) for token in LINK.findall(self.quoted))
        ids = frozenset(one.decode(errors="replace") for one in MESSAGE_ID.findall(self.quoted))
        return Report(kind, source, address, ids, identity or next(filter(None, links_to_leave), None))
