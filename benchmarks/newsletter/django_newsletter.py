"""django-newsletter, in an environment of its own under var/bench, and a database of its own on our PostgreSQL."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen, run

from benchmarks.environments import programs

PINNED = ("django==5.2.19", "django-newsletter==1.2.1", "sorl-thumbnail==13.4.0", "psycopg2-binary==2.9.13")
SITE = Path(__file__).resolve().parent / "django_newsletter_site"
DATABASE = "django_newsletter"


def server() -> dict[str, str]:
    """The server our database is on, as PostgreSQL's own library reads it."""
    from django.db import connection

    connection.ensure_connection()
    info = connection.connection.info
    return {"PGHOST": info.host, "PGPORT": str(info.port), "PGUSER": info.user, "PGPASSWORD": info.password or ""}


@contextmanager
def database() -> Iterator[None]:
    """Beside our own database, as long as it is needed."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


class DjangoNewsletter:
    """A site that has nothing but it, and sends to a port of this machine."""

    def __init__(self, port: int) -> None:
        self.programs = programs("django-newsletter", PINNED)
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in {"DEBUG", "DATABASE_URL"}},
            **server(),
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": str(SITE),
            "SECRET_KEY": secrets.token_urlsafe(48),
            "BENCH_DATABASE": DATABASE,
            "BENCH_PORT": str(port),
        }

    def furnish(self, number: int, size: int) -> int:
        """A newsletter that waits to go to so many readers; and the bytes of a mail, at least as many as asked for."""
        command = [str(self.programs / "python"), "furnish.py", str(number), str(size)]
        return int(run(command, cwd=SITE, env=self.environment, check=True, stdout=PIPE).stdout)

    def sender(self) -> Popen[bytes]:
        """The command that its documentation has cron start."""
        return Popen([self.programs / "django-admin", "submit_newsletter"], cwd=SITE, env=self.environment)
