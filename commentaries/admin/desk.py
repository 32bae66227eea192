"""What all forms and lists of the desk have in common."""

from html import unescape
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.safestring import SafeString
from modeltranslation.admin import TranslationAdmin
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from commentaries import rights
from commentaries.admin.choices import KnownChoices, is_key
from commentaries.admin.history import WordDiff
from commentaries.admin.saving import SavingAdmin
from commentaries.admin.status import reason_in_words
from commentaries.editor import same_text
from commentaries.fields import RichTextField
from commentaries.folding import fold
from commentaries.languages import Language
from commentaries.richtext import render

if TYPE_CHECKING:
    DeskModelAdmin = admin.ModelAdmin[Any]
    Pages = Paginator[Any]

    class Kept:
        """What simple-history adds, for the type checker."""

        model: type[Model]

        def set_history_delta_changes(self, request: HttpRequest, historical_records: Any, **kwargs: Any) -> None: ...

        def history_view(self, request: HttpRequest, object_id: str, extra_context: Any) -> HttpResponse: ...

        def history_form_view(self, request: HttpRequest, object_id: str, version_id: str) -> HttpResponse: ...

else:
    DeskModelAdmin = ModelAdmin
    Pages = Paginator
    Kept = SimpleHistoryAdmin


MOST_WORDS = 20  # of a search; each is a condition of its own


class CountedPages(Pages):
    """Says how many rows there are in words that every language can count (Unfold puts a number before a plural)."""

    template_name = "admin/parts/pages.html"


class AskedByFilters(DeskModelAdmin):
    """A list whose address asks only what the list offers: nobody feels a column out, or keeps the database busy."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        filters = self.get_list_filter(request) if request else self.list_filter
        names = [item if isinstance(item, str) else item[0] for item in filters]  # type: ignore[index]
        offered = {f"{name}{kind}" for name in names for kind in ("", "__exact", "__id__exact", "__isnull")}
        days = {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        holds_nul = "\0" in value  # which PostgreSQL refuses with an error
        return not holds_nul and lookup in offered | days | {"pk", "pk__in", "id", "id__exact", "id__in"}


class DeskAdmin(KnownChoices, AskedByFilters):
    """A list that is searched by folded words, and a form that warns before unsaved work is left."""

    compressed_fields = False
    warn_unsaved_form = True
    list_per_page = 50
    paginator = CountedPages
    list_filter_submit = False
    search_fields: ClassVar[list[str] | tuple[str, ...]] = ("folded",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Every word of the query, as people spell it: no case, no difference between е and ё (see folding.py)."""
        words = Q()
        for word in fold(search_term.replace("\0", " ")).split()[:MOST_WORDS]:
            words &= Q(**{f"{self.search_fields[0]}__contains": word})
        return queryset.filter(words), False


def reads_a_version(request: HttpRequest) -> bool:
    """Whether the form is shown to read an old version, not to change the row."""
    return getattr(request, "is_reading_a_version", False)


class KeptAdmin(SavingAdmin, Kept, DeskAdmin):
    """A model whose versions are kept: they are read and compared here, and not brought back."""

    warn_unsaved_form = False  # static/desk/saving.js does, for the editors too
    object_history_list_template = "admin/history_list.html"
    history_list_per_page = 25

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> WordDiff:
        return WordDiff(self.model, historical_record)

    def set_history_delta_changes(self, request: HttpRequest, historical_records: Any, **kwargs: Any) -> None:
        super().set_history_delta_changes(request, historical_records, **kwargs)
        for record in historical_records:
            record.history_change_reason = reason_in_words(record.history_change_reason)

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        """An old version would go past the rights, the states of the languages and the gate."""
        return True

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        if not is_key(object_id):
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request: HttpRequest, object_id: str, version_id: str) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not (is_key(object_id) and is_key(version_id)):
            raise Http404
        request.is_reading_a_version = True  # type: ignore[attr-defined]
        return super().history_form_view(request, object_id, version_id)


def as_read(contents: str) -> SafeString:
    """A rich text where it is not edited; what the desk hands over here is escaped."""
    return render(unescape(contents))


def without_links(field: Any) -> Any:
    """A choice without the links that add, change or delete what is chosen from."""
    for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
        setattr(field.widget, link, False)
    return field


class TranslatedForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form with texts in three languages. `refusals` are sentences for which it cannot be saved as it is."""

    refusals: tuple[str, ...] = ()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook after the instance is made
        for sentence in self.refusals:
            self.add_error(None, ValidationError(sentence))

    def clean(self) -> dict[str, Any]:
        """A rich text that came back from the editor with other white space only stays as it was."""
        data = super().clean() or self.cleaned_data
        for field in self._meta.model._meta.fields:
            if field.name in data and isinstance(_untranslated(field), RichTextField):
                stored = self.initial.get(field.name) or ""
                if stored and data[field.name] and same_text(stored, data[field.name]):
                    data[field.name] = stored
        return data


def _untranslated(field: Any) -> Any:
    """The field as the model declares it, for a field of one language."""
    return getattr(field, "translated_field", field)


class TranslatedAdmin(KeptAdmin, TranslationAdmin):  # type: ignore[type-arg]
    """One tab a language, and before them what has no language.

    Who may not edit a row as a whole may still edit the texts in their languages of work.
    """

    form = TranslatedForm
    general: tuple[str | tuple[str, ...], ...] = ()
    texts: tuple[str, ...] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        tabs = [
            (self.tab_name(request, obj, language), {"classes": ["tab"], "fields": self.tab(request, obj, language)})
            for language in Language.values
        ]
        return [(None, {"fields": self.get_general(request, obj)}), *tabs]

    def get_general(self, request: HttpRequest, obj: Any) -> list[Any]:
        return list(self.general)

    def tab_name(self, request: HttpRequest, obj: Any, language: str) -> str:
        return str(Language(language).label)

    def tab(self, request: HttpRequest, obj: Any, language: str) -> list[str]:
        return [f"{field}_{language}" for field in self.texts]

    def edits_all(self, request: HttpRequest, obj: Any) -> bool:
        """Whether what has no language is theirs to edit."""
        return rights.publishes(rights.staff(request))

    def languages(self, request: HttpRequest, obj: Any) -> list[str]:
        """The languages whose texts are theirs to edit."""
        return rights.label_languages(rights.staff(request), obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = list(super().get_readonly_fields(request, obj))
        if reads_a_version(request):
            return flatten_fieldsets(self.get_fieldsets(request, obj))
        if not self.edits_all(request, obj):
            fixed += flatten_fieldsets([(None, {"fields": self.get_general(request, obj)})])
        for language in set(Language.values) - set(self.languages(request, obj)):
            fixed += self.tab(request, obj, language)
        return list(dict.fromkeys(fixed))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", ())
        return form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and hasattr(db_field, "language"):
            field.widget.attrs["lang"] = db_field.language
        if field and type(field.widget) is UnfoldAdminTextareaWidget:
            field.widget.attrs["rows"] = 4
        return field

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Two ways to save are enough: nobody writes one text after another without looking."""
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    @property
    def readonly_preprocess_fields(self) -> dict[str, Any]:
        rich = [field for field in self.model._meta.fields if isinstance(_untranslated(field), RichTextField)]
        return {field.name: as_read for field in rich}
