"""Who published what, and when: the deeds of the gate, the languages marked ready and the corrections, from history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import Exists, Model, OuterRef, QuerySet, Value

from commentaries.languages import LocalText, local
from commentaries.models import Commentary, Correction, Issue, Translation, Trend, User
from commentaries.versions.reasons import Reason, spellings

ONE_DEED = timedelta(seconds=10)  # an issue goes through the gate with its commentaries in one transaction


@dataclass(frozen=True)
class Entry:
    """One deed; `row` is None where what it was done to has been deleted since."""

    at: datetime
    user: User | None
    row: Issue | Commentary | None
    reason: Reason | None = None
    ready: str = ""  # the language that was marked ready
    before: Trend | None = None
    after: Trend | None = None
    note: LocalText | None = None


def _history(model: type[Model]) -> Any:
    return cast(Any, model).history.order_by()


def deeds(issue: Issue | None = None) -> QuerySet[Any, Any]:
    """The deeds of all, or of one issue, newest first, as (kind, number of the row of history, time)."""
    reasons = {words for reason in Reason for words in spellings(reason)}
    issues = _history(Issue).filter(history_change_reason__in=reasons)
    with_issue = issues.filter(
        id=OuterRef("issue_id"),
        history_change_reason=OuterRef("history_change_reason"),
        history_date__lte=OuterRef("history_date"),
        history_date__gte=OuterRef("history_date") - ONE_DEED,
    )
    commentaries = _history(Commentary).filter(~Exists(with_issue), history_change_reason__in=reasons)
    again = _history(Translation).filter(
        id=OuterRef("id"),
        state=Translation.State.READY,
        marked_ready_at=OuterRef("marked_ready_at"),
        history_id__lt=OuterRef("history_id"),
    )
    ready = _history(Translation).filter(
        ~Exists(again), state=Translation.State.READY, marked_ready_by__isnull=False, marked_ready_at__isnull=False
    )
    corrections = _history(Correction).filter(history_type="+")
    if issue:
        mine = Commentary.objects.filter(issue=issue).order_by().values("pk")
        issues, commentaries = issues.filter(id=issue.pk), commentaries.filter(issue_id=issue.pk)
        ready, corrections = ready.filter(commentary_id__in=mine), corrections.filter(commentary_id__in=mine)
    kinds = {"issue": issues, "commentary": commentaries, "ready": ready, "correction": corrections}
    rows = [
        found.annotate(kind=Value(kind)).values_list("kind", "history_id", "history_date")
        for kind, found in kinds.items()
    ]
    union: QuerySet[Any, Any] = rows[0].union(*rows[1:], all=True)
    return union.order_by("-history_date", "kind", "-history_id")


def entries(found: Iterable[tuple[str, int, datetime]]) -> list[Entry]:
    """The deeds with all that is said of them, in six queries however many they are."""
    found = list(found)
    models = {"issue": Issue, "commentary": Commentary, "ready": Translation, "correction": Correction}
    records = {
        kind: _history(model).select_related("history_user").in_bulk([pk for its, pk, _at in found if its == kind])
        for kind, model in models.items()
    }
    asked = {record.id for record in records["commentary"].values()}
    asked |= {record.commentary_id for kind in ("ready", "correction") for record in records[kind].values()}
    commentaries = Commentary.objects.select_related("issue", "section").in_bulk(asked)
    issues = Issue.objects.in_bulk({record.id for record in records["issue"].values()})
    return [_entry(kind, records[kind][pk], commentaries, issues) for kind, pk, _at in found]


def _entry(kind: str, record: Any, commentaries: dict[int, Commentary], issues: dict[int, Issue]) -> Entry:
    at, user = record.history_date, record.history_user
    if kind in ("issue", "commentary"):
        row = issues.get(record.id) if kind == "issue" else commentaries.get(record.id)
        reason = Reason.of(record.history_change_reason)
        note = local(record, "withdrawal_reason") if reason == Reason.WITHDRAWN else None
        return Entry(at, user, row, reason=reason, note=note)
    commentary = commentaries.get(record.commentary_id)
    if kind == "ready":
        return Entry(at, user, commentary, ready=record.language)
    before, after = ((Trend(one) if one else None) for one in (record.trend_before, record.trend_after))
    return Entry(at, user, commentary, before=before, after=after, note=local(record, "note"))
