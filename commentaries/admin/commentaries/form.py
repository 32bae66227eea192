"""The form of a commentary: three texts, where each of them stands, and the gate."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldBooleanSwitchWidget

from commentaries import rights, translations
from commentaries.admin.commentaries.corrections import CorrectionsForm, offers_small_change
from commentaries.admin.commentaries.workflow import StateWidget, next_step
from commentaries.changing import CommentaryChange
from commentaries.languages import Language
from commentaries.models import Translation, User

State = Translation.State
TITLES = [f"title_{language}" for language in Language.values]
CHOSEN_BY_HAND = (State.DRAFT, State.IN_REVIEW, State.READY)


def state_field() -> forms.ChoiceField:
    """Its initial value travels with the form: what another person set meanwhile is not what this one chose."""
    return forms.ChoiceField(
        label=gettext_lazy("state of this language"),
        required=False,
        widget=StateWidget,
        show_hidden_initial=True,
    )


class CommentaryForm(CorrectionsForm):
    user: User

    small_change = forms.BooleanField(
        label=gettext_lazy("small change"),
        help_text=gettext_lazy(
            "For a corrected misprint: the translations stay good, and readers of a public text are told nothing. "
            "Otherwise a change of the original marks its ready translations as outdated. Another trend is never small."
        ),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )
    state_be = state_field()
    state_ru = state_field()
    state_en = state_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        commentary = self.instance if self.instance.pk else None
        editable = rights.text_languages(self.user, commentary)
        rows = translations.states(self.instance)
        for language in Language.values:
            if language not in editable:
                self.fields.pop(f"state_{language}", None)
            elif f"state_{language}" in self.fields:
                self._offer_states(language, rows[language])
        if not (commentary and offers_small_change(self.user, commentary)):
            self.fields.pop("small_change", None)
        for field in self.fields.values():
            field.label = capfirst(field.label)

    def _offer_states(self, language: str, row: Translation) -> None:
        current = State.DRAFT if row.state == State.MISSING else State(row.state)
        offered = [State.DRAFT, State.IN_REVIEW]
        may_say_ready = language in rights.ready_languages(self.user)
        if may_say_ready:
            offered.append(State.READY)
        if current not in offered:
            offered.append(current)
        field = self.fields[f"state_{language}"]
        field.widget.step = next_step(row.state, may_say_ready=may_say_ready)
        field.choices = [(state.value, state.label) for state in offered]  # type: ignore[attr-defined]
        self.initial[f"state_{language}"] = current.value

    def clean(self) -> dict[str, Any]:
        """A headline is one line, however it was typed or pasted."""
        data = super().clean()
        return data | {name: " ".join(data[name].splitlines()) for name in TITLES if data.get(name)}

    def _post_clean(self) -> None:
        """After the texts are on the instance: only a language that has a text is sent to review or marked ready."""
        super()._post_clean()
        sentences = {
            State.IN_REVIEW: _("Write the headline and the text in this language before you send it to review."),
            State.READY: _("Write the headline and the text in this language before you mark it ready."),
        }
        for language, state in self.chosen_states().items():
            if state in sentences and not self.instance.has_text(language):
                self.add_error(f"state_{language}", ValidationError(sentences[State(state)]))

    def chosen_states(self) -> dict[str, str]:
        """The states that this person changed, by language; what they saw before is only what the browser says."""
        chosen = {language: self.cleaned_data.get(f"state_{language}") for language in Language.values}
        may_say_ready = rights.ready_languages(self.user)
        return {
            language: state
            for language, state in chosen.items()
            if state in CHOSEN_BY_HAND and f"state_{language}" in self.changed_data
            if state != State.READY or language in may_say_ready
        }

    def finish(self, change: CommentaryChange) -> None:
        """After all is saved. Raises Blocked or CorrectionOwed."""
        small = self.cleaned_data.get("small_change", False)
        change.finish(small=small, notes=self.notes(), steps=self.chosen_states())
