"""How often something has happened of late. What it was is known by a keyed digest only, and not for long."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from django.db import connection, models
from django.db.models.functions import Now

ONE_MORE = """INSERT INTO subscriptions_tally (digest, number, ends_at) VALUES %s
    ON CONFLICT (digest) DO UPDATE SET number = subscriptions_tally.number + 1 RETURNING digest, number"""


class TallyQuerySet(models.QuerySet["Tally"]):
    def past(self) -> Self:
        return self.filter(ends_at__lte=Now())

    def one_more(self, ends: Mapping[str, datetime]) -> dict[str, int]:
        """Count each of these digests once more, until the time beside it; their numbers, this time included.

        One statement on either database, so no two get the same number; in one order, so that no two that count the
        same wait for each other in a circle.
        """
        ends_at = Tally._meta.get_field("ends_at")
        rows = [(digest, ends_at.get_db_prep_value(ends[digest], connection)) for digest in sorted(ends)]
        with connection.cursor() as cursor:
            cursor.execute(ONE_MORE % ", ".join(["(%s, 1, %s)"] * len(rows)), [value for row in rows for value in row])
            return dict(cursor.fetchall())


class Tally(models.Model):
    """A number that counts until its time ends. No address, no network and nothing that leads to one."""

    digest = models.CharField(max_length=64, primary_key=True, editable=False)
    number = models.PositiveIntegerField(editable=False)
    ends_at = models.DateTimeField(db_index=True, editable=False)

    objects = TallyQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:8]
