"""The newsletter manager's view: how many read in which language. Nobody's address is ever shown."""

import re
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.admin import ModelAdmin

from commentaries.admin.desk import CountedPages
from commentaries.languages import Language
from subscriptions.admin.lists import ListsAdmin
from subscriptions.models import SignUp, Subscriber
from subscriptions.subscribing import forget

# What the list may be narrowed down by: the links that it shows, and nothing that tells an address bit by bit.
FILTERS = {
    "language__exact": r"[a-z]{2}",
    "sections__id__exact": r"[0-9]{1,18}",
    "sections__isnull": r"True|False",
    "confirmed_at__year": r"[12][0-9]{3}",
    "confirmed_at__month": r"[0-9]{1,2}",
    "confirmed_at__day": r"[0-9]{1,2}",
}


def counts() -> dict[str, Any]:
    """Subscribers by language, all of them, and the sign-ups that are not confirmed yet."""
    found = dict(Subscriber.objects.order_by().values_list("language").annotate(Count("pk")))
    by_language = [(language.label, found.get(language.value, 0)) for language in Language]
    return {"by_language": by_language, "total": sum(found.values()), "waiting": SignUp.objects.count()}


@admin.register(Subscriber)
class SubscriberAdmin(ListsAdmin, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    list_display = ["number", "language", "chosen_sections", "confirmed_at"]
    list_filter = ["language", "sections"]
    paginator = CountedPages
    list_before_template = "subscriptions/admin/counts.html"
    readonly_fields = ("language", "chosen_sections", "confirmed_at")
    fields = readonly_fields
    date_hierarchy = "confirmed_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        found: QuerySet[Subscriber] = super().get_queryset(request)
        return found.defer("address").prefetch_related("sections")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in FILTERS and bool(re.fullmatch(FILTERS[lookup], value))

    @admin.display(description=_("subscriber"), ordering="pk")
    def number(self, subscriber: Subscriber) -> str:
        return f"№ {subscriber.pk}"

    @admin.display(description=_("sections"))
    def chosen_sections(self, subscriber: Subscriber) -> str:
        return ", ".join(str(section) for section in subscriber.sections.all()) or pgettext("sections", "all")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Subscriber | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "counts": counts()})
        return response

    def delete_model(self, request: HttpRequest, obj: Subscriber) -> None:
        forget([obj.lookup])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        forget(queryset.values_list("lookup", flat=True))
