"""The journal at the desk: who published what, and when; of one issue, or of all."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from commentaries import rights
from commentaries.admin.status import moment, person_name
from commentaries.languages import Language
from commentaries.models import Issue
from commentaries.versions import journal
from commentaries.versions.contents import trend_in_words

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

DEEDS_ON_A_PAGE = 50


def in_words(entry: journal.Entry) -> str:
    """What was done."""
    if entry.reason:
        return capfirst(str(entry.reason.label))
    if entry.ready:
        return _("%(language)s marked ready") % {"language": Language(entry.ready).label}
    if entry.before and entry.after:
        parameters = {"before": trend_in_words(entry.before), "after": trend_in_words(entry.after)}
        return _("Corrected: the trend was “%(before)s” and is “%(after)s”") % parameters
    return _("Corrected")


def line(entry: journal.Entry) -> dict[str, Any]:
    """A deed as a line of the journal's table."""
    row = entry.row
    is_issue = isinstance(row, Issue)
    url = reverse(f"admin:commentaries_{row._meta.model_name}_change", args=[row.pk]) if row else ""
    return {
        "time": moment(entry.at),
        "who": person_name(entry.user) if entry.user else "",
        "what": in_words(entry),
        "note": entry.note,
        "url": url,
        "name": "" if row is None else str(row.heading()) if isinstance(row, Issue) else str(row),
        "week": "" if row is None or is_issue else f"{row.section}, {row.issue.week()}",  # type: ignore[union-attr]
    }


class JournalAdmin(Base):
    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.journal)
        own = [
            path("journal/", view, name="commentaries_journal"),
            path("<int:number>/journal/", view, name="commentaries_issue_journal"),
        ]
        return [*own, *super().get_urls()]

    def journal(self, request: HttpRequest, number: int | None = None) -> HttpResponse:
        if not rights.staff(request).has_perm("commentaries.view_commentary"):
            raise PermissionDenied
        issue = None if number is None else self.get_object(request, str(number)) if number < 10**18 else None
        if number is not None and issue is None:
            raise Http404
        pages = Paginator(journal.deeds(issue), DEEDS_ON_A_PAGE)
        page = pages.get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Journal"),
            "subtitle": str(issue) if issue else None,
            "opts": self.opts,
            "original": issue,
            "lines": [line(entry) for entry in journal.entries(page.object_list)],
            "page": page,
            "numbers": pages.get_elided_page_range(page.number),
        }
        return TemplateResponse(request, "admin/journal.html", context)
