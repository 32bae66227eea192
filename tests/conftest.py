import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def pytest_configure() -> None:
    # A file, as in production: SQLite in memory has other locks.
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        folder = Path(tempfile.gettempdir()) / f"test-sqlite-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
        folder.mkdir(exist_ok=True)
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        for folder in Path(tempfile.gettempdir()).glob("test-sqlite-*"):
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _own_files(settings: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Each test has a media folder of its own, and passwords that are quick to check."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def real_archive() -> Iterator[Path]:
    """Two commentaries that were really published; they are not part of the project."""
    path = SHARED / "real" / "archive.jsonl"
    if not path.exists():
        pytest.skip(f"The real input is not here: {path}")
    yield path
