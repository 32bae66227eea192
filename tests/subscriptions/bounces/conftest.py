from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings


class Mailbox:
    """A Maildir, and the command that reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for folder in ("new", "cur", "tmp"):
            (path / folder).mkdir(parents=True)

    def receive(self, *mails: bytes) -> str:
        """Let these mails arrive, and read them; what the command said."""
        for number, raw in enumerate(mails):
            (self.path / "new" / f"{len(self.names())}.{number}.mx").write_bytes(raw)
        return self.read()

    def read(self) -> str:
        out = StringIO()
        call_command("read_bounces", stdout=out)
        return out.getvalue().strip()

    def names(self) -> list[str]:
        return sorted(file.name for folder in ("new", "cur") for file in (self.path / folder).iterdir())


@pytest.fixture
def mailbox(settings: Settings, tmp_path: Path) -> Mailbox:
    settings.DEFAULT_FROM_EMAIL = "newsletter@weekly.example"
    settings.BOUNCE_MAILBOX = f"maildir://{tmp_path}/Maildir"
    return Mailbox(tmp_path / "Maildir")
