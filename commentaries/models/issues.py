"""Issues: one week, one issue."""

from datetime import date, timedelta
from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commentaries.compiled import Moment
from commentaries.fields import RichTextField
from commentaries.folding import fold_all
from commentaries.languages import LocalText, active_language, all_languages, local
from commentaries.models.following import search_follows
from commentaries.models.overlap import NoOverlap
from commentaries.paths import path_to
from commentaries.weeks import WEEK, this_week, week_name

# A misspelt year beyond these would break the pages that count weeks.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class Publishable(models.Model):
    """What is published and may be withdrawn. Only commentaries.publishing sets these facts.

    `uid` is what it is called outside (feeds, EPUB, citations): it survives a change of domain, section or database.
    """

    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    published_at = models.DateTimeField(
        _("published at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Empty: a draft. In the future: scheduled."),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawal_reason = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        abstract = True

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def is_scheduled(self) -> bool:
        return self.published_at is not None and self.published_at > timezone.now()

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.published_at <= timezone.now() and self.withdrawn_at is None

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class IssueQuerySet(models.QuerySet["Issue"]):
    def published(self, now: Moment | None = None) -> Self:
        """Issues that readers may see now. The rule for their texts is CommentaryQuerySet.published()."""
        return self.filter(published_at__lte=now or timezone.now(), withdrawn_at=None)

    def withdrawn(self) -> Self:
        """Issues that readers could see once: their address answers 410."""
        return self.filter(published_at__lte=timezone.now(), withdrawn_at__isnull=False)


def next_week() -> tuple[date, date]:
    """The week to propose for a new issue: the one after the last issue, or the current one."""
    last = Issue.objects.order_by("-week_end").first()
    if last is None:
        return this_week()
    start = last.week_end + timedelta(days=1)
    return start, start + WEEK - timedelta(days=1 + start.weekday())


def proposed_start() -> date:
    return next_week()[0]


def proposed_end() -> date:
    return next_week()[1]


class Issue(Publishable):
    """The commentaries of one week, Monday to Sunday unless it says otherwise; or of a longer time it stands for."""

    week_start = models.DateField(_("from"), unique=True, default=proposed_start)
    week_end = models.DateField(_("to"), default=proposed_end)
    title = models.CharField(
        _("title"),
        max_length=200,
        blank=True,
        help_text=_("Only for a special issue, such as a year in review."),
    )
    introduction = RichTextField(_("introduction"), blank=True)
    folded = models.TextField(editable=False, default="")

    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ["-week_start"]
        permissions = [("publish_issue", _("Can publish, schedule and withdraw"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(week_end__gte=models.F("week_start")),
                name="issue_week_ends_after_it_starts",
                violation_error_message=_("The week ends before it starts."),
            ),
            models.CheckConstraint(
                condition=models.Q(week_start__gte=EARLIEST, week_end__lte=LATEST),
                name="issue_week_is_in_our_times",
                violation_error_message=_("Check the year."),
            ),
            NoOverlap(
                start="week_start",
                end="week_end",
                name="issue_weeks_do_not_overlap",
                violation_error_message=_("These days belong to another issue already: %(other)s."),
            ),
        ]

    def __str__(self) -> str:
        return self.week()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold_all([self.week_start.isoformat(), *all_languages(self, "title"), *self._weeks()])
        with search_follows() as changed:
            super().save(*args, **kwargs)
            changed.update(self.commentaries.values_list("pk", flat=True))

    def get_absolute_url(self) -> str:
        return path_to("commentaries:issue", self.week_start)

    def _weeks(self) -> list[str]:
        return [self.week(language) for language in ("be", "ru", "en")]

    def week(self, language: str | None = None) -> LocalText:
        """The issue's days in words, with the year."""
        language = language or active_language()
        return LocalText(week_name(self.week_start, self.week_end, language), language)

    def week_under_year(self) -> LocalText:
        """The same without the year, for where a heading says it."""
        language = active_language()
        return LocalText(week_name(self.week_start, self.week_end, language, with_year=False), language)

    def heading(self, language: str | None = None) -> LocalText:
        """The title of a special issue, otherwise its week."""
        return local(self, "title", language) or self.week(language)
