"""The versions of a commentary that readers had in one language, numbered for them.

Not every save is one: a version counts if the commentary, its issue and the language were public while it stood, and
if a reader would call it another text. History only grows, so a number once given stays with its version.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, NamedTuple, cast

from django.db.models import BigIntegerField, Case, CharField, DateTimeField, F, Model, Q, QuerySet, Value, When
from django.db.models.functions import MD5, Cast, Concat
from django.utils import timezone

from commentaries.compiled import Parameter, compiled
from commentaries.models import Byline, Commentary, Forecast, Issue, Translation

# A save writes the commentary first and the states of its languages last. A language that is put back so soon was
# put back by the same save: readers never had what that save wrote.
SETTLED = timedelta(minutes=1)


@dataclass(frozen=True)
class PublicVersion:
    """One text as readers had it, from 1 on in its language."""

    number: int
    record: int  # the history_id of the last row of the commentary's history that holds it; 0 without history
    since: datetime
    until: datetime | None  # when readers ceased to have it; None for what they have now

    @property
    def is_newest(self) -> bool:
        return self.until is None


class _Row(NamedTuple):
    """A row of the history of one of five models, as light as numbering needs it."""

    kind: str
    at: datetime
    number: int
    key: int
    published: datetime | None
    gone: datetime | None
    word: str  # a fingerprint of the text, the state of the language, the analyst
    more: str  # the trend; of the others what happened to the row, by simple-history's sign
    position: int


Span = tuple[datetime, datetime | None]  # from, until; None: to this day
_Had = tuple[int, tuple[Any, ...], Span]  # the row of history, what tells its text from others, when readers had it


def public_versions(commentary: Commentary, language: str) -> list[PublicVersion]:
    """The versions that readers had in this language, oldest first, in one query.

    The last one is what they have now, if the language is public.
    """
    rows: dict[str, list[_Row]] = {}
    for row in sorted(_found(commentary, language)):
        rows.setdefault(row.kind, []).append(row)
    found = [
        _version(number, list(same))
        for number, (_text, same) in enumerate(groupby(_had(rows), key=lambda had: had[1]), 1)
    ]
    if language not in commentary.public_languages():
        return found
    if not found:  # it is older than its history
        return [PublicVersion(1, 0, commentary.published_at or timezone.now(), None)]
    return [*found[:-1], replace(found[-1], until=None)]


def is_hidden(commentary: Commentary, version: PublicVersion) -> bool:
    """Whether an editor has taken it from the readers."""
    hidden_at = commentary.earlier_versions_hidden_at
    return bool(version.until and hidden_at and version.until <= hidden_at)


def _version(number: int, same: list[_Had]) -> PublicVersion:
    return PublicVersion(number, same[-1][0], since=same[0][2][0], until=same[-1][2][1])


# --- What readers had, and when ---


def _had(rows: dict[str, list[_Row]]) -> Iterator[_Had]:
    """Every row of the commentary's history that readers had, oldest first."""
    records, states, issues = (rows.get(kind, []) for kind in ("commentary", "language", "issue"))
    of_language = _merged(_spans(states, _is_read))
    of_issue = _merged(_spans(issues, _is_published))
    for record, span in zip(records, _until_the_next(records), strict=True):
        if not (_is_published(record) and record.word):
            continue
        own = _common(span, (record.published or record.at, None))
        settled = [_common(own, one) for one in of_language if not _put_back_at_once(own, one)]
        spans = [both for one in settled for other in of_issue if (both := _common(one, other))]
        if spans:
            since = record.published if _came_published(record, records[0], spans[0]) else spans[0][0]
            yield record.number, _text(record, rows, span[1]), (since or spans[0][0], spans[-1][1])


def _is_published(row: _Row) -> bool:
    return row.published is not None and row.gone is None and row.more != "-"


def _is_read(row: _Row) -> bool:
    return row.word in Translation.PUBLIC_STATES and row.more != "-"


def _came_published(record: _Row, first: _Row, span: Span) -> bool:
    """Whether readers had it before its history begins: it was imported."""
    is_old = record.published is not None and record.published <= record.at
    return record is first and is_old and span[0] - record.at <= SETTLED


def _put_back_at_once(own: Span | None, of_language: Span) -> bool:
    """Whether the language ceased to be public right after this version began."""
    end = of_language[1]
    return own is not None and end is not None and end - max(own[0], of_language[0]) <= SETTLED


