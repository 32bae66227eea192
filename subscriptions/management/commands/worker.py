"""`manage.py worker`: sends confirmations as soon as they are asked for."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from subscriptions.delivery import MailServerAwayError
from subscriptions.worker import Worker


class Command(BaseCommand):
    help = "Send what is due: confirmations of new sign-ups. Runs until it is told to stop (Ctrl-C, SIGTERM)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="send what is due now, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker()
        if options["once"]:
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
