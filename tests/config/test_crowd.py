"""More readers at once than a database has connections, of the real web server."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Event
from urllib.request import urlopen

import pytest
from django.db import connection, connections

from config.few_threads import THREADS
from config.page_store import RENDERERS
from tests.factories import make_publication
from tests.processes import free_port, start

READERS = 150  # PostgreSQL has a hundred connections, unless it is told otherwise
WATCHING = 1


@pytest.fixture
def port() -> Iterator[int]:
    port = free_port()
    command = ("-m", "granian", "--interface", "wsgi", "--port", str(port), "config.wsgi:application")
    process = start(*command, PAGE_STORE_MB="8", PORT=str(port))
    try:
        until = time.monotonic() + 60
        while not _is_up(port):
            assert time.monotonic() < until
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _is_up(port: int) -> bool:
    try:
        return _asked(port, "/livez") == HTTPStatus.OK
    except OSError:
        return False


def _asked(port: int, path: str) -> int:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:  # loopback
        answer.read()
        return int(answer.status)


def _most_connections(over: Event) -> int:
    """How many others had at once, while it was not over."""
    most = 0
    while not over.wait(0.02):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"
            )
            most = max(most, cursor.fetchone()[0])
    connections.close_all()
    return most


@pytest.mark.django_db(transaction=True)
def test_a_crowd_is_served_over_a_few_connections(port: int) -> None:
    make_publication()
    before, over = 1, Event()  # this thread's
    with ThreadPoolExecutor(READERS + 1) as pool:
        counting = pool.submit(_most_connections, over) if connection.vendor == "postgresql" else None
        found = [pool.submit(_asked, port, f"/en/search/?q=water{number}") for number in range(READERS)]
        try:
            assert {reader.result() for reader in found} == {HTTPStatus.OK}
        finally:
            over.set()
    if counting:
        assert counting.result() <= before + THREADS + RENDERERS + WATCHING
