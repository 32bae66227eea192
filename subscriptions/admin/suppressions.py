"""Suppressed addresses at the desk: how many and why. An address is typed here, and never shown or logged."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from unfold.admin import ModelAdmin
from unfold.widgets import INPUT_CLASSES

from commentaries.admin.desk import CountedPages
from subscriptions.addresses import lookup_of
from subscriptions.bounces import taking
from subscriptions.forms import AddressField
from subscriptions.models import Suppression


class AddressForm(forms.Form):
    address = AddressField(
        label=gettext_lazy("E-mail address"),
        error_messages={"required": gettext_lazy("Please type an e-mail address.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs |= {"class": " ".join(INPUT_CLASSES), "autocomplete": "off"}

    @property
    def lookup(self) -> str:
        return lookup_of(self.cleaned_data["address"])


@admin.register(Suppression)
class SuppressionAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["number", "reason", "since"]
    list_filter = ["reason"]
    paginator = CountedPages
    list_before_template = "subscriptions/admin/suppressions.html"
    fields = ["reason", "since"]
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        def view(method: Any) -> Any:
            guarded = require_http_methods(["GET", "HEAD", "POST"])(self.admin_site.admin_view(method))
            return sensitive_post_parameters("address")(guarded)

        return [
            path("suppress/", view(self.suppress), name="subscriptions_suppression_suppress"),
            path("lift/", view(self.lift), name="subscriptions_suppression_lift"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("suppression"), ordering="pk")
    def number(self, suppression: Suppression) -> str:
        return f"№ {suppression.pk}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suppression]:
        found: QuerySet[Suppression] = super().get_queryset(request)
        return found.defer("lookup")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """By its reason, as the list offers, and by nothing that tells an address bit by bit."""
        return lookup == "reason__exact" and value in Suppression.Reason.values

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        """By its address only: nobody knows whose a row is."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        found = dict(Suppression.objects.order_by().values_list("reason").annotate(Count("pk")))
        counts = [(reason.label, found.get(reason.value, 0)) for reason in Suppression.Reason]
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "counts": counts})
        return response

    def suppress(self, request: HttpRequest) -> HttpResponse:
        self._require(request, "add")
        form = AddressForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            if Suppression.objects.decided().filter(lookup=form.lookup).exists():
                messages.info(request, _("This address is suppressed already. Nothing was changed."))
            else:
                taking.suppress(form.lookup, Suppression.Reason.MANUAL)
                messages.success(request, _("The address is suppressed: we write to it no more."))
            return redirect("admin:subscriptions_suppression_changelist")
        return self._ask(request, "suppress", _("Suppress an address"), form)

    def lift(self, request: HttpRequest) -> HttpResponse:
        self._require(request, "delete")
        form = AddressForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            if Suppression.objects.lift(form.lookup):
                messages.success(request, _("The suppression is lifted. Whoever owns the address can sign up again."))
            else:
                messages.info(request, _("This address is not suppressed. Nothing was changed."))
            return redirect("admin:subscriptions_suppression_changelist")
        return self._ask(request, "lift", _("Lift a suppression"), form)

    def _require(self, request: HttpRequest, deed: str) -> None:
        if not request.user.has_perm(f"subscriptions.{deed}_suppression"):
            raise PermissionDenied

    def _ask(self, request: HttpRequest, deed: str, title: str, form: AddressForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "deed": deed,
            "form": form,
        }
        return TemplateResponse(request, "subscriptions/admin/suppression_deed.html", context)
