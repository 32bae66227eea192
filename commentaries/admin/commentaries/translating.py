"""Translating side by side: the form of a commentary in another dress, with the texts of one language only.

Everything else about it is that form: who may, who else is there, what is asked of a public text, and how it is saved.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from commentaries import rights, translations
from commentaries.admin.choices import is_key
from commentaries.admin.commentaries.corrections import CorrectionInline
from commentaries.admin.commentaries.parts import ForecastInline
from commentaries.admin.commentaries.side_by_side import Task, page
from commentaries.admin.desk import reads_a_version
from commentaries.languages import FALLBACK
from commentaries.models import Commentary, Translation
from commentaries.translations.sides import sources

State = Translation.State

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

TEMPLATE = "admin/commentaries/commentary/translate.html"


def task_of(request: HttpRequest) -> Task | None:
    """What is translated, if the form is shown to translate."""
    return getattr(request, "translation_task", None)


def translate_url(commentary: Commentary, language: str) -> str:
    return reverse("admin:commentaries_commentary_translate", args=[commentary.pk, language])


class WordedForecasts(ForecastInline):
    """The forecasts of a commentary, as far as one language words them."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        task = task_of(request)
        language = task.language if task else ""
        return [(None, {"fields": [f"statement_{language}", f"outcome_note_{language}"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return []

    def has_add_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return False


class WordedCorrections(CorrectionInline):
    """The notes that readers have, worded in one language."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        task = task_of(request)
        return [(None, {"fields": [f"note_{task.language}" if task else "told"]})]

    def has_delete_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        return False


class TranslatingAdmin(Base):
    """`…/translate/ru/` of a commentary; `?from=en` chooses what is read beside it."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.translate)
        name = "commentaries_commentary_translate"
        return [path("<str:object_id>/translate/<str:language>/", view, name=name), *super().get_urls()]

    def translate(self, request: HttpRequest, object_id: str, language: str) -> HttpResponse:
        row = self.get_queryset(request).filter(pk=object_id).first() if is_key(object_id) else None
        if row is None or language not in FALLBACK:
            raise Http404
        if not self.has_change_permission(request, row) or language not in self.languages(request, row):  # type: ignore[attr-defined]
            raise PermissionDenied
        if language == row.source_language:
            return redirect(f"{reverse('admin:commentaries_commentary_change', args=[row.pk])}?tab={language}")
        offered = sources(row, language)
        asked = request.GET.get("from", "")
        task = Task(language, asked if asked in offered else offered[0])
        request.translation_task = task  # type: ignore[attr-defined]
        return self.changeform_view(request, object_id)

    # --- The form with one language only ---

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        task = task_of(request)
        if task is None:
            return super().get_fieldsets(request, obj)
        texts = [f"{field}_{task.language}" for field in ("title", "lead", "body")]
        return [(None, {"fields": [*texts, *self._note_fields(request, obj, task), f"state_{task.language}"]})]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Beside the original a headline has half the width: it is seen whole, on as many lines as it takes."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if task_of(request) and field and db_field.name.startswith("title_"):
            kept = {name: field.widget.attrs[name] for name in ("lang", "maxlength") if name in field.widget.attrs}
            field.widget = UnfoldAdminTextareaWidget(attrs={**kept, "rows": 1, "class": "headline"})
        return field

    def _note_fields(self, request: HttpRequest, obj: Any, task: Task) -> list[str]:
        """For a public text that is up to date: one that fell behind owes readers no note when it catches up."""
        if translations.states(obj)[task.language].state == State.OUTDATED:
            return []
        notes: list[str] = self.note_fields(request, obj, task.language)  # type: ignore[attr-defined]
        return [*notes, "small_change"] if notes else []

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        inlines = super().get_inlines(request, obj)
        if task_of(request) is None:
            return inlines
        return [WordedForecasts, *([WordedCorrections] if CorrectionInline in inlines else [])]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if task_of(request) and request.method == "POST" and obj and self._marks_unseen(request, obj):
            sentence = _(
                "The original changed while you were translating. What changed is marked now: "
                "look at it, then mark the translation ready."
            )
            form.refusals = (*form.refusals, sentence)  # type: ignore[attr-defined]
        return form

    def _marks_unseen(self, request: HttpRequest, commentary: Commentary) -> bool:
        """Whether the text is to be ready beside an original that this person has not seen."""
        task = task_of(request)
        if task is None or request.POST.getlist(f"state_{task.language}")[-1:] != [State.READY.value]:
            return False
        if request.POST.get(f"initial-state_{task.language}") == State.READY:
            return False
        return request.POST.get("seen_source") != commentary.digest(commentary.source_language)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Whoever translates stays at their page."""
        response = super().response_change(request, obj)
        if task_of(request) and response.has_header("Location"):
            response["Location"] = request.get_full_path()
        return response

    # --- The page ---

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        task, commentary = task_of(request), context.get("original")
        if task and commentary:
            context |= page(commentary, task, context)
            context["offers_ready"] = _offers(request, context["state"], State.READY, task.language)
            context["offers_review"] = _offers(request, context["state"], State.IN_REVIEW, task.language)
            context["title"] = _("Translation into %(language)s") % {"language": task.name}
        response = super().render_change_form(request, context, *args, **kwargs)
        if task and commentary:
            response.template_name = TEMPLATE  # type: ignore[attr-defined]  # a TemplateResponse
        return response

    # --- The way to it, in each language's tab ---

    def tab(self, request: HttpRequest, obj: Any, language: str) -> list[str]:
        fields: list[str] = super().tab(request, obj, language)  # type: ignore[misc]
        may = obj is not None and not reads_a_version(request) and language in self.languages(request, obj)  # type: ignore[attr-defined]
        return [f"side_by_side_{language}", *fields] if may and language != obj.source_language else fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(f"side_by_side_{language}" for language in FALLBACK)]

    def _side_by_side(self, commentary: Commentary, language: str) -> str:
        words = _("Translate side by side with the original")
        return format_html('<a class="side-by-side" href="{}">{}</a>', translate_url(commentary, language), words)

    @admin.display(description=gettext_lazy("translation"))
    def side_by_side_be(self, commentary: Commentary) -> str:
        return self._side_by_side(commentary, "be")

    @admin.display(description=gettext_lazy("translation"))
    def side_by_side_ru(self, commentary: Commentary) -> str:
        return self._side_by_side(commentary, "ru")

    @admin.display(description=gettext_lazy("translation"))
    def side_by_side_en(self, commentary: Commentary) -> str:
        return self._side_by_side(commentary, "en")


def _offers(request: HttpRequest, state: str, wanted: State, language: str) -> bool:
    if wanted == State.IN_REVIEW:
        return state in (State.MISSING, State.DRAFT)
    return state != State.READY and language in rights.ready_languages(rights.staff(request))
