"""The one gate between a draft and the readers.

Only this module sets `published_at` and `withdrawn_at`. Each deed is one transaction: a process killed in the middle
of it leaves the issue as it was.
"""

from datetime import datetime
from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commentaries.languages import FALLBACK
from commentaries.models import Commentary, Issue
from commentaries.models.commentaries import CommentaryQuerySet
from commentaries.publishing.blockers import blockers, checked, commentary_blockers, named
from commentaries.versions.reasons import Reason

Row = TypeVar("Row", bound=Issue | Commentary)


class Blocked(ValidationError):
    """The gate is shut; `messages` holds the blockers, one sentence each."""


def _record(row: Any, reason: Reason) -> None:
    """Save the row; its history says why."""
    row._change_reason = reason.value
    row.save()


def hold(row: Issue | Commentary) -> None:
    """Lock an issue and its commentaries, or a commentary and its issue, until the transaction ends.

    The issue always first, so that nobody waits crosswise (SQLite holds the whole database anyway).
    """
    issue, held = (row.pk, {"issue": row.pk}) if isinstance(row, Issue) else (row.issue_id, {"pk": row.pk})
    list(Issue.objects.select_for_update().filter(pk=issue))
    list(Commentary.objects.select_for_update().filter(**held).order_by("pk"))


def _held(row: Row) -> Row:
    """The row as it is now, held until the transaction ends."""
    hold(row)
    return cast(Row, type(row)._default_manager.get(pk=row.pk))


@transaction.atomic
def publish(issue: Issue, at: datetime | None = None) -> Issue:
    """Publish the issue with all its commentaries: now, or at a time to come.

    On a scheduled issue the time is changed. On one that is public already, only late commentaries may join it. Raises
    Blocked with every blocker, and then nothing has changed.
    """
    now = timezone.now()
    issue = _held(issue)
    if issue.is_withdrawn:
        raise Blocked(_("The issue was withdrawn; restore it first."))
    if issue.is_published:
        publish_late(issue)
        return issue
    if found := blockers(issue):
        raise Blocked(found)
    at = max(at or now, now)
    issue.published_at = at
    _record(issue, Reason.SCHEDULED if at > now else Reason.PUBLISHED)
    for commentary in issue.commentaries.filter(withdrawn_at=None):
        _admit(commentary, at)
    return issue


def _admit(commentary: Commentary, at: datetime) -> None:
    """Readers see the commentary from this time on."""
    commentary.published_at = at
    _record(commentary, Reason.SCHEDULED if at > timezone.now() else Reason.PUBLISHED)


def late_commentaries(issue: Issue) -> CommentaryQuerySet:
    """The drafts in an issue that went through the gate without them."""
    late: CommentaryQuerySet = Commentary.objects.filter(issue=issue, published_at=None, withdrawn_at=None).in_order()
    return late.none() if issue.is_draft or issue.is_withdrawn else late


@transaction.atomic
def publish_late(issue: Issue) -> None:
    """Those late commentaries that nothing blocks join their issue: at once, or when it becomes public.

    Raises Blocked only if all that are late are blocked; if nothing is late, nothing happens.
    """
    issue = _held(issue)
    rows = checked(late_commentaries(issue).with_texts())
    if rows and all(found for _row, found in rows):
        raise Blocked([named(row, blocker) for row, found in rows for blocker in found])
    for row, found in rows:
        if not found:
            _join(row)


@transaction.atomic
def publish_one(commentary: Commentary) -> None:
    """One late commentary joins its issue: at once, or when the issue becomes public."""
    hold(commentary)
    commentary = Commentary.objects.with_texts().get(pk=commentary.pk)
    if not commentary.is_draft:
        return
    if commentary.issue.is_withdrawn:
        raise Blocked(_("The issue was withdrawn; restore it first."))
    if commentary.issue.is_draft:
        raise Blocked(_("The commentary is published together with its issue, which is a draft."))
    if found := commentary_blockers(commentary):
        raise Blocked([blocker.sentence for blocker in found])
    _join(commentary)


def _join(commentary: Commentary) -> None:
    _admit(commentary, max(commentary.issue.published_at or timezone.now(), timezone.now()))


@transaction.atomic
def unschedule(issue: Issue) -> Issue:
    """Make a scheduled issue a draft again. A public one cannot be unpublished, only withdrawn."""
    issue = _held(issue)
    if not issue.is_scheduled:
        raise Blocked(_("The issue is not scheduled."))
    for row in (issue, *issue.commentaries.all()):
        row.published_at = None
        _record(row, Reason.UNSCHEDULED)
    return issue


@transaction.atomic
def withdraw(row: Issue | Commentary, reason: dict[str, str]) -> None:
    """Take a public issue or commentary from the readers; its address then says why (`reason`, by language)."""
    row = _held(row)
    if not row.is_published:
        raise Blocked(_("Only what is public can be withdrawn."))
    if not any(text.strip() for text in reason.values()):
        raise Blocked(_("Say why: readers who had the address will see it."))
    for language, text in reason.items():
        setattr(row, f"withdrawal_reason_{language}", text.strip())
    row.withdrawn_at = timezone.now()
    _record(row, Reason.WITHDRAWN)


@transaction.atomic
def restore(row: Issue | Commentary) -> None:
    """Give a withdrawn issue or commentary back to the readers."""
    row = _held(row)
    if not row.is_withdrawn:
        raise Blocked(_("It is not withdrawn."))
    row.withdrawn_at = None
    with override(None):
        for language in FALLBACK:
            setattr(row, f"withdrawal_reason_{language}", "")
    _record(row, Reason.RESTORED)


@transaction.atomic
def hide_versions(commentary: Commentary) -> None:
    """Take from the readers every version that has ended: its address says so. What they have now stays."""
    _set_hidden_at(commentary, timezone.now(), Reason.VERSIONS_HIDDEN)


@transaction.atomic
def show_versions(commentary: Commentary) -> None:
    """Give the earlier versions back to the readers."""
    _set_hidden_at(commentary, None, Reason.VERSIONS_SHOWN)


def _set_hidden_at(commentary: Commentary, at: datetime | None, reason: Reason) -> None:
    commentary = _held(commentary)
    commentary.earlier_versions_hidden_at = at
    _record(commentary, reason)
