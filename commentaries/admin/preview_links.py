"""Preview links at the desk: which there are, making one, withdrawing one."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from commentaries import rights
from commentaries.admin.choices import is_key
from commentaries.admin.deed_forms import attributes
from commentaries.admin.previewing import preview_url
from commentaries.languages import AUTONYMS, active_language
from commentaries.models import Commentary, Issue, PreviewLink
from commentaries.previews.links import address_of

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

USUAL = timedelta(days=7)
LONGEST = timedelta(days=60)
MOST_SHOWN = 50


def usual_day() -> date:
    return timezone.localdate() + USUAL


class LinkForm(forms.Form):
    """For whom a link is, and the last day it works."""

    made_for = forms.CharField(
        label=gettext_lazy("For whom"),
        max_length=120,
        help_text=gettext_lazy("A name, so that you know later which link to withdraw. It stands above the preview."),
        widget=UnfoldAdminTextInputWidget,
    )
    until = forms.DateField(
        label=gettext_lazy("Works until the end of"),
        initial=usual_day,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=attributes("date", gettext_lazy("Day"))),
        input_formats=["%Y-%m-%d"],
    )

    def clean_until(self) -> datetime:
        until: date = self.cleaned_data["until"]
        today = timezone.localdate()
        if until < today:
            raise forms.ValidationError(_("This day has passed."))
        if until > today + LONGEST:
            raise forms.ValidationError(_("A link works for %(days)s days at most.") % {"days": LONGEST.days})
        return timezone.make_aware(datetime.combine(until, time(23, 59, 59)))


class PreviewLinksAdmin(Base):
    """`…/links/` of an issue or a commentary."""

    def get_urls(self) -> list[URLPattern]:
        name, view = f"commentaries_{self.opts.model_name}", self.admin_site.admin_view
        return [
            path("<str:object_id>/links/", view(self.links), name=f"{name}_links"),
            path("<str:object_id>/links/<uuid:link>/withdraw/", view(self.withdraw_link), name=f"{name}_withdraw_link"),
            *super().get_urls(),
        ]

    def links(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self._shared(request, object_id)
        form = LinkForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                self._make(request, row, form.cleaned_data)
            except IntegrityError as error:  # the row was deleted just now
                raise Http404 from error
            return redirect(f"admin:commentaries_{self.opts.model_name}_links", row.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview links"),
            "subtitle": str(row),
            "opts": self.opts,
            "original": row,
            "form": form,
            "lines": [_line(link) for link in links_of(row)[:MOST_SHOWN]],
        }
        return TemplateResponse(request, "admin/preview_links.html", context)

    def withdraw_link(self, request: HttpRequest, object_id: str, link: Any) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self._shared(request, object_id)
        found = get_object_or_404(links_of(row), pk=link)
        if PreviewLink.objects.filter(pk=found.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
            self.log_change(request, row, _("Preview link for %(name)s withdrawn.") % {"name": found.made_for})
        messages.success(request, _("The link is withdrawn. Whoever opens it sees that it is closed."))
        return redirect(f"admin:commentaries_{self.opts.model_name}_links", row.pk)

    def _shared(self, request: HttpRequest, object_id: str) -> Any:
        """The row, if it is this person's to show to others."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id) if is_key(object_id) else None
        if row is None:
            raise Http404
        if not rights.may_share(rights.staff(request), row):
            raise PermissionDenied
        return row

    def _make(self, request: HttpRequest, row: Issue | Commentary, wish: dict[str, Any]) -> None:
        PreviewLink.objects.create(
            issue=row.issue if isinstance(row, Commentary) else row,
            commentary=row if isinstance(row, Commentary) else None,
            made_for=wish["made_for"],
            made_by=rights.staff(request),
            expires_at=wish["until"],
        )
        self.log_change(request, row, _("Preview link for %(name)s made.") % {"name": wish["made_for"]})
        messages.success(request, _("The link is made. Copy it and send it on."))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = context.get("original")
        if row:
            context["saved_previews"] = [(code, name, preview_url(row, code)) for code, name in AUTONYMS.items()]
            if rights.may_share(rights.staff(request), row):
                context["open_links"] = links_of(row).open().count()
        return super().render_change_form(request, context, *args, **kwargs)


def links_of(row: Issue | Commentary) -> Any:
    """The links to a commentary; of an issue, those to its commentaries too. The newest first."""
    of_row = Q(commentary=row) if isinstance(row, Commentary) else Q(issue=row)
    found: QuerySet[PreviewLink] = PreviewLink.objects.filter(of_row)
    return found.select_related("commentary__issue", "commentary__section", "made_by").order_by("-made_at")


def _line(link: PreviewLink) -> dict[str, Any]:
    """A link with its state, and its address in each language while it works."""
    state = "open"
    if link.withdrawn_at:
        state = "withdrawn"
    elif link.expires_at <= timezone.now():
        state = "expired"
    addresses = {code: address_of(link, code) for code in AUTONYMS} if state == "open" else {}
    return {
        "link": link,
        "state": state,
        "address": addresses.get(active_language(), ""),
        "languages": [(code, AUTONYMS[code], address) for code, address in addresses.items()],
    }
