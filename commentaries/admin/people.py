"""Analysts as readers know them."""

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
