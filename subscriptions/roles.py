"""What the desk's roles may do with subscribers. Nobody adds or changes one: only their own click does."""

from typing import Any

from commentaries.roles import ADMINISTRATOR, NEWSLETTER_MANAGER, grant

CARE = {"view_subscriber", "delete_subscriber"}


def grant_roles(**_kwargs: Any) -> None:
    for role in (NEWSLETTER_MANAGER, ADMINISTRATOR):
        grant(role, "subscriptions", CARE)
