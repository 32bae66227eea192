"""How fast the newsletter goes out, on PostgreSQL, counted at Postfix's smtp-sink; and what a killed worker leaves.

    make bench-newsletter

First the sink's own ceiling (Postfix's smtp-source), then Django's `send_messages` over one connection, then the
package django-newsletter on the same PostgreSQL, then our workers with ledger, lease and suppression check: at once,
and with answers that come 10 ms late. The rows of a million readers are written, and workers are killed at random
moments of ten thousand mails. The times are of this machine; what can be compared between machines are the ratios.

All mails have about 17 kB. Needs apt and pip: Debian's package postfix is unpacked, django-newsletter has an
environment of its own, under var/bench.
"""

import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from subprocess import DEVNULL, Popen, run
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.newsletter.django_newsletter import DjangoNewsletter, database
from benchmarks.newsletter.sink import PORT, ceiling, sink
from tests.subscriptions.smtp_server import serving

ROOT = Path(__file__).resolve().parent.parent.parent
MAILS, LATE_MAILS, PLAIN_MAILS, THEIR_MAILS = 30_000, 3_000, 3_000, 2_000
SIZE = 17_000  # bytes of a mail that is not ours
KILLED_MAILS, KILLS = 10_000, 20
MILLION = 1_000_000
MOST_SECONDS = 120
AIM, LATE_AIM, THEIR_AIM, PREPARED_IN, MEMORY = 5_000, 500, 18, 8.0, 150
# As long as makes a mail of that size; a Cyrillic letter takes two bytes.
LEAD = {
    "be": "Урад назваў прычынай сродкі. " * 8,
    "ru": "Правительство назвало причиной деньги. " * 6,
    "en": "It is money. " * 34,
}


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def fill(number: int) -> None:
    """An issue of five sections, and so many readers in three languages."""
    from subscriptions.addresses import SealedAddress, lookup_of
    from subscriptions.models import Subscriber
    from tests.factories import make_commentary, make_issue, make_publication, make_section

    make_publication()
    issue = make_issue()
    leads: dict[str, Any] = {f"lead_{code}": text for code, text in LEAD.items()}
    for section in range(5):
        make_commentary(issue, make_section(f"s{section}"), **leads)
    for first in range(0, number, 5_000):
        addresses = [f"reader{one}@example{one % 7}.org" for one in range(first, min(first + 5_000, number))]
        Subscriber.objects.bulk_create(
            Subscriber(address=SealedAddress.seal(one), lookup=lookup_of(one), language=("be", "ru", "en")[at % 3])
            for at, one in enumerate(addresses)
        )


def begin() -> Any:
    """A new sending of the issue, its rows written."""
    from commentaries.models import Issue
    from subscriptions.models import Sending
    from subscriptions.newsletter import preparing, sending

    Sending.objects.all().delete()
    row = sending.start(Issue.objects.get())
    while preparing.prepare(row):
        pass
    return row


def worker(**environment: str) -> Popen[bytes]:
    return Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=os.environ | environment, stdout=DEVNULL)


def workers(number: int, port: int) -> list[Popen[bytes]]:
    return [worker(EMAIL_URL=f"smtp://127.0.0.1:{port}") for _worker in range(number)]


def sent_by(senders: list[Popen[bytes]], arrived: Callable[[], int], number: int) -> tuple[float, int]:
    """Mails a second, from the first to the last at the sink; and the most memory of one sender, in MB."""
    first, started, most = 0, 0.0, 0
    until = time.perf_counter() + MOST_SECONDS
    while arrived() < number and time.perf_counter() < until:
        if not started and arrived():
            first, started = arrived(), time.perf_counter()
        most = max([most, *(resident(process.pid) for process in senders)])
        time.sleep(0.02)
    rate = (arrived() - first) / (time.perf_counter() - started)
    for process in senders:
        process.terminate()
    for process in senders:
        process.wait()
    return rate, most


def resident(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) // 1024 if found else 0


def by_django() -> float:
    """Django's own way: every message built, one connection."""
    from django.core.mail import get_connection

    from subscriptions import emails
    from subscriptions.models import Delivery
    from subscriptions.newsletter import ledger
    from subscriptions.newsletter.letters import Desk

    row = begin()
    drafts = Desk().drafts(ledger._readers(set(Delivery.objects.values_list("pk", flat=True)[:PLAIN_MAILS])))
    started = time.perf_counter()
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=PORT)
    connection.send_messages([emails.newsletter(row.content, draft.variant, draft.recipient) for draft in drafts])
    return len(drafts) / (time.perf_counter() - started)


def by_django_newsletter(folder: Path) -> tuple[float, int]:
    """As its users send, with its own command, which opens a connection for each mail; and the bytes of a mail."""
    with database():
        site = DjangoNewsletter(PORT)
        size = site.furnish(THEIR_MAILS, SIZE)
        with sink(folder) as counted:
            rate, _most = sent_by([site.sender()], counted.mails, THEIR_MAILS)
            if counted.mails() < THEIR_MAILS:  # it goes on after an error, and its rate would say too little
                raise RuntimeError(f"django-newsletter sent {counted.mails()} of {THEIR_MAILS} mails.")
    return rate, size


