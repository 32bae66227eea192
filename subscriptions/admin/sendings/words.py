"""Where a newsletter stands, and why a mail was not sent, in words. The causes are those of newsletter.outcomes."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext

from commentaries.admin.status import moment, person_name
from commentaries.languages import Language
from commentaries.models import Issue
from subscriptions.models import Delivery, Sending
from subscriptions.newsletter.outcomes import Cause
from subscriptions.newsletter.progress import Stall
from subscriptions.newsletter.readers import Counts
from subscriptions.newsletter.sending import is_stale


def state_of(sending: Sending | None) -> str:
    """none, waits, late, stale; once it has started prepares, runs, paused, over or cancelled."""
    if sending is None or sending.started_at is None:
        return _before_the_start(sending)
    if sending.cancelled_at:
        return "cancelled"
    if sending.finished_at:
        return "over"
    if sending.paused_at:
        return "paused"
    return "runs" if sending.prepared_at else "prepares"


def _before_the_start(sending: Sending | None) -> str:
    if sending is None or sending.delay is None:
        return "none"
    if is_stale(sending):
        return "stale"
    return "late" if sending.due_at and sending.due_at <= timezone.now() else "waits"


def state_name(state: str) -> str:
    return {
        "none": pgettext("state of a newsletter", "not started"),
        "waits": pgettext("state of a newsletter", "starts by itself"),
        "late": pgettext("state of a newsletter", "is about to start"),
        "stale": pgettext("state of a newsletter", "asks again"),
        "prepares": pgettext("state of a newsletter", "is being prepared"),
        "runs": pgettext("state of a newsletter", "is being sent"),
        "paused": pgettext("state of a newsletter", "paused"),
        "over": pgettext("state of a newsletter", "sent"),
        "cancelled": pgettext("state of a newsletter", "cancelled"),
    }[state]


# The colours of static/desk/desk.css that say the same elsewhere at the desk.
COLOURS = {
    "none": "status-draft",
    "waits": "status-scheduled",
    "late": "status-scheduled",
    "stale": "state-outdated",
    "prepares": "status-scheduled",
    "runs": "status-scheduled",
    "paused": "state-outdated",
    "over": "status-public",
    "cancelled": "status-withdrawn",
}


def started_in_words(sending: Sending) -> str:
    """Who started it, and when."""
    when = {"time": moment(sending.started_at)}
    due = sending.due_at
    if sending.started_by is None and due and sending.started_at and due <= sending.started_at:
        return _("Started by itself, %(time)s.") % when
    return _("Started by %(person)s, %(time)s.") % {"person": person_name(sending.started_by), **when}


def schedule_in_words(issue: Issue, delay: timedelta | None) -> str:
    """When it starts by itself, if it does, or was to start."""
    if delay is None:
        return _("It starts only when somebody starts it here.")
    if issue.published_at is None:
        return _("It starts by itself %(delay)s after publication.") % {"delay": length(delay)}
    due = issue.published_at + delay
    sentence = (
        _("It starts by itself: %(time)s.") if due > timezone.now() else _("It was to start by itself: %(time)s.")
    )
    return sentence % {"time": moment(due)}


def readers_in_words(found: Counts) -> dict[str, Any]:
    """Who would get it, by language, and who would not, by the reason; a reason that is nobody's is left out."""
    others = [
        (_("have paused"), found.paused),
        (_("have nothing in this issue: not their sections, or no change of trend"), found.without),
        (_("have an address that gets nothing any more"), found.suppressed),
    ]
    return {
        "total": found.total,
        "languages": [(language.label, found.by_language.get(language.value, 0)) for language in Language],
        "others": [(words, number) for words, number in others if number],
    }


def length(delay: timedelta) -> str:
    """A length of time in the largest unit that says enough."""
    minutes = max(round(delay.total_seconds() / 60), 1)
    if minutes < 120 and minutes != 60:
        return npgettext("how long", "%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return npgettext("how long", "%(number)s hour", "%(number)s hours", hours) % {"number": hours}
    days = round(hours / 24)
    return npgettext("how long", "%(number)s day", "%(number)s days", days) % {"number": days}


def time_left(seconds: int) -> str:
    if seconds < 60:
        return _("less than a minute")
    return _("about %(time)s") % {"time": length(timedelta(seconds=seconds))}


def grouped(number: int) -> str:
    """A number as people write it: 1,000,000."""
    return number_format(number, force_grouping=True)


def cause_in_words(state: str, cause: str) -> str:
    """Why a mail is in this state; a cause that is not known here as it is."""
    if not cause:
        return {
            Delivery.State.PENDING: _("so as not to press its mail server, it waits for its turn"),
            Delivery.State.SUPPRESSED: _("the address gets nothing any more"),
            Delivery.State.CANCELLED: _("the newsletter was cancelled before its turn"),
        }.get(Delivery.State(state), _("no reason was noted"))
    known: dict[str, str] = {
        Cause.REFUSED: _("the mail server refused it for good"),
        Cause.NO_MAILBOX: _("the mail server knows no such mailbox"),
        Cause.LATER: _("the mail server asks to try again later"),
        Cause.GIVEN_UP: _("the mail server put it off for 24 hours"),
        Cause.LOST: _("the connection broke after the text was handed over"),
        Cause.LEFT: _("a worker was stopped with the mail in hand"),
        Cause.SENDER: _("the mail server refuses our own sender or log-in: ours to mend"),
        Cause.UNREADABLE: _("no key opens the address"),
        Cause.NOTHING: _("the reader’s wishes changed: it holds nothing for them"),
        Cause.SUPPRESSED: _("the address gets nothing any more"),
        Cause.GONE: _("the reader has left meanwhile"),
    }
    return known.get(cause, cause)


def stall_in_words(stall: Stall) -> str:
    return {
        Stall.NOBODY: _(
            "No worker has taken any mail. Perhaps no worker is running, it cannot reach the mail server, or it is "
            "busy with other mail. Its log says which."
        ),
        Stall.STUCK: _(
            "A worker has mails in hand and gets no further. Perhaps the mail server answers slowly or not at all. "
            "The worker’s log says more."
        ),
    }[stall]
