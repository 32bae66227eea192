"""Corrections at the desk: the notes that a change of a public commentary asks for, and the notes written so far."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationInlineModelAdmin
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminTextareaWidget

from commentaries import corrections, rights, translations
from commentaries.admin.desk import TranslatedForm, reads_a_version
from commentaries.admin.status import moment, person_name
from commentaries.languages import Language
from commentaries.models import Commentary, Correction, Translation, User
from commentaries.versions.contents import trend_in_words

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
    InlineBase = admin.StackedInline[Correction, Commentary]
else:
    Base = object

    class InlineBase(StackedInline, TranslationInlineModelAdmin):
        pass


LONGEST_NOTE = 1000


def is_read(commentary: Commentary | None) -> bool:
    """Whether readers can see it, so that its form offers a note; what is owed is decided in corrections.py."""
    return bool(commentary and commentary.is_published and commentary.issue.is_published)


def note_languages(user: User, commentary: Commentary | None) -> list[str]:
    """The languages in which this person may tell readers of a change: theirs, of those that readers get or had."""
    if commentary is None or not is_read(commentary):
        return []
    read = corrections.languages_read(commentary)
    return [language for language in rights.text_languages(user, commentary) if language in read]


def offers_small_change(user: User, commentary: Commentary) -> bool:
    """Whether a change can be called small: while no language is ready, it touches neither translations nor readers."""
    is_any_ready = any(row.state in Translation.PUBLIC_STATES for row in translations.states(commentary).values())
    return is_any_ready and (rights.publishes(user) or bool(note_languages(user, commentary)))


def note_field(language: str) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("correction for readers"),
        help_text=gettext_lazy(
            "Readers see this text. If you change what it says, tell them in a sentence what was wrong and "
            "what is right now. It stands below the text with today’s date."
        ),
        required=False,
        max_length=LONGEST_NOTE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "lang": language}),
    )


class CorrectionsForm(TranslatedForm):
    """A form that takes the notes for readers; `owed` is what a first attempt to save it lacked."""

    user: User
    owed: corrections.CorrectionOwed | None = None

    correction_be = note_field("be")
    correction_ru = note_field("ru")
    correction_en = note_field("en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = note_languages(self.user, self.instance if self.instance.pk else None)
        for language in Language.values:
            if language not in offered:
                self.fields.pop(f"correction_{language}", None)

    def _post_clean(self) -> None:
        super()._post_clean()  # Django's own hook
        for language, sentence in (self.owed.sentences if self.owed else {}).items():
            name = f"correction_{language}"
            self.add_error(name if name in self.fields else None, ValidationError(sentence))

    def notes(self) -> dict[str, str]:
        return {language: self.cleaned_data.get(f"correction_{language}", "") for language in Language.values}


class CorrectionInline(InlineBase):
    """The notes that readers have: worded and translated here. A new one comes with the change that it tells of."""

    model = Correction
    extra = 0
    max_num = 0
    fields = ("told", "note_be", "note_ru", "note_en")
    readonly_fields = ("told",)

    @admin.display(description=gettext_lazy("correction"))
    def told(self, correction: Correction) -> str:
        """When it was made, by whom, and the trends if they differ."""
        words = [moment(correction.made_at)]
        if correction.made_by:
            words.append(person_name(correction.made_by))
        if correction.trend_before:
            words.append(f"{trend_in_words(correction.trend_before)} → {trend_in_words(correction.trend_after)}")
        return "; ".join(words)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("made_by")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": self.fields})]

    def has_view_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return request.user.has_perm("commentaries.view_commentary")

    def has_add_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return bool(obj and rights.text_languages(rights.staff(request), obj))

    def has_delete_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return rights.publishes(rights.staff(request))

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        editable = rights.text_languages(rights.staff(request), obj)
        for name, field in formset.form.base_fields.items():
            language = name.rpartition("_")[2]
            field.disabled = language in Language.values and language not in editable
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and hasattr(db_field, "language"):
            field.label = capfirst(str(Language(db_field.language).label))
            field.help_text = ""
            field.widget.attrs |= {"lang": db_field.language, "rows": 2}
        return field


class CorrectionsAdmin(Base):
    """A public commentary is saved with a note for its readers, or with a word that nothing changed in meaning."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except corrections.CorrectionOwed as owed:
            request.owed = owed  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.owed = getattr(request, "owed", None)  # type: ignore[attr-defined]
        return form

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """The notes have their place where there are some; a form that was opened before is taken as it is."""
        inlines = list(super().get_inlines(request, obj))
        if obj is None or reads_a_version(request):
            return inlines
        sent = "corrections-TOTAL_FORMS" in request.POST
        there = sent if request.method == "POST" else obj.corrections.exists()
        return [*inlines, CorrectionInline] if there else inlines

    def note_fields(self, request: HttpRequest, obj: Any, language: str) -> list[str]:
        offered = note_languages(rights.staff(request), obj)
        return [f"correction_{language}"] if language in offered and not reads_a_version(request) else []
