"""`manage.py rotate_subscriber_key`: after a new key was put first in SUBSCRIBER_KEY."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from subscriptions import rotation


class Command(BaseCommand):
    help = (
        "Encrypt all subscribers' addresses with the newest key. First put the new key before the old one in "
        "SUBSCRIBER_KEY (new,old) and restart the site and its workers; then run this; then take the old key "
        "out. It may run while they work, and may be interrupted and started again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        # disable=None: no bar where the output is not a terminal.
        progress = tqdm(rotation.reseal_all(), total=rotation.count(), unit=" addresses", disable=None)
        done = Counter(progress)
        self.stdout.write(
            f"{done['resealed']} addresses were encrypted with the new key, {done['current']} were already."
        )
        if done["unreadable"]:
            raise CommandError(
                f"{done['unreadable']} addresses cannot be decrypted with any key in SUBSCRIBER_KEY and were "
                "left as they are. Put the key they were encrypted with at the end of SUBSCRIBER_KEY and run "
                "this again."
            )
