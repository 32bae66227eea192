"""Redirects at the desk: addresses of an earlier site, and where each leads."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from commentaries.admin.desk import DeskAdmin
from commentaries.models import Redirect
from commentaries.redirects.own import answers
from commentaries.redirects.spelling import spelt_path


@admin.register(Redirect)
class RedirectAdmin(DeskAdmin):
    list_display = ("old_address", "new_address")
    fields = ("old_address", "new_address")
    search_fields = ("old_address", "new_address")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A part of either address, as it is spelt or as a browser copies it."""
        part = spelt_path(search_term.strip())
        return queryset.filter(Q(old_address__contains=part) | Q(new_address__contains=part)), False

    def save_model(self, request: HttpRequest, obj: Redirect, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not answers(obj.new_address.partition("#")[0].partition("?")[0]):
            messages.warning(request, _("Readers find nothing at the new address yet: %s") % obj.new_address)
