"""One at a time: what is known of one address is changed by one transaction after another."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

LOCKS = 0x5EA1  # the first of the lock's two numbers, so that it is told from other locks of the database
QUEUES = 256
EVERYONE = [f"{queue:02x}" for queue in range(QUEUES)]  # the beginnings of all lookups


@contextmanager
def in_turn(lookups: Iterable[str]) -> Iterator[None]:
    """A transaction that waits until every other one about these addresses has ended.

    Without it, two that change the same rows in different orders wait for each other, and PostgreSQL ends one of
    them with an error. On SQLite all transactions that write wait for each other anyway.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _lock({_queue(lookup) for lookup in lookups})
        yield


@contextmanager
def in_turn_of(find: Callable[[], Iterable[str]]) -> Iterator[set[str]]:
    """The same for the addresses that `find` names: when it is our turn they may be others, and then we wait again."""
    while True:
        expected = set(find())
        with in_turn(expected):
            found = set(find())
            if found <= expected:
                yield found
                return


def _queue(lookup: str) -> int:
    """Addresses share a few queues: erasing thousands at once must not ask for thousands of locks."""
    return int(lookup[:2], 16)


def _lock(queues: set[int]) -> None:
    """In one order, which is that of the array."""
    with connection.cursor() as cursor:
        locks = "SELECT pg_advisory_xact_lock(%s, queue) FROM unnest(%s::int[]) AS queue"
        cursor.execute(locks, [LOCKS, sorted(queues)])
