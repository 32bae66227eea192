import os
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from commentaries import demo
from commentaries.demo.accounts import make_accounts
from commentaries.demo.at_work import begin_work


class Command(BaseCommand):
    help = "Load sample content in three languages and the demo accounts, once. Only with DEBUG=1."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo is for trying the site: set DEBUG=1. Nothing was loaded.")
        port = os.environ.get("PORT", "8000")
        self.stdout.write(f"\nSite:  http://127.0.0.1:{port}/\nAdmin: http://127.0.0.1:{port}/admin/\n")
        if not demo.is_demo() and not demo.is_empty():
            self.stdout.write("The database holds content of its own: no demo was loaded.\n")
            return
        with transaction.atomic():
            is_new = not demo.is_demo()
            if is_new:
                report = demo.load()
                self.stdout.write(f"Demo: {report.created} commentaries about a country that does not exist.")
            accounts = make_accounts()
            if is_new:
                begin_work()
        self.stdout.write("Demo accounts (kept in var/demo-accounts.json):")
        for username, (role, password) in accounts.items():
            self.stdout.write(f"  {role:<20} {username:<15} {password}")
        self.stdout.write("")
