"""What stands inside a commentary's form: who signs it, and what it foretells."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationInlineModelAdmin
from unfold.admin import StackedInline, TabularInline

from commentaries import rights
from commentaries.admin.choices import KnownChoices
from commentaries.languages import Language
from commentaries.models import Analyst, Byline, Commentary, Forecast

if TYPE_CHECKING:
    BylineBase = admin.TabularInline[Byline, Commentary]
    ForecastBase = admin.StackedInline[Forecast, Commentary]
else:
    BylineBase = TabularInline

    class ForecastBase(StackedInline, TranslationInlineModelAdmin):
        pass


class WrittenTogether:
    """An inline that is edited by who may write the whole commentary."""

    def has_view_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return request.user.has_perm("commentaries.view_commentary")

    def has_add_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return rights.may_write(rights.staff(request), obj)

    def has_change_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return rights.may_write(rights.staff(request), obj)

    def has_delete_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return rights.may_write(rights.staff(request), obj)


class BylineInline(WrittenTogether, KnownChoices, BylineBase):
    model = Byline
    fields = ("analyst", "position")
    ordering_field = "position"
    autocomplete_fields = ("analyst",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """In a table only the columns have labels; a screen reader wants one at each field."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            widget: Any = getattr(field.widget, "widget", field.widget)  # inside its links
            widget.attrs["aria-label"] = capfirst(db_field.verbose_name)
        return field

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("analyst")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """A row for the analyst who begins a commentary."""
        return 1 if obj is None and Analyst.objects.filter(user=rights.staff(request)).exists() else 0


class ForecastInline(WrittenTogether, ForecastBase):
    model = Forecast
    extra = 0
    fieldsets = (
        (None, {"fields": (("statement_be", "statement_ru", "statement_en"), ("due", "position"))}),
        (
            gettext_lazy("How it turned out"),
            {
                "classes": ("collapse",),  # of no matter until it is due
                "fields": (
                    ("outcome", "outcome_date"),
                    ("outcome_note_be", "outcome_note_ru", "outcome_note_en"),
                ),
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets

    def has_change_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        """A translator words a forecast in their languages; its analysts say how it turned out."""
        user = rights.staff(request)
        return rights.may_judge(user, obj) or bool(obj and rights.ready_languages(user))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        user = rights.staff(request)
        if rights.may_write(user, obj):
            return []
        return ["position", "due", *([] if rights.may_judge(user, obj) else ["outcome", "outcome_date"])]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Whoever may not write the whole edits the words in their languages of work, or of their judgement."""
        formset = super().get_formset(request, obj, **kwargs)
        user = rights.staff(request)
        editable, may_judge = rights.text_languages(user, obj), rights.may_judge(user, obj)
        for name, field in formset.form.base_fields.items():
            text, _underscore, language = name.rpartition("_")
            is_theirs = language in editable or (may_judge and text == "outcome_note")
            field.disabled = language in Language.values and not is_theirs
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and hasattr(db_field, "language"):
            field.label = f"{capfirst(db_field.verbose_name)} ({Language(db_field.language).label})"
            field.widget.attrs |= {"lang": db_field.language, "rows": 3}
        return field
