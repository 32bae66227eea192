"""Corrections: what was changed in a commentary after readers could see it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commentaries.models.commentaries import Commentary, Trend


class Correction(models.Model):
    """A dated note for readers on a change of meaning; a changed trend keeps its old value in it."""

    commentary = models.ForeignKey(Commentary, on_delete=models.CASCADE, related_name="corrections")
    made_at = models.DateTimeField(_("corrected at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.TextField(
        _("correction"),
        blank=True,
        max_length=1000,
        help_text=_("What was wrong, and what is right now. One sentence."),
    )
    trend_before = models.CharField(_("trend before"), max_length=10, choices=Trend, blank=True)
    trend_after = models.CharField(_("trend after"), max_length=10, choices=Trend, blank=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(trend_before="", trend_after="")
                | ~models.Q(trend_before="")
                & ~models.Q(trend_after="")
                & ~models.Q(trend_before=models.F("trend_after")),
                name="correction_of_a_trend_says_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commentary}, {self.made_at:%Y-%m-%d}"
