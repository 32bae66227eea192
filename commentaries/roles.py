"""The desk's roles: which permissions each gives. Narrowing to sections and languages is in the admin."""

from typing import Any

from django.utils.translation import gettext_noop

ANALYST = gettext_noop("Analyst")
TRANSLATOR = gettext_noop("Translator")
EDITOR = gettext_noop("Editor")
NEWSLETTER_MANAGER = gettext_noop("Newsletter manager")
ADMINISTRATOR = gettext_noop("Administrator")


def _all(model: str) -> set[str]:
    return {f"{action}_{model}" for action in ("add", "change", "delete", "view")}


_READING = {"view_section", "view_issue", "view_commentary", "view_analyst", "view_picture", "view_forecast"}
_WRITING = {
    "change_commentary",
    "add_picture",
    "change_picture",
    "change_picturefile",
    "add_picturefile",
    "view_picturefile",
}
_EDITING = {
    # A section is retired, not deleted: subscribers chose it.
    "add_section", "change_section",
    *_all("commentary"), *_all("issue"), *_all("forecast"), *_all("byline"), *_all("analyst"),
    *_all("picture"), *_all("picturefile"), "view_publication", "add_publication", "change_publication",
    "mark_ready", "publish_issue", *_all("redirect"),
}  # fmt: skip
PERMISSIONS = {
    ANALYST: _READING | _WRITING | _all("forecast") | _all("byline") | {"add_commentary"},
    TRANSLATOR: _READING | _WRITING | {"change_forecast", "mark_ready", "change_section", "change_issue"},
    EDITOR: _READING | _EDITING,
    ADMINISTRATOR: _READING | _EDITING | _all("user"),
}


def grant(role: str, app_label: str, codenames: set[str]) -> None:
    """Give the role these permissions of an app, and take its others of that app away."""
    from django.contrib.auth.models import Group, Permission

    group, _created = Group.objects.get_or_create(name=role)
    ours = Permission.objects.filter(content_type__app_label=app_label)
    group.permissions.remove(*ours.exclude(codename__in=codenames))
    group.permissions.add(*ours.filter(codename__in=codenames))


def grant_roles(**_kwargs: Any) -> None:
    """After migrating: the roles as this file says. An operator's own groups are left alone."""
    for role, codenames in PERMISSIONS.items():
        grant(role, "commentaries", codenames)
