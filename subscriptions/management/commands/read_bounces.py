"""`manage.py read_bounces`: reads the mailbox of bounces once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from subscriptions.bounces.mailboxes import MailboxAwayError
from subscriptions.bounces.visiting import visit


class Command(BaseCommand):
    help = "Read the bounces and complaints that wait in BOUNCE_MAILBOX. A running worker does so every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BOUNCE_MAILBOX:
            raise CommandError("BOUNCE_MAILBOX is not set: it says where bounces arrive, imaps://… or maildir:///….")
        try:
            found = visit()
        except MailboxAwayError as error:
            raise CommandError(f"The mailbox of bounces does not answer ({error}).") from error
        self.stdout.write(
            f"Mails read: {found.read}; of them {found.effective} changed something. "
            f"Kept for a person to read: {found.kept}."
        )
