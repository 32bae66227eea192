"""What is counted of people without saying who: these numbers outlive them."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from subscriptions.models.people import Subscriber


def month_of(day: date) -> date:
    """A month is named by its first day."""
    return day.replace(day=1)


class HeadcountQuerySet(models.QuerySet["Headcount"]):
    def one_more(self) -> None:
        """Somebody has confirmed; within the transaction that makes them a subscriber."""
        month = month_of(timezone.localdate())
        self.get_or_create(month=month)
        self.filter(month=month).update(confirmed=F("confirmed") + 1)

    def take(self) -> None:
        """Count the subscribers, the first time on any day: that many there were when the day before ended."""
        today = timezone.localdate()
        month = month_of(today - timedelta(days=1))
        if not self.filter(month=month, taken_on__gte=today).exists():
            count = {"subscribers": Subscriber.objects.count(), "taken_on": today}
            self.update_or_create(month=month, defaults=count)


class Headcount(models.Model):
    """How many confirmed in a month, and how many subscribers there were when it ended.

    Whoever leaves is deleted, so the past cannot be counted later. How many left is not kept.
    """

    month = models.DateField(_("month"), unique=True)  # its first day
    confirmed = models.PositiveIntegerField(_("confirmed"), default=0)
    subscribers = models.PositiveIntegerField(_("subscribers"), null=True)  # None: nobody has counted yet
    taken_on = models.DateField(null=True)

    objects = HeadcountQuerySet.as_manager()

    class Meta:
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        ordering = ["month"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
