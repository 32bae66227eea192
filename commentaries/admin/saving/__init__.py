"""Nobody at the desk overwrites what another has saved meanwhile.

A form carries the number of the version that it began with (`seen_version`). When a newer one is stored, what both
changed is asked, field by field, and nothing is written until all of it is answered; the form keeps what was typed.
A number that is missing, forged or of another row is no permission: whatever differs is asked.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from commentaries import rights
from commentaries.admin.choices import is_key
from commentaries.admin.saving.merging import Merge, Place
from commentaries.admin.saving.rows import Rows
from commentaries.admin.saving.stored import Saves, newest_number, rows_at
from commentaries.admin.saving.tokens import remember_saved, token

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


class SavingAdmin(Base):
    """A form that is saved without overwriting; its model keeps its history."""

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any
    ) -> HttpResponse:
        """Django's own view of a form, in which a POST is one transaction."""
        key = unquote(object_id) if object_id else ""
        # Before the row is read: a version that is saved in between is then found to be newer.
        request.seen_version = newest_number(self.model, key) if is_key(key) else 0  # type: ignore[attr-defined]
        if request.method == "POST" and is_key(key):
            self._bring_together(request, key)
        response: HttpResponse = super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        return response

    def _bring_together(self, request: HttpRequest, key: str) -> None:
        self.hold_row(key)
        row = self.get_object(request, key)
        if row is None or not self.has_change_permission(request, row):
            return
        seen, newest = request.POST.get("seen_version", ""), newest_number(self.model, row.pk)
        saves = Saves(row, int(seen) if is_key(seen) else 0)
        merge = Merge(request.POST.copy(), request.FILES)
        form = self._blank_form(request, row)
        if seen != str(newest) or merge.asked:
            merge.bring_together(Place(form.fields, saves.before, row))
            self._bring_rows_together(request, row, merge, saves)
        self.bring_more_together(merge, form)
        request.POST = merge.settled(newest)  # type: ignore[assignment]
        request.seen_version = newest  # type: ignore[attr-defined]
        if merge.taken or merge.conflicts:
            request.merged, request.saves = merge, saves.in_words(rights.staff(request))  # type: ignore[attr-defined]
        if merge.conflicts:
            sentence = _("Nothing is saved yet. %(people)s. Choose what stays, then save again.")
            request.refusals = (sentence % {"people": request.saves},)  # type: ignore[attr-defined]

    def hold_row(self, key: str) -> None:
        """Until the transaction ends nobody else saves this row; rows that refer to it may come and go."""
        list(self.model._default_manager.select_for_update(no_key=True).filter(pk=key))

    def _blank_form(self, request: HttpRequest, row: Any) -> Any:
        fields = flatten_fieldsets(self.get_fieldsets(request, row))
        return self.get_form(request, row, change=True, fields=fields)(instance=row)

    def _bring_rows_together(self, request: HttpRequest, row: Any, merge: Merge, saves: Saves) -> None:
        for formset, inline in self.get_formsets_with_inlines(request, row):
            if inline.has_change_permission(request, row):
                before = rows_at(formset, row, saves.until) if saves.before else None
                stored = {one.pk: one for one in formset(instance=row).get_queryset()}
                Rows(merge, formset, before, stored).bring_together()

    def bring_more_together(self, merge: Merge, form: Any) -> None:
        """For what a form sets beside the columns of its row."""

    # --- The page ---

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = kwargs.get("obj")
        may = self.has_change_permission(request, row) if row else self.has_add_permission(request)
        context["saving"] = {
            "keeps_drafts": may,
            "seen_version": request.seen_version,  # type: ignore[attr-defined]
            "is_unsaved": request.method == "POST",
            "draft": token(request),
            "merge": getattr(request, "merged", None),
            "who_saved": getattr(request, "saves", ""),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    # --- After a save ---

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        merge = getattr(request, "merged", None)
        if merge and merge.taken:
            names = [f"{one.label} ({one.language_name})" if one.language else one.label for one in merge.taken]
            sentence = _("%(people)s. Taken over from there: %(what)s.")
            parameters = {"people": request.saves, "what": ", ".join(names)}  # type: ignore[attr-defined]
            messages.info(request, sentence % parameters)
        return remember_saved(request, super().response_change(request, obj))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return remember_saved(request, super().response_add(request, obj, post_url_continue))
