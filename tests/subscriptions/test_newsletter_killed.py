"""Workers as processes, one of them killed in the middle: nobody is forgotten, and nobody gets it twice."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from subscriptions.addresses import SealedAddress, lookup_of
from subscriptions.models import Delivery, Subscriber
from subscriptions.newsletter import sending
from tests.factories import make_commentary, make_issue, make_publication
from tests.processes import start
from tests.subscriptions.smtp_server import serving

pytestmark = pytest.mark.django_db(transaction=True)
READERS, IN_FLIGHT = 300, 20


def _until(is_so: Callable[[], object]) -> None:
    ends = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.005)


def _is_listening(process: subprocess.Popen[str]) -> None:
    """A worker that is still starting when all is sent would die of the signal that tells it to stop."""
    assert process.stdout
    assert "running" in process.stdout.readline()


def test_a_killed_worker_leaves_in_doubt_what_it_had_in_hand_and_others_send_the_rest() -> None:
    make_publication()
    issue = make_issue()
    make_commentary(issue)
    Subscriber.objects.bulk_create(
        Subscriber(address=SealedAddress.seal(address), lookup=lookup_of(address), language="en")
        for address in (f"reader{number}@example.net" for number in range(READERS))
    )
    sending.start(issue)
    workers = 3 if connection.vendor == "postgresql" else 1
    with serving() as server:
        server.delay = 0.01
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}", "NEWSLETTER_IN_FLIGHT": str(IN_FLIGHT)}
        running = [start("manage.py", "worker", **mail) for _worker in range(workers)]
        _until(lambda: len(server.mails) > 30)
        running[0].kill()
        running[0].wait()
        if workers == 1:
            running.append(start("manage.py", "worker", **mail))
        half_sent = len(server.mails)
        _until(lambda: not Delivery.objects.filter(state="pending", claimed_until=None).exists())
        for process in running[1:]:
            _is_listening(process)
            process.terminate()
        for process in running[1:]:
            assert process.wait() == 0
        # As if the lease of the killed one had ended.
        Delivery.objects.filter(state__in=Delivery.OPEN).update(claimed_until=timezone.now() - timedelta(seconds=1))
        running.append(start("manage.py", "worker", "--once", **mail))
        assert running[-1].wait() == 0
        for process in running:
            process.communicate()
        arrived = Counter(recipient for recipient, _text in server.mails)
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert half_sent < READERS
    assert set(states) <= {"sent", "uncertain"}
    assert states.total() == READERS
    assert states["uncertain"] <= IN_FLIGHT
    assert max(arrived.values()) == 1
    assert states["sent"] <= len(arrived)
    assert len(arrived) >= READERS - IN_FLIGHT
