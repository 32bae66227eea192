"""What happens to a newsletter when the database or the mail server goes away for a while, with the time compressed.

Whatever it is, the worker goes on by itself, no reader is forgotten, and nobody gets an issue twice.
"""

import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from commentaries.models import Issue
from subscriptions.addresses import SealedAddress, lookup_of
from subscriptions.models import Delivery, Subscriber
from subscriptions.newsletter import carriers, sending, smtp
from tests.factories import make_commentary, make_issue, make_publication, make_subscriber
from tests.processes import start
from tests.subscriptions.smtp_server import Server, serving

pytestmark = pytest.mark.django_db(transaction=True)
ONLY_POSTGRESQL = pytest.mark.skipif(connection.vendor != "postgresql", reason="several workers need PostgreSQL")


@pytest.fixture
def issue() -> Issue:
    make_publication()
    found = make_issue()
    make_commentary(found)
    return found


@contextmanager
def workers(number: int, port: int) -> Iterator[None]:
    """So many worker processes. In the end each is told to stop, and none of them had died."""
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "NEWSLETTER_IN_FLIGHT": "20"}
    with ExitStack() as stack:
        running: list[subprocess.Popen[str]] = []
        for _worker in range(number):
            running.append(stack.enter_context(start("manage.py", "worker", **mail)))
            stack.callback(running[-1].kill)
        for process in running:
            assert process.stdout
            assert "running" in process.stdout.readline()
        yield
        for process in running:
            process.terminate()
        assert [(process.communicate() and process.returncode) for process in running] == [0] * number


def until(is_so: Callable[[], object]) -> None:
    ends = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)


def subscribe(number: int) -> None:
    Subscriber.objects.bulk_create(
        Subscriber(address=SealedAddress.seal(address), lookup=lookup_of(address), language="en")
        for address in (f"reader{one}@example.net" for one in range(number))
    )


def states() -> dict[str, int]:
    return dict(Counter(Delivery.objects.values_list("state", flat=True)))


def is_over() -> bool:
    """By one look: between two the rows may be written."""
    found = states()
    return bool(found) and not found.keys() & set(Delivery.OPEN)


def message_ids(*servers: Server) -> Counter[bytes]:
    found = (re.search(rb"(?im)^Message-ID: (\S+)", text) for server in servers for _to, text in server.mails)
    return Counter(match[1] for match in found if match)


def take_the_database_away(seconds: float) -> None:
    """On PostgreSQL every connection but ours is ended again and again; on SQLite nobody else gets to write."""
    ends = time.monotonic() + seconds
    if connection.vendor == "sqlite":
        with transaction.atomic():
            Delivery.objects.update(bounced_at=None)
            time.sleep(seconds)
        return
    with connection.cursor() as cursor:
        while time.monotonic() < ends:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            time.sleep(0.01)


def test_a_database_that_goes_away_leaves_nothing_in_doubt(issue: Issue) -> None:
    """What had gone out meanwhile is noted as sent, once the database is back."""
    subscribe(200)
    sending.start(issue)
    with serving() as server:
        server.delay = 0.02
        with workers(1, server.port):
            until(lambda: len(server.mails) > 30)
            take_the_database_away(1.5)
            assert len(server.mails) < 200
            until(is_over)
        assert states() == {"sent": 200}
        assert sorted(message_ids(server).values()) == [1] * 200


def test_a_mail_server_that_goes_away_is_gone_back_to(issue: Issue) -> None:
    subscribe(200)
    sending.start(issue)
    with ExitStack() as stack:
        with serving() as first:
            first.delay = 0.02
            stack.enter_context(workers(1, first.port))
            until(lambda: len(first.mails) > 30)
        time.sleep(1.5)
        with serving(port=first.port) as second:
            # Those that were refused by nobody wait for their next attempt.
            until(lambda: Delivery.objects.filter(state="pending", attempts=0).count() == 0)
            Delivery.objects.filter(state="pending").update(next_attempt_at=timezone.now())
            until(is_over)
    found = states()
    arrived = message_ids(first, second)
    assert found["sent"] + found.get("uncertain", 0) == 200
    assert found.get("uncertain", 0) <= 8  # one a connection
    assert max(arrived.values()) == 1
    assert found["sent"] <= len(arrived)


@ONLY_POSTGRESQL
def test_four_workers_send_each_mail_once(issue: Issue) -> None:
    subscribe(400)
    with serving() as server:
        server.delay = 0.005
        with workers(4, server.port):
            sending.start(issue)
            until(is_over)
        assert states() == {"sent": 400}
        assert sorted(message_ids(server).values()) == [1] * 400


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with serving() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
        settings.NEWSLETTER_CONNECTIONS = 2
        yield found


def work_until_over() -> None:
    """Turns of a worker; nobody waits for the next attempt."""
    for _turn in range(20):
        call_command("worker", "--once")
        if is_over():
            return
        Delivery.objects.filter(state="pending").update(next_attempt_at=timezone.now())


def test_a_slow_answer_to_a_text_is_waited_for(server: Server, issue: Issue) -> None:
    subscribe(6)
    sending.start(issue)
    server.delay = 0.5
    work_until_over()
    assert states() == {"sent": 6}
    assert sorted(message_ids(server).values()) == [1] * 6


def test_what_would_go_out_too_late_for_its_lease_is_tried_again(
    server: Server, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carriers, "LONGEST_WAIT", 0.3)
    subscribe(8)
    sending.start(issue)
    server.delay = 0.4
    work_until_over()
    assert states() == {"sent": 8}
    assert max(Delivery.objects.values_list("attempts", flat=True)) > 1
    assert sorted(message_ids(server).values()) == [1] * 8


def test_an_answer_that_never_comes_leaves_its_mail_in_doubt_and_no_other(
    server: Server, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "PATIENCE", 0.2)
    subscribe(1)
    sending.start(issue)
    server.delay = 1
    work_until_over()
    assert states() == {"uncertain": 1}


def test_connections_that_close_behind_the_text_leave_just_those_mails_in_doubt(server: Server, issue: Issue) -> None:
    for number in range(30):
        name = "drop-" if number % 3 == 0 else ""
        make_subscriber(f"{name}reader{number}@example.net", language="en")
    sending.start(issue)
    work_until_over()
    assert states() == {"sent": 20, "uncertain": 10}
    assert Counter(Delivery.objects.filter(state="uncertain").values_list("cause", flat=True)) == {"lost": 10}
    assert sorted(message_ids(server).values()) == [1] * 20