def _text(record: _Row, rows: dict[str, list[_Row]], until: datetime | None) -> tuple[Any, ...]:
    """What makes a version another one for its readers: its text, its trend, its forecasts, who signs it."""
    forecasts = [row.word for row in _standing(rows.get("forecast", []), until) if row.word]
    analysts = [row.word for row in _standing(rows.get("byline", []), until)]
    return record.word, record.more, tuple(forecasts), tuple(analysts)


def _standing(rows: list[_Row], until: datetime | None) -> list[_Row]:
    """Of these rows those that were there just before `until`, in their order."""
    newest = {row.key: row for row in rows if until is None or row.at < until}
    there = [row for row in newest.values() if row.more != "-"]
    return sorted(there, key=lambda row: (row.position, row.key))


# --- Spans of time ---


def _until_the_next(rows: list[_Row]) -> list[Span]:
    """How long each of these rows of one thing's history stood."""
    spans: list[Span] = [(one.at, next_one.at) for one, next_one in pairwise(rows)]
    return [*spans, (rows[-1].at, None)] if rows else []


def _spans(rows: list[_Row], is_public: Callable[[_Row], bool]) -> Iterator[Span]:
    """When the thing was public, by its own history. A time to come, for which it was scheduled, begins it."""
    for row, span in zip(rows, _until_the_next(rows), strict=True):
        if is_public(row) and (common := _common(span, (row.published or row.at, None))):
            yield common


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Those that follow on each other as one."""
    merged: list[Span] = []
    for start, end in spans:
        if merged and merged[-1][1] == start:
            start = merged.pop()[0]
        merged.append((start, end))
    return merged


def _common(one: Span | None, other: Span | None) -> Span | None:
    """The time that two spans share and that has begun; None if there is none."""
    if one is None or other is None:
        return None
    start = max(one[0], other[0])
    ends = [end for end in (one[1], other[1]) if end]
    end = min(ends) if ends else None
    return (start, end) if start < (end or timezone.now()) else None


# --- The one query ---

NOTHING, NO_TIME = Value(""), Value(None, output_field=DateTimeField())


def _light(kind: str, model: type[Model], which: dict[str, Any], word: Any, **more: Any) -> Any:
    """The rows of one model's history, shaped as _Row; of what belongs to nobody's number nothing is read."""
    history = cast(Any, model).history.order_by().filter(**which)
    rest = {"published": NO_TIME, "gone": NO_TIME, "word": word, "more": F("history_type"), "position": Value(0)} | more
    return history.values_list(Value(kind), "history_date", "history_id", "id", *rest.values())


def _fingerprint(*fields: str) -> MD5:
    """Both databases have MD5; nobody's safety hangs on it."""
    parts = [part for name in fields for part in (F(name), Value("\n"))]
    return MD5(Concat(*parts, output_field=CharField()))


def _lacks(*fields: str) -> Q:
    found = Q()
    for name in fields:
        found |= Q(**{name: ""}) | Q(**{f"{name}__isnull": True})
    return found


def _found(commentary: Commentary, language: str) -> Iterator[_Row]:
    """What the one query finds."""
    return (_Row(*row) for row in _rows(language, commentary=commentary.pk, issue=commentary.issue_id))


@compiled(commentary=BigIntegerField(), issue=BigIntegerField())
def _rows(language: str, commentary: Parameter, issue: Parameter) -> QuerySet[Any, Any]:
    """The history of the commentary and of what belongs to it. A text that was never published is not even read."""
    title, lead, body, statement = (f"{name}_{language}" for name in ("title", "lead", "body", "statement"))
    text = Case(When(Q(published_at=None) | _lacks(title, body), NOTHING), default=_fingerprint(title, lead, body))
    forecast = Case(When(_lacks(statement), NOTHING), default=_fingerprint(statement))
    gate = {"published": F("published_at"), "gone": F("withdrawn_at")}
    its: dict[str, Any] = {"commentary_id": commentary}
    analyst, position = Cast("analyst_id", CharField()), F("position")
    first, *others = [
        _light("commentary", Commentary, {"id": commentary}, text, **gate, more=F("trend")),
        _light("issue", Issue, {"id": issue}, NOTHING, **gate),
        _light("language", Translation, its | {"language": language}, F("state")),
        _light("byline", Byline, its, analyst, position=position),
        _light("forecast", Forecast, its, forecast, position=position),
    ]
    union: QuerySet[Any, Any] = first.union(*others, all=True)
    return union
