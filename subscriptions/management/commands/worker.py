"""`manage.py worker`: sends confirmations as soon as they are asked for, mail to staff, and newsletters."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from tqdm import tqdm

from subscriptions.delivery import MailServerAwayError
from subscriptions.worker import Worker


class Command(BaseCommand):
    help = (
        "Send what is due: confirmations of new sign-ups first, then mail to staff and newsletters. Runs until it is "
        "told to stop (Ctrl-C, SIGTERM); any number of them may run, on any number of machines with one PostgreSQL."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        # disable=None: no bar where the output is not a terminal.
        with tqdm(unit=" newsletters", disable=None) as progress:
            self._work(Worker(progress.update), once=options["once"])

    def _work(self, worker: Worker, *, once: bool) -> None:
        if once:
            self._work_once(worker)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.stop)
        self.stdout.write("The worker is running.")
        worker.run()
        self.stdout.write("The worker has stopped.")

    def _work_once(self, worker: Worker) -> None:
        try:
            worker.work()
        except MailServerAwayError as error:
            raise CommandError(f"The mail server does not answer ({error}).") from error
        except DatabaseError as error:
            raise CommandError(f"The database does not answer ({type(error).__name__}).") from error
