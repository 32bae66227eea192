"""Previews at the desk: the reader's page made of a form as it was typed, or of what is stored. Nothing is written."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from commentaries import richtext
from commentaries.admin.choices import is_key
from commentaries.admin.desk import reads_a_version
from commentaries.context import LanguageLink
from commentaries.fields import MAX_LENGTH, RichTextField
from commentaries.languages import AUTONYMS, FALLBACK, Language, LocalText, active_language
from commentaries.models import Section
from commentaries.previews import Preview, Row

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

ADD = "add"  # in an address, where a stored row has its key


@dataclass(frozen=True)
class Typed:
    """What came with a form: the row, which is not saved, and what belongs to it."""

    row: Any
    form: Any
    formsets: list[Any]

    def parts(self, model: type[Model]) -> list[Any]:
        """The row's rows of this model, in their order; those to be deleted left out."""
        formset = next((formset for formset in self.formsets if formset.model is model), None)
        if formset is None:
            return list(model._default_manager.filter(commentary=self.row.pk)) if self.row.pk else []
        rows = [
            form.instance
            for form in formset.forms
            if (form.instance.pk or form.has_changed()) and not formset._should_delete_form(form)
        ]
        return sorted(rows, key=lambda row: getattr(row, "position", 0) or 0)

    def errors(self) -> Iterator[str]:
        """What keeps the form from being saved, in sentences that name the field."""
        for name, errors in self.form.errors.items():
            yield from (f"{self._label(name)}: {error}" if name in self.form.fields else str(error) for error in errors)
        for formset in self.formsets:
            label = capfirst(str(formset.model._meta.verbose_name_plural))
            of_rows = [error for row in formset.errors for errors in row.values() for error in errors]
            yield from (f"{label}: {error}" for error in [*formset.non_form_errors(), *of_rows])

    def _label(self, name: str) -> str:
        language = name.rpartition("_")[2]
        label = str(self.form.fields[name].label)
        return f"{label} ({Language(language).label})" if language in Language.values else label

    def settle_texts(self) -> None:
        """Cleaned as when they are saved, whether or not the form is valid; one too long is left out."""
        for field in self.row._meta.fields:
            if field.name not in self.form.fields or not hasattr(field, "language"):
                continue
            if field.name in self.form.errors:
                setattr(self.row, field.name, self.form[field.name].data or "")
            if isinstance(field.translated_field, RichTextField):
                html = getattr(self.row, field.name) or ""
                setattr(self.row, field.name, richtext.clean(html) if len(html) <= MAX_LENGTH else "")


def leave_unsent(form: Any) -> None:
    """What a page did not send stays as it is stored: one that translates sends the texts of one language."""
    for name, field in list(form.fields.items()):
        if field.widget.value_omitted_from_data(form.data, form.files, form.add_prefix(name)):
            del form.fields[name]


def preview_url(row: Any, language: str) -> str:
    """Where the desk previews this row in a language."""
    return reverse(f"admin:commentaries_{row._meta.model_name}_preview", args=[row.pk or ADD, language])


def desk_address(row: Row) -> str:
    """Links in a preview lead to previews."""
    if isinstance(row, Section):
        return row.get_absolute_url() if row.pk else ""
    return preview_url(row, active_language()) if row.pk else ""


