"""The site's revision: a number that grows with every change of what readers may see."""

from typing import Self

from django.db import models, transaction
from django.db.models import Sum


class ChangeQuerySet(models.QuerySet["Change"]):
    def revision(self) -> int:
        found: int = self.aggregate(revision=Sum("number", default=0))["revision"]
        return found

    @transaction.atomic
    def compact(self: Self) -> None:
        """Put one row in the place of many, which leaves the sum as it is, whoever looks meanwhile."""
        keys = list(self.select_for_update(skip_locked=True).order_by("pk").values_list("pk", "number"))
        if len(keys) > 1:
            self.filter(pk__in=[key for key, _number in keys]).delete()
            self.create(number=sum(number for _key, number in keys))


class Change(models.Model):
    """One statement's change. The sum of all is the site's revision.

    Triggers of the database write the rows (`commentaries.revision.triggers`), in the transaction of the change: no way
    of changing a page misses them, and none is noted that was not made. A row each, and not one that all of them raise:
    two editors' transactions then never wait for each other, and one that ends late still changes the sum.
    """

    number = models.PositiveBigIntegerField(default=1)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.number)
