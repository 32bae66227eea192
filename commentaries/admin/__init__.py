"""The desk, one module a concept. Importing them registers their forms and lists."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from commentaries.admin import accounts, commentaries, issues, people, pictures, publication, redirects, sections

__all__ = ["accounts", "commentaries", "issues", "people", "pictures", "publication", "redirects", "sections"]

admin.site.index_title = _("Current issues")
