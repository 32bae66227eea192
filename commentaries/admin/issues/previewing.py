"""The reader's page of an issue with all its commentaries, drafts too."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from commentaries import previews
from commentaries.admin.previewing import PreviewingAdmin, Typed


class IssuePreviewing(PreviewingAdmin):
    def show_preview(
        self, request: HttpRequest, row: Any, typed: Typed | None, preview: previews.Preview
    ) -> HttpResponse:
        issue = typed.row if typed else row
        shown = list(previews.commentaries_of(issue)) if issue.pk else []
        for commentary in shown:
            commentary.issue = issue
        return previews.issue_page(request, issue, shown, preview)
