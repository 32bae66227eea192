"""Our site with the demo, one commentary of which is long; and its servers."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shlex import split
from string import Template
from typing import TYPE_CHECKING

from benchmarks.pages.servers import Server, serving
from tests.processes import free_port

if TYPE_CHECKING:
    from django.test import Client

    from commentaries.models import Commentary

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE_BYTES = 68_000  # of the long page, at least
LANGUAGES = ("be", "ru", "en")


def environment(folder: Path, port: int) -> dict[str, str]:
    """All that our site must be told, as a server that readers use."""
    return {
        **{name: value for name, value in os.environ.items() if name != "DEBUG"},
        "DJANGO_SETTINGS_MODULE": "benchmarks.pages.settings",
        "BENCH_FOLDER": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "EMAIL_URL": "smtp://127.0.0.1:25",
        **{name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "SUBSCRIBER_KEY", "SUBSCRIBER_LOOKUP_KEY")},
    }


def set_up(folder: Path) -> None:
    """Make this process our site, on an empty database in the folder."""
    import django
    from django.core.management import call_command

    os.environ.update(environment(folder, free_port()))
    os.environ.pop("DEBUG", None)
    django.setup()
    call_command("collectstatic", verbosity=0)
    call_command("migrate", verbosity=0)


def fill() -> str:
    """The demo; one commentary of its newest issue gets the texts of others too. Returns the address of its page."""
    from commentaries import demo
    from commentaries.models import Commentary

    demo.load()
    first, *others = Commentary.objects.published().exclude(picture=None).order_by("-issue__week_start", "pk")
    for other in others:
        for language in LANGUAGES:
            name = f"body_{language}"
            setattr(first, name, (getattr(first, name) or "") + (getattr(other, name) or ""))
        texts = {f"body_{language}": getattr(first, f"body_{language}") for language in LANGUAGES}
        Commentary.objects.filter(pk=first.pk).update(**texts)
        if len(rendered(address(first))) >= PAGE_BYTES:
            return address(first)
    raise SystemExit(f"All the demo's texts together make no page of {PAGE_BYTES} bytes.")


def address(commentary: "Commentary") -> str:
    from django.utils.translation import override

    with override(LANGUAGES[0]):
        return commentary.get_absolute_url()


def named(name: str) -> str:
    """The address of a page that is the same in every publication."""
    from django.urls import reverse
    from django.utils.translation import override

    with override(LANGUAGES[0]):
        return reverse(name)


@cache
def client() -> "Client":
    """One for all: every new one reads the middleware anew, which lists all static files."""
    from django.test import Client

    return Client()


def rendered(path: str) -> bytes:
    """The page as Django makes it, without a server."""
    response = client().get(path)
    if response.status_code != 200:
        raise SystemExit(f"{path} answers {response.status_code}.")
    return response.content


@contextmanager
def our_server(
    name: str, folder: Path, path: str, *, workers: int, application: str = "config.wsgi", **extra: str
) -> Iterator[Server]:
    """Our site, or another application, as `make serve` serves it; `extra` are variables of its environment."""
    port = free_port()
    variables = {**environment(folder, port), **extra}
    command, log = _command(port, workers, folder / f"{port}.pid", application), folder / f"{port}.log"
    with serving(name, command, port, path=path, log=log, environment=variables, folder=ROOT) as server:
        yield server


def _command(port: int, workers: int, pid_file: Path, application: str) -> list[str]:
    """The web server's line of Procfile.serve, with its variables filled in."""
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile.serve").read_text().splitlines())
    line = Template(lines["web"]).substitute(HOST="127.0.0.1", PORT=port, WORKERS=workers)
    line = line.replace("var/web.pid", str(pid_file)).replace("config.wsgi", application)
    program, *options = split(line)
    return [str(Path(sys.executable).parent / program), *options]
