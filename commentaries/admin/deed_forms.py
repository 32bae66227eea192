"""What is asked before a deed is done."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import INPUT_CLASSES, UnfoldAdminTextareaWidget

from commentaries.languages import Language


def attributes(kind: str, label: str | Promise) -> dict[str, Any]:
    """A browser's own field for a day or a time, in Unfold's dress."""
    return {"type": kind, "class": " ".join(INPUT_CLASSES), "aria-label": label}


class NothingToFillIn(forms.Form):
    """A deed that needs no more than a yes."""


class TimeForm(forms.Form):
    """A time to come, where the publication is."""

    at = forms.SplitDateTimeField(
        label=gettext_lazy("Day and time"),
        widget=forms.SplitDateTimeWidget(
            date_attrs=attributes("date", gettext_lazy("Day")),
            time_attrs=attributes("time", gettext_lazy("Time")),
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
        input_date_formats=["%Y-%m-%d"],
        input_time_formats=["%H:%M", "%H:%M:%S"],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime()
        sentence = _("In the time zone of the publication: %(zone)s. It is %(now)s there now.")
        self.fields["at"].help_text = sentence % {
            "zone": settings.TIME_ZONE,
            "now": f"{date_format(now, 'DATE_FORMAT')} {now:%H:%M}",
        }

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at <= timezone.now():
            raise ValidationError(_("This time has passed. Choose a time to come, or publish now."))
        return at


class ReasonForm(forms.Form):
    """Why something is withdrawn, in at least one language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in Language.choices:
            widget = UnfoldAdminTextareaWidget(attrs={"rows": 3, "lang": code})
            self.fields[f"reason_{code}"] = forms.CharField(label=name, required=False, widget=widget)

    def reasons(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"reason_{code}", "") for code in Language.values}

    def clean(self) -> None:
        super().clean()
        if not any(text.strip() for text in self.reasons().values()):
            raise ValidationError(_("Say why in at least one language: readers who had the address will see it."))
