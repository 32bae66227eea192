"""Where a language stands belongs to its text: nobody marks ready what they have not seen, or unmarks it unasked."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from commentaries.admin.saving.conflicts import THEIRS, Conflict, Taken, label_of
from commentaries.admin.saving.merging import Merge
from commentaries.admin.saving.values import in_words
from commentaries.languages import Language
from commentaries.models import Translation

READY = Translation.State.READY


def bring_states_together(merge: Merge, form: Any) -> None:
    """After the texts. What the form began with is what its own hidden field says: states change without a version."""
    for language in Language.values:
        name = f"state_{language}"
        if name in form.fields:
            _bring_state_together(merge, name, language, form.fields[name], str(form.initial[name]))


def _bring_state_together(merge: Merge, name: str, language: str, field: forms.Field, stored: str) -> None:
    before, answer = merge.data.get(f"initial-{name}"), merge.answer(name)
    if answer == THEIRS:
        merge.data[name] = before or stored
    sent = merge.data.get(name, "")
    merge.data[f"initial-{name}"] = stored
    theirs, mine = before != stored, sent != before
    if sent in ("", stored):
        return
    unseen = _unseen(merge, language, theirs_is_ready=theirs and stored == READY, mine_is_ready=mine and sent == READY)
    if answer == "" or (theirs and mine) or unseen:
        merge.conflicts.append(
            Conflict(
                name=name,
                label=label_of(name, field),
                language=language,
                theirs=in_words(field, stored),
                mine=in_words(field, sent),
                explanation=unseen,
                input_id=f"id_{name}",
            )
        )
    elif theirs:
        merge.data[name] = stored
        merge.taken.append(Taken(label_of(name, field), language, in_words(field, stored)))


def _unseen(merge: Merge, language: str, *, theirs_is_ready: bool, mine_is_ready: bool) -> str:
    """Why one of the two may not have meant the text as it is now; empty where there is no doubt."""
    if theirs_is_ready and language in merge.my_languages:
        return _("The text was marked ready without what you have changed in it.")
    if mine_is_ready and language in merge.their_languages:
        return _("You mark the text ready, and it was changed meanwhile.")
    return ""
