"""The desk's frame: its name, its menu by rights, and its first page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from commentaries import rights
from commentaries.admin.issues.cockpit import cockpits
from commentaries.models import Issue, Publication
from commentaries.turns import turns_of, words

ISSUES_ON_FIRST_PAGE = 3


def site_name(request: HttpRequest) -> str:
    """The publication's name; asked of the database once a request."""
    if not hasattr(request, "publication_name"):
        request.publication_name = str(Publication.current().title())  # type: ignore[attr-defined]
    return request.publication_name  # type: ignore[attr-defined, no-any-return]


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Unfold's menu; a group of which nothing may be seen is left out."""
    groups = [
        (
            "",
            [
                (_("Issues"), "calendar_view_week", "commentaries", "issue"),
                (_("Commentaries"), "article", "commentaries", "commentary"),
                (_("Pictures"), "image", "commentaries", "picture"),
                (_("Newsletter"), "outgoing_mail", "subscriptions", "sending"),
            ],
        ),
        (
            _("The publication"),
            [
                (_("Sections"), "label", "commentaries", "section"),
                (_("Analysts"), "stylus", "commentaries", "analyst"),
                (_("About the publication"), "menu_book", "commentaries", "publication"),
                (_("Redirects"), "alt_route", "commentaries", "redirect"),
            ],
        ),
        (
            _("People"),
            [
                (_("Subscribers"), "mail", "subscriptions", "subscriber"),
                (_("Suppressed addresses"), "block", "subscriptions", "suppression"),
                (_("Accounts"), "group", "commentaries", "user"),
            ],
        ),
    ]
    menu: list[dict[str, Any]] = [
        {"title": title, "separator": bool(title), "items": _items(request, rows)} for title, rows in groups
    ]
    if request.user.has_perm("commentaries.view_commentary"):
        link = reverse("admin:commentaries_journal")
        if request.path == link:  # which lies below the address of the issues
            menu[0]["items"] = [{**item, "active": False} for item in menu[0]["items"]]
        menu[0]["items"].append({"title": _("Journal"), "icon": "history", "link": link})
    if request.user.has_perm("subscriptions.view_sending"):
        menu[0]["items"].append({"title": _("Statistics"), "icon": "bar_chart", "link": reverse("statistics")})
    return [group for group in menu if group["items"]]


def _items(request: HttpRequest, rows: list[tuple[str, str, str, str]]) -> list[dict[str, Any]]:
    return [
        {"title": title, "icon": icon, "link": reverse(f"admin:{app}_{model}_changelist")}
        for title, icon, app, model in rows
        if request.user.has_perm(f"{app}.view_{model}") or request.user.has_perm(f"{app}.change_{model}")
    ]


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"title": _("My account"), "link": reverse("admin:own_account")}]


def first_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The newest issues with what stands in them."""
    user = rights.staff(request)
    issues = Issue.objects.order_by("-week_start") if user.has_perm("commentaries.view_issue") else Issue.objects.none()
    return context | {
        "cockpits": cockpits(user, *issues[:ISSUES_ON_FIRST_PAGE], proofread=False),
        "waiting": words.groups(turns_of(user)),
        "may_add_issue": user.has_perm("commentaries.add_issue"),
    }
