"""Addresses that get no mail of ours any more, known by their lookup only. A suppression outlives its subscriber."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Self

from django.db import IntegrityError, models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

MAY_BE_BACK = timedelta(days=30)  # after which somebody who signs up at an address that bounced is asked again
REMEMBERED = timedelta(days=30)  # longer than providers repeat a report, and mail servers keep a mail


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def suppress(self, lookup: str, reason: "Suppression.Reason") -> None:
        """Note that this address gets nothing any more.

        A bounce is dated by the last one, and gives way to what somebody decided; a decision and its date stay.
        """
        self.bulk_create([Suppression(lookup=lookup, reason=reason)], ignore_conflicts=True)
        self.filter(lookup=lookup, reason=Suppression.Reason.BOUNCE).update(reason=reason, since=Now())

    def decided(self) -> Self:
        """Those that no bounce made: they are final until the newsletter manager lifts them."""
        return self.exclude(reason=Suppression.Reason.BOUNCE)

    def lift(self, lookup: str) -> bool:
        """Let the address be written to again, if its owner signs up. Says whether it was suppressed."""
        deleted, _by_model = self.filter(lookup=lookup).delete()
        return bool(deleted)

    def closed(self) -> Self:
        """Those that are not even asked whether they want the newsletter. A mailbox that bounced may be back."""
        return self.exclude(reason=Suppression.Reason.BOUNCE, since__lte=Now() - MAY_BE_BACK)

    def of(self, lookups: "models.query.QuerySet[models.Model, str] | list[str]") -> Self:
        return self.filter(lookup__in=lookups)


class Suppression(models.Model):
    """That an address is not to be written to, why, and since when. No address, and nothing that leads to one."""

    class Reason(models.TextChoices):
        BOUNCE = "bounce", _("its mailbox does not exist or refuses our mail")
        COMPLAINT = "complaint", _("its owner called our mail spam")
        MANUAL = "manual", _("our newsletter manager decided so")

    lookup = models.CharField(max_length=64, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    since = models.DateTimeField(_("since"), db_default=Now())

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class DepartureQuerySet(models.QuerySet["Departure"]):
    def note(self, lookups: Iterable[str]) -> None:
        self.bulk_create([Departure(lookup=lookup) for lookup in lookups], ignore_conflicts=True)


class Departure(models.Model):
    """That the owner of an address left, or did not want to be asked: no list that is imported asks them again.

    It keeps nobody from signing up themselves, which takes it away. It does not say when.
    """

    lookup = models.CharField(max_length=64, unique=True, editable=False)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        verbose_name = _("departure")
        verbose_name_plural = _("departures")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class TakenReportQuerySet(models.QuerySet["TakenReport"]):
    def past(self) -> Self:
        return self.filter(taken_at__lte=Now() - REMEMBERED)

    def take(self, digest: str) -> bool:
        """Whether this report is told for the first time. The database settles a race."""
        try:
            with transaction.atomic():
                self.create(digest=digest)
        except IntegrityError:
            return False
        return True


class TakenReport(models.Model):
    """That a bounce or a complaint was taken, as a keyed digest: the same one told again changes nothing."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    taken_at = models.DateTimeField(db_default=Now(), editable=False, db_index=True)

    objects = TakenReportQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
