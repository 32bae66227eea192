"""Wagtail with the very same texts, in an environment of its own under var/bench, made once."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import run

from benchmarks.environments import programs
from benchmarks.pages.content import Content
from benchmarks.pages.servers import Server, serving
from tests.processes import free_port

PINNED = ("django==5.2.19", "wagtail==7.4.4", "wagtail-cache==3.0.0", "granian==2.8.9", "gunicorn==27.0.1")
SITE = Path(__file__).resolve().parent / "wagtail_site"
# The variants: the server's command, without its address, and which cache of whole pages (wagtail_site/settings.py).
GUNICORN = ("gunicorn", "--worker-class", "gthread", "--threads", "4", "--workers")
GRANIAN = ("granian", "--interface", "wsgi", "--no-ws", "--workers")


def environment(folder: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name not in {"DEBUG", "DATABASE_URL"}},
        "DJANGO_SETTINGS_MODULE": "settings",
        "PYTHONPATH": str(SITE),
        "BENCH_FOLDER": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(48),
    }


def furnish(folder: Path, content: Content) -> None:
    """A database with the content; the page at its path as long as ours."""
    given = folder / "content.json"
    given.write_text(json.dumps(content))
    command = [str(programs("wagtail", PINNED) / "python"), "furnish.py", str(given)]
    run(command, cwd=SITE, env=environment(folder), check=True)


@contextmanager
def wagtail_server(
    name: str, server: tuple[str, ...], cache: str, folder: Path, path: str, *, workers: int
) -> Iterator[Server]:
    port = free_port()
    program, *options = server
    address = ["--bind", f"127.0.0.1:{port}"] if program == "gunicorn" else ["--port", str(port)]
    command = [str(programs("wagtail", PINNED) / program), *options, str(workers), *address, "wsgi:application"]
    variables = {**environment(folder), "BENCH_CACHE": cache}
    log = folder / f"{port}.log"
    with serving(name, command, port, path=path, log=log, environment=variables, folder=SITE) as running:
        yield running
