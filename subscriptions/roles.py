"""What the desk's roles may do with subscribers and with the newsletter.

Nobody adds or changes a subscriber: only their own click does.
"""

from typing import Any

from commentaries.roles import ADMINISTRATOR, EDITOR, NEWSLETTER_MANAGER, grant

SENDING = {"view_sending", "send_newsletter"}
CARE = {"view_subscriber", "delete_subscriber", "import_subscribers", "export_subscribers"}
# Adding a suppression is to suppress an address, deleting one is to lift it.
PROTECTION = {"view_suppression", "add_suppression", "delete_suppression"}


def grant_roles(**_kwargs: Any) -> None:
    for role in (NEWSLETTER_MANAGER, ADMINISTRATOR):
        grant(role, "subscriptions", CARE | PROTECTION | SENDING)
    grant(EDITOR, "subscriptions", SENDING)
