"""Sending mail to staff: claim what waits for one person, commit, send one mail about all of it, forget the rows.

A worker killed between sending and forgetting leaves rows that another sends again after the lease: at most a mail
that repeats, with the same Message-ID. Log lines hold no address.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from commentaries import turns
from commentaries.models import StaffMail, User
from commentaries.turns import Matter, Turn, staff_mail
from subscriptions import emails
from subscriptions.delivery import Outcome, delay_after, hand_over, send_each
from subscriptions.models import LEASE

logger = logging.getLogger(__name__)

SETTLING = timedelta(minutes=2)  # a change of mind within it sends nothing
LONGEST_SETTLING = timedelta(minutes=10)  # for somebody to whom more and more is added
LONGEST_TRIED = timedelta(days=1)  # what waits is on the first page of the desk all the same
FEWEST_ATTEMPTS = 10  # before a mail is that old in vain: the worker may have been down for days
MOST_UNCERTAIN = 3  # mails that may have gone out; each has the same Message-ID
IN_ORDER = ("user", "kind", "commentary", "language")  # in which rows are written, so that nobody waits crosswise


@dataclass(frozen=True)
class Claim:
    """What waits for one person, in our hands until the lease ends or somebody announces it again."""

    user: User
    rows: list[StaffMail]
    until: datetime

    def held(self) -> QuerySet[StaffMail]:
        """The rows that nobody took out of our hands."""
        ours = StaffMail.objects.filter(pk__in=[row.pk for row in self.rows], claimed_until=self.until)
        return ours.select_for_update().order_by(*IN_ORDER)


def due() -> QuerySet[StaffMail]:
    """What is to be sent now and is in no worker's hands: its person has had a quiet moment. The database's clock."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=Now())
    younger = StaffMail.objects.filter(user=OuterRef("user"), asked_at__gt=Now() - SETTLING)
    settled = ~Exists(younger) | Q(asked_at__lte=Now() - LONGEST_SETTLING)
    return StaffMail.objects.filter(free, settled, next_attempt_at__lte=Now())


def send_due(is_stopping: Callable[[], bool]) -> bool:
    """Send what is due. Says whether there may be more. Raises MailServerAwayError."""
    return due().exists() and send_each(claim_next, _send, is_stopping)


@transaction.atomic
def claim_next() -> Claim | None:
    """Take all that is due for the person who has waited longest."""
    first = due().order_by("asked_at").select_for_update(skip_locked=True).first()
    if first is None:
        return None
    theirs = due().filter(user=first.user_id).order_by(*IN_ORDER)
    keys = [row.pk for row in theirs.select_for_update(skip_locked=True)]
    due().filter(pk__in=keys).update(claimed_until=Now() + LEASE, attempts=F("attempts") + 1)
    rows = list(StaffMail.objects.filter(pk__in=keys).select_related("user"))
    until = rows[0].claimed_until if rows else None
    return Claim(rows[0].user, rows, until) if until else None


def _send(claim: Claim, connection: BaseEmailBackend) -> Outcome:
    """Send what is still true; what is not is forgotten, and so is everything for one who gets no mail any more."""
    try:
        about = _still_waiting(claim)
        outcome, cause = Outcome.SENT, ""
        if about:
            message = emails.staff(claim.user, about, (row.pk for row in claim.rows), connection)
            outcome, cause = hand_over(message)
    except Exception as error:  # a broken template: this one waits, the others go on
        outcome, cause = Outcome.LATER, type(error).__name__
    _record(claim, outcome, cause)
    return outcome


def _still_waiting(claim: Claim) -> list[Turn]:
    if not staff_mail.mailable().filter(pk=claim.user.pk).exists():
        return []
    matters = {Matter(row.kind, row.commentary_id, row.language) for row in claim.rows}
    return [turn for turn in turns.turns_of(claim.user) if turn.matter in matters]


@transaction.atomic
def _record(claim: Claim, outcome: Outcome, cause: str) -> None:
    keys = [row.pk for row in claim.held()]
    held = StaffMail.objects.filter(pk__in=keys)
    if outcome in (Outcome.SENT, Outcome.REFUSED):
        held.delete()
        if outcome is Outcome.REFUSED:
            logger.warning("A mail to staff was refused for good (%s); it is dropped.", cause)
        return
    in_vain = Q(asked_at__lte=Now() - LONGEST_TRIED, attempts__gte=FEWEST_ATTEMPTS)
    if outcome is Outcome.UNCERTAIN:
        in_vain |= Q(attempts__gte=MOST_UNCERTAIN)
    dropped, _by_model = held.filter(in_vain).delete()
    if dropped:
        logger.warning("A mail to staff was tried often enough (%s); it is dropped.", cause)
    delay = delay_after(max(row.attempts for row in claim.rows))
    if held.update(next_attempt_at=Now() + delay, claimed_until=None):
        logger.warning("A mail to staff did not go out (%s); next attempt in %d s.", cause, delay.total_seconds())
