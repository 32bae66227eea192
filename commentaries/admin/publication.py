"""The publication's own page at the desk: one row, so no list."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from commentaries.admin.desk import TranslatedAdmin
from commentaries.models import Publication


@admin.register(Publication)
class PublicationAdmin(TranslatedAdmin):
    general = ("contact_email",)
    texts = ("name", "tagline", "about", "invitation")
    search_fields = ()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if Publication.objects.exists():
            return redirect("admin:commentaries_publication_change", 1)
        return redirect("admin:commentaries_publication_add")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Publication.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
