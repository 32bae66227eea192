"""What the pages of an issue's newsletter share: who may open them, and what stands around them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from commentaries import rights
from commentaries.models import Issue
from subscriptions.admin.sendings.words import COLOURS, state_name, state_of
from subscriptions.models import Sending

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object


@dataclass(frozen=True)
class Button:
    """A deed that is offered: done at once by a POST, or asked about on a page of its own."""

    title: str | Promise
    icon: str
    url: str
    variant: str = "default"
    asks: bool = False

    @property
    def attributes(self) -> dict[str, str]:
        return {"formaction": self.url}


View = Callable[Concatenate[HttpRequest, Issue, ...], HttpResponse]


def may_send(request: HttpRequest) -> bool:
    return rights.staff(request).has_perm("subscriptions.send_newsletter")


def address_of(name: str, issue: Issue, *args: Any) -> str:
    return reverse(f"admin:subscriptions_sending_{name}", args=[issue.pk, *args])


def sending_of(issue: Issue) -> Sending | None:
    return Sending.objects.select_related("issue", "started_by").filter(issue=issue).first()


class Frame(Base):
    """Pages named by the issue: there is something to see and to do before there is a sending."""

    def get_urls(self) -> list[URLPattern]:
        return []

    def opened(self, route: str, view: View, name: str) -> URLPattern:
        """An address that those may open who see newsletters."""
        return self._address(route, view, name, "view_sending")

    def used(self, route: str, view: View, name: str, *, asks: bool = False) -> URLPattern:
        """An address for those who send newsletters; without `asks` there is nothing to see at it."""
        return self._address(route, view, name, "send_newsletter", is_seen=asks)

    def _address(self, route: str, view: View, name: str, permission: str, *, is_seen: bool = True) -> URLPattern:
        def guarded(request: HttpRequest, number: int, **rest: Any) -> HttpResponse:
            if not rights.staff(request).has_perm(f"subscriptions.{permission}"):
                raise PermissionDenied
            if not is_seen and request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            return view(request, get_object_or_404(Issue, pk=number), **rest)

        return path(f"<int:number>/{route}", self.admin_site.admin_view(guarded), name=f"subscriptions_sending_{name}")

    def show(
        self, request: HttpRequest, template: str, issue: Issue, sending: Sending | None, **more: Any
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Newsletter"),
            "subtitle": str(issue),
            "opts": self.opts,
            **standing(request, issue, sending),
            **more,
        }
        return TemplateResponse(request, f"subscriptions/admin/{template}.html", context)


def standing(request: HttpRequest, issue: Issue, sending: Sending | None) -> dict[str, Any]:
    """Where the newsletter stands, as every page of it shows."""
    state = state_of(sending)
    return {
        "issue": issue,
        "sending": sending,
        "state": state,
        "state_name": state_name(state),
        "colour": COLOURS[state],
        "may_send": may_send(request),
    }
