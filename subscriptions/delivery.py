"""Sending confirmations: claim one, commit, send it, record what became of it.

Log lines never hold an address, a token or the text of an error, which may quote either.
"""

import logging
import random
import smtplib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import TypeVar

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from subscriptions import emails
from subscriptions.abuse.places import take_place
from subscriptions.models import LEASE, ConfirmationMail, SignUp, TakenReport, Tally
from subscriptions.turns import in_turn

logger = logging.getLogger(__name__)

Claimed = TypeVar("Claimed")  # what a worker holds while it sends one message

FIRST_DELAY = timedelta(seconds=15)
LONGEST_DELAY = timedelta(hours=1)


class MailServerAwayError(Exception):
    """The mail server cannot be reached or does not let us in. Nothing was claimed. Says the error's name."""


class Outcome(Enum):
    SENT = auto()
    REFUSED = auto()  # for good: 5xx for this recipient or this message
    LATER = auto()  # surely not sent, and worth another attempt
    UNCERTAIN = auto()  # the connection broke: the mail may have gone out


@dataclass(frozen=True)
class Claim:
    """A sign-up in our hands until the lease ends, with one of its mailbox's places of the day."""

    sign_up: SignUp
    place: ConfirmationMail


def send_due(is_stopping: Callable[[], bool]) -> bool:
    """Send the confirmations that are due. Says whether there may be more. Raises MailServerAwayError."""
    return SignUp.objects.due().exists() and send_each(claim_next, _send, is_stopping)


def send_each(
    claim_next: Callable[[], Claimed | None],
    send: Callable[[Claimed, BaseEmailBackend], Outcome],
    is_stopping: Callable[[], bool],
) -> bool:
    """Claim and send one message after the other, over one connection. Says whether there may be more.

    It ends at the first message that does not go out, because the connection cannot be trusted after that.
    Raises MailServerAwayError.
    """
    connection = open_connection()
    try:
        while not is_stopping() and (claim := claim_next()):
            if send(claim, connection) is not Outcome.SENT:
                return True
    finally:
        with suppress(OSError):
            connection.close()
    return False


def open_connection() -> BaseEmailBackend:
    try:
        connection: BaseEmailBackend = get_connection()
        connection.open()
    except Exception as error:
        raise MailServerAwayError(type(error).__name__) from error
    return connection


def claim_next() -> Claim | None:
    """Take the next sign-up that is due and a place of the day for its mailbox, in one transaction.

    A sign-up whose mailbox has had its two mails waits until a place is free.
    """
    while True:
        with transaction.atomic():
            due = SignUp.objects.due().order_by("next_attempt_at")
            sign_up = due.select_for_update(skip_locked=True).first()
            if sign_up is None:
                return None
            place = take_place(sign_up)
            if place is None:
                continue
            taken = SignUp.objects.due().filter(pk=sign_up.pk)
            if not taken.update(claimed_until=Now() + LEASE, attempts=F("attempts") + 1):
                place.delete()
                continue
        sign_up.attempts += 1
        return Claim(sign_up, place)


def _send(claim: Claim, connection: BaseEmailBackend) -> Outcome:
    try:
        message = emails.confirmation(claim.sign_up, connection)
    except Exception as error:  # a lost key, a broken template: this one waits, the others go on
        outcome, cause = Outcome.LATER, type(error).__name__
    else:
        outcome, cause = hand_over(message)
    _record(claim, outcome, cause)
    return outcome


def hand_over(message: EmailMessage) -> tuple[Outcome, str]:
    """Give the message to the server; what became of it, and why in a word for the log."""
    try:
        message.send()
    except Exception as error:
        code = reply_code(error)
        return outcome_of(error, code), f"SMTP {code}" if code else type(error).__name__
    return Outcome.SENT, ""


def reply_code(error: Exception) -> int:
    """The server's three-digit answer, or 0 where there was none (RFC 5321, 4.2)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return min(code for code, _text in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def outcome_of(error: Exception, code: int) -> Outcome:
    """A refusal of our own sender, greeting or password is ours to mend, so the sign-up is kept."""
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) and code >= 500:
        return Outcome.REFUSED
    if code or isinstance(error, ValueError | smtplib.SMTPNotSupportedError):
        return Outcome.LATER
    return Outcome.UNCERTAIN


def _record(claim: Claim, outcome: Outcome, cause: str) -> None:
    match outcome:
        case Outcome.SENT:
            claim.sign_up.mark_sent()
        case Outcome.REFUSED:
            with in_turn([claim.sign_up.lookup]):
                SignUp.objects.filter(pk=claim.sign_up.pk, sent_at=None).delete()
            logger.warning("A confirmation was refused for good (%s); its sign-up is dropped.", cause)
        case Outcome.LATER:
            claim.place.delete()
            _try_again(claim.sign_up, cause)
        case Outcome.UNCERTAIN:
            _try_again(claim.sign_up, cause)


def delay_after(attempts: int) -> timedelta:
    """Longer and longer, and never the same, so that many do not come back at one moment."""
    longest: timedelta = min(FIRST_DELAY * 2 ** min(attempts - 1, 16), LONGEST_DELAY)
    return longest * random.uniform(0.5, 1)  # noqa: S311


def _try_again(sign_up: SignUp, cause: str) -> None:
    delay = delay_after(sign_up.attempts)
    sign_up.postpone(delay)
    logger.warning("A confirmation did not go out (%s); next attempt in %d s.", cause, delay.total_seconds())


def purge() -> None:
    """Forget aged sign-ups, the mails counted more than a day ago, old reports, and tallies that are over."""
    for lookup in set(SignUp.objects.aged().values_list("lookup", flat=True)):
        with in_turn([lookup]):
            SignUp.objects.aged().filter(lookup=lookup).delete()
    ConfirmationMail.objects.past().delete()
    TakenReport.objects.past().delete()
    Tally.objects.past().delete()
