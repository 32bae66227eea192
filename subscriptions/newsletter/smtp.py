"""Handing mails to a mail server one behind the other, without waiting where the server allows it (RFC 2920).

A group of commands ends with DATA, after which a client has to wait. The text of a mail may begin the next group, so
it goes out together with the envelope of the mail behind it, and a mail costs one journey instead of four. A server
that does not offer PIPELINING is asked step by step.
"""

import smtplib
from collections.abc import Callable
from typing import NamedTuple

from subscriptions.newsletter.outcomes import LOST, UNTOUCHED, Cause, Outcome, Result, of_reply, of_sender

GO_ON, CLOSING = 354, 421
LONGEST_LINE = 8192  # bytes of a reply's
PATIENCE = 180  # seconds for any answer; RFC 5321, 4.5.3.2.6, allows more to a text, but the lease has to outlast it
END = b".\r\n"
NOT_HANDED_OVER = Outcome(Result.LATER, 0, Cause.LATER)


class Letter(NamedTuple):
    """A mail for the server. Its text ends its lines with CRLF and has its dots stuffed (RFC 5321, 4.5.2)."""

    key: int
    sender: bytes
    recipient: bytes
    text: bytes


class ClosedError(Exception):
    """The server ended the connection, or it broke. What was in hand has been settled."""


Settle = Callable[[int, Outcome], None]


class Channel:
    """One open connection. `pipelines` says whether the server takes commands in groups."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        if connection.sock is None:
            raise ClosedError
        self.socket = connection.sock
        self.socket.settimeout(PATIENCE)
        self.replies = connection.file or self.socket.makefile("rb")
        self.pipelines = connection.has_extn("pipelining")
        self.parameters = b" BODY=8BITMIME" if connection.has_extn("8bitmime") else b""
        self.is_clean = True  # no transaction of a refused mail is open

    def carry(self, letters: Callable[[], Letter | None], settle: Settle) -> None:
        """Send one after the other until `letters` has none. Raises ClosedError; whatever it took is settled then."""
        letter, codes = letters(), list[int]()
        following: Letter | None = None
        is_handed_over = False
        try:
            while letter:
                codes = codes or self._ask(self._envelope(letter))
                if refusal := _refusal(codes):
                    settle(letter.key, refusal)
                    letter = None
                    self._abandon(codes)
                    letter, codes = letters(), []
                    continue
                following = letters()
                group = self._envelope(following) if following and self.pipelines else []
                is_handed_over = True
                self.socket.sendall(letter.text + END + b"".join(group))
                code = self._reply()
                settle(letter.key, of_reply(code))
                letter, following, is_handed_over = following, None, False
                if code == CLOSING:
                    raise ClosedError
                codes = self._replies(group)
        except (OSError, ClosedError) as error:
            if letter:
                settle(letter.key, LOST if is_handed_over else NOT_HANDED_OVER)
            if following:
                settle(following.key, UNTOUCHED)
            raise ClosedError from error

    def _envelope(self, letter: Letter) -> list[bytes]:
        commands = [
            b"MAIL FROM:<" + letter.sender + b">" + self.parameters + b"\r\n",
            b"RCPT TO:<" + letter.recipient + b">\r\n",
            b"DATA\r\n",
        ]
        return commands if self.is_clean else [b"RSET\r\n", *commands]

    def _ask(self, commands: list[bytes]) -> list[int]:
        """The replies to an envelope; step by step it ends at the first refusal."""
        if self.pipelines:
            self.socket.sendall(b"".join(commands))
            return self._replies(commands)
        codes: list[int] = []
        for command in commands:
            self.socket.sendall(command)
            codes.append(self._reply())
            if codes[-1] >= 400:
                break
        return codes[0 if self.is_clean else 1 :]

    def _replies(self, commands: list[bytes]) -> list[int]:
        """To sender, recipient and DATA; what RSET was answered matters to nobody."""
        codes: list[int] = []
        for _command in commands:
            codes.append(self._reply())
            if codes[-1] == CLOSING:  # no further one comes
                break
        return codes[len(commands) - 3 :] or codes

    def _reply(self) -> int:
        """The code of the next reply, whose lines but the last have a hyphen behind it (RFC 5321, 4.2.1)."""
        while True:
            line = self.replies.readline(LONGEST_LINE)
            if not line.endswith(b"\n") or not line[:3].isdigit():
                raise ClosedError
            if line[3:4] != b"-":
                return int(line[:3])

    def _abandon(self, codes: list[int]) -> None:
        """Leave a refused mail behind. A server that lets us go on all the same gets an empty text (RFC 2920, 3.1)."""
        self.is_clean = False
        if CLOSING in codes:
            raise ClosedError
        if codes[-1] == GO_ON:
            self.socket.sendall(END)
            self._reply()


def _refusal(codes: list[int]) -> Outcome | None:
    """What the replies to sender, recipient and DATA say against a mail, the first that does."""
    if codes[0] >= 400:
        return of_sender(codes[0])
    for code in codes[1:2] + [code for code in codes[2:] if code != GO_ON]:
        if code >= 300:
            return of_reply(code) if code >= 400 else NOT_HANDED_OVER
    return None
