"""The sending of an issue to its subscribers, and the ledger of it: one row for each mail. The ledger is the queue."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from commentaries.models import Issue
from subscriptions.models.people import Subscriber

LEAVING = timedelta(days=7)  # who leaves so soon after an issue is counted among those who left because of it


class SendingQuerySet(models.QuerySet["Sending"]):
    def running(self) -> Self:
        """Those that workers are to go on with now."""
        return self.filter(started_at__isnull=False, finished_at=None, cancelled_at=None, paused_at=None)

    def waiting(self) -> Self:
        """Those that are to start by themselves after their issue is published."""
        return self.filter(started_at=None, delay__isnull=False)


class Sending(models.Model):
    """An issue on its way to its subscribers: at most one of an issue, whoever presses the button how often.

    What is sent is frozen when it starts: `content` is what `subscriptions.newsletter.content.freeze` made.
    """

    issue = models.OneToOneField(Issue, verbose_name=_("issue"), on_delete=models.PROTECT, related_name="sending")
    # How long after the issue's publication it starts by itself; None: by hand only.
    delay = models.DurationField(_("starts by itself"), null=True, blank=True)
    content = models.JSONField(default=dict, editable=False)
    # Whether a mail that may have gone out is sent again: it may then arrive twice, or else not at all.
    repeats_uncertain = models.BooleanField(_("send uncertain mails again"), default=False)
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # The rows of the ledger are written in portions: up to this subscriber they are there.
    prepared_to = models.BigIntegerField(default=0, editable=False)
    prepared_at = models.DateTimeField(null=True, editable=False)
    paused_at = models.DateTimeField(_("paused at"), null=True, editable=False)
    resumed_at = models.DateTimeField(null=True, editable=False)  # the last time
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)

    objects = SendingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sending")
        verbose_name_plural = _("sendings")
        ordering = ["-issue__week_start"]
        default_permissions = ("view",)
        permissions = [("send_newsletter", _("Can start, pause and cancel the newsletter"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(started_at__isnull=False)
                | models.Q(prepared_at=None, paused_at=None, cancelled_at=None, finished_at=None),
                name="sending_starts_before_anything_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}: {self.issue}"

    @property
    def due_at(self) -> datetime | None:
        """When it starts by itself; None where it does not, or where its issue has no time of publication yet."""
        if self.delay is None or self.issue.published_at is None:
            return None
        return self.issue.published_at + self.delay

    @property
    def is_running(self) -> bool:
        return self.started_at is not None and not (self.finished_at or self.cancelled_at or self.paused_at)

    @property
    def is_over(self) -> bool:
        return bool(self.finished_at or self.cancelled_at)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self) -> Self:
        """The rows of running sendings that are to be sent now and are in no worker's hands. The database's clock.

        The sendings are named: among a million rows, PostgreSQL would take those of an unknown one for a few, and sort
        all that wait for the first thousand of them.
        """
        free = models.Q(claimed_until=None) | models.Q(claimed_until__lte=Now())
        running = list(Sending.objects.running().values_list("pk", flat=True))
        return self.filter(free, state=Delivery.State.PENDING, next_attempt_at__lte=Now(), sending__in=running)

    def left_behind(self) -> Self:
        """Those that a worker took and did not account for in time: they may have gone out."""
        return self.filter(state=Delivery.State.SENDING, claimed_until__lte=Now())

    def call_off(self) -> int:
        """Let those that wait go to nobody. What a worker has in hand it finishes."""
        waiting = self.in_state(Delivery.State.PENDING)
        return waiting.update(state=Delivery.State.CANCELLED, settled_at=Now(), claimed_until=None)

    def in_state(self, state: "Delivery.State") -> Self:
        """Those in this state, found by the index that has such rows."""
        found = self.filter(state=state)
        return found if state in Delivery.OPEN else found.settled()

    def settled(self) -> Self:
        """Those with which nothing more is done."""
        return self.filter(settled_at__isnull=False)

    def note_leaving(self, lookups: Iterable[str]) -> None:
        """That these subscribers leave, on the mail that each got last in a week. It soon names nobody any more."""
        got = self.filter(
            subscriber__lookup__in=lookups, state=Delivery.State.SENT, settled_at__gte=Now() - LEAVING
        ).order_by("settled_at")
        last = dict(got.values_list("subscriber", "pk"))
        self.filter(pk__in=last.values()).update(left_at=Now())


class Delivery(models.Model):
    """One mail of a sending: to whom, and what became of it. Erasing the subscriber leaves a row that names nobody."""

    class State(models.TextChoices):
        PENDING = "pending", _("waits")
        SENDING = "sending", _("is being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        UNCERTAIN = "uncertain", _("uncertain")
        SUPPRESSED = "suppressed", _("suppressed")
        CANCELLED = "cancelled", _("cancelled")

    OPEN = (State.PENDING, State.SENDING)

    # A million rows are written while somebody waits, and each is changed three times: the database does not look up
    # whom a row names, and keeps no index of it alone. `preparing` writes rows in the turn of all subscribers and with
    # the sending held, and who is erased is taken out of the ledger in their turn. Each index has the rows of some
    # states, and together they have all rows of a sending; the unique constraint finds a subscriber's.
    sending = models.ForeignKey(
        Sending, on_delete=models.CASCADE, related_name="deliveries", db_constraint=False, db_index=False
    )
    subscriber = models.ForeignKey(
        Subscriber,
        on_delete=models.SET_NULL,
        null=True,
        related_name="deliveries",
        db_constraint=False,
        db_index=False,
    )
    language = models.CharField(_("language"), max_length=2)  # of the mail, for the counts
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING, db_default="pending")
    next_attempt_at = models.DateTimeField(db_default=Now(), editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, db_default=0, editable=False)
    first_attempt_at = models.DateTimeField(null=True, editable=False)
    # The server's last answer (RFC 5321, 4.2.1); 0: it gave none. Never its text, which may quote an address.
    reply_code = models.PositiveSmallIntegerField(_("reply"), default=0, db_default=0, editable=False)
    # The last reason in a word of ours: see subscriptions.newsletter.outcomes.
    cause = models.CharField(max_length=40, default="", db_default="", editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, editable=False)  # in every state that is not open
    bounced_at = models.DateTimeField(_("bounced at"), null=True, editable=False)  # after it was sent
    complained_at = models.DateTimeField(_("complained at"), null=True, editable=False)
    left_at = models.DateTimeField(_("left at"), null=True, editable=False)  # within a week of getting it

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "sending"], name="one_delivery_per_subscriber_and_sending"),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["pending", "sending", "sent", "failed", "uncertain", "suppressed", "cancelled"]
                ),
                name="delivery_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["pending", "sending"], settled_at__isnull=True)
                | models.Q(~models.Q(state__in=["pending", "sending"]), settled_at__isnull=False),
                name="delivery_is_open_or_settled",
            ),
        ]
        indexes = [
            # The queue: only what waits stands in it, so it stays small however many were sent. It counts them, too.
            models.Index(
                fields=["next_attempt_at", "sending", "language"],
                condition=models.Q(state="pending"),
                name="pending_deliveries",
            ),
            models.Index(fields=["claimed_until"], condition=models.Q(state="sending"), name="claimed_deliveries"),
            # Counts how many ended how, and with the time at its end how many did in the last minute. What is open does
            # not stand in it: a million rows would be entered while somebody waits, and each moved twice.
            models.Index(
                fields=["sending", "state", "language", "settled_at"],
                condition=models.Q(settled_at__isnull=False),
                name="settled_deliveries",
            ),
            models.Index(
                fields=["sending"],
                condition=models.Q(bounced_at__isnull=False)
                | models.Q(complained_at__isnull=False)
                | models.Q(left_at__isnull=False),
                name="deliveries_come_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class Pace(models.Model):
    """How fast mail may go to all, or to one domain (by its keyed digest): when the next mail may start.

    The generic cell rate algorithm (ITU-T I.371) with its one time kept here, so that all workers share it.
    """

    key = models.CharField(max_length=64, unique=True, editable=False)  # "" for all
    free_at = models.DateTimeField(db_default=Now(), editable=False)
    slowness = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)  # times slower than set
    slowed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key[:8] or "all"
