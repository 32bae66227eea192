"""Processes of our own program, on the database of the running test."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url() -> str:
    """The address of the test database, for another process."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    account = f"{settings['USER']}:{quote(settings['PASSWORD'] or '', safe='')}"
    host = f"{quote(settings['HOST'] or '', safe='')}:{settings['PORT'] or 5432}"
    return f"postgres://{account}@{host}/{settings['NAME']}"


def start(*command: str, **environment: str) -> subprocess.Popen[str]:
    """Start `python COMMAND…` with DEBUG=1 and what `environment` adds."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "DEBUG": "1", "DATABASE_URL": database_url(), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
