"""Whose turn it is: computed from where things stand, never stored.

- **Review.** A text in review waits for the translators of its language; in the source language, and where nobody
  translates, for the editors. It does not wait for the one who sent it: a translator who sends a text to review asks
  the other translators, and the editors where there is no other. Only when nobody else may mark it ready does it come
  back to its sender, so that nothing waits for nobody.
- **Translation.** A language without a finished text waits for its translators as soon as the source is in review:
  translators need not wait for the editor. Only in what is fresh: an issue or a commentary that is not public yet, or
  a source that somebody marked ready in the last weeks. Where nobody translates a language, its gaps wait for nobody:
  the cockpit shows them.
- **Outdated.** Readers see a translation that is behind its source, so where nobody translates it waits for editors.
- **Forecast due.** Its day has come and nobody has judged it: it waits for the accounts of the analysts who sign the
  commentary, else for the editors.
- **Comment.** What is not resolved waits for those whom it concerns: the accounts of the analysts, whoever commented
  before, the translators of the language it is about, else the editors; not for whoever spoke last.

Editors are those who may publish; an account above all rights steps in where there is no such person. What is
withdrawn waits for nobody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from commentaries import translations
from commentaries.languages import FALLBACK
from commentaries.models import Comment, Commentary, Forecast, StaffMail, Translation, User

Kind = StaffMail.Kind
State = Translation.State

FRESH = timedelta(weeks=3)
BACKEND = "django.contrib.auth.backends.ModelBackend"
TEXTS = [f"{name}_{language}" for name in ("lead", "body", "withdrawal_reason") for language in FALLBACK]
PLACES = {Kind.COMMENT: "#comments", Kind.FORECAST_DUE: "#forecasts-group"}


@dataclass(frozen=True)
class Matter:
    """What waits: one kind of work on one commentary, in one language where that matters."""

    kind: str
    commentary: int
    language: str = ""


@dataclass(frozen=True)
class Turn:
    """A matter with what is to be said of it. `by` sent the text to review, or commented last."""

    matter: Matter
    commentary: Commentary
    state: str = ""
    source_state: str = ""
    by: User | None = None
    since: datetime | None = None
    forecasts: list[Forecast] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.matter.kind

    @property
    def language(self) -> str:
        return self.matter.language

    @property
    def url(self) -> str:
        """The path to the place where the work is done."""
        if self.kind in (Kind.TRANSLATION, Kind.OUTDATED):
            return reverse("admin:commentaries_commentary_translate", args=[self.commentary.pk, self.language])
        path = reverse("admin:commentaries_commentary_change", args=[self.commentary.pk])
        tab = f"?tab={self.language}" if self.language else ""
        return f"{path}{tab}{PLACES.get(Kind(self.kind), '')}"


@dataclass(frozen=True)
class Staff:
    """Who could be asked, as accounts by key."""

    people: dict[int, User]
    editors: frozenset[int]
    ready: frozenset[int]  # those who may mark the languages they work in ready

    @classmethod
    def now(cls) -> Self:
        """All who may see commentaries at the desk, in four queries."""
        seeing = _holders("view_commentary", superusers=True)
        people = {user.pk: user for user in seeing if user.is_staff}
        editors = _keys(_holders("publish_issue"), people) or frozenset(pk for pk in people if people[pk].is_superuser)
        return cls(people, editors, _keys(_holders("mark_ready"), people))

    def translators(self, language: str) -> frozenset[int]:
        return frozenset(pk for pk in self.ready if language in self.people[pk].languages)

    def reviewers(self, commentary: Commentary, language: str) -> frozenset[int]:
        """Those who mark this language of the commentary ready in the first place."""
        source = language == commentary.source_language
        return self.editors if source else self.translators(language) or self.editors


def _holders(permission: str, *, superusers: bool = False) -> QuerySet[User]:
    return User.objects.with_perm(f"commentaries.{permission}", backend=BACKEND, include_superusers=superusers)


def _keys(users: QuerySet[User], people: dict[int, User]) -> frozenset[int]:
    return frozenset(set(users.values_list("pk", flat=True)) & set(people))


def turns_of(user: User) -> list[Turn]:
    """All that waits for this person, the oldest issue first within a kind; in a fixed number of queries."""
    staff = Staff.now()
    mine = [turn for turn, people in waiting(staff) if user.pk in people]
    order = list(Kind)
    return sorted(mine, key=lambda turn: order.index(Kind(turn.kind)))


def people_for(commentary: Commentary) -> dict[Matter, frozenset[int]]:
    """The keys of those for whom each matter of this commentary waits now."""
    rows = _open_commentaries().filter(pk=commentary.pk)
    return {turn.matter: people for turn, people in waiting(Staff.now(), rows)}


def waiting(staff: Staff, rows: Iterable[Commentary] | None = None) -> Iterator[tuple[Turn, frozenset[int]]]:
    """Every turn with the keys of those whose it is."""
    for commentary in _unfinished() if rows is None else rows:
        yield from _texts(staff, commentary)
        yield from _judgements(staff, commentary)
        yield from _talks(staff, commentary)


# --- Texts ----------------------------------------------------------------------------------------------------------


def matters_of_texts(commentary: Commentary, states: dict[str, str], *, fresh: bool) -> Iterator[Matter]:
    """What waits by the states of the languages alone."""
    source = states[commentary.source_language]
    for language, state in states.items():
        if state == State.IN_REVIEW:
            yield Matter(Kind.REVIEW, commentary.pk, language)
        elif language == commentary.source_language:
            continue
        elif state == State.OUTDATED:
            yield Matter(Kind.OUTDATED, commentary.pk, language)
        elif state in (State.MISSING, State.DRAFT) and fresh and source in (State.IN_REVIEW, State.READY):
            yield Matter(Kind.TRANSLATION, commentary.pk, language)


def is_fresh(commentary: Commentary) -> bool:
    """Whether its gaps are work to be done; an import, which nobody marked ready, is history."""
    if not (commentary.is_published and commentary.issue.is_published):
        return True
    source = translations.states(commentary)[commentary.source_language]
    marked = source.marked_ready_at if source.marked_ready_by_id else None
    return marked is not None and marked > timezone.now() - FRESH


def _texts(staff: Staff, commentary: Commentary) -> Iterator[tuple[Turn, frozenset[int]]]:
    rows = translations.states(commentary)
    states = {language: str(row.state) for language, row in rows.items()}
    for matter in matters_of_texts(commentary, states, fresh=is_fresh(commentary)):
        row = rows[matter.language]
        turn = Turn(matter, commentary, row.state, states[commentary.source_language])
        if matter.kind == Kind.REVIEW:
            turn = Turn(matter, commentary, row.state, by=row.sent_to_review_by, since=row.sent_to_review_at)
        yield turn, _asked(staff, commentary, matter, row.sent_to_review_by_id)


def _asked(staff: Staff, commentary: Commentary, matter: Matter, sender: int | None) -> frozenset[int]:
    if matter.kind == Kind.TRANSLATION:
        return staff.translators(matter.language)
    reviewers = staff.reviewers(commentary, matter.language)
    if matter.kind == Kind.OUTDATED:
        return reviewers
    return reviewers - {sender} or staff.editors - {sender} or reviewers


# --- Forecasts and comments -----------------------------------------------------------------------------------------


def _signing(staff: Staff, commentary: Commentary) -> frozenset[int]:
    accounts = {byline.analyst.user_id for byline in commentary.bylines.all()}
    return frozenset(pk for pk in staff.people if pk in accounts)


def _judgements(staff: Staff, commentary: Commentary) -> Iterator[tuple[Turn, frozenset[int]]]:
    due = list(commentary.forecasts.all())
    if due and commentary.is_published and commentary.issue.is_published:
        matter = Matter(Kind.FORECAST_DUE, commentary.pk)
        yield Turn(matter, commentary, forecasts=due), _signing(staff, commentary) or staff.editors


def _talks(staff: Staff, commentary: Commentary) -> Iterator[tuple[Turn, frozenset[int]]]:
    by_language: dict[str, list[Comment]] = {}
    said = list(commentary.comments.all())
    for comment in said:
        if comment.resolved_at is None:
            by_language.setdefault(comment.language, []).append(comment)
    authors = {comment.author_id for comment in said}
    commented = frozenset(pk for pk in staff.people if pk in authors)
    for language, comments in by_language.items():
        last = comments[-1]
        concerned = _signing(staff, commentary) | commented
        concerned |= staff.translators(language) if language else frozenset()
        people = concerned - {last.author_id} or staff.editors - {last.author_id}
        matter = Matter(Kind.COMMENT, commentary.pk, language)
        yield Turn(matter, commentary, by=last.author, since=last.written_at, comments=comments), people


# --- Fetching -------------------------------------------------------------------------------------------------------


def _due() -> Q:
    return Q(outcome=Forecast.Outcome.OPEN, due__lte=timezone.localdate())


def _open_commentaries() -> QuerySet[Commentary]:
    """Commentaries that are not withdrawn, with all that is asked of them, without their long texts."""
    rows = Commentary.objects.filter(withdrawn_at=None, issue__withdrawn_at=None)
    return (
        rows.select_related("issue", "section")
        .defer(*TEXTS, "folded")
        .order_by("issue__week_start", "section__order", "section__slug")
        .prefetch_related(
            Prefetch("translations", Translation.objects.select_related("sent_to_review_by")),
            "bylines__analyst",
            Prefetch("forecasts", Forecast.objects.filter(_due())),
            Prefetch("comments", Comment.objects.select_related("author")),
        )
    )


def _unfinished() -> QuerySet[Commentary]:
    """The commentaries in which something may wait; the long archive is left out by the database."""
    now = timezone.now()
    languages = Translation.objects.filter(commentary=OuterRef("pk"))
    marked = languages.filter(marked_ready_at__gt=now - FRESH, marked_ready_by__isnull=False)
    not_public = Q(published_at=None) | Q(published_at__gt=now)
    issue_not_public = Q(issue__published_at=None) | Q(issue__published_at__gt=now)
    return _open_commentaries().filter(
        not_public
        | issue_not_public
        | Exists(marked)
        | Exists(languages.filter(state__in=(State.IN_REVIEW, State.OUTDATED)))
        | Exists(Forecast.objects.filter(_due(), commentary=OuterRef("pk")))
        | Exists(Comment.objects.unresolved().filter(commentary=OuterRef("pk")))
    )
