"""Whether the time of an answer tells what is known of an address, on SQLite and on PostgreSQL.

    make bench-sign-up

Five hundred sign-ups each of new, pending, confirmed, suppressed and undeliverable addresses, in random order, measured
in the process of the server itself: whoever measures over a network sees less. Each kind is compared with the new
addresses by the rank-sum test (Mann and Whitney, 1947, with the normal approximation and ties). "Longer" says how often
one of the kind takes longer than a new one: 50 % is what chance gives. A kind is told apart below p = 0.01, divided by
the number of comparisons (Bonferroni).
"""

import math
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from statistics import median
from subprocess import run
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

SAMPLES = 500
WARM_UP = 100
NEW = "new"
CHANCE = 0.01

Times = dict[str, list[float]]


def ranks(values: list[float]) -> Iterator[tuple[float, int]]:
    """Each different value in order: its rank, and how many have it; equal ones share the middle rank."""
    before = 0
    for _value, equal in groupby(sorted(values)):
        number = len(list(equal))
        yield before + (number + 1) / 2, number
        before += number


def rank_sum(first: list[float], second: list[float]) -> tuple[float, float]:
    """How often one of the first is greater than one of the second, and how likely chance makes such a difference."""
    both = [*first, *second]
    rank_of = dict(zip(sorted(set(both)), (rank for rank, _number in ranks(both)), strict=True))
    a, b, n = len(first), len(second), len(both)
    u = sum(rank_of[value] for value in first) - a * (a + 1) / 2
    ties = sum(number**3 - number for _rank, number in ranks(both)) / (n * (n - 1))
    deviation = math.sqrt(a * b / 12 * (n + 1 - ties))
    return u / (a * b), math.erfc(abs(u - a * b / 2) / deviation / math.sqrt(2))


def kinds() -> dict[str, Callable[[str], object]]:
    """How an address becomes one of each kind."""
    from subscriptions.addresses import lookup_of
    from subscriptions.models import Suppression
    from tests.factories import make_section, make_sign_up, make_subscriber

    sections = make_section("economy"), make_section("society")
    reasons, suppress = Suppression.Reason, Suppression.objects.suppress
    return {
        NEW: lambda address: None,
        "pending": lambda address: make_sign_up(address, sections=sections),
        "confirmed": lambda address: make_subscriber(address, sections=sections),
        "suppressed": lambda address: suppress(lookup_of(address), reasons.COMPLAINT),
        "undeliverable": lambda address: suppress(lookup_of(address), reasons.BOUNCE),
    }


def measured() -> Times:
    """Milliseconds of the sign-ups of each kind."""
    from django.test import Client

    client, times, addresses = Client(), Times(), []
    dice = random.Random(11)  # noqa: S311
    for kind, make in kinds().items():
        times[kind] = []
        for _number in range(SAMPLES):
            address = f"reader-{dice.getrandbits(64):016x}@example.org"
            make(address)
            addresses.append((kind, address))
    dice.shuffle(addresses)
    for number in range(WARM_UP):
        _sign_up(client, f"early-{number:016x}@example.org")
    for kind, address in addresses:
        start = time.perf_counter()
        _sign_up(client, address)
        times[kind].append((time.perf_counter() - start) * 1000)
    return times


def _sign_up(client: "Client", address: str) -> None:
    wish = {"address": address, "language": "en", "sections": ["economy", "society"]}
    if client.post("/en/subscribe/", wish).status_code != HTTPStatus.SEE_OTHER:
        raise RuntimeError


def report(times: Times) -> None:
    bar = CHANCE / (len(times) - 1)
    say(f"  {'ms':14} {'median':>8} {'longer':>8} {'p':>8}")
    for kind, found in times.items():
        longer, chance = rank_sum(found, times[NEW])
        verdict = "  told apart" if chance < bar else ""
        compared = "" if kind == NEW else f" {longer:8.1%} {chance:8.3f}{verdict}"
        say(f"  {kind:14} {median(found):8.3f}{compared}")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measure() -> None:
    """On the database that the environment names, which is empty."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from subscriptions.abuse import gate
    from subscriptions.abuse.counting import Limit

    settings.DEBUG = False  # which would remember every query
    gate.OF_ALL = Limit("all", 1_000_000)  # counted, but never reached
    call_command("migrate", verbosity=0)
    report(measured())


@contextmanager
def databases() -> Iterator[Iterator[tuple[str, str]]]:
    from tests.postgresql import postgresql

    with TemporaryDirectory() as folder, postgresql() as address:
        yield iter([("SQLite", f"sqlite:///{Path(folder) / 'bench.sqlite3'}"), ("PostgreSQL", address)])


if __name__ == "__main__":
    if "--here" in sys.argv:
        measure()
    else:
        with databases() as each:
            for name, address in each:
                say(name)
                environment = {**os.environ, "DATABASE_URL": address, "DEBUG": "1"}
                run([sys.executable, "-m", "benchmarks.sign_up_timing", "--here"], env=environment, check=True)
