"""Bringing a checked file in: one transaction, with the care of every save at the desk."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from commentaries import corrections, rights, translations
from commentaries.admin.gate import refuse_new_blockers
from commentaries.exchange.checking import Plan, plan
from commentaries.exchange.reading import Entry
from commentaries.exchange.segments import Texts
from commentaries.models import Commentary, Issue, Translation, User
from commentaries.publishing import hold
from commentaries.publishing.blockers import commentary_blockers
from commentaries.turns import staff_mail

State = Translation.State


@dataclass(frozen=True)
class Wish:
    """What the person chose: the state of what was changed, and which conflicts the file wins."""

    state: str = ""
    overwrite: frozenset[str] = frozenset()


@dataclass
class Outcome:
    """What was done. `unfinished` could not be marked ready, because something of it is not translated."""

    changed: list[Commentary] = field(default_factory=list)
    unfinished: list[Commentary] = field(default_factory=list)


class ChangedSince(Exception):
    """What the file would do is not what was shown: somebody saved meanwhile. Holds the new plan."""

    def __init__(self, found: Plan) -> None:
        self.plan = found
        super().__init__()


@transaction.atomic
def bring_in(issue: Issue, user: User, entries: list[Entry], shown: str, wish: Wish) -> Outcome:
    """Raises ValidationError (the gate's Blocked is one), CorrectionOwed or ChangedSince; then nothing is written."""
    hold(issue)
    found = plan(issue, user, entries)
    if found.fingerprint != shown:
        raise ChangedSince(found)
    outcome = Outcome()
    kept = {one.name for one in found.changes if one.is_conflict and one.name not in wish.overwrite}
    for texts in found.texts.values():
        mine = [one for one in found.changes if one.commentary == texts.commentary and one.name not in kept]
        if mine:
            finished = found.is_finished(texts, kept)
            _write(texts, {one.segment.key: one.entry.text for one in mine}, user, wish.state, finished=finished)
            outcome.changed.append(texts.commentary)
            if wish.state == State.READY and not finished:
                outcome.unfinished.append(texts.commentary)
    return outcome


def _write(texts: Texts, changes: dict[str, str], user: User, state: str, *, finished: bool) -> None:
    before = Commentary.objects.with_texts().get(pk=texts.commentary.pk)
    seen, blocked = corrections.seen(before), commentary_blockers(before)
    states_before = staff_mail.states_of(before)
    rows: list[Any] = [texts.commentary, *texts.write(changes)]
    for row in rows:
        row.full_clean()
        row.save()
    _settle_state(
        Commentary.objects.get(pk=before.pk), texts.target, user, state if finished or state != State.READY else ""
    )
    commentary = Commentary.objects.with_texts().get(pk=before.pk)
    refuse_new_blockers(before, blocked, commentary.public_languages())
    corrections.settle(commentary, seen, {}, small=False, by=user)
    staff_mail.announce(commentary, states_before, by=user)


def _settle_state(commentary: Commentary, language: str, user: User, state: str) -> None:
    """As in the commentary's form: who may not mark a language ready sends what readers have back to review."""
    translations.record_change(commentary)
    row = Translation.objects.get(commentary=commentary, language=language)
    may_mark = language in rights.ready_languages(user)
    if state == State.READY and may_mark and commentary.has_text(language):
        translations.mark_ready(commentary, language, user)
        return
    is_unchecked = row.state in Translation.PUBLIC_STATES and not may_mark
    if is_unchecked or (state == State.IN_REVIEW and row.state == State.DRAFT):
        translations.put_back(commentary, language, State.IN_REVIEW, user)
