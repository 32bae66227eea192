"""The sections of an issue at the desk: a new issue opens them all, one is added or left out with one button."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from commentaries import rights
from commentaries.admin.issues.cockpit import may_leave_out, may_open
from commentaries.models import Analyst, Commentary, Issue, Section
from commentaries.publishing import composing

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

MOST = 10**18  # no number of a row is greater


def _found(model: Any, **keys: int) -> Any:
    """The row with these numbers. Numbers that no row can have are not found instead of an error."""
    if any(key >= MOST for key in keys.values()):
        raise Http404
    return get_object_or_404(model, **keys)


class ComposingAdmin(Base):
    def get_urls(self) -> Any:
        view = self.admin_site.admin_view
        own = [
            path("<int:number>/sections/<int:section>/", view(self.add_section), name="commentaries_issue_add_section"),
            path("<int:number>/leave-out/<int:pk>/", view(self.leave_out), name="commentaries_issue_leave_out"),
        ]
        return [*own, *super().get_urls()]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not change:
            composing.open_all(form.instance, composing.source_language(rights.staff(request)))

    def response_add(self, request: HttpRequest, obj: Issue, post_url_continue: str | None = None) -> HttpResponse:
        """A new issue lands on its cockpit."""
        if "_addanother" in request.POST or "_popup" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(
            request, _("The issue is begun, with an empty commentary for each section. Leave out what has no text.")
        )
        return redirect("admin:commentaries_issue_change", obj.pk)

    def add_section(self, request: HttpRequest, number: int, section: int) -> HttpResponse:
        """Open a commentary for a section that the issue lacks, and go there."""
        user = rights.staff(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not rights.writes(user):
            raise PermissionDenied
        issue, chosen = _found(Issue, pk=number), _found(Section.objects.active(), pk=section)
        if not may_open(user, chosen):
            raise PermissionDenied
        analyst = Analyst.objects.filter(user=user).first()
        language = composing.source_language(user)
        try:
            commentary = composing.open_commentary(issue, chosen, language, analyst)
        except IntegrityError as error:  # the issue was deleted just now
            raise Http404 from error
        address = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
        language = commentary.source_language
        return redirect(f"{address}?tab={language}#id_title_{language}")

    def leave_out(self, request: HttpRequest, number: int, pk: int) -> HttpResponse:
        """A page that asks, and a POST that takes an empty commentary out of the issue."""
        user = rights.staff(request)
        if not user.has_perm("commentaries.delete_commentary"):
            raise PermissionDenied
        commentary = _found(Commentary.objects.select_related("issue", "section"), pk=pk, issue=number)
        if not may_leave_out(user, commentary):
            raise PermissionDenied
        if request.method != "POST" and composing.is_empty(commentary):
            return self._ask_to_leave_out(request, commentary)
        self._leave_out(request, commentary)
        return redirect("admin:commentaries_issue_change", number)

    @transaction.atomic
    def _leave_out(self, request: HttpRequest, commentary: Commentary) -> None:
        name = {"section": commentary.section}
        if request.method == "POST" and composing.leave_out(commentary):
            messages.success(request, _("“%(section)s” is left out of this issue.") % name)
        else:
            sentence = _("“%(section)s” is not empty: something is written there. It stays.")
            messages.error(request, sentence % name)

    def _ask_to_leave_out(self, request: HttpRequest, commentary: Commentary) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Leave out"),
            "subtitle": str(commentary.issue),
            "opts": self.opts,
            "original": commentary.issue,
            "commentary": commentary,
        }
        return TemplateResponse(request, "admin/commentaries/issue/leave_out.html", context)
