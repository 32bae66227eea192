"""What changes the public state of an issue or a commentary: a page that asks, and a POST that does it.

The deeds themselves are in commentaries/publishing.py, the one gate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from commentaries import publishing, rights
from commentaries.admin.deed_forms import NothingToFillIn, ReasonForm, TimeForm
from commentaries.admin.findings import all_findings
from commentaries.admin.status import moment, status, status_name
from commentaries.models import Commentary, Issue
from commentaries.models.commentaries import CommentaryQuerySet

View = TypeVar("View", bound=Callable[..., HttpResponse])

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


def button(title: str | Promise, icon: str) -> Callable[[View], View]:
    """A method as one of Unfold's buttons on a row's form; its name is the last part of its address."""
    decorate: Callable[[View], View] = action(description=title, icon=icon)
    return decorate


Row = Issue | Commentary


@dataclass(frozen=True)
class Deed:
    """One thing that may be done to a row: when it is offered, what is asked, and what is said when it is done.

    `asks_about` names the commentaries that go through the gate; with `some_suffice` it opens for those that may.
    """

    title: str | Promise
    explanation: str | Promise
    done: str | Promise
    offered: Callable[[Any], bool]
    run: Callable[[Any, Any], object]
    form_class: type[forms.Form] = NothingToFillIn
    asks_about: Callable[[Any], CommentaryQuerySet] | None = None
    some_suffice: bool = False
    is_grave: bool = False


def of_issue(issue: Issue) -> CommentaryQuerySet:
    found: CommentaryQuerySet = Commentary.objects.filter(issue=issue, withdrawn_at=None).in_order()
    return found


def of_one(commentary: Commentary) -> CommentaryQuerySet:
    return Commentary.objects.filter(pk=commentary.pk)


def comes_late(commentary: Commentary) -> bool:
    """Whether its issue went through the gate without it."""
    return commentary.is_draft and not commentary.issue.is_draft and not commentary.issue.is_withdrawn


PUBLISH = Deed(
    title=gettext_lazy("Publish now"),
    explanation=gettext_lazy("Readers will see the issue and all its commentaries at once."),
    done=gettext_lazy("Published."),
    offered=lambda issue: not issue.is_withdrawn and not issue.is_published,
    run=lambda issue, form: publishing.publish(issue),
    asks_about=of_issue,
)
PUBLISH_LATE = Deed(
    title=gettext_lazy("Publish the late commentaries"),
    explanation=gettext_lazy("They join their issue: at once if it is public, otherwise together with it."),
    done=gettext_lazy("The late commentaries have joined their issue."),
    offered=lambda issue: publishing.late_commentaries(issue).exists(),
    run=lambda issue, form: publishing.publish_late(issue),
    asks_about=publishing.late_commentaries,
    some_suffice=True,
)
PUBLISH_ONE = Deed(
    title=gettext_lazy("Publish this late commentary"),
    explanation=gettext_lazy("It joins its issue: at once if the issue is public, otherwise together with it."),
    done=gettext_lazy("The commentary has joined its issue."),
    offered=comes_late,
    run=lambda commentary, form: publishing.publish_one(commentary),
    asks_about=of_one,
)
SCHEDULE = Deed(
    title=gettext_lazy("Schedule"),
    explanation=gettext_lazy("The issue and all its commentaries become public by themselves at this time."),
    done=gettext_lazy("Scheduled."),
    offered=lambda issue: not issue.is_withdrawn and not issue.is_published,
    run=lambda issue, form: publishing.publish(issue, form.cleaned_data["at"]),
    form_class=TimeForm,
    asks_about=of_issue,
)
UNSCHEDULE = Deed(
    title=gettext_lazy("Unschedule"),
    explanation=gettext_lazy("The issue becomes a draft again. Nothing of it is lost."),
    done=gettext_lazy("The issue is a draft again."),
    offered=lambda issue: issue.is_scheduled,
    run=lambda issue, form: publishing.unschedule(issue),
)
WITHDRAW = Deed(
    title=gettext_lazy("Withdraw"),
    explanation=gettext_lazy("Readers will see at its address that it was withdrawn, when, and your reason."),
    done=gettext_lazy("Withdrawn."),
    offered=lambda row: row.is_published,
    run=lambda row, form: publishing.withdraw(row, form.reasons()),
    form_class=ReasonForm,
    is_grave=True,
)
RESTORE = Deed(
    title=gettext_lazy("Restore"),
    explanation=gettext_lazy("Readers will see it again as it was."),
    done=gettext_lazy("Restored."),
    offered=lambda row: row.is_withdrawn,
    run=lambda row, form: publishing.restore(row),
)
HIDE_VERSIONS = Deed(
    title=gettext_lazy("Hide all earlier versions from readers"),
    explanation=gettext_lazy(
        "Readers keep the present text; the addresses of earlier versions say that these can no longer be read. "
        "If words have to be taken back, correct the text first. The desk keeps everything."
    ),
    done=gettext_lazy("Readers can no longer read the earlier versions."),
    offered=lambda commentary: commentary.is_published or commentary.is_withdrawn,
    run=lambda commentary, form: publishing.hide_versions(commentary),
    is_grave=True,
)
SHOW_VERSIONS = Deed(
    title=gettext_lazy("Show the earlier versions again"),
    explanation=gettext_lazy("Readers who have the address of an earlier version can read it again."),
    done=gettext_lazy("Readers can read the earlier versions again."),
    offered=lambda commentary: commentary.earlier_versions_hidden_at is not None,
    run=lambda commentary, form: publishing.show_versions(commentary),
)


class DeedsAdmin(Base):
    """Buttons on a row's form. Each opens a page that asks; only a POST from there does anything."""

    deeds: dict[str, Deed] = {}

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """The deeds that this person may do to this row as it is now."""
        row = self.get_object(request, str(object_id))
        if row is None or not rights.publishes(rights.staff(request)):
            return []
        actions: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        return [action for action in actions if self.deeds[action.path].offered(row)]

    @button(gettext_lazy("Withdraw…"), "unpublished")
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.carry_out(request, object_id, "withdraw")

    @button(gettext_lazy("Restore…"), "restore_page")
    def restore(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.carry_out(request, object_id, "restore")

    def carry_out(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        deed = self.deeds[name]
        row = self.get_object(request, object_id)
        if not rights.publishes(rights.staff(request)):
            raise PermissionDenied
        if row is None:
            raise Http404
        if request.method != "POST" and not deed.offered(row):
            messages.info(
                request, _("There is nothing to do: it is %(status)s.") % {"status": status_name(status(row))}
            )
            return redirect(f"admin:commentaries_{self.opts.model_name}_change", row.pk)
        form = deed.form_class(request.POST if request.method == "POST" else None)
        refusals: Sequence[str] = ()
        if request.method == "POST" and form.is_valid():
            try:
                deed.run(row, form)
            except publishing.Blocked as blocked:
                refusals = blocked.messages
            else:
                return self._done(request, row, deed)
        return self._ask(request, row, deed, form, refusals)

    def _done(self, request: HttpRequest, row: Row, deed: Deed) -> HttpResponse:
        row.refresh_from_db()
        self.log_change(request, row, str(deed.done))
        when = moment(row.published_at) if deed.asks_about else ""  # what went through the gate becomes public then
        messages.success(request, f"{deed.done} {when}".strip())
        return redirect(f"admin:commentaries_{self.opts.model_name}_change", row.pk)

    def _ask(
        self, request: HttpRequest, row: Row, deed: Deed, form: forms.Form, refusals: Sequence[str]
    ) -> HttpResponse:
        found = all_findings(deed.asks_about(row)) if deed.asks_about else []
        blocked = [finding for finding in found if finding.blockers]
        free = [finding for finding in found if not finding.blockers]
        if deed.asks_about and not found:
            refusals = refusals or [_("The issue has no commentary.")]
        is_open = not deed.asks_about or bool(free and (deed.some_suffice or (not blocked and not refusals)))
        context = {
            **self.admin_site.each_context(request),
            "title": deed.title,
            "subtitle": str(row),
            "opts": self.opts,
            "original": row,
            "deed": deed,
            "form": form,
            "free": free,
            "blocked": blocked,
            "remarked": [finding for finding in found if finding.remarks],
            "refusals": [] if blocked else refusals,
            "is_open": is_open,
        }
        return TemplateResponse(request, "admin/deed.html", context)
