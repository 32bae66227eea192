"""Commentaries at the desk."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commentaries import richtext, rights, translations
from commentaries.admin.commentaries.bringing_back import BringingBackAdmin
from commentaries.admin.commentaries.comments import CommentsAdmin
from commentaries.admin.commentaries.corrections import CorrectionsAdmin, offers_small_change
from commentaries.admin.commentaries.form import CommentaryForm
from commentaries.admin.commentaries.history import OF_VERSIONS, HistoryAdmin
from commentaries.admin.commentaries.parts import BylineInline, ForecastInline
from commentaries.admin.commentaries.presence import PresenceAdmin
from commentaries.admin.commentaries.previewing import CommentaryPreviewing
from commentaries.admin.commentaries.proofreading import ProofreadingAdmin
from commentaries.admin.commentaries.saving import bring_states_together
from commentaries.admin.commentaries.translating import TranslatingAdmin
from commentaries.admin.commentaries.workflow import WorkflowAdmin
from commentaries.admin.deeds import PUBLISH_ONE, RESTORE, WITHDRAW, DeedsAdmin, button
from commentaries.admin.desk import TranslatedAdmin, reads_a_version, without_links
from commentaries.admin.gate import GatedAdmin
from commentaries.admin.picture_upload import PicturePlaceAdmin
from commentaries.admin.preview_links import PreviewLinksAdmin
from commentaries.admin.saving.merging import Merge
from commentaries.admin.status import moment, standing, status, status_name
from commentaries.changing import CommentaryChange
from commentaries.languages import FALLBACK, Language, in_language
from commentaries.models import Analyst, Commentary, Section, Translation, Trend


@admin.register(Commentary)
class CommentaryAdmin(
    PresenceAdmin,
    TranslatingAdmin,
    CommentaryPreviewing,
    PreviewLinksAdmin,
    CommentsAdmin,
    WorkflowAdmin,
    CorrectionsAdmin,
    BringingBackAdmin,
    HistoryAdmin,
    ProofreadingAdmin,
    PicturePlaceAdmin,
    GatedAdmin,
    DeedsAdmin,
    TranslatedAdmin,
):
    form = CommentaryForm
    inlines = [BylineInline, ForecastInline]
    list_display = ("__str__", "week", "section", "trend_mark", "languages_in_words", "status_in_words")
    list_select_related = ("issue", "section")
    list_filter = ("section", "trend", "translations__state")
    autocomplete_fields = ("issue", "picture")
    radio_fields = {"trend": admin.HORIZONTAL}
    readonly_fields = ("status_in_words", "standing_be", "standing_ru", "standing_en")
    texts = ("title", "lead", "body")
    deeds = {"publish": PUBLISH_ONE, "withdraw": WITHDRAW, "restore": RESTORE, **OF_VERSIONS}
    actions_detail = ("publish", "withdraw", "restore")

    # --- What is shown ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commentary]:
        rows = super().get_queryset(request).select_related("issue", "section")
        people = Translation.objects.select_related("marked_ready_by", "sent_to_review_by")
        return rows.prefetch_related(Prefetch("translations", people))

    @admin.display(description=gettext_lazy("week"), ordering="issue__week_start")
    def week(self, commentary: Commentary) -> str:
        return str(commentary.issue)

    @admin.display(description=gettext_lazy("trend"), ordering="trend")
    def trend_mark(self, commentary: Commentary) -> str:
        return f"{Trend(commentary.trend).mark} {commentary.get_trend_display()}" if commentary.trend else "–"

    @admin.display(description=gettext_lazy("languages"))
    def languages_in_words(self, commentary: Commentary) -> SafeString:
        rows = translations.states(commentary)
        parts = [(row.state, Language(code).label, row.get_state_display()) for code, row in rows.items()]
        return format_html_join("", '<span class="state state-{}">{}: {}</span>', parts)

    @admin.display(description=gettext_lazy("status"), ordering="published_at")
    def status_in_words(self, commentary: Commentary) -> SafeString:
        name = status(commentary)
        when = moment(commentary.published_at)
        return format_html('<span class="status status-{}">{}</span> {}', name, status_name(name), when)

    def _standing(self, commentary: Commentary, language: str) -> str:
        return standing(commentary, language, translations.states(commentary)[language])

    @admin.display(description=gettext_lazy("where it stands"))
    def standing_be(self, commentary: Commentary) -> str:
        return self._standing(commentary, "be")

    @admin.display(description=gettext_lazy("where it stands"))
    def standing_ru(self, commentary: Commentary) -> str:
        return self._standing(commentary, "ru")

    @admin.display(description=gettext_lazy("where it stands"))
    def standing_en(self, commentary: Commentary) -> str:
        return self._standing(commentary, "en")

    # --- Who may do what ---

    def has_change_permission(self, request: HttpRequest, obj: Commentary | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or rights.edits_anything(rights.staff(request), obj))

    def edits_all(self, request: HttpRequest, obj: Any) -> bool:
        return rights.may_write(rights.staff(request), obj)

    def languages(self, request: HttpRequest, obj: Any) -> list[str]:
        return rights.text_languages(rights.staff(request), obj)

    # --- The form ---

    def get_general(self, request: HttpRequest, obj: Any) -> list[Any]:
        if obj is None:
            return [("issue", "section", "source_language"), "trend", "picture"]
        fields: list[Any] = [("status_in_words", "issue", "section", "source_language"), "trend", "picture"]
        if offers_small_change(rights.staff(request), obj) and not reads_a_version(request):
            fields.append("small_change")
        return fields

    def tab_name(self, request: HttpRequest, obj: Any, language: str) -> str:
        """With where the language stands: one sees it without opening the tab."""
        name = super().tab_name(request, obj, language)
        if obj is None or reads_a_version(request):
            return name
        return f"{name} · {translations.states(obj)[language].get_state_display()}"

    def tab(self, request: HttpRequest, obj: Any, language: str) -> list[str]:
        fields = super().tab(request, obj, language)
        standing = [] if obj is None or reads_a_version(request) else [f"standing_{language}"]
        can_say = language in self.languages(request, obj) and not reads_a_version(request)
        notes = self.note_fields(request, obj, language)
        return [*standing, *fields, *notes, *([f"state_{language}"] if can_say else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A commentary moves neither from its week and section once it is public, nor by an analyst's hand."""
        fixed = list(super().get_readonly_fields(request, obj))
        if obj and not (obj.is_draft and rights.publishes(rights.staff(request))):
            fixed += ["issue", "section"]
        return [name for name in dict.fromkeys(fixed) if name != "small_change"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = rights.staff(request)
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            user = rights.staff(request)
            active = Section.objects.active()
            kwargs["queryset"] = active if rights.publishes(user) else active.filter(pk__in=rights.own_sections(user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return without_links(field) if field and db_field.name in ("issue", "section") else field

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "trend":
            marked = [(trend.value, f"{trend.mark} {trend.label}") for trend in Trend]
            kwargs["choices"] = [("", _("not decided yet")), *marked]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A text is most likely written in the language its author works in."""
        user = rights.staff(request)
        own = next((language for language in user.languages if language in FALLBACK), None)
        initial: dict[str, Any] = {"source_language": own} if own else {}
        return initial | super().get_changeform_initial_data(request)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> Any:
        """A new commentary is signed by the analyst who begins it, until they say otherwise."""
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "GET" and obj.pk is None and isinstance(inline, BylineInline):
            analyst = Analyst.objects.filter(user=rights.staff(request)).first()
            kwargs["initial"] = [{"analyst": analyst, "position": 0}] if analyst else []
        return kwargs

    # --- Saving ---

    def bring_more_together(self, merge: Merge, form: Any) -> None:
        bring_states_together(merge, form)

    def save_model(self, request: HttpRequest, obj: Commentary, form: Any, change: bool) -> None:
        form.change = CommentaryChange(obj, rights.staff(request))
        self._say_what_was_taken_out(request, obj, form)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.finish(form.change)

    def _say_what_was_taken_out(self, request: HttpRequest, commentary: Commentary, form: Any) -> None:
        for language in Language.values:
            raw = form.data.get(f"body_{language}", "") if f"body_{language}" in form.changed_data else ""
            gone = richtext.removed(raw, richtext.clean(raw))
            if gone and in_language(commentary, "body", language):
                sentence = _("Taken out of the text (%(language)s), because no page may hold it: %(removed)s.")
                parameters = {"language": Language(language).label, "removed": ", ".join(gone)}
                messages.warning(request, sentence % parameters)

    @button(gettext_lazy("Publish this late commentary…"), "publish")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.carry_out(request, object_id, "publish")

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return obj.get_absolute_url() if obj and obj.is_published and obj.issue.is_published else None