def killed() -> None:
    """Workers killed with -9 at random moments: nobody is left out, and what is in doubt is what they had in hand."""
    from django.utils import timezone

    from subscriptions.models import Delivery, Subscriber

    Subscriber.objects.filter(pk__gt=Subscriber.objects.order_by("pk")[KILLED_MAILS - 1].pk).delete()
    begin()
    dice = random.Random(5)  # noqa: S311
    with serving() as server:
        for _kill in range(KILLS):
            process = worker(EMAIL_URL=f"smtp://127.0.0.1:{server.port}")
            until = len(server.mails) + dice.randrange(50, KILLED_MAILS // KILLS)
            while len(server.mails) < until and process.poll() is None:
                time.sleep(0.001)
            process.kill()
            process.wait()
            Delivery.objects.filter(state__in=Delivery.OPEN).update(claimed_until=timezone.now() - timedelta(seconds=1))
        last = worker(EMAIL_URL=f"smtp://127.0.0.1:{server.port}")
        while Delivery.objects.filter(state__in=Delivery.OPEN).exists():
            time.sleep(0.1)
        last.terminate()
        last.wait()
        arrived = Counter(recipient for recipient, _text in server.mails)
    states = Counter(Delivery.objects.values_list("state", flat=True))
    say(f"  killed {KILLS} times in {KILLED_MAILS} mails: {dict(states)}")
    doubt = states["uncertain"]
    say(f"    in doubt {doubt / KILLS:.1f} a kill (50 may be); of these {len(arrived) - states['sent']} had arrived")
    say(f"    missing {KILLED_MAILS - states['sent'] - states['uncertain']}, twice {arrived.total() - len(arrived)}")


def prepare_a_million() -> None:
    from django.db import connection

    from subscriptions.models import Delivery, Subscriber

    one = Subscriber.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO subscriptions_subscriber (address, lookup, language, cadence, is_discreet, soft_bounces,"
            " confirmed_at, token_id) SELECT %s, md5(n::text), 'be', 'every_issue', false, 0, now(), gen_random_uuid()"
            " FROM generate_series(1, %s) AS n",
            [one.address.ciphertext if one else "", MILLION],
        )
        cursor.execute("VACUUM ANALYZE")
    bare = rows_alone()
    started = time.perf_counter()
    begin()
    took = time.perf_counter() - started
    say(f"  {Delivery.objects.count()} rows written in {took:.1f} s (aim {PREPARED_IN})")
    say(f"    {took / bare:.2f} × one INSERT … SELECT that asks nothing and is not resumable ({bare:.1f} s)")


def rows_alone() -> float:
    """Seconds that PostgreSQL takes to write as many rows in one statement."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE subscriptions_delivery")
        started = time.perf_counter()
        cursor.execute(
            "INSERT INTO subscriptions_delivery (sending_id, subscriber_id, language, state)"
            " SELECT 0, id, language, 'pending' FROM subscriptions_subscriber ORDER BY id"
        )
        took = time.perf_counter() - started
        cursor.execute("TRUNCATE subscriptions_delivery")
    return took


def measure(folder: Path) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.DEBUG = False  # which would remember every query
    call_command("migrate", verbosity=0)
    fill(MAILS)
    source = ceiling(folder, MAILS, SIZE)
    say(f"  the sink's ceiling, by Postfix's smtp-source   {source:8.0f} mails/s")
    with sink(folder):
        plain = by_django()
        say(f"  Django's send_messages, one connection         {plain:8.0f} mails/s")
    theirs, size = by_django_newsletter(folder)
    say(f"  django-newsletter, its mails of {size / 1000:.1f} kB        {theirs:8.0f} mails/s")
    for number in (1, 2):
        begin()
        with sink(folder) as counted:
            rate, most = sent_by(workers(number, PORT), counted.mails, MAILS)
        say(f"  ours, {number} worker(s)                              {rate:8.0f} mails/s (aim {AIM})")
        say(f"    {most} MB a worker (aim {MEMORY})")
        say(f"    {rate / plain:.1f} × Django's, {rate / source:.2f} of the ceiling")
        reached = "reached" if rate >= THEIR_AIM * theirs else "not reached"
        say(f"    {rate / theirs:.1f} × django-newsletter's (aim ≥ {THEIR_AIM}: {reached})")
    begin()
    with serving() as server:
        server.delay = 0.01
        rate, _most = sent_by(workers(1, server.port), lambda: len(server.mails), LATE_MAILS)
    say(f"  ours, answers 10 ms late                       {rate:8.0f} mails/s (aim {LATE_AIM})")
    killed()
    prepare_a_million()


if __name__ == "__main__":
    if "--here" in sys.argv:
        with TemporaryDirectory() as place:
            measure(Path(place))
    else:
        from tests.postgresql import postgresql

        with postgresql() as address:
            environment = {**os.environ, "DATABASE_URL": address, "DEBUG": "1"}
            run([sys.executable, "-m", "benchmarks.newsletter", "--here"], env=environment, check=True)
