"""Handing mails to a mail server one behind the other, without waiting where the server allows it (RFC 2920).

A group of commands ends with DATA, after which a client has to wait. The text of a mail may begin the next group, so
it goes out together with the envelope of the mail behind it, and a mail costs one journey instead of four. A server
that does not offer PIPELINING is asked step by step.

One thread talks over all connections: threads of their own would spend most of their time handing each other the
interpreter's lock. So a conversation is a generator, which stops wherever it is the server's turn to speak.
"""

import selectors
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from subscriptions.newsletter.outcomes import LOST, UNTOUCHED, Cause, Outcome, Result, of_recipient, of_reply, of_sender

GO_ON, CLOSING = 354, 421
LONGEST_LINE = 8192  # bytes of a reply's
AT_ONCE = 16_384  # bytes: the longest record of TLS, so that none is left where a selector does not see it
# Seconds. A text is handed over soon after its row was marked, and answered before the lease on it ends; RFC 5321,
# 4.5.3.2.6, would allow more to the answer.
LONGEST_WAIT, PATIENCE = 60, 180
END = b".\r\n"
NOT_HANDED_OVER = Outcome(Result.LATER, 0, Cause.LATER)
NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Letter(NamedTuple):
    """A mail for the server. Its text ends its lines with CRLF and has its dots stuffed (RFC 5321, 4.5.2)."""

    key: int
    sender: bytes
    recipient: bytes
    text: bytes
    until: float = float("inf")  # by time.monotonic(): after it the text may not be handed over


class ClosedError(Exception):
    """The server ended the connection, or it broke. What was in hand has been settled."""


Settle = Callable[[int, Outcome], None]
Talk = Generator[None, int, None]  # goes on with the code of the server's next reply
Codes = Generator[None, int, list[int]]


