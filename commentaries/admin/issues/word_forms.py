"""What was recognised in Word files, in fields where all of it can be corrected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from commentaries import richtext, rights
from commentaries.admin.deed_forms import attributes
from commentaries.editor import RichTextWidget
from commentaries.fields import MAX_LENGTH
from commentaries.languages import Language
from commentaries.models import Analyst, Section, Trend, User
from commentaries.word import Recognised
from commentaries.word.drafting import Draft
from commentaries.word.forecasts import Forecast

MOST_FILES = 20
Row = TypeVar("Row", bound=Model)


def day(label: Any, *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(attrs=attributes("date", label), format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, input_formats=["%Y-%m-%d"])


class ForecastForm(forms.Form):
    statement = forms.CharField(
        label=gettext_lazy("Statement"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )
    due = day(gettext_lazy("Due"), required=False)


ForecastForms = forms.formset_factory(ForecastForm, extra=1)


@dataclass(frozen=True)
class Choices:
    """The rows that every file's form chooses from, by key: asked of the database once."""

    sections: dict[str, Section]
    analysts: dict[str, Analyst]

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(_by_key(sections_of(user)), _by_key(Analyst.objects.all()))


def _by_key(rows: Iterable[Row]) -> dict[str, Row]:
    return {str(row.pk): row for row in rows}


def named(rows: Mapping[str, Model]) -> list[tuple[str, str]]:
    return [(key, str(row)) for key, row in rows.items()]


class FileForm(forms.Form):
    """One file. `notices` are the sentences about it, carried along; what is left out is not asked anything."""

    name = forms.CharField(widget=forms.HiddenInput)
    notices = forms.CharField(widget=forms.HiddenInput, required=False)
    is_left_out = forms.BooleanField(label=gettext_lazy("Leave this file out"), required=False)
    week_start = day(gettext_lazy("First day"))
    week_end = day(gettext_lazy("Last day"))
    section = forms.ChoiceField(label=gettext_lazy("Section"), widget=UnfoldAdminSelectWidget)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("", "---------"), *Language.choices], widget=UnfoldAdminSelectWidget
    )
    trend = forms.ChoiceField(label=gettext_lazy("Trend"), required=False, widget=UnfoldAdminSelectWidget)
    analysts = forms.MultipleChoiceField(
        label=gettext_lazy("Signed by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    title = forms.CharField(label=gettext_lazy("Headline"), max_length=250, widget=UnfoldAdminTextInputWidget)
    lead = forms.CharField(
        label=gettext_lazy("Lead"),
        required=False,
        max_length=3000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    body = forms.CharField(label=gettext_lazy("Text"), max_length=MAX_LENGTH, widget=RichTextWidget)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.use_required_attribute = False  # a file that is left out may lack anything
        self.choices = choices
        self.fields["section"].choices = [("", "---------"), *named(choices.sections)]  # type: ignore[attr-defined]
        self.fields["analysts"].choices = named(choices.analysts)  # type: ignore[attr-defined]
        marked = [(trend.value, f"{trend.mark} {trend.label}") for trend in Trend]
        self.fields["trend"].choices = [("", _("not decided yet")), *marked]  # type: ignore[attr-defined]
        language = str(self["language"].value() or "")
        for name in ("title", "lead", "body"):
            self.fields[name].widget.attrs["lang"] = language or None
        if language not in Language.values:
            self.fields["body"].widget.attrs.pop("lang")
        prefix = f"{self.prefix}-forecasts"
        initial, form_kwargs = self.initial.get("forecasts"), {"label_suffix": ""}
        self.forecasts = ForecastForms(self.data or None, prefix=prefix, initial=initial, form_kwargs=form_kwargs)

    @property
    def leaves_out(self) -> bool:
        return bool(self["is_left_out"].value())

    @property
    def sentences(self) -> list[str]:
        return [*filter(None, [self.initial.get("occupied")]), *str(self["notices"].value() or "").splitlines()]

    def is_complete(self) -> bool:
        """Whether it can become a draft; asks the forecasts, too."""
        return all([self.is_valid(), self.forecasts.is_valid()])

    def clean_body(self) -> str:
        body = richtext.clean(self.cleaned_data["body"])
        if not body:
            raise ValidationError(self.fields["body"].error_messages["required"])
        return body

    def draft(self) -> Draft:
        data = self.cleaned_data
        foretold = [form.cleaned_data for form in self.forecasts if form.cleaned_data.get("statement")]
        return Draft(
            section=self.choices.sections[data["section"]],
            **{name: data[name] for name in ("week_start", "week_end", "language", "trend")},
            **{name: data[name] for name in ("title", "lead", "body")},
            forecasts=[Forecast(row["statement"], row["due"]) for row in foretold],
            analysts=[self.choices.analysts[key] for key in data["analysts"]],
        )


FileForms = forms.formset_factory(FileForm, extra=0, max_num=MOST_FILES, absolute_max=MOST_FILES)


def sections_of(user: User) -> QuerySet[Section]:
    active: QuerySet[Section] = Section.objects.active()
    return active if rights.publishes(user) else active.filter(pk__in=rights.own_sections(user))


def initial(found: Recognised, signed_by: Iterable[Analyst], occupied: str) -> dict[str, Any]:
    """The fields of a file, with what was recognised; `signed_by` are those who sign where the file names nobody,
    `occupied` says that a text stands already where this one would go.
    """
    missing = [_("Not recognised: %(parts)s.") % {"parts": ", ".join(found.missing)}] if found.missing else []
    return {
        "occupied": occupied,
        "name": found.name,
        "notices": "\n".join([*missing, *found.notices]),
        "week_start": found.week.start if found.week else None,
        "week_end": found.week.end if found.week else None,
        "section": found.section.pk if found.section else None,
        "language": found.language,
        "trend": found.trend,
        "analysts": [analyst.pk for analyst in found.analysts or signed_by],
        "title": found.title,
        "lead": found.lead,
        "body": found.body,
        "forecasts": [{"statement": row.statement, "due": row.due} for row in found.forecasts],
    }
