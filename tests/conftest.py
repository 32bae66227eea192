import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from pytest_django import Settings

FOLDER = "TEST_SQLITE_FOLDER"
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_configure() -> None:
    # A file, as in production: SQLite in memory has other locks. The workers inherit the folder's name.
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        if FOLDER not in os.environ:
            os.environ[FOLDER] = tempfile.mkdtemp(prefix="test-sqlite-")
        database.setdefault("TEST", {})["NAME"] = str(Path(os.environ[FOLDER]) / "test.sqlite3")


def pytest_unconfigure() -> None:
    if FOLDER in os.environ and "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def pytest_collection_finish() -> None:
    # What was imported stays to the end: looking through it for rubbish again and again costs a tenth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path) -> None:
    """Each test has a media folder of its own, and passwords that are quick to check."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Requests leave their language active in the thread; each test starts in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def real_archive() -> Path:
    """Two commentaries that were really published; they are not part of the project."""
    path = SHARED / "real" / "archive.jsonl"
    if not path.exists():
        pytest.skip(f"The real input is not here: {path}")
    return path
