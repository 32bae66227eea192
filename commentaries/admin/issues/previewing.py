"""The reader's page of an issue with all its commentaries, drafts too."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from commentaries import previews
from commentaries.admin.previewing import PreviewingAdmin, Typed
from commentaries.models import Issue
from commentaries.models.issues import EARLIEST, LATEST


class IssuePreviewing(PreviewingAdmin):
    def show_preview(
        self, request: HttpRequest, row: Any, typed: Typed | None, preview: previews.Preview
    ) -> HttpResponse:
        issue = with_days(typed.row) if typed else row
        shown = list(previews.commentaries_of(issue)) if issue.pk else []
        for commentary in shown:
            commentary.issue = issue
        return previews.issue_page(request, issue, shown, preview)


def with_days(issue: Issue) -> Issue:
    """Days that cannot be saved give way to those that are stored or proposed: the page counts weeks from them."""
    if not EARLIEST <= issue.week_start <= issue.week_end <= LATEST:
        before = Issue.objects.filter(pk=issue.pk).first() or Issue()
        issue.week_start, issue.week_end = before.week_start, before.week_end
    return issue
