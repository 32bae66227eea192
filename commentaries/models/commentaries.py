"""Commentaries: what an issue is made of, each in up to three languages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commentaries.compiled import Moment
from commentaries.fields import RichTextField
from commentaries.folding import fold_all, is_blank
from commentaries.languages import FALLBACK, Language, active_language, all_languages, in_language, local, path_in
from commentaries.models.following import PartOfCommentary, search_follows
from commentaries.models.issues import Issue, Publishable
from commentaries.models.parts import PARTS, WithParts, columns_of
from commentaries.models.people import Analyst
from commentaries.models.pictures import Picture
from commentaries.models.sections import Section
from commentaries.paths import path_to

if TYPE_CHECKING:
    from commentaries.models.forecasts import Forecast


class Trend(models.TextChoices):
    """How the situation of a section went in the week. The mark is a shape besides a colour."""

    IMPROVED = "improved", _("The situation has improved")
    UNCHANGED = "unchanged", _("The situation has not changed")
    WORSENED = "worsened", _("The situation got worse")

    @property
    def mark(self) -> str:
        return {"improved": "▲", "unchanged": "■", "worsened": "▼"}[self.value]


class CommentaryQuerySet(models.QuerySet["Commentary"]):
    def published(self, now: Moment | None = None) -> Self:
        """The one rule: the issue and the commentary are public, and so is at least one of its languages."""
        now = now or timezone.now()
        public = Translation.objects.filter(commentary=models.OuterRef("pk"), state__in=Translation.PUBLIC_STATES)
        return self.filter(
            models.Exists(public),
            published_at__lte=now,
            withdrawn_at=None,
            issue__published_at__lte=now,
            issue__withdrawn_at=None,
        )

    def withdrawn(self) -> Self:
        """Commentaries that readers could see once: their address answers 410."""
        now = timezone.now()
        gone = models.Q(withdrawn_at__isnull=False) | models.Q(issue__withdrawn_at__isnull=False)
        return self.filter(gone, published_at__lte=now, issue__published_at__lte=now)

    def ready_in(self, language: str) -> Self:
        """Those whose text in exactly this language readers may have: public_languages() as a filter."""
        ready = Translation.objects.filter(
            commentary=models.OuterRef("pk"), language=language, state__in=Translation.PUBLIC_STATES
        )
        texts = {f"title_{language}__gt": "", f"body_{language}__gt": ""}
        return self.filter(models.Exists(ready), **texts)

    def in_order(self) -> Self:
        """As they stand in their issue."""
        return self.order_by("section__order", "section__slug")

    def with_texts(self) -> Self:
        """All that a page prints of each, in a fixed number of queries."""
        return self.select_related("issue", "section", "picture").prefetch_related(
            "translations", "bylines__analyst", "forecasts", "picture__files", "corrections"
        )

    def with_parts(self, *names: str) -> Self:
        """The same in the one query of the rows themselves, for readers' pages: these parts, or all."""
        wanted = names or tuple(PARTS)
        related = ["issue", "section", *(["picture"] if "files" in wanted else [])]
        found = self.select_related(*related).defer("folded").annotate(**columns_of(wanted))
        found._iterable_class = WithParts
        return found


