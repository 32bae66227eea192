"""Mail while developing: kept as files that any mail program opens, and printed so that links can be clicked."""

import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class KeptEmailBackend(BaseEmailBackend):
    """Writes each message to EMAIL_FILE_PATH as one .eml file and prints its plain text."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            path = folder / f"{uuid4()}.eml"
            path.write_bytes(message.message().as_bytes())
            sys.stdout.write(
                f"\nMail to {', '.join(message.to)}: {message.subject}\n(kept as {path})\n\n{message.body}\n"
            )
            sys.stdout.flush()
        return len(email_messages)
