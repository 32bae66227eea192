"""A mirror on disk: what a second export does, and what is left when one is killed."""

import errno
import json
import signal
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from commentaries import publishing
from commentaries.mirror import ExportError, keeping
from commentaries.mirror.folder import Folder, opened
from commentaries.models import Commentary, Publication
from tests.commentaries.mirrors import broken_links, files, is_page, times
from tests.factories import MONDAY, make_commentary, make_picture, make_publication, make_section
from tests.processes import start

pytestmark = pytest.mark.django_db

# The process is killed in the middle of the walk, when the second file moves into its place, or while all is packed.
KILLED = """
import os, pathlib, signal, sys, zipfile, django
django.setup()
from django.core.management import call_command
from commentaries.mirror.folder import Folder
def killed_at(number, deed):
    calls = []
    def counted(*args, **kwargs):
        calls.append(args)
        if len(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return deed(*args, **kwargs)
    return counted
if sys.argv[2] == "walking":
    Folder.put = killed_at(12, Folder.put)
elif sys.argv[2] == "packing":
    zipfile.ZipFile.open = killed_at(4, zipfile.ZipFile.open)
else:
    pathlib.Path.replace = killed_at(4, pathlib.Path.replace)  # after the manifest and two files
call_command("export_site", sys.argv[1], "--zip")
"""


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return tmp_path / "mirror"


