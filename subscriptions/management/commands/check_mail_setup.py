"""`manage.py check_mail_setup`: says in sentences what keeps our mail from arriving."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from subscriptions.mail_setup.checking import check, current
from subscriptions.mail_setup.findings import Finding, Level
from subscriptions.mail_setup.resolving import SystemResolver


class Command(BaseCommand):
    help = (
        "Say what is right and what is missing for mail to arrive: SPF, DKIM (DKIM_SELECTOR), DMARC, the server's "
        "name, and the settings. It asks the DNS and sends nothing. The exit code is 1 where something is missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host",
            default="",
            help="the name or address of the server from which mail leaves, if it is not the one in EMAIL_URL",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        findings = check(current(options["host"]), SystemResolver)
        for finding in findings:
            self.stdout.write(self._styled(finding))
        number = sum(finding.level is Level.MISSING for finding in findings)
        if number:
            things = "1 thing that keeps" if number == 1 else f"{number} things that keep"
            raise CommandError(f"{things} mail from arriving: see “Missing” above.")
        self.stdout.write("Nothing that is known keeps mail from arriving.")

    def _styled(self, finding: Finding) -> str:
        styles = {Level.RIGHT: self.style.SUCCESS, Level.MISSING: self.style.ERROR}
        return styles.get(finding.level, self.style.WARNING)(str(finding))
