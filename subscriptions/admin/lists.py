"""Lists of addresses at the desk: brought in after a look at what would happen, taken out after a password."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from commentaries import rights
from commentaries.models import Section
from subscriptions.admin.list_forms import MOST_SENT, ListForm, PasswordForm, View, kept_in_memory
from subscriptions.lists import exporting, importing
from subscriptions.lists.reading import MOST_BYTES, MOST_ROWS, AddressList, read
from subscriptions.lists.sealing import seal_rows, unseal_rows
from subscriptions.models import SignUp, Subscriber

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


@dataclass(frozen=True)
class Plan:
    """What the button would do."""

    found: AddressList
    new: int
    known: int
    suppressed: int

    @classmethod
    def of(cls, found: AddressList) -> "Plan":
        there = importing.standing(list(found.rows))
        known, suppressed = len(there.known), len(there.suppressed)
        return cls(found, len(found.rows) - known - suppressed, known, suppressed)

    @property
    def minutes(self) -> int:
        """How long it takes until the last of them is asked."""
        return math.ceil(self.new * importing.EACH / timedelta(minutes=1))

    @property
    def not_shown(self) -> int:
        return self.found.number_broken - len(self.found.broken)


class ListsAdmin(Base):
    """`…/import/` and `…/export/` of the subscribers."""

    def get_urls(self) -> list[URLPattern]:
        def view(method: View) -> View:
            return require_http_methods(["GET", "HEAD", "POST"])(self.admin_site.admin_view(method))

        hidden = sensitive_post_parameters("password")
        return [
            path("import/", kept_in_memory(view(self.import_list)), name="subscriptions_subscriber_import"),
            path("export/", hidden(view(self.export)), name="subscriptions_subscriber_export"),
            *super().get_urls(),
        ]

    # --- In ---

    def import_list(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("subscriptions.import_subscribers"):
            raise PermissionDenied
        if request.method != "POST":
            return self._import_page(request)
        try:
            return self._ask_them(request) if "sealed" in request.POST else self._check_list(request)
        except ValidationError as error:
            return self._import_page(request, errors=error.messages)

    def _check_list(self, request: HttpRequest) -> HttpResponse:
        """What the list would do. Nothing is written; what is sent back is what was checked."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_SENT:
            raise ValidationError(_("The file is larger than %(size)s MB.") % {"size": MOST_BYTES // 1024**2})
        form = ListForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._import_page(request, form=form)
        found = read(form.cleaned_data["file"].read(), form.cleaned_data["language"])
        plan = Plan.of(found)
        sealed = seal_rows(found.rows.values(), rights.staff(request).pk) if plan.new else ""
        return self._import_page(request, plan=plan, sealed=sealed)

    def _ask_them(self, request: HttpRequest) -> HttpResponse:
        number = importing.ask(unseal_rows(request.POST["sealed"], rights.staff(request).pk))
        if number:
            sentence = ngettext(
                "%(number)s person from the list is asked by mail whether they want the newsletter.",
                "%(number)s people from the list are asked by mail whether they want the newsletter.",
                number,
            ) % {"number": number}
            self._log(request, sentence)
            messages.success(request, sentence)
        else:
            messages.info(request, _("Nobody on the list is new, so nobody is asked."))
        return redirect("admin:subscriptions_subscriber_import")

    def _import_page(self, request: HttpRequest, **context: Any) -> HttpResponse:
        context = {
            "title": _("Import a list"),
            "form": ListForm(),
            "sections": Section.objects.active(),
            "most": {"rows": number_format(MOST_ROWS, force_grouping=True), "size": MOST_BYTES // 1024**2},
            "waiting": SignUp.objects.unsent().aggregate(number=Count("pk"), last=Max("next_attempt_at")),
            **context,
        }
        return self._lists_page(request, "import", context)

    # --- Out ---

    def export(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.has_perm("subscriptions.export_subscribers"):
            raise PermissionDenied
        form = PasswordForm(request)
        number = Subscriber.objects.count()
        if request.method == "POST" and form.is_valid():
            self._log(
                request,
                ngettext("%(number)s subscriber was exported.", "%(number)s subscribers were exported.", number)
                % {"number": number},
            )
            return _download()
        context = {"title": _("Export the subscribers"), "form": form, "number": number}
        return self._lists_page(request, "export", context)

    # --- Both ---

    def _lists_page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"subscriptions/admin/{name}.html", context)

    def _log(self, request: HttpRequest, sentence: str) -> None:
        LogEntry.objects.create(
            user_id=rights.staff(request).pk,
            content_type=ContentType.objects.get_for_model(Subscriber),
            object_repr=str(self.opts.verbose_name_plural),
            action_flag=CHANGE,
            change_message=sentence,
        )


def _download() -> StreamingHttpResponse:
    name = f"subscribers-{timezone.localdate()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store, private"}
    return StreamingHttpResponse(exporting.exported(), content_type="text/csv; charset=utf-8", headers=headers)
