"""Sections: the standing subjects of the publication."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from commentaries.fields import RichTextField
from commentaries.folding import fold_all
from commentaries.languages import all_languages, local
from commentaries.paths import path_to


class SectionQuerySet(models.QuerySet["Section"]):
    def active(self) -> "SectionQuerySet":
        """Sections that new issues are written for."""
        return self.filter(retired_at=None)

    def shown(self) -> "SectionQuerySet":
        """What readers are led to: a section that was closed for as long as it has texts."""
        from commentaries.models.commentaries import Commentary

        texts = Commentary.objects.published().filter(section=models.OuterRef("pk"))
        return self.filter(models.Q(retired_at=None) | models.Exists(texts))


class Section(models.Model):
    """A standing subject; each issue has at most one commentary for it."""

    slug = models.SlugField(
        _("address"),
        max_length=80,
        unique=True,
        help_text=_(
            "The last part of the section's address, the same in every language. The old one leads to the new."
        ),
    )
    title = models.CharField(_("title"), max_length=120, blank=True)
    description = RichTextField(_("what the section covers"), blank=True)
    order = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Sections stand in this order in an issue.")
    )
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on new issues have no commentary for it."),
    )
    continues = models.ForeignKey(
        "self",
        verbose_name=_("continues"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="continued_by",
        help_text=_("The earlier section whose subject this one carries on."),
    )
    folded = models.TextField(editable=False, default="")

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["order", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(continues=None) | ~models.Q(continues=models.F("id")),
                name="section_does_not_continue_itself",
                violation_error_message=_("A section cannot continue itself."),
            ),
        ]

    def __str__(self) -> str:
        return local(self, "title") or self.slug

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold_all([self.slug, *all_languages(self, "title")])
        former = Section.objects.filter(pk=self.pk).exclude(slug=self.slug).values_list("slug", flat=True).first()
        super().save(*args, **kwargs)
        FormerSectionSlug.objects.filter(slug=self.slug).delete()
        if former:
            FormerSectionSlug.objects.create(slug=former, section=self)

    def get_absolute_url(self) -> str:
        return path_to("commentaries:section", self.slug)

    def clean(self) -> None:
        if not all_languages(self, "title"):
            raise ValidationError(_("Give the title in at least one language."))
        taken = FormerSectionSlug.objects.filter(slug=self.slug).exclude(section=self.pk).first()
        if taken:
            message = _("This address used to be that of “%(section)s”; old links lead there.")
            raise ValidationError({"slug": message % {"section": taken.section}})


class FormerSectionSlug(models.Model):
    """An address that a section used to have, so that old links still lead to it."""

    slug = models.SlugField(max_length=80, unique=True)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="former_slugs")

    class Meta:
        verbose_name = _("former address of a section")
        verbose_name_plural = _("former addresses of sections")

    def __str__(self) -> str:
        return self.slug
