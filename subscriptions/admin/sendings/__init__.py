"""The newsletter at the desk: a list of the issues, and the page of each, before the start and on the way."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin

from commentaries.admin.status import moment
from commentaries.models import Issue
from config.middleware import DESK_POLICY
from subscriptions.admin.sendings.deed_forms import delays_to_come
from subscriptions.admin.sendings.deeds import DeedsAdmin
from subscriptions.admin.sendings.frame import Button, address_of, may_send, sending_of
from subscriptions.admin.sendings.ledger import LedgerAdmin
from subscriptions.admin.sendings.live import LiveAdmin, live_context
from subscriptions.admin.sendings.mail import MailAdmin, content_of, mail_context
from subscriptions.admin.sendings.words import COLOURS, readers_in_words, schedule_in_words, state_name, state_of
from subscriptions.models import Sending
from subscriptions.newsletter.readers import counts

ISSUES_ON_A_PAGE = 50


@admin.register(Sending)
class SendingAdmin(DeedsAdmin, MailAdmin, LiveAdmin, LedgerAdmin, ModelAdmin):  # type: ignore[misc]  # unfold has no types
    def get_urls(self) -> list[URLPattern]:
        """Only pages of our own: as a row a sending is neither added nor edited nor deleted."""
        everything = self.admin_site.admin_view(self.changelist_view)
        return [
            path("", everything, name="subscriptions_sending_changelist"),
            self.opened("", self.newsletter, "issue"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Sending | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Sending | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Of all issues that readers can read, or will by themselves, and of those that were sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        issues = Issue.objects.filter(Q(published_at__isnull=False) | Q(sending__isnull=False))
        issues = issues.select_related("sending__started_by").order_by("-week_start")
        pages = Paginator(issues, ISSUES_ON_A_PAGE)
        page = pages.get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Newsletter"),
            "opts": self.opts,
            "lines": [_line(issue) for issue in page.object_list],
            "page": page,
            "numbers": pages.get_elided_page_range(page.number),
        }
        return TemplateResponse(request, "subscriptions/admin/sendings.html", context)

    def newsletter(self, request: HttpRequest, issue: Issue) -> HttpResponse:
        sending = sending_of(issue)
        content = content_of(issue, sending)
        if sending and sending.started_at:
            more = live_context(request, issue, sending)
        else:
            more = _before_the_start(request, issue, sending, content)
        if content["commentaries"]:
            more["mail"] = mail_context(request, issue, content)
        response = self.show(request, "sending", issue, sending, **more)
        response._csp_config = DESK_POLICY | {"frame-src": ["'self'"]}  # type: ignore[attr-defined]  # the mail's frame
        return response


def _line(issue: Issue) -> dict[str, Any]:
    sending = getattr(issue, "sending", None)
    state = state_of(sending)
    return {
        "issue": issue,
        "url": address_of("issue", issue),
        "started": moment(sending.started_at) if sending else "",
        "state_name": state_name(state),
        "colour": COLOURS[state],
    }


def _before_the_start(
    request: HttpRequest, issue: Issue, sending: Sending | None, content: dict[str, Any]
) -> dict[str, Any]:
    """Who would get it, and what can be done. None is counted of an issue that readers cannot read."""
    found = counts(content) if content["commentaries"] else None
    start = Button(gettext_lazy("Start…"), "send", address_of("start", issue), "primary", asks=True)
    later = Button(gettext_lazy("Let it start by itself…"), "schedule", address_of("schedule", issue), asks=True)
    buttons = [start] if found and found.total else []
    if delays_to_come(issue) or (sending and sending.delay):
        buttons.append(later)
    return {
        "readers": readers_in_words(found) if found else None,
        "schedule": schedule_in_words(issue, sending.delay if sending else None),
        "buttons": [] if issue.is_withdrawn or not may_send(request) else buttons,
    }
