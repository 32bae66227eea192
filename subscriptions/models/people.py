"""Who asked for the newsletter, and who gets it. No IP address, no user agent, no history."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Self
from uuid import UUID, uuid4

from django.db import IntegrityError, models, transaction
from django.db.models import Case, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commentaries.languages import Language
from commentaries.models import Section
from subscriptions.addresses import EncryptedAddressField, SealedAddress, lookup_of
from subscriptions.models.suppressions import Suppression
from subscriptions.turns import in_turn

DAY = timedelta(hours=24)
LINK_AGE = timedelta(hours=48)  # how long a confirmation link works
LEASE = timedelta(minutes=5)  # how long a worker may take over one message; longer than SMTP's slowest
MAILS_A_DAY = 2


class SignUpQuerySet(models.QuerySet["SignUp"]):
    def unsent(self) -> Self:
        return self.filter(sent_at=None)

    def due(self) -> Self:
        """Those to be written to now that are in no worker's hands. The database's clock decides.

        One of an address that is closed is never due: it ages, and whoever asked for it learns nothing.
        """
        free = models.Q(claimed_until=None) | models.Q(claimed_until__lte=Now())
        closed = models.Exists(Suppression.objects.closed().filter(lookup=models.OuterRef("lookup")))
        return self.unsent().filter(free, ~closed, next_attempt_at__lte=Now())

    def aged(self) -> Self:
        """Those whose link works no more, or which could not be sent for as long."""
        long_ago = Now() - LINK_AGE
        return self.filter(models.Q(sent_at__lte=long_ago) | models.Q(sent_at=None, asked_at__lte=long_ago))

    def ask(
        self,
        address: str,
        language: str,
        sections: Iterable[Section] = (),
        moves: "Subscriber | None" = None,
    ) -> None:
        """Note that a confirmation is to be sent. A sign-up of the address that waits takes these wishes.

        The statements are the same whatever is known of the address, and so is the time they take.
        """
        lookup, sealed = lookup_of(address), SealedAddress.seal(address)
        with in_turn([lookup]):
            new = SignUp(lookup=lookup, address=sealed, language=language, moves=moves)
            self.bulk_create([new], ignore_conflicts=True)
            waiting = self.unsent().filter(lookup=lookup)
            # Who signs up does not wait for their turn on a list, though for another attempt.
            at_once = Case(When(attempts=0, then=Now()), default="next_attempt_at")
            wishes = {"address": sealed, "language": language, "moves": moves}
            waiting.update(**wishes, asked_at=Now(), next_attempt_at=at_once)
            pk = waiting.values_list("pk", flat=True).first()
            if pk is not None:
                _choose(pk, sections)
        if pk is None:  # a worker sent the one that waited, between the first statement and the second
            self.ask(address, language, sections, moves)


def _choose(sign_up: UUID, sections: Iterable[Section]) -> None:
    """Replace the sections; unlike `sections.set()`, by statements that do not depend on the earlier ones."""
    choices = SignUp.sections.through.objects
    choices.filter(signup_id=sign_up).delete()
    choices.bulk_create([SignUp.sections.through(signup_id=sign_up, section=section) for section in sections])


class SignUp(models.Model):
    """A wish to get the newsletter, until confirmed or aged. The unsent ones are the queue of mails."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    address = EncryptedAddressField(editable=False)
    lookup = models.CharField(max_length=64, editable=False, db_index=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    sections = models.ManyToManyField(Section, verbose_name=_("sections"), blank=True, related_name="+")
    # Whose new address this is: confirming it changes where their newsletter goes, and nothing else.
    moves = models.ForeignKey(
        "subscriptions.Subscriber", on_delete=models.CASCADE, null=True, editable=False, related_name="moves"
    )
    asked_at = models.DateTimeField(_("asked at"), db_default=Now())
    next_attempt_at = models.DateTimeField(db_default=Now(), editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=models.Q(sent_at=None), name="unsent_sign_ups"),
            models.Index(fields=["sent_at"], name="sign_ups_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["lookup"], condition=models.Q(sent_at=None), name="one_unsent_sign_up_per_address"
            ),
            models.CheckConstraint(
                condition=models.Q(language__in=Language.values), name="sign_up_is_in_one_of_our_languages"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} ({self.get_language_display()})"

    def mark_sent(self) -> None:
        SignUp.objects.filter(pk=self.pk).update(sent_at=Now(), claimed_until=None)

    def postpone(self, delay: timedelta) -> None:
        """Give it back to the queue, to be tried again after `delay`."""
        SignUp.objects.filter(pk=self.pk).update(next_attempt_at=Now() + delay, claimed_until=None)


class ConfirmationMailQuerySet(models.QuerySet["ConfirmationMail"]):
    def past(self) -> Self:
        return self.filter(taken_at__lte=Now() - DAY)

    def take(self, lookup: str) -> "ConfirmationMail | None":
        """One of the address's places of the day; None when both are taken. The database settles a race."""
        self.past().filter(lookup=lookup).delete()
        for place in range(1, MAILS_A_DAY + 1):
            try:
                with transaction.atomic():
                    return self.create(lookup=lookup, place=place)
            except IntegrityError:
                continue
        return None


class ConfirmationMail(models.Model):
    """A place among an address's two confirmation mails of any 24 hours.

    It is taken before the mail is sent, so a worker that dies may cost a place, but never send a third mail.
    """

    lookup = models.CharField(max_length=64, editable=False)
    place = models.PositiveSmallIntegerField(editable=False)
    taken_at = models.DateTimeField(db_default=Now(), editable=False, db_index=True)

    objects = ConfirmationMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmation mail")
        verbose_name_plural = _("confirmation mails")
        constraints = [
            models.UniqueConstraint(fields=["lookup", "place"], name="one_confirmation_mail_per_place"),
            models.CheckConstraint(
                condition=models.Q(place__range=(1, MAILS_A_DAY)), name="two_confirmation_mails_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.place}"


class Cadence(models.TextChoices):
    EVERY_ISSUE = "every_issue", _("every issue")
    TREND_CHANGES = "trend_changes", _("only when a trend changes")


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def receiving(self) -> Self:
        """Those who have not paused. Whether an address is suppressed is asked apart: it outlives its subscriber."""
        today = timezone.localdate()
        return self.filter(models.Q(paused_at=None) | models.Q(paused_until__lte=today))


class Subscriber(models.Model):
    """Someone who confirmed that the newsletter may come to their address."""

    address = EncryptedAddressField(editable=False)
    lookup = models.CharField(max_length=64, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    sections = models.ManyToManyField(
        Section,
        verbose_name=_("sections"),
        blank=True,
        related_name="subscribers",
        help_text=_("None chosen: all."),
    )
    cadence = models.CharField(_("how often"), max_length=20, choices=Cadence, default=Cadence.EVERY_ISSUE)
    # Sender and subject say nothing of what the mail is: for readers whose mailbox others may see.
    is_discreet = models.BooleanField(_("discreet"), default=False)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    paused_until = models.DateField(_("paused until"), null=True, blank=True)  # None: until they say so
    soft_bounces = models.PositiveSmallIntegerField(default=0, editable=False)  # one after the other
    confirmed_at = models.DateTimeField(_("confirmed at"), db_default=Now())
    # What links in mail carry instead of the row's number.
    token_id = models.UUIDField(default=uuid4, unique=True, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-confirmed_at", "-pk"]
        permissions = [
            ("import_subscribers", "Can ask the addresses of a list whether they want the newsletter"),
            ("export_subscribers", "Can export the subscribers' addresses"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lookup"], name="one_subscriber_per_address"),
            models.CheckConstraint(
                condition=models.Q(language__in=Language.values), name="subscriber_reads_one_of_our_languages"
            ),
            models.CheckConstraint(
                condition=models.Q(cadence__in=Cadence.values), name="subscriber_reads_at_a_known_cadence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk} ({self.get_language_display()})"

    @property
    def is_paused(self) -> bool:
        """Whether `receiving()` leaves them out."""
        return self.paused_at is not None and not (self.paused_until and self.paused_until <= timezone.localdate())


# Deleting a section would turn "only this one" into "all": it is retired instead. The rows of a many-to-many field
# take no on_delete, and the database has none.
for chosen in (SignUp.sections, Subscriber.sections):
    chosen.through._meta.get_field("section").remote_field.on_delete = models.PROTECT


class Consent(models.Model):
    """That a subscriber agreed, when, and to what words. It goes when the subscriber goes."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="consents")
    given_at = models.DateTimeField(_("given at"), db_default=Now())
    language = models.CharField(_("language"), max_length=2, choices=Language)
    wording = models.TextField(_("wording"))
    is_move = models.BooleanField(default=False, editable=False)  # to a new address, by somebody who subscribed before
    # Not a foreign key: the sign-up is deleted when it is confirmed, and its link still says "confirmed".
    sign_up_id = models.UUIDField(editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [models.UniqueConstraint(fields=["sign_up_id"], name="one_consent_per_sign_up")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} ({self.get_language_display()})"


class FormerLink(models.Model):
    """What links in mails to an address carry that the subscriber has moved away from.

    They leave for ever, as all links to leave do. They open nothing: another may read that mailbox by now.
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="former_links")
    identity = models.UUIDField(unique=True, editable=False)  # a `token_id`, or the id of a sign-up

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
