"""The one gate between a draft and the readers.

Only this module sets `published_at` and `withdrawn_at`. Each deed is one transaction: a process killed in the middle
of it leaves the issue as it was.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from commentaries.languages import FALLBACK, Language, in_language
from commentaries.models import Commentary, Issue, Picture, Translation
from commentaries.reasons import Reason

Row = TypeVar("Row", bound=Issue | Commentary)


class Blocked(ValidationError):
    """The gate is shut; `messages` holds the blockers, one sentence each."""


def _language_name(language: str) -> str:
    return str(Language(language).label)


def _text_blockers(commentary: Commentary, ready: list[str]) -> Iterator[str]:
    if not commentary.trend:
        yield _("it has no trend")
    if not ready:
        yield _("no language of it is marked ready")
    for language in ready:
        name = _language_name(language)
        if not in_language(commentary, "title", language):
            yield _("%(language)s is marked ready but has no headline") % {"language": name}
        if not in_language(commentary, "body", language):
            yield _("%(language)s is marked ready but has no text") % {"language": name}


def picture_blockers(picture: Picture, ready: list[str]) -> Iterator[str]:
    if not picture.file:
        yield _("its picture has no file")
    if not picture.credit:
        yield _("its picture has no credit")
    if not picture.licence:
        yield _("its picture has no licence")
    for language in ready:
        if not picture.alt_in(language):
            yield _("its picture has no alternative text in %(language)s") % {"language": _language_name(language)}


def _forecast_blockers(commentary: Commentary, ready: list[str]) -> Iterator[str]:
    if commentary.pk is None:
        return
    for number, forecast in enumerate(commentary.forecasts.all(), 1):
        for language in ready:
            if not in_language(forecast, "statement", language):
                parameters = {"number": number, "language": _language_name(language)}
                yield _("its forecast %(number)s is not worded in %(language)s") % parameters


def commentary_blockers(commentary: Commentary, ready: list[str] | None = None) -> list[str]:
    """What keeps this commentary from being published, as the rest of a sentence that starts with its section.

    `ready` names the languages marked ready where they are not saved yet.
    """
    if ready is None:
        rows = {row.language: row.state for row in commentary.translations.all()}
        ready = [language for language in FALLBACK if rows.get(language) in Translation.PUBLIC_STATES]
    found = list(_text_blockers(commentary, ready))
    if commentary.picture:
        found += picture_blockers(commentary.picture, ready)
    return found + list(_forecast_blockers(commentary, ready))


def blocked_commentaries(issue: Issue) -> Iterator[tuple[Commentary, str]]:
    """Each commentary that is not ready, with one sentence a blocker."""
    for commentary in Commentary.objects.filter(issue=issue, withdrawn_at=None).in_order().with_texts():
        for blocker in commentary_blockers(commentary):
            parameters = {"section": commentary.section, "blocker": blocker}
            yield commentary, _("%(section)s: %(blocker)s.") % parameters


def blockers(issue: Issue) -> list[str]:
    """What keeps the issue from being published, one sentence each; empty when the gate is open."""
    if not issue.commentaries.filter(withdrawn_at=None).exists():
        return [_("The issue has no commentary.")]
    return [sentence for _commentary, sentence in blocked_commentaries(issue)]


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

    On an issue that is public already, the commentaries that joined it since become public. On a scheduled one the
    time is changed. Raises Blocked with every blocker, and then nothing has changed.
    """
    now = timezone.now()
    issue = _held(issue)
    if issue.is_withdrawn:
        raise Blocked(_("The issue was withdrawn; restore it first."))
    if found := blockers(issue):
        raise Blocked(found)
    at = max(at or now, now)
    if not issue.is_published:
        issue.published_at = at
        _record(issue, Reason.SCHEDULED if at > now else Reason.PUBLISHED)
    for commentary in issue.commentaries.filter(withdrawn_at=None):
        if not commentary.is_published:
            commentary.published_at = at
            _record(commentary, Reason.SCHEDULED if at > now else Reason.PUBLISHED)
    return issue


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
