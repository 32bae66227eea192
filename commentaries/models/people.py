"""Those who work at the desk, and the names under which analysts are read."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from commentaries.fields import RichTextField
from commentaries.folding import fold_all
from commentaries.languages import FALLBACK, Language, LocalText, all_languages, local
from commentaries.paths import path_to


def validate_languages(value: Any) -> None:
    """Refuse anything but a list of our language codes."""
    if not isinstance(value, list) or any(code not in Language.values for code in value):
        raise ValidationError(_("Choose from Belarusian, Russian and English."))


class User(AbstractUser):
    """An account at the desk. Its rights come from its roles, narrowed to its sections and languages of work."""

    interface_language = models.CharField(
        _("language of the desk"),
        max_length=2,
        choices=Language,
        blank=True,
        help_text=_("Empty: the language of the browser."),
    )
    sections = models.ManyToManyField(
        "commentaries.Section",
        verbose_name=_("sections"),
        blank=True,
        related_name="staff",
        help_text=_("An analyst writes for these sections."),
    )
    languages = models.JSONField(
        _("languages of work"),
        default=list,
        blank=True,
        validators=[validate_languages],
        help_text=_("A translator edits texts in these languages."),
    )
    wants_mail = models.BooleanField(
        _("mail when it is my turn"),
        default=True,
        help_text=_("A text waits for your review or translation, a forecast of yours is due, someone comments."),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("account")  # type: ignore[assignment]  # the stubs want text, Django takes lazy text
        verbose_name_plural = _("accounts")  # type: ignore[assignment]


class AnalystQuerySet(models.QuerySet["Analyst"]):
    def under_their_name(self) -> "AnalystQuerySet":
        """Those who have a page of their own once they have published: a hidden or guest author never has."""
        return self.filter(is_public=True, is_guest=False)

    def with_page(self) -> "AnalystQuerySet":
        """Those who have one now. An analyst who has published nothing yet is nobody's business."""
        return self.under_their_name().filter(self._published())

    def knowing_pages(self) -> "AnalystQuerySet":
        """All, and each knows whether they have one, whatever they signed."""
        return self.annotate(has_published=self._published())  # type: ignore[no-redef]  # in the place of the default

    def _published(self) -> models.Exists:
        from commentaries.models.commentaries import Commentary

        return models.Exists(Commentary.objects.published().filter(bylines__analyst=models.OuterRef("pk")))


class Analyst(models.Model):
    """An author as readers know them. Only the byline ever leaves the desk."""

    slug = models.SlugField(
        _("address"), max_length=60, unique=True, help_text=_("The last part of the page's address.")
    )
    is_public = models.BooleanField(
        _("writes under their own name"),
        default=True,
        help_text=_("Otherwise only the pen name is ever shown."),
    )
    is_guest = models.BooleanField(_("guest"), default=False, help_text=_("A guest has no page of their own."))
    name = models.CharField(_("name"), max_length=120, blank=True)
    pen_name = models.CharField(_("pen name"), max_length=120, blank=True)
    bio = RichTextField(_("about the analyst"), blank=True)
    portrait = models.ForeignKey(
        "commentaries.Picture",
        verbose_name=_("portrait"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="portrait_of",
    )
    user = models.OneToOneField(
        User,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="analyst",
    )
    folded = models.TextField(editable=False, default="")

    # Who signs what readers have. Elsewhere it is asked for, with all rows at once: AnalystQuerySet.knowing_pages().
    has_published = True

    objects = AnalystQuerySet.as_manager()

    class Meta:
        verbose_name = _("analyst")
        verbose_name_plural = _("analysts")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.byline() or self.slug

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold_all([self.slug, *all_languages(self, "name", "pen_name")])
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return path_to("commentaries:analyst", self.slug)

    @property
    def has_page(self) -> bool:
        return self.is_public and not self.is_guest and self.has_published

    def byline(self, language: str | None = None) -> LocalText:
        """The name that readers see: the pen name of a hidden analyst, never their own."""
        return local(self, "name" if self.is_public else "pen_name", language)

    def clean(self) -> None:
        if not any(self.byline(language) for language in FALLBACK):
            missing = _("Give the name in at least one language.")
            if not self.is_public:
                missing = _("An analyst who does not write under their own name needs a pen name.")
            raise ValidationError(missing)
