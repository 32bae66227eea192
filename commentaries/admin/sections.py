"""Sections at the desk."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from commentaries.admin.desk import TranslatedAdmin
from commentaries.models import Section


@admin.register(Section)
class SectionAdmin(TranslatedAdmin):
    list_display = ("__str__", "slug", "order", "is_active")
    general = ("slug", "order", "retired_at", "continues")
    texts = ("title", "description")

    @admin.display(description=_("active"), boolean=True)
    def is_active(self, section: Section) -> bool:
        return section.retired_at is None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A section that has been written for is retired, not deleted."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.commentaries.exists())
