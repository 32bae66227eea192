"""An answer of the application, and a page as it is kept: its bytes, and the headers that go with them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from wsgiref.headers import Headers as HeaderLines

from config.page_store.encodings import COMPRESS, COMPRESSIBLE, IDENTITY, LEAST

Headers = list[tuple[str, str]]
# The store says these itself; the server adds Date and Connection.
OWN = {"content-length", "content-encoding", "etag", "last-modified", "accept-ranges", "date", "connection"}
# A 304 repeats what a cache could not know otherwise (RFC 9110, 15.4.5).
REPEATED = {"cache-control", "content-location", "vary", "expires"}
STORED = ("200 ", "404 ")
OVERHEAD = 2_000  # bytes of memory that a page takes besides its texts, about


@dataclass(frozen=True)
class Answer:
    """What the application said."""

    status: str
    headers: Headers
    body: bytes

    @property
    def may_be_kept(self) -> bool:
        """Whether it says so: for everybody, with no cookie, and not different for those who send one."""
        header = HeaderLines(self.headers)
        control = header.get("Cache-Control") or ""
        is_private = "no-store" in control or "private" in control or "public" not in control
        varies = (header.get("Vary") or "").lower()
        return self.status.startswith(STORED) and not (is_private or "cookie" in varies or header.get("Set-Cookie"))


class Page:
    """One page, ready to be sent in each encoding. It is never changed, only filled with the encodings asked for."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.asked = 0
        self._tag = hashlib.sha256(answer.body).hexdigest()[:20]
        header = HeaderLines(answer.headers)
        self._headers = [(name, value) for name, value in answer.headers if name.lower() not in OWN]
        self._may_be_compressed = (header.get("Content-Type") or "").startswith(COMPRESSIBLE)
        self._may_be_compressed &= len(answer.body) >= LEAST
        if self._may_be_compressed:
            self._headers = [(name, value) for name, value in self._headers if name.lower() != "vary"]
            self._headers.append(("Vary", _and_encoding(header.get("Vary"))))
        self._bodies = {IDENTITY: answer.body}
        self._ready: dict[str, tuple[Headers, bytes]] = {}

    @property
    def is_there(self) -> bool:
        return self.status.startswith("200 ")

    @property
    def size(self) -> int:
        """Bytes of memory with every encoding, about: the compressed ones are a quarter each."""
        return OVERHEAD + len(self._bodies[IDENTITY]) * (3 if self._may_be_compressed else 2) // 2

    def ready(self, encoding: str) -> tuple[Headers, bytes]:
        """The headers and the bytes in this encoding, or as they are where it gains nothing."""
        found = self._ready.get(encoding)
        if found is None:
            found = self._ready[encoding] = self._made(encoding if self._may_be_compressed else IDENTITY)
        return found

    def _made(self, encoding: str) -> tuple[Headers, bytes]:
        body = self._bodies[IDENTITY]
        own = [("ETag", self.tag(encoding))]
        if encoding != IDENTITY:
            body = COMPRESS[encoding](body)
            own.append(("Content-Encoding", encoding))
        return [*self._headers, *own, ("Content-Length", str(len(body)))], body

    def tag(self, encoding: str) -> str:
        """A strong tag: other bytes, another tag (RFC 9110, 8.8.3)."""
        suffix = "" if encoding == IDENTITY or not self._may_be_compressed else f"-{encoding}"
        return f'"{self._tag}{suffix}"'

    def not_modified(self, encoding: str) -> Headers:
        """The headers of a 304."""
        repeated = [(name, value) for name, value in self._headers if name.lower() in REPEATED]
        return [*repeated, ("ETag", self.tag(encoding))]

    def is_among(self, tags: str, encoding: str) -> bool:
        """Whether If-None-Match names this page: compared weakly, as a GET does (RFC 9110, 13.1.2)."""
        wanted = self.tag(encoding)
        return tags.strip() == "*" or any(tag.strip().removeprefix("W/") == wanted for tag in tags.split(","))

    def follow(self, before: Page) -> None:
        """Take the place of an older page: be ready in the encodings that it was asked for."""
        self.asked = before.asked // 2
        for encoding in list(before._ready):
            self.ready(encoding)


def _and_encoding(vary: str | None) -> str:
    names = [name.strip() for name in (vary or "").split(",") if name.strip()]
    return ", ".join([*(name for name in names if name.lower() != "accept-encoding"), "Accept-Encoding"])