class Commentary(Publishable):
    """What the week meant for one section."""

    issue = models.ForeignKey(Issue, verbose_name=_("issue"), on_delete=models.PROTECT, related_name="commentaries")
    section = models.ForeignKey(
        Section, verbose_name=_("section"), on_delete=models.PROTECT, related_name="commentaries"
    )
    source_language = models.CharField(
        _("written in"),
        max_length=2,
        choices=Language,
        default=Language.BELARUSIAN,
        help_text=_("The others are translated from it."),
    )
    trend = models.CharField(_("trend"), max_length=10, choices=Trend, blank=True)
    title = models.CharField(_("headline"), max_length=250, blank=True)
    lead = models.TextField(
        _("lead"), blank=True, max_length=3000, help_text=_("Two or three sentences that say it all.")
    )
    body = RichTextField(_("text"), blank=True)
    picture = models.ForeignKey(
        Picture,
        verbose_name=_("picture"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="commentaries",
    )
    analysts = models.ManyToManyField(
        Analyst, through="Byline", verbose_name=_("analysts"), related_name="commentaries"
    )
    # Readers may look at earlier versions of what they cite, but at none from before this time: a correction may have
    # to take words back for somebody's safety.
    earlier_versions_hidden_at = models.DateTimeField(null=True, blank=True, editable=False)
    folded = models.TextField(editable=False, default="")

    objects = CommentaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("commentary")
        verbose_name_plural = _("commentaries")
        ordering = ["-issue__week_start", "section__order", "section__slug"]
        # published() reads all of this and none of the texts, which are long.
        indexes = [
            models.Index(
                fields=["-published_at", "withdrawn_at", "issue", "section", "trend"], name="commentary_public"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "section"],
                name="one_commentary_per_section_and_issue",
                violation_error_message=_("This issue has a commentary for this section already."),
            ),
            models.CheckConstraint(
                condition=models.Q(trend__in=["", *Trend.values]),
                name="commentary_trend_is_known",
                violation_error_message=_("Choose one of the three trends."),
            ),
        ]
        permissions = [("mark_ready", _("Can mark a language ready"))]

    def __str__(self) -> str:
        return local(self, "title") or f"{self.section}, {self.issue}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold_all(all_languages(self, "title", "lead", "body"))
        with search_follows() as changed:
            super().save(*args, **kwargs)
            changed.add(self.pk)

    def get_absolute_url(self) -> str:
        return path_to("commentaries:commentary", self.issue.week_start, self.section.slug)

    def url_in(self, language: str) -> str:
        """The path of this commentary's page in the given language."""
        return path_in(language, self.get_absolute_url())

    def public_since(self) -> datetime:
        """Since when readers have it, or will: it is public when its issue is, too. ValueError while neither is."""
        return max(time for time in (self.published_at, self.issue.published_at) if time)

    def has_text(self, language: str) -> bool:
        """Whether the language is given: it has a headline and a text."""
        return not (is_blank(in_language(self, "title", language)) or is_blank(in_language(self, "body", language)))

    def digest(self, language: str) -> str:
        """A fingerprint of the text in one language, by which a translation knows what it was made from."""
        texts = [in_language(self, field, language) for field in ("title", "lead", "body")]
        if self.pk:
            texts += [in_language(forecast, "statement", language) for forecast in self.forecasts.all()]
        return hashlib.sha256("\x00".join(texts).encode()).hexdigest()

    def is_marked_public(self, language: str) -> bool:
        """Whether the text of this language is for readers, once the commentary is public."""
        return language in self._marked_public()

    def _marked_public(self) -> set[str]:
        return {row.language for row in self.translations.all() if row.state in Translation.PUBLIC_STATES}

    def public_languages(self) -> list[str]:
        """The languages that readers get once the commentary is public."""
        marked = self._marked_public()
        return [language for language in FALLBACK if language in marked and self.has_text(language)]

    def edition(self, language: str | None = None) -> Edition | None:
        """The commentary as a reader of `language` gets it: whole, in that language or the next that is public."""
        wanted = language or active_language()
        public = self.public_languages()
        found = next((candidate for candidate in FALLBACK[wanted] if candidate in public), None)
        return Edition(self, found) if found else None


@dataclass(frozen=True)
class Edition:
    """One commentary in one language: every text of it, and nothing from another language."""

    commentary: Commentary
    language: str

    @property
    def title(self) -> str:
        return in_language(self.commentary, "title", self.language)

    @property
    def lead(self) -> str:
        return in_language(self.commentary, "lead", self.language)

    @property
    def body(self) -> str:
        return in_language(self.commentary, "body", self.language)

    @property
    def is_foreign(self) -> bool:
        """Whether it stands in for a language the reader asked for and we do not have."""
        return self.language != active_language()

    @property
    def forecasts(self) -> list[Forecast]:
        """The forecasts that are worded in this language."""
        return [row for row in self.commentary.forecasts.all() if in_language(row, "statement", self.language)]


class Byline(PartOfCommentary):
    """One of a commentary's analysts, in their order."""

    commentary = models.ForeignKey(Commentary, on_delete=models.CASCADE, related_name="bylines")
    analyst = models.ForeignKey(Analyst, verbose_name=_("analyst"), on_delete=models.PROTECT, related_name="bylines")
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commentary", "analyst"],
                name="an_analyst_signs_a_commentary_once",
                violation_error_message=_("This analyst signs the commentary already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.analyst)


class Translation(models.Model):
    """Where a commentary stands in one language, the source language too. The text itself is the commentary's."""

    class State(models.TextChoices):
        MISSING = "missing", _("missing")
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        READY = "ready", _("ready")
        OUTDATED = "outdated", _("outdated")

    # What was ready and fell behind its source is still better than nothing.
    PUBLIC_STATES = (State.READY, State.OUTDATED)

    commentary = models.ForeignKey(Commentary, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=2, choices=Language)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.MISSING)
    marked_ready_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    marked_ready_at = models.DateTimeField(_("marked ready at"), null=True, blank=True)
    sent_to_review_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sent_to_review_at = models.DateTimeField(_("sent to review at"), null=True, blank=True)
    made_from_language = models.CharField(_("made from"), max_length=2, choices=Language, blank=True)
    made_from_digest = models.CharField(max_length=64, blank=True, editable=False)
    # The original as it stood then is what the text was made from: its history tells what has changed since.
    made_from_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Of the text that readers had before it was put back: one that comes back changed owes them a note.
    last_read_digest = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(
                fields=["commentary", "language"], name="one_translation_per_commentary_and_language"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["missing", "draft", "in_review", "ready", "outdated"]),
                name="translation_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_language_display()}: {self.get_state_display()}"
