"""A visit to the mailbox of bounces: each mail is read, taken, and deleted.

A worker killed in between leaves a mail that is read again and changes nothing; so do two workers that read one mail.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from subscriptions.bounces.mailboxes import LARGEST, Mailbox, MailboxAwayError, open_mailbox
from subscriptions.bounces.reading import reports_in
from subscriptions.bounces.reports import Report
from subscriptions.bounces.taking import take

logger = logging.getLogger(__name__)

LONGEST_ROUND = 10.0  # seconds of each minute, whatever somebody fills the mailbox with: a worker has mail to send


@dataclass
class Visit:
    read: int = 0
    effective: int = 0  # mails that changed something
    kept: int = 0  # mails that only a person can read


def visit(is_stopping: Callable[[], bool] = lambda: False) -> Visit:
    """Read what waits. Raises MailboxAwayError."""
    found = Visit()
    with open_mailbox(settings.BOUNCE_MAILBOX) as mailbox:
        for name in mailbox.waiting():
            if is_stopping():
                break
            _handle(mailbox, name, found)
    return found


def _handle(mailbox: Mailbox, name: str, found: Visit) -> None:
    raw = mailbox.read(name)
    if raw is None:
        return
    reports = _understand(raw)
    if reports is None:
        mailbox.set_aside(name)
        found.kept += 1
        return
    found.read += 1
    found.effective += any([take(report) for report in reports])  # noqa: C419  # take every one
    mailbox.delete(name)


def _understand(raw: bytes) -> list[Report] | None:
    """Whatever anybody wrote: a mail that cannot be taken apart is kept, and the others are read."""
    if len(raw) > LARGEST:
        return None
    try:
        return reports_in(raw)
    except Exception as error:  # the parsers of mails raise many kinds for what is broken or nested too deeply
        logger.warning("A mail in the mailbox of bounces cannot be read (%s); it is kept.", type(error).__name__)
        return None


class Rounds:
    """A worker's visits. A mailbox that is away keeps no other mail waiting, and is spoken of once."""

    def __init__(self) -> None:
        self.trouble = ""

    def go(self, is_stopping: Callable[[], bool]) -> None:
        if not settings.BOUNCE_MAILBOX:
            return
        trouble, until = "", time.monotonic() + LONGEST_ROUND
        try:
            visit(lambda: is_stopping() or time.monotonic() > until)
        except MailboxAwayError as error:
            trouble = str(error)
        if trouble and trouble != self.trouble:
            logger.error("The mailbox of bounces does not answer (%s). The worker goes on trying.", trouble)
        self.trouble = trouble