def _export(top: Path, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("export_site", top)
    return capsys.readouterr().out


def test_a_second_export_writes_nothing_and_touches_nothing(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_publication(about_en=f'<p><img src="{make_picture((900, 600)).file.url}" alt=""></p>')
    _export(top, capsys)
    before = times(top)
    assert f"0 files written, {len(before)} unchanged, 0 removed." in _export(top, capsys)
    assert times(top) == before


def test_only_what_changed_is_written(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    about = {f"about_{language}": "<p>Before.</p>" for language in ("be", "ru", "en")}
    make_publication(**about)
    _export(top, capsys)
    before = times(top)
    make_publication(**{**about, "about_en": "<p>After.</p>"})
    assert "1 files written" in _export(top, capsys)
    assert {name for name, at in times(top).items() if before[name] != at} == {"en/about/index.html"}


def test_on_another_day_only_the_door_is_new(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_publication()
    _export(top, capsys)
    before = files(top)
    later = timezone.now() + timedelta(days=1)
    monkeypatch.setattr("commentaries.mirror.exporting.timezone", SimpleNamespace(now=lambda: later))
    _export(top, capsys)
    changed = {name for name, content in files(top).items() if before[name] != content}
    assert changed == {"index.html"}


def test_two_exports_of_the_same_site_are_the_same_bytes(tmp_path: Path) -> None:
    make_commentary(picture=make_picture((900, 600)))
    call_command("export_site", tmp_path / "one")
    call_command("export_site", tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_what_was_damaged_or_removed_by_others_is_mended(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_publication()
    _export(top, capsys)
    before = files(top)
    (top / "en/index.html").write_text("cut sho")
    (top / "be/index.html").unlink()
    assert "2 files written" in _export(top, capsys)
    assert files(top) == before


def test_a_folder_of_somebody_else_is_refused(top: Path) -> None:
    top.mkdir()
    (top / "diary.txt").write_text("mine")
    with pytest.raises(CommandError, match=r"holds files that are not a mirror's"):
        call_command("export_site", top)
    assert [path.name for path in top.iterdir()] == ["diary.txt"]


def test_a_file_and_a_damaged_manifest_are_refused_in_a_sentence(top: Path) -> None:
    top.write_text("a file")
    with pytest.raises(CommandError, match=r"is no folder"):
        call_command("export_site", top)
    top.unlink()
    (top / ".mirror").mkdir(parents=True)
    (top / ".mirror/manifest.json").write_text("{")
    with pytest.raises(CommandError, match=r"is damaged"):
        call_command("export_site", top)


def test_two_exports_at_once_are_refused(top: Path) -> None:
    with opened(top), pytest.raises(CommandError, match=r"Another export is writing"):
        call_command("export_site", top)
    with opened(top):
        pass


def test_a_base_url_that_is_none_is_refused(top: Path) -> None:
    with pytest.raises(CommandError, match=r"--base-url is 'example.org'"):
        call_command("export_site", top, "--base-url", "example.org")
    assert not top.exists()


def test_a_site_that_does_not_answer_to_its_own_name_is_refused(top: Path, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    with pytest.raises(CommandError, match=r"ALLOWED_HOSTS does not name 127.0.0.1"):
        call_command("export_site", top)


def _killed(top: Path, when: str) -> None:
    process = start("-c", KILLED, str(top), when, DJANGO_SETTINGS_MODULE="config.settings")
    _output, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors


@pytest.mark.django_db(transaction=True)
def test_an_export_that_is_killed_while_walking_leaves_the_old_mirror(top: Path) -> None:
    make_publication(name_en="Before")
    call_command("export_site", top)
    before = files(top)
    make_publication(name_en="After")
    _killed(top, "walking")
    assert files(top) == before
    call_command("export_site", top)
    assert b"After" in files(top)["en/index.html"]


@pytest.mark.django_db(transaction=True)
def test_the_next_export_repairs_one_that_was_killed_while_changing(top: Path) -> None:
    """What came and went in between must not stay behind, and what changed back is changed back."""
    make_publication(name_en="Before")
    gone = make_section("gone")
    call_command("export_site", top)
    before = files(top)
    make_publication(name_en="After")
    gone.delete()
    new = make_section("anew")
    _killed(top, "changing")
    assert files(top) != before
    new.delete()
    call_command("export_site", top)
    after = files(top)
    assert broken_links(top) == []
    assert not any("/anew/" in name or "/gone/" in name for name in after)
    assert all(b"After" in content for name, content in after.items() if name.startswith("en/") and is_page(name))
    assert set(json.loads((top / ".mirror/manifest.json").read_text())) == set(after)


@pytest.mark.django_db(transaction=True)
def test_the_next_export_removes_a_zip_that_was_never_finished(top: Path) -> None:
    """It may hold a text that was withdrawn meanwhile, and it may be what fills the disk."""
    make_publication()
    _killed(top, "packing")
    assert (top / ".mirror/zip.new").exists()
    call_command("export_site", top)
    assert sorted(path.name for path in (top / ".mirror").iterdir()) == ["lock", "manifest.json"]


def test_a_zip_for_which_the_disk_has_no_room_does_not_stay_on_it(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any, **_options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeping, "_store", full)
    with pytest.raises(CommandError, match=r"No space left"):
        call_command("export_site", top, "--zip")
    assert not (top / ".mirror/zip.new").exists()


def _whenever(path: str, deed: Callable[[], object]) -> Callable[..., None]:
    """Do it each time when this file has been written down."""
    put = Folder.put

    def putting(folder: Folder, name: str, chunks: Iterable[bytes], **options: Any) -> None:
        put(folder, name, chunks, **options)
        if name == path:
            deed()

    return putting


def test_a_text_that_is_withdrawn_during_an_export_is_not_in_it(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = make_commentary(section=make_section("gone"), title_en="A leaving headline")
    page = f"en/issues/{MONDAY}/gone/index.html"
    monkeypatch.setattr(Folder, "put", _whenever(page, lambda: publishing.withdraw(text, {"en": "An error."})))
    call_command("export_site", top, "--zip")
    assert not any(b"A leaving headline" in content for content in files(top).values())
    assert page not in files(top)
    assert keeping.last()


def test_a_correction_during_an_export_is_in_it_everywhere(
    top: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_commentary(section=make_section("port"), title_en="Before")

    def correct() -> None:
        if Commentary.objects.filter(title_en="Before").exists():
            Commentary.objects.update(title_en="After")

    monkeypatch.setattr(Folder, "put", _whenever(f"en/issues/{MONDAY}/port/index.html", correct))
    assert "changed all the while" not in _export(top, capsys)
    assert not any(b"Before" in content for content in files(top).values())


def test_a_mirror_is_made_however_busy_the_desk_is(
    top: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_publication()
    monkeypatch.setattr(
        Folder, "put", _whenever("en/about/index.html", lambda: Publication.objects.update(about_en=""))
    )
    assert "The site changed all the while" in _export(top, capsys)
    assert broken_links(top) == []


def test_no_mirror_is_made_while_withdrawing_does_not_end(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_publication()
    text = make_commentary(section=make_section("gone"))
    call_command("export_site", top)
    before = files(top)

    def withdraw() -> None:
        Commentary.objects.update(withdrawn_at=timezone.now())

    monkeypatch.setattr(Folder, "put", _whenever("en/about/index.html", withdraw))
    with pytest.raises(CommandError, match=r"something in it was withdrawn just now"):
        call_command("export_site", top)
    assert files(top) == before
    assert text.url_in("en") in before["sitemap.xml"].decode()


def test_what_was_meant_for_a_mirror_is_known_before_it_is_moved(tmp_path: Path) -> None:
    """Were the process killed between, the next export would still know every file that is ours."""
    folder = Folder(tmp_path)
    folder.put("a/b.html", [b"one"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Folder, "_note", _note_and_fail)
        with pytest.raises(ExportError):
            folder.change()
    assert (tmp_path / "noted").read_text() == "{'a/b.html': ('', -1)}"


def _note_and_fail(folder: Folder, noted: dict[str, Any]) -> None:
    (folder.top / "noted").write_text(str(noted))
    raise ExportError(datetime.now(UTC).isoformat())
