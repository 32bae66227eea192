"""The worker: sends what is due, again and again, until it is told to stop. Any number of them may run."""

import logging
import time
from collections.abc import Callable
from types import FrameType

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from commentaries.models import Change
from commentaries.search import related
from commentaries.turns import staff_mail
from subscriptions import delivery, staff_delivery
from subscriptions.bounces.visiting import Rounds
from subscriptions.models import Headcount, SignUp
from subscriptions.newsletter import engine as newsletter
from subscriptions.newsletter import pacing

logger = logging.getLogger(__name__)

POLL = 0.5  # seconds
LONGEST_PAUSE = 30.0
PURGE_EVERY = 60.0
LONGEST_SEARCH = 20.0


class Worker:
    def __init__(self, tick: Callable[[int], object] = lambda number: None) -> None:
        self.stopping = False
        self.tick = tick  # called with the number of newsletters sent since the last call
        self.looked_at = float("-inf")
        self.is_awaited = False
        self.trouble = ""
        self.pause = POLL
        self.purged_at = float("-inf")
        self.rounds = Rounds()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish the message in hand, and no other. Only sets a flag: a handler must not take locks."""
        self.stopping = True

    def run(self) -> None:
        while not self.stopping:
            self._turn()
            self._sleep(self.pause)

    def work(self) -> None:
        """Do what is due once, confirmations first. Raises MailServerAwayError or a database error."""
        while delivery.send_due(lambda: self.stopping):
            pass
        while staff_delivery.send_due(self._has_better_to_do):
            pass
        if self._is_time_for_chores():
            delivery.purge()
            staff_mail.announce_due_forecasts()
            Headcount.objects.take()
            pacing.forget_the_old()
            Change.objects.compact()
            self._find_near()
            self.rounds.go(self._has_better_to_do)
            self.purged_at = time.monotonic()
        # A newsletter may take hours: it is left for the chores, too, and gone on with at the next turn.
        while newsletter.send_due(lambda: self._has_better_to_do() or self._is_time_for_chores(), self.tick):
            if self._has_better_to_do() or self._is_time_for_chores():
                break

    def _find_near(self) -> None:
        """What is on the same subject. After a large import that is much to do: newsletters need not wait for it."""
        until = time.monotonic() + LONGEST_SEARCH

        def is_stopping() -> bool:
            return time.monotonic() > until or self._has_better_to_do()

        while not is_stopping() and related.find_near(is_stopping):
            pass

    def _has_better_to_do(self) -> bool:
        """Whether somebody waits for a confirmation, which comes first. Asked of the database twice a second."""
        now = time.monotonic()
        if now - self.looked_at > POLL:
            self.looked_at, self.is_awaited = now, SignUp.objects.due().exists()
        return self.stopping or self.is_awaited

    def _is_time_for_chores(self) -> bool:
        return time.monotonic() - self.purged_at >= PURGE_EVERY

    def _turn(self) -> None:
        close_old_connections()
        try:
            self.work()
        except delivery.MailServerAwayError as error:
            self._wait_out(f"The mail server does not answer ({error}).")
        except DatabaseError as error:
            connection.close()
            self._wait_out(f"The database does not answer ({type(error).__name__}).")
        else:
            self._recover()

    def _wait_out(self, trouble: str) -> None:
        """Say once what is the matter, and try again at longer and longer intervals."""
        if trouble != self.trouble:
            logger.error("%s The worker goes on trying.", trouble)
        self.trouble = trouble
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def _recover(self) -> None:
        if self.trouble:
            logger.warning("The worker works again. It had waited because: %s", self.trouble)
        self.trouble, self.pause = "", POLL

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, POLL))
