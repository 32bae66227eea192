"""The sign-up form: short on every page, whole on its own page. It needs neither cookie nor JavaScript."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commentaries.languages import AUTONYMS, LocalText, active_language, local
from commentaries.models import Section
from subscriptions.abuse import clock
from subscriptions.addresses import normalise

BROKEN_LINE = _("An address stands on one line.")


class AddressField(forms.CharField):
    """A typed address. It comes out normalised, by `subscriptions.addresses`."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "autocomplete": "email",
            "inputmode": "email",
            "spellcheck": "false",
            "autocapitalize": "off",
        }
        super().__init__(strip=False, max_length=254, widget=forms.EmailInput(attributes), **kwargs)

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value)).strip(" \t\u00a0")
        if typed.splitlines() != [typed]:
            raise ValidationError(BROKEN_LINE, code="broken_line")
        return normalise(typed)


class SectionChoice(NamedTuple):
    slug: str
    title: LocalText
    is_chosen: bool
    is_closed: bool


class WishesForm(forms.Form):
    """In which language the newsletter is to come, and about what."""

    language = forms.ChoiceField(
        label=_("Language of the newsletter"),
        choices=AUTONYMS.items(),
        error_messages={
            "required": _("Please choose a language."),
            "invalid_choice": _("The newsletter does not come in that language. Please choose another."),
        },
    )
    sections = forms.ModelMultipleChoiceField(
        label=_("Sections"),
        queryset=Section.objects.active(),
        to_field_name="slug",
        required=False,
        error_messages={
            "invalid_choice": _("One of the sections that you chose does not exist any more. Please choose again."),
            "invalid_pk_value": _("One of the sections that you chose does not exist any more. Please choose again."),
        },
    )

    def languages(self) -> Iterator[tuple[str, str, bool]]:
        """Code, own name, and whether it is chosen."""
        chosen = self["language"].value()
        return ((code, autonym, code == chosen) for code, autonym in AUTONYMS.items())

    def section_choices(self) -> list[SectionChoice]:
        chosen = self["sections"].value() or []
        return [
            SectionChoice(
                section.slug,
                local(section, "title") or LocalText(section.slug, active_language()),
                section.slug in chosen,
                section.retired_at is not None,
            )
            for section in self.fields["sections"].queryset.all()  # type: ignore[attr-defined]  # a field of this kind
        ]


class SignUpForm(WishesForm):
    """Address, language and sections; and fields that people do not see: one for robots to fill in, and our own."""

    address = AddressField(
        label=_("Your e-mail address"), error_messages={"required": _("Please type your e-mail address.")}
    )
    homepage = forms.CharField(
        label=pgettext_lazy("a field that people leave empty", "Leave this empty"), required=False
    )
    # For subscriptions.abuse.gate, which reads them as they are and says in a sentence what is wrong.
    opened = forms.Field(required=False, widget=forms.HiddenInput, initial=clock.opened_now)
    proof = forms.Field(required=False, widget=forms.HiddenInput)
    ticket = forms.Field(required=False, widget=forms.HiddenInput)
    field_order = ["address"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"language": active_language()}, **kwargs})
        self.fields["homepage"].widget.attrs = {"autocomplete": "off", "tabindex": "-1"}

    def is_from_a_robot(self) -> bool:
        return bool(self.data.get(self.add_prefix("homepage")))
