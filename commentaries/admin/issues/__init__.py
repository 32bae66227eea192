"""Issues at the desk: what stands in one, and the way through the gate."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from commentaries import rights
from commentaries.admin.deeds import PUBLISH, PUBLISH_LATE, RESTORE, SCHEDULE, UNSCHEDULE, WITHDRAW, DeedsAdmin, button
from commentaries.admin.desk import TranslatedAdmin
from commentaries.admin.gate import GatedAdmin
from commentaries.admin.issues.cockpit import cockpits
from commentaries.admin.issues.columns import ColumnsAdmin
from commentaries.admin.issues.composing import ComposingAdmin
from commentaries.admin.issues.exchange import ExchangeAdmin
from commentaries.admin.issues.journal import JournalAdmin
from commentaries.admin.issues.previewing import IssuePreviewing
from commentaries.admin.issues.word import WordAdmin
from commentaries.admin.preview_links import PreviewLinksAdmin
from commentaries.admin.status import moment, status, status_name
from commentaries.models import Issue


@admin.register(Issue)
class IssueAdmin(
    ComposingAdmin,
    ColumnsAdmin,
    ExchangeAdmin,
    WordAdmin,
    IssuePreviewing,
    PreviewLinksAdmin,
    JournalAdmin,
    GatedAdmin,
    DeedsAdmin,
    TranslatedAdmin,
):
    list_display = (
        "__str__",
        "title_in_list",
        "status_in_words",
        "number_of_commentaries",
        "published_in_words",
    )
    ordering = ("-week_start",)
    date_hierarchy = None
    readonly_fields = ("status_in_words",)
    general = (("week_start", "week_end"),)
    texts = ("title", "introduction")
    deeds = {
        "publish": PUBLISH,
        "publish_late": PUBLISH_LATE,
        "schedule": SCHEDULE,
        "unschedule": UNSCHEDULE,
        "withdraw": WITHDRAW,
        "restore": RESTORE,
    }
    actions_detail = ("publish", "publish_late", "schedule", "unschedule", "withdraw", "restore")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Issue]:
        rows: QuerySet[Issue] = super().get_queryset(request)
        return rows.annotate(commentary_count=Count("commentaries"))

    @admin.display(description=gettext_lazy("title"))
    def title_in_list(self, issue: Issue) -> str:
        heading = issue.heading()
        return "" if heading == issue.week() else heading

    @admin.display(description=gettext_lazy("status"), ordering="published_at")
    def status_in_words(self, issue: Issue) -> SafeString:
        name = status(issue)
        return format_html('<span class="status status-{}">{}</span>', name, status_name(name))

    @admin.display(description=gettext_lazy("commentaries"), ordering="commentary_count")
    def number_of_commentaries(self, issue: Any) -> int:
        return int(issue.commentary_count)

    @admin.display(description=gettext_lazy("published at"), ordering="published_at")
    def published_in_words(self, issue: Issue) -> str:
        return moment(issue.published_at)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The week is the address: once readers have it, it stays."""
        fixed = list(super().get_readonly_fields(request, obj))
        return fixed if obj is None or obj.is_draft or obj.is_scheduled else [*fixed, "week_start", "week_end"]

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return obj.get_absolute_url() if obj and obj.is_published else None

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        issue = context.get("original")
        if issue:
            context["cockpit"] = cockpits(rights.staff(request), issue)[0]
            context["deeds"] = context.pop("actions_detail", [])  # beside the cockpit, not in the header
        return super().render_change_form(request, context, *args, **kwargs)

    @button(gettext_lazy("Publish now…"), "publish")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.carry_out(request, object_id, "publish")

    @button(gettext_lazy("Publish the late commentaries…"), "publish")
    def publish_late(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.carry_out(request, object_id, "publish_late")

    @button(gettext_lazy("Schedule…"), "schedule")
    def schedule(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.carry_out(request, object_id, "schedule")

    @button(gettext_lazy("Unschedule…"), "event_busy")
    def unschedule(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.carry_out(request, object_id, "unschedule")
