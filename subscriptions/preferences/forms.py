"""The forms of the preferences page: wishes, each filled in as it is, and a new address."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commentaries.models import Section
from commentaries.templatetags.reading import day
from subscriptions.forms import AddressField, WishesForm
from subscriptions.models import Cadence, Subscriber
from subscriptions.preferences.changing import Pause, end_of

CHOOSE = {"required": _("Please choose one."), "invalid_choice": _("There is no such choice. Please choose again.")}


class PreferencesForm(WishesForm):
    """What a subscriber may wish. A section that was closed stays theirs until they give it up."""

    cadence = forms.ChoiceField(label=_("How often"), choices=Cadence, error_messages=CHOOSE)
    pause = forms.ChoiceField(
        label=_("Pause"), choices=[(pause, pause) for pause in Pause], error_messages=CHOOSE, initial=Pause.AS_IT_IS
    )
    is_discreet = forms.BooleanField(label=_("Discreet sender and subject"), required=False)

    def __init__(self, data: Any, subscriber: Subscriber) -> None:
        chosen = list(subscriber.sections.all())
        wishes = {
            "language": subscriber.language,
            "sections": [section.slug for section in chosen],
            "cadence": subscriber.cadence,
            "is_discreet": subscriber.is_discreet,
        }
        super().__init__(data, initial=wishes, auto_id="preferences-%s")
        self.subscriber = subscriber
        choosable = Section.objects.filter(Q(retired_at=None) | Q(pk__in=[section.pk for section in chosen]))
        self.fields["sections"].queryset = choosable  # type: ignore[attr-defined]

    def clean_pause(self) -> Pause:
        return Pause(self.cleaned_data["pause"])

    def cadences(self) -> Iterator[tuple[str, str, bool]]:
        """Value, label, and whether it is chosen."""
        chosen = self["cadence"].value()
        return ((cadence.value, str(cadence.label), cadence == chosen) for cadence in Cadence)

    def pauses(self) -> Iterator[tuple[str, str, bool]]:
        chosen = self["pause"].value()
        return ((pause, label, pause == chosen) for pause, label in self._pauses())

    def _pauses(self) -> Iterator[tuple[Pause, str]]:
        if not self.subscriber.is_paused:
            yield Pause.AS_IT_IS, gettext("No pause")
        else:
            until = self.subscriber.paused_until
            stays = gettext("Stay paused until %(day)s") % {"day": day(until)} if until else gettext("Stay paused")
            yield Pause.AS_IT_IS, stays
            yield Pause.NONE, gettext("Resume: send me the next issue")
        yield Pause.FOUR_WEEKS, gettext("For four weeks, until %(day)s") % {"day": _day_after(Pause.FOUR_WEEKS)}
        yield Pause.THREE_MONTHS, gettext("For three months, until %(day)s") % {"day": _day_after(Pause.THREE_MONTHS)}
        yield Pause.OPEN, gettext("Until I say so")


def _day_after(pause: Pause) -> str:
    end = end_of(pause)
    return day(end) if end else ""


class MoveForm(forms.Form):
    address = AddressField(
        label=_("New e-mail address"), error_messages={"required": _("Please type your e-mail address.")}
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="move-%s")
