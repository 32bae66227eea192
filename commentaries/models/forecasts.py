"""Forecasts: what a commentary expects, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from commentaries.languages import local
from commentaries.models.commentaries import Commentary
from commentaries.models.following import PartOfCommentary


class Forecast(PartOfCommentary):
    """A statement about the future that time will judge."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        CAME_TRUE = "came_true", _("came true")
        PARTLY = "partly", _("came true in part")
        DID_NOT = "did_not", _("did not come true")
        CONDITION_DID_NOT_ARISE = "condition_did_not_arise", _("its condition was not met")

    commentary = models.ForeignKey(Commentary, on_delete=models.CASCADE, related_name="forecasts")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    statement = models.TextField(_("statement"), blank=True)
    due = models.DateField(
        _("due"), null=True, blank=True, help_text=_("The day by which it can be judged, if there is one.")
    )
    outcome = models.CharField(_("outcome"), max_length=30, choices=Outcome, default=Outcome.OPEN)
    outcome_date = models.DateField(_("judged on"), null=True, blank=True)
    outcome_note = models.TextField(_("note on the outcome"), blank=True)
    # The due date of which its judges were told by mail: a date that is put off is told again.
    due_announced = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="open", outcome_date=None)
                | ~models.Q(outcome="open") & models.Q(outcome_date__isnull=False),
                name="forecast_is_judged_on_a_date",
                violation_error_message=_("A judged forecast has the date of the judgement; an open one has none."),
            ),
        ]

    def __str__(self) -> str:
        return local(self, "statement")[:80]
