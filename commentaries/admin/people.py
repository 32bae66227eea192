"""Analysts as readers know them."""

from typing import Any

from django.contrib import admin

from commentaries.admin.desk import TranslatedAdmin
from commentaries.models import Analyst


@admin.register(Analyst)
class AnalystAdmin(TranslatedAdmin):
    list_display = ("__str__", "slug", "is_public", "is_guest", "user")
    list_select_related = ("user",)
    autocomplete_fields = ("portrait",)
    general = ("slug", "is_public", "is_guest", "portrait", "user")
    texts = ("name", "pen_name", "bio")
    list_filter = ("is_public", "is_guest")

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        has_page = obj and Analyst.objects.with_page().filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if has_page else None