class PreviewingAdmin(Base):
    """`…/preview/be/` of a row: posted from its form, the form as it stands; fetched, what is stored."""

    def get_urls(self) -> list[URLPattern]:
        name = f"commentaries_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(self.preview)
        return [path("<str:object_id>/preview/<str:language>/", view, name=name), *super().get_urls()]

    @abstractmethod
    def show_preview(self, request: HttpRequest, row: Any, typed: Typed | None, preview: Preview) -> HttpResponse:
        """The reader's page of what was typed, else of the stored row."""

    def preview(self, request: HttpRequest, object_id: str, language: str) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        row = self._asked_for(request, object_id, language)
        typed = self._typed(request, row)
        if row is None and typed is None:
            return redirect(f"admin:commentaries_{self.opts.model_name}_add")
        bar = self._bar(request, row, typed, language)
        with override(language):
            response = self.show_preview(request, row, typed, bar)
        response._csp_config = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]  # type: ignore[attr-defined]
        return response

    def _asked_for(self, request: HttpRequest, object_id: str, language: str) -> Any:
        """The stored row, None for one that is being added; refused to whoever does not see it at the desk."""
        may = self.has_add_permission if object_id == ADD else self.has_view_or_change_permission
        if not may(request):
            raise PermissionDenied
        row = self.get_object(request, object_id) if is_key(object_id) else None
        if language not in FALLBACK or (row is None and object_id != ADD):
            raise Http404
        if row and not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return row

    def _typed(self, request: HttpRequest, row: Any) -> Typed | None:
        """What a person may save of what they sent; None where they sent or may change nothing."""
        if request.method != "POST" or (row and not self.has_change_permission(request, row)):
            return None
        names = flatten_fieldsets(self.get_fieldsets(request, row))
        form_class = self.get_form(request, row, change=row is not None, fields=names)
        form: Any = form_class(request.POST, request.FILES, instance=row)
        formsets, _inlines = self._create_formsets(request, form.instance, change=row is not None)  # type: ignore[attr-defined]
        if row:
            formsets = [formset for formset in formsets if f"{formset.prefix}-TOTAL_FORMS" in request.POST]
            for each in [form, *(form for formset in formsets for form in formset.initial_forms)]:
                leave_unsent(each)
        form.full_clean()
        for formset in formsets:
            formset.full_clean()
        typed = Typed(form.instance, form, formsets)
        typed.settle_texts()
        return typed

    def _bar(self, request: HttpRequest, row: Any, typed: Typed | None, language: str) -> Preview:
        """What stands above the page, in the language of the desk."""
        if typed:
            notice = _("Preview: not saved, not public.")
        else:
            notice = _("Preview of what is saved.") if row.is_published else _("Preview: saved, not public.")
        model = row or self.model()
        return Preview(
            notice=LocalText(notice, active_language()),
            languages=[
                LanguageLink(code, autonym, preview_url(model, code), code == language)
                for code, autonym in AUTONYMS.items()
            ],
            address=desk_address,
            errors=list(typed.errors()) if typed else [],
            typed=[(name, value) for name, values in request.POST.lists() for value in values] if typed else [],
        )

    # --- The buttons in the form, one in the tab of each language ---

    def tab(self, request: HttpRequest, obj: Any, language: str) -> list[str]:
        fields: list[str] = super().tab(request, obj, language)  # type: ignore[misc]
        return fields if reads_a_version(request) else [*fields, f"preview_{language}"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = list(super().get_readonly_fields(request, obj))
        return fixed if reads_a_version(request) else [*fixed, "preview_be", "preview_ru", "preview_en"]

    @property
    def media(self) -> Media:
        return super().media + Media(js=["desk/previews.js"], css={"all": ["desk/previews.css"]})

    @admin.display(description=gettext_lazy("as readers will see it"))
    def preview_be(self, row: Any) -> SafeString:
        return self._button(row, "be", _("Preview in Belarusian"))

    @admin.display(description=gettext_lazy("as readers will see it"))
    def preview_ru(self, row: Any) -> SafeString:
        return self._button(row, "ru", _("Preview in Russian"))

    @admin.display(description=gettext_lazy("as readers will see it"))
    def preview_en(self, row: Any) -> SafeString:
        return self._button(row, "en", _("Preview in English"))

    def _button(self, row: Any, language: str, label: str) -> SafeString:
        return format_html(
            '<button type="submit" class="preview-button" formaction="{}" formtarget="_blank">{}</button> '
            '<span class="preview-hint">{}</span>',
            preview_url(row, language),
            label,
            _("What you have typed, in a new tab. Nothing is saved."),
        )
