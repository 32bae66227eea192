from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from config.mail import KeptEmailBackend


def test_mail_while_developing_is_kept_as_a_file_and_printed_with_its_links_whole(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    link = "http://127.0.0.1:8000/be/subscription/confirm/" + "x" * 120
    message = EmailMessage("Тэма", f"Прывітанне\n{link}\n", "from@example.org", ["reader@example.org"])
    assert KeptEmailBackend().send_messages([message]) == 1
    (kept,) = (tmp_path / "mail").glob("*.eml")
    parsed = message_from_bytes(kept.read_bytes(), policy=policy.default)
    assert parsed["Subject"] == "Тэма"
    assert link in capsys.readouterr().out
