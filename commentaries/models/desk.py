"""What those at the desk leave for each other: comments, a sign that they are here, mail, links to a draft."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commentaries.languages import Language
from commentaries.models.commentaries import Commentary
from commentaries.models.issues import Issue


class CommentQuerySet(models.QuerySet["Comment"]):
    def unresolved(self) -> Self:
        return self.filter(resolved_at=None)


class Comment(models.Model):
    """What one of the desk says to the others about a commentary. Readers never see it."""

    commentary = models.ForeignKey(Commentary, on_delete=models.CASCADE, related_name="comments")
    language = models.CharField(
        _("language"), max_length=2, choices=Language, blank=True, help_text=_("Empty: about the whole commentary.")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("comment"), max_length=4000)
    written_at = models.DateTimeField(_("written at"), default=timezone.now)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text[:80]


class Presence(models.Model):
    """That someone has a commentary open at the desk, and when their browser last said so."""

    commentary = models.ForeignKey(Commentary, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences")
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["commentary", "user"], name="one_presence_per_person")]

    def __str__(self) -> str:
        return f"{self.user}: {self.commentary}"


class StaffMail(models.Model):
    """A mail to someone at the desk that is to be sent: the row is the queue. Its words are made when it goes out."""

    class Kind(models.TextChoices):
        REVIEW = "review", _("a text waits for review")
        TRANSLATION = "translation", _("a text waits for translation")
        OUTDATED = "outdated", _("a translation is outdated")
        FORECAST_DUE = "forecast_due", _("a forecast is due")
        COMMENT = "comment", _("a new comment")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="staff_mails")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    commentary = models.ForeignKey(Commentary, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(_("language"), max_length=2, choices=Language, blank=True)
    asked_at = models.DateTimeField(db_default=Now())
    next_attempt_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mail to staff")
        verbose_name_plural = _("mails to staff")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "commentary", "language"], name="one_waiting_mail_per_person_and_matter"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["review", "translation", "outdated", "forecast_due", "comment"]),
                name="staff_mail_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"


class PreviewLinkQuerySet(models.QuerySet["PreviewLink"]):
    def open(self) -> Self:
        return self.filter(withdrawn_at=None, expires_at__gt=timezone.now())


class PreviewLink(models.Model):
    """A way for people without an account to read an issue, or one commentary of it, before it is public."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="preview_links")
    commentary = models.ForeignKey(
        Commentary, on_delete=models.CASCADE, null=True, blank=True, related_name="preview_links"
    )
    made_for = models.CharField(_("for whom"), max_length=120, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    expires_at = models.DateTimeField(_("works until"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("preview link")
        verbose_name_plural = _("preview links")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.commentary or self.issue}"
