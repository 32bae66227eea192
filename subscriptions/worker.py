"""The worker: sends what is due, again and again, until it is told to stop. Any number of them may run."""

import logging
import time
from types import FrameType

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from commentaries.turns import staff_mail
from subscriptions import delivery, staff_delivery
from subscriptions.models import SignUp

logger = logging.getLogger(__name__)

POLL = 0.5  # seconds
LONGEST_PAUSE = 30.0
PURGE_EVERY = 60.0


class Worker:
    def __init__(self) -> None:
        self.stopping = False
        self.trouble = ""
        self.pause = POLL
        self.purged_at = float("-inf")

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish the message in hand, and no other. Only sets a flag: a handler must not take locks."""
        self.stopping = True

    def run(self) -> None:
        while not self.stopping:
            self._turn()
            self._sleep(self.pause)

    def work(self) -> None:
        """Do what is due once: confirmations before mail to staff. Raises MailServerAwayError or a database error."""
        while delivery.send_due(lambda: self.stopping):
            pass
        while staff_delivery.send_due(lambda: self.stopping or SignUp.objects.due().exists()):
            pass
        if time.monotonic() - self.purged_at >= PURGE_EVERY:
            delivery.purge()
            staff_mail.announce_due_forecasts()
            self.purged_at = time.monotonic()

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
