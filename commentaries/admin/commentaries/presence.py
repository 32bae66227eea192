"""Who has the same commentary open, and whether somebody saved it meanwhile.

The browser says every quarter of a minute that a form is open. The database's clock decides who is there: machines
need not agree on the time.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import path, reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from commentaries import rights
from commentaries.admin.choices import is_key
from commentaries.admin.saving.stored import Saves, clock, newest_number
from commentaries.models import Commentary, Presence, User

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

THERE = timedelta(seconds=75)  # a browser lets a page in the background speak once a minute only
SILENT = timedelta(seconds=25)  # since when one says when somebody was last seen


def say_here(commentary: Commentary, user: User) -> None:
    """One row a person and commentary, however many windows; and nobody's row outlives their window for long."""
    Presence.objects.bulk_create(
        [Presence(commentary=commentary, user=user, seen_at=Now())],
        update_conflicts=True,
        unique_fields=["commentary", "user"],
        update_fields=["seen_at"],
    )
    Presence.objects.filter(seen_at__lt=Now() - THERE).delete()


def say_gone(commentary: Commentary, user: User) -> None:
    Presence.objects.filter(commentary=commentary, user=user).delete()


def others(commentary: Commentary, user: User) -> list[str]:
    """The others who are there, each in words."""
    silent = ExpressionWrapper(Q(seen_at__lt=Now() - SILENT), output_field=BooleanField())
    rows = Presence.objects.filter(commentary=commentary, seen_at__gte=Now() - THERE).exclude(user=user)
    found = (
        rows.annotate(is_silent=silent).order_by("user__username").values_list("user__username", "seen_at", "is_silent")
    )
    return [_in_words(*row) for row in found]


def _in_words(username: str, seen_at: datetime, is_silent: bool) -> str:
    if not is_silent:
        return username
    return _("%(person)s (last seen at %(time)s)") % {"person": username, "time": clock(seen_at)}


class PresenceAdmin(Base):
    """The address to which an open form says that it is open."""

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.presence)
        return [
            path("<path:object_id>/presence/", view, name="commentaries_commentary_presence"),
            *super().get_urls(),
        ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        row = context.get("original")
        if row and self.has_change_permission(request, row):
            context["presence_url"] = reverse("admin:commentaries_commentary_presence", args=[row.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def presence(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """POST `seen`, the version the form began with; with `leaving` the form is being closed."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        commentary = Commentary.objects.filter(pk=object_id).first() if is_key(object_id) else None
        if commentary is None:
            raise Http404
        user = rights.staff(request)
        if "leaving" in request.POST:
            say_gone(commentary, user)
            return HttpResponse(status=204)
        try:
            say_here(commentary, user)
        except IntegrityError as error:  # the commentary was left out of its issue just now
            raise Http404 from error
        here = others(commentary, user)
        sentence = _("Also here now: %(people)s.") % {"people": get_text_list(here, _("and"))} if here else ""
        return JsonResponse({"here": sentence, "newer": _newer(commentary, user, request.POST.get("seen", ""))})


def _newer(commentary: Commentary, user: User, seen: str) -> str:
    """What was saved since, in a sentence."""
    if not is_key(seen) or int(seen) in (0, newest_number(Commentary, commentary.pk)):
        return ""
    sentence = _("%(people)s. Your text is safe: when you save, you see both and choose.")
    return sentence % {"people": Saves(commentary, int(seen)).in_words(user)}
