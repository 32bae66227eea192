"""kill -9 in the middle of what writes many rows leaves all of it or nothing."""

import json
import signal
from pathlib import Path

import pytest
from django.core.management import call_command

from commentaries import publishing
from commentaries.models import Commentary, Issue, Section
from tests.commentaries.test_archive import LINE
from tests.factories import make_commentary, make_issue
from tests.processes import start

pytestmark = pytest.mark.django_db(transaction=True)

KILL_AT_THE_SECOND_COMMENTARY = """
import os, signal, django
django.setup()
from commentaries import publishing
from commentaries.models import Commentary, Issue
saved = []
save = Commentary.save
def save_and_be_killed(self, *args, **kwargs):
    save(self, *args, **kwargs)
    saved.append(self)
    if len(saved) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
Commentary.save = save_and_be_killed
publishing.publish(Issue.objects.get())
"""


def test_an_import_that_is_killed_half_way_leaves_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    path = tmp_path / "archive.jsonl"
    lines = [{**LINE, "section": f"bridge-{number}"} for number in range(150)]
    path.write_text("\n".join(json.dumps(line) for line in lines))
    process = start("manage.py", "import_archive", str(path))
    assert process.stderr is not None
    shown = ""
    while "3%" not in shown:
        character = process.stderr.read(1)
        assert character, f"it ended before it could be killed: {shown}"
        shown += character
    process.kill()
    process.wait(timeout=30)
    assert [model.objects.count() for model in (Issue, Section, Commentary)] == [0, 0, 0]
    call_command("import_archive", path)
    assert Commentary.objects.count() == 150


def test_publishing_that_is_killed_half_way_publishes_nothing_and_can_be_repeated() -> None:
    issue = make_issue(public=False)
    for _number in range(3):
        make_commentary(issue, public=False)
    process = start("-c", KILL_AT_THE_SECOND_COMMENTARY, DJANGO_SETTINGS_MODULE="config.settings")
    _output, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors
    assert not Issue.objects.exclude(published_at=None).exists()
    assert not Commentary.objects.exclude(published_at=None).exists()
    publishing.publish(issue)
    assert Commentary.objects.published().count() == 3
