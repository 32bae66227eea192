"""Bringing a checked file in: one transaction, with the care of every save at the desk."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from commentaries import corrections, rights, translations
from commentaries.changing import CommentaryChange
from commentaries.exchange.checking import Plan, plan
from commentaries.exchange.reading import Entry
from commentaries.exchange.segments import Texts
from commentaries.models import Commentary, Issue, Translation, User
from commentaries.publishing import hold

State = Translation.State


@dataclass(frozen=True)
class Wish:
    """What the person chose: the state of what was changed, and which conflicts the file wins."""

    state: str = ""
    overwrite: frozenset[str] = frozenset()


@dataclass
class Outcome:
    """What was done, and what could not be marked ready.

    Of the `unfinished` something is not translated; the `owing` come back changed to readers, whom nothing tells of it.
    """

    changed: list[Commentary] = field(default_factory=list)
    unfinished: list[Commentary] = field(default_factory=list)
    owing: list[Commentary] = field(default_factory=list)


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
            unfinished = wish.state == State.READY and not found.is_finished(texts, kept)
            new = {one.segment.key: one.entry.text for one in mine}
            _write(texts, new, user, "" if unfinished else wish.state)
            outcome.changed.append(texts.commentary)
            if unfinished:
                outcome.unfinished.append(texts.commentary)
            elif wish.state == State.READY and corrections.comes_back_changed(texts.commentary, texts.target):
                outcome.owing.append(texts.commentary)
    return outcome


def _write(texts: Texts, new: dict[str, str], user: User, state: str) -> None:
    change = CommentaryChange(texts.commentary, user)
    rows: list[Any] = [texts.commentary, *texts.write(new)]
    for row in rows:
        row.full_clean()
        row.save()
    change.finish(steps=_step(texts, user, state))


def _step(texts: Texts, user: User, state: str) -> dict[str, str]:
    """The wished state, where this person may give it and the language is there; nothing is taken back from readers."""
    if state == State.READY:
        owes = corrections.comes_back_changed(texts.commentary, texts.target)
        may = texts.target in rights.ready_languages(user) and not owes
    else:
        may = translations.states(texts.commentary)[texts.target].state in (State.MISSING, State.DRAFT)
    return {texts.target: state} if state and may and texts.commentary.has_text(texts.target) else {}
