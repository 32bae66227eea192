"""What changes the public state of an issue or a commentary: a page that asks, and a POST that does it.

The deeds themselves are in commentaries/publishing.py, the one gate.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import INPUT_CLASSES, UnfoldAdminTextareaWidget

from commentaries import publishing
from commentaries.admin import rights
from commentaries.admin.status import moment, status, status_name
from commentaries.languages import Language
from commentaries.models import Commentary, Issue

View = TypeVar("View", bound=Callable[..., HttpResponse])

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


def attributes(kind: str, label: str | Promise) -> dict[str, Any]:
    """A browser's own field for a day or a time, in Unfold's dress."""
    return {"type": kind, "class": " ".join(INPUT_CLASSES), "aria-label": label}


def button(title: str | Promise, icon: str) -> Callable[[View], View]:
    """A method as one of Unfold's buttons on a row's form; its name is the last part of its address."""
    decorate: Callable[[View], View] = action(description=title, icon=icon)
    return decorate


class NothingToFillIn(forms.Form):
    """A deed that needs no more than a yes."""


class TimeForm(forms.Form):
    """A time to come, where the publication is."""

    at = forms.SplitDateTimeField(
        label=gettext_lazy("Day and time"),
        widget=forms.SplitDateTimeWidget(
            date_attrs=attributes("date", gettext_lazy("Day")),
            time_attrs=attributes("time", gettext_lazy("Time")),
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
        input_date_formats=["%Y-%m-%d"],
        input_time_formats=["%H:%M", "%H:%M:%S"],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sentence = _("In the time zone of the publication: %(zone)s. It is %(now)s there now.")
        self.fields["at"].help_text = sentence % {
            "zone": settings.TIME_ZONE,
            "now": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        }

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        if at <= timezone.now():
            raise ValidationError(_("This time has passed. Choose a time to come, or publish now."))
        return at


class ReasonForm(forms.Form):
    """Why something is withdrawn, in at least one language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in Language.choices:
            widget = UnfoldAdminTextareaWidget(attrs={"rows": 3, "lang": code})
            self.fields[f"reason_{code}"] = forms.CharField(label=name, required=False, widget=widget)

    def reasons(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"reason_{code}"] for code in Language.values}

    def clean(self) -> None:
        super().clean()
        if not any(text.strip() for text in self.reasons().values()):
            raise ValidationError(_("Say why in at least one language: readers who had the address will see it."))


Row = Issue | Commentary


@dataclass(frozen=True)
class Deed:
    """One thing that may be done to a row: when it is offered, what is asked, and what is said when it is done."""

    title: str | Promise
    explanation: str | Promise
    done: str | Promise
    offered: Callable[[Any], bool]
    run: Callable[[Any, Any], object]
    form_class: type[forms.Form] = NothingToFillIn
    asks_the_gate: bool = False
    is_grave: bool = False


def has_late_commentaries(issue: Issue) -> bool:
    """Whether commentaries joined the issue after it was published."""
    return issue.commentaries.filter(published_at=None, withdrawn_at=None).exists()


PUBLISH = Deed(
    title=gettext_lazy("Publish now"),
    explanation=gettext_lazy("Readers will see the issue and all its commentaries at once."),
    done=gettext_lazy("Published."),
    offered=lambda issue: not issue.is_withdrawn and (not issue.is_published or has_late_commentaries(issue)),
    run=lambda issue, form: publishing.publish(issue),
    asks_the_gate=True,
)
SCHEDULE = Deed(
    title=gettext_lazy("Schedule"),
    explanation=gettext_lazy("The issue and all its commentaries become public by themselves at this time."),
    done=gettext_lazy("Scheduled."),
    offered=lambda issue: not issue.is_withdrawn and not issue.is_published,
    run=lambda issue, form: publishing.publish(issue, form.cleaned_data["at"]),
    form_class=TimeForm,
    asks_the_gate=True,
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
        messages.success(request, f"{deed.done} {moment(row.published_at)}".strip())
        return redirect(f"admin:commentaries_{self.opts.model_name}_change", row.pk)

    def _ask(
        self, request: HttpRequest, row: Row, deed: Deed, form: forms.Form, refusals: Sequence[str]
    ) -> HttpResponse:
        blocked = []
        if deed.asks_the_gate and isinstance(row, Issue):
            blocked = list(publishing.blocked_commentaries(row))
            if not blocked and not refusals:
                refusals = publishing.blockers(row)
        context = {
            **self.admin_site.each_context(request),
            "title": deed.title,
            "subtitle": str(row),
            "opts": self.opts,
            "original": row,
            "deed": deed,
            "form": form,
            "blocked": blocked,
            "refusals": [] if blocked else refusals,
            "is_open": not blocked and not (refusals and deed.asks_the_gate),
        }
        return TemplateResponse(request, "admin/deed.html", context)
