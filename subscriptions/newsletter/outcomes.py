"""What became of a mail that was handed to a mail server, by its answers (RFC 5321, 4.2; RFC 3463)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from subscriptions.bounces.statuses import is_gone

LONGEST_TRIED = timedelta(hours=24)


class Cause(StrEnum):
    """Why a mail is not sent, in a word that the desk explains. Never a server's text, which may quote an address."""

    REFUSED = "refused"  # 5xx for this recipient or this text
    NO_MAILBOX = "no_mailbox"  # 5xx for this recipient, in words or a status that say there is no such mailbox
    LATER = "later"  # 4xx
    GIVEN_UP = "given_up"  # 4xx for as long as mail is tried
    LOST = "lost"  # the connection broke after the text was handed over
    LEFT = "left"  # its worker was killed with the mail in hand
    SENDER = "sender"  # our own sender or log-in was refused: ours to mend
    UNREADABLE = "unreadable"  # no key opens the address
    NOTHING = "nothing"  # the reader's wishes have changed: there is nothing in it for them
    SUPPRESSED = "suppressed"
    GONE = "gone"  # the reader left meanwhile


class Result(StrEnum):
    SENT = "sent"
    FAILED = "failed"
    LATER = "later"  # surely not sent, and worth another attempt
    UNCERTAIN = "uncertain"  # it may have gone out
    UNTOUCHED = "untouched"  # its turn did not come


@dataclass(frozen=True)
class Outcome:
    result: Result
    code: int = 0  # the server's reply; 0: there was none
    cause: str = ""

    @property
    def asks_for_patience(self) -> bool:
        """Whether the server wants fewer mails: 421 closes the channel, 450 and 451 name a busy mailbox or host."""
        return self.code in (421, 450, 451)


SENT = Outcome(Result.SENT, 250)
UNTOUCHED = Outcome(Result.UNTOUCHED)
LOST = Outcome(Result.UNCERTAIN, 0, Cause.LOST)


def of_reply(code: int) -> Outcome:
    """Of a reply to the text, or to DATA."""
    if code < 300:
        return Outcome(Result.SENT, code)
    if code >= 500:
        return Outcome(Result.FAILED, code, Cause.REFUSED)
    return Outcome(Result.LATER, code, Cause.LATER)


def of_recipient(code: int, said: str) -> Outcome:
    """Of a reply to the recipient, with what the server said, which is read and not kept."""
    if code >= 500 and is_gone(said):
        return Outcome(Result.FAILED, code, Cause.NO_MAILBOX)
    return of_reply(code)


def of_sender(code: int) -> Outcome:
    """Of a reply to the sender: what is wrong there is ours to mend, so nobody's mail fails by it."""
    return Outcome(Result.LATER, code, Cause.LATER if code < 500 else Cause.SENDER)
