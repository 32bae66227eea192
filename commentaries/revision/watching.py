"""What a process knows of the site's revision."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from commentaries.models import Change, Commentary, Issue

logger = logging.getLogger(__name__)

EVERY = 0.25  # seconds
# So long a revision is believed in without word from the database: it may be started anew, and this process be busy.
BELIEVED = 30.0

SQL = f"""SELECT (SELECT COALESCE(SUM(number), 0) FROM {Change._meta.db_table}),
(SELECT MAX(published_at) FROM {Issue._meta.db_table} WHERE published_at <= %s),
(SELECT MAX(published_at) FROM {Commentary._meta.db_table} WHERE published_at <= %s)"""  # noqa: S608  # our own names


class Revision(NamedTuple):
    """What readers may see changes with every change of content, and with every time of publication that passes.

    One that is noticed is an object of its own: a database restored from a backup counts up to the same number again.
    """

    number: int
    issue: object
    commentary: object


def ask() -> Revision:
    """The revision now, by one query."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(SQL, [now, now])
        return Revision(*cursor.fetchone())


Prepare = Callable[[Revision], Callable[[], object]]


class Watch:
    """Asks again and again, in a thread of its own, once something needs to know."""

    def __init__(self) -> None:
        self._revision: Revision | None = None
        self._asked_at = float("-inf")  # by time.monotonic()
        self._is_away = False
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ahead: ContextVar[Revision | None] = ContextVar("ahead", default=None)
        self._prepare: Prepare = lambda revision: lambda: None

    def known(self) -> Revision | None:
        """The revision; None in a process that does not watch, or to which the database has not spoken for long."""
        if ahead := self._ahead.get():
            return ahead
        return self._revision if time.monotonic() - self._asked_at < BELIEVED else None

    def start(self, prepare: Prepare) -> None:
        """Begin, unless it has begun; in the process that serves, as a thread does not survive a fork.

        `prepare` is called with a new revision, which is the known one meanwhile for who asks in its thread; what it
        returns is called once all know it.
        """
        with self._lock:
            if self._thread is None:
                self._prepare = prepare
                self.look()
                self._thread = threading.Thread(target=self._go_on, name="revision", daemon=True)
                self._thread.start()

    def look(self) -> None:
        """Ask once. Without an answer what is known stays, and grows old."""
        try:
            asked_at, revision = time.monotonic(), ask()
        except DatabaseError as error:
            connection.close()
            if not self._is_away:
                logger.warning("The database does not answer (%s); pages are served as known.", type(error).__name__)
            self._is_away = True
            return
        if revision == self._revision:
            self._asked_at, self._is_away = asked_at, False
            return
        adopt = self._prepared(revision)
        self._revision, self._asked_at, self._is_away = revision, asked_at, False
        adopt()

    def _prepared(self, revision: Revision) -> Callable[[], object]:
        with self.at(revision):
            return self._prepare(revision)

    def standing(self) -> AbstractContextManager[None]:
        """Within it a revision stands that is no other's: for who reads the whole site in one go."""
        return self.at(Revision(0, object(), None))

    @contextmanager
    def at(self, revision: Revision) -> Iterator[None]:
        """Within it this revision is the known one, in this thread."""
        reset = self._ahead.set(revision)
        try:
            yield
        finally:
            self._ahead.reset(reset)

    def _go_on(self) -> None:
        while True:
            time.sleep(EVERY)
            try:
                self.look()
            except Exception:
                logger.exception("The revision could not be looked at.")


watch = Watch()