class Channel:
    """One open connection, which never waits: a selector says when to `go_on`.

    It carries letters as long as `letters` has any, and then is idle until it is to `begin` again.
    """

    def __init__(self, connection: smtplib.SMTP, letters: Callable[[], Letter | None], settle: Settle) -> None:
        if connection.sock is None:
            raise ClosedError
        self.socket = connection.sock
        self.socket.setblocking(False)
        # A text goes out in one piece: its end does not wait until its beginning has arrived (RFC 896).
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.letters, self.settle = letters, settle
        self.pipelines = connection.has_extn("pipelining")
        self.parameters = b" BODY=8BITMIME" if connection.has_extn("8bitmime") else b""
        self.is_clean = True  # no transaction of a refused mail is open
        self.is_idle = True
        self.heard_at = 0.0
        self.unsent: bytes | memoryview = b""
        self.unread = b""
        self.talk = self._talk()
        next(self.talk)

    @property
    def events(self) -> int:
        """What a selector is to wait for."""
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self.unsent else 0)

    def begin(self) -> None:
        """Take letters again. Raises ClosedError, as `go_on` does."""
        self.heard_at = time.monotonic()
        self._advance([0])

    def go_on(self) -> None:
        """Read and send what can be without waiting, and let the conversation take its course."""
        self._advance(self._codes())

    def is_overdue(self) -> bool:
        return not self.is_idle and time.monotonic() - self.heard_at > PATIENCE

    def give_up(self) -> None:
        """Settle what is in hand, and nothing more can be said."""
        with suppress(ClosedError):
            self.talk.throw(ClosedError)

    def _advance(self, codes: Iterable[int]) -> None:
        try:
            for code in codes:
                self.talk.send(code)
            self._flush()
        except (OSError, ClosedError) as error:
            self.give_up()
            raise ClosedError from error

    def _talk(self) -> Talk:
        while True:
            self.is_idle = True
            if (yield):  # unasked, it can only be good-bye
                raise ClosedError
            self.is_idle = False
            yield from self._carry()

    def _carry(self) -> Talk:
        """Send one after the other until `letters` has none; whatever it took is settled in the end."""
        letter, codes = self.letters(), list[int]()
        following: Letter | None = None
        is_handed_over = False
        try:
            while letter:
                codes = codes or (yield from self._ask(self._envelope(letter)))
                if refusal := _refusal(codes):
                    self.settle(letter.key, refusal)
                    letter = None
                    yield from self._abandon(codes)
                    letter, codes = self.letters(), []
                    continue
                if time.monotonic() > letter.until:
                    raise ClosedError
                following = self.letters()
                group = self._envelope(following) if following and self.pipelines else []
                is_handed_over = True
                self._say(letter.text, END, *group)
                code = yield
                self.settle(letter.key, of_reply(code))
                letter, following, is_handed_over = following, None, False
                if code == CLOSING:
                    raise ClosedError
                codes = yield from self._replies(group)
        except ClosedError:
            if letter:
                self.settle(letter.key, LOST if is_handed_over else NOT_HANDED_OVER)
            if following:
                self.settle(following.key, UNTOUCHED)
            raise

    def _envelope(self, letter: Letter) -> list[bytes]:
        commands = [
            b"MAIL FROM:<" + letter.sender + b">" + self.parameters + b"\r\n",
            b"RCPT TO:<" + letter.recipient + b">\r\n",
            b"DATA\r\n",
        ]
        return commands if self.is_clean else [b"RSET\r\n", *commands]

    def _ask(self, commands: list[bytes]) -> Codes:
        """The replies to an envelope; step by step it ends at the first refusal."""
        if self.pipelines:
            self._say(*commands)
            return (yield from self._replies(commands))
        codes: list[int] = []
        for command in commands:
            self._say(command)
            codes.append((yield))
            if codes[-1] >= 400:
                break
        return codes[0 if self.is_clean else 1 :]

    def _replies(self, commands: list[bytes]) -> Codes:
        """To sender, recipient and DATA; what RSET was answered matters to nobody."""
        codes: list[int] = []
        for _command in commands:
            codes.append((yield))
            if codes[-1] == CLOSING:  # no further one comes
                break
        return codes[len(commands) - 3 :] or codes

    def _abandon(self, codes: list[int]) -> Talk:
        """Leave a refused mail behind. A server that lets us go on all the same gets an empty text (RFC 2920, 3.1)."""
        self.is_clean = False
        if CLOSING in codes:
            raise ClosedError
        if codes[-1] == GO_ON:
            self._say(END)
            yield

    def _say(self, *parts: bytes) -> None:
        self.unsent = b"".join([self.unsent, *parts])

    def _flush(self) -> None:
        if self.unsent:
            with suppress(*NOT_NOW):
                sent = self.socket.send(self.unsent)
                self.unsent = memoryview(self.unsent)[sent:]

    def _codes(self) -> Iterator[int]:
        """The codes of replies; all lines of one but the last have a hyphen behind the code (RFC 5321, 4.2.1)."""
        try:
            read = self.socket.recv(AT_ONCE)
        except NOT_NOW:
            return
        *lines, self.unread = (self.unread + read).split(b"\n")
        if not read or len(self.unread) > LONGEST_LINE:
            raise ClosedError
        self.heard_at = time.monotonic()
        for line in lines:
            if not line[:3].isdigit():
                raise ClosedError
            if line[3:4] != b"-":
                yield _refused(line) if line[:1] == b"5" else int(line[:3])


class Refused(int):
    """The code of a reply that refuses for good, with what the server said."""

    said = ""


def _refused(line: bytes) -> Refused:
    code = Refused(line[:3])
    code.said = line[4:].decode(errors="replace")
    return code


def _refusal(codes: list[int]) -> Outcome | None:
    """What the replies to sender, recipient and DATA say against a mail, the first that does."""
    if codes[0] >= 400:
        return of_sender(codes[0])
    if len(codes) > 1 and isinstance(codes[1], Refused):
        return of_recipient(codes[1], codes[1].said)
    for code in codes[1:2] + [code for code in codes[2:] if code != GO_ON]:
        if code >= 300:
            return of_reply(code) if code >= 400 else NOT_HANDED_OVER
    return None
