"""What an editor does with the newsletter of an issue: let it start by itself, start, pause, go on, stop.

Each is one transaction that holds the issue's row, so that two editors, a double click and a worker take turns.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from commentaries.models import Issue, User
from subscriptions.models import Delivery, Sending
from subscriptions.newsletter.content import freeze

# A time to start that passed so long ago is stale: the worker was down, and an editor may have changed their mind.
STALE = timedelta(hours=6)


class Refused(Exception):
    """Why it cannot be done, in a sentence for the editor."""


@contextmanager
def held(issue: Issue) -> Iterator[Sending]:
    """The issue's sending, made if there is none, in a transaction in which nobody else changes it."""
    with transaction.atomic():
        Issue.objects.select_for_update().get(pk=issue.pk)
        sending, _created = Sending.objects.select_related("issue").get_or_create(issue=issue)
        yield sending


def start(issue: Issue, by: User | None = None) -> Sending:
    """Freeze the content and let the workers begin. A sending that was started before is left as it is.

    Raises Refused where the issue is not public, or holds nothing to send.
    """
    with held(issue) as sending:
        if sending.started_at is None:
            if not sending.issue.is_published:
                raise Refused(_("Readers cannot read this issue. The newsletter can start when they can."))
            sending.content = freeze(sending.issue)
            if not sending.content["commentaries"]:
                raise Refused(_("The issue has no commentary that readers can read, so there is nothing to send."))
            sending.started_at, sending.started_by = timezone.now(), by
            sending.save()
        return sending


def start_by_itself(issue: Issue, delay: timedelta | None) -> None:
    """Let it start so long after the issue's publication; None: only by hand. Raises Refused once it has started.

    By hand is as if nothing had been said, so that nothing keeps a draft from being deleted.
    """
    with held(issue) as sending:
        if sending.started_at is not None:
            raise Refused(_("The newsletter of this issue has been started already."))
        if delay is None:
            sending.delete()
        else:
            Sending.objects.filter(pk=sending.pk).update(delay=delay)


def is_stale(sending: Sending) -> bool:
    """Whether its time passed so long ago that an editor is asked again."""
    due = sending.due_at
    return sending.started_at is None and due is not None and due + STALE < timezone.now()


def start_due() -> None:
    """What a worker does now and then: start what is to start by itself."""
    for found in Sending.objects.waiting().filter(issue__in=Issue.objects.published()).select_related("issue"):
        if not _is_due(found):
            continue
        # Withdrawn a moment ago, or taken back: an editor sees the former on the sending's page.
        with suppress(Refused), held(found.issue) as sending:
            if _is_due(sending):
                start(found.issue)


def _is_due(sending: Sending) -> bool:
    due = sending.due_at
    return due is not None and due <= timezone.now() and not is_stale(sending)


def pause(issue: Issue) -> None:
    with held(issue) as sending:
        if sending.is_running:
            Sending.objects.filter(pk=sending.pk).update(paused_at=Now())


def resume(issue: Issue) -> None:
    """Go on after a pause. Raises Refused while readers cannot read the issue."""
    with held(issue) as sending:
        if not sending.issue.is_published:
            raise Refused(_("Readers cannot read this issue. The newsletter can go on when they can."))
        if sending.paused_at:
            Sending.objects.filter(pk=sending.pk).update(paused_at=None, resumed_at=Now())


def cancel(issue: Issue) -> None:
    """Stop for good: whoever has not got it will not get it."""
    with held(issue) as sending:
        if sending.started_at is not None and not sending.is_over:
            Sending.objects.filter(pk=sending.pk).update(cancelled_at=Now(), paused_at=None)
            sending.deliveries.all().call_off()


def settle_uncertain(issue: Issue, *, repeats: bool) -> int:
    """What becomes of mails that may have gone out, those of now and those to come: sent again, or left.

    Says how many go out again.
    """
    with held(issue) as sending:
        Sending.objects.filter(pk=sending.pk).update(repeats_uncertain=repeats)
        if not repeats or sending.cancelled_at:
            return 0
        return _try_again(sending, Delivery.State.UNCERTAIN)


def try_failed_again(issue: Issue, delivery: int | None = None) -> int:
    """Let those that failed be tried again, or one of them; says how many. Not those of an ended or erased reader."""
    with held(issue) as sending:
        if sending.cancelled_at:
            return 0
        return _try_again(sending, Delivery.State.FAILED, delivery)


def _try_again(sending: Sending, state: Delivery.State, delivery: int | None = None) -> int:
    rows = Delivery.objects.filter(sending=sending, subscriber__isnull=False).in_state(state)
    if delivery is not None:
        rows = rows.filter(pk=delivery)
    again = rows.update(
        state=Delivery.State.PENDING, next_attempt_at=Now(), first_attempt_at=None, attempts=0, settled_at=None
    )
    if again:
        Sending.objects.filter(pk=sending.pk).update(finished_at=None)
    return again
