"""The publication itself: its name and what it says of itself."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commentaries.fields import RichTextField
from commentaries.languages import LocalText, active_language, local


class Publication(models.Model):
    """The one row that says what this publication is; shown on every page."""

    name = models.CharField(pgettext_lazy("of the publication", "name"), max_length=120, blank=True)
    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    about = RichTextField(_("about us"), blank=True)
    invitation = models.TextField(
        _("invitation to the newsletter"), blank=True, help_text=_("Two sentences beside the sign-up form.")
    )
    contact_email = models.EmailField(_("contact"), blank=True, help_text=_("Where readers can write. It is public."))

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publication")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=1),
                name="there_is_one_publication",
                violation_error_message=_("There is one publication."),
            )
        ]

    def __str__(self) -> str:
        return self.title()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> "Publication":
        """The publication, or an unsaved one with no text where nobody has described it yet."""
        return cls.objects.first() or cls(pk=1)

    def title(self, language: str | None = None) -> LocalText:
        """The name; the site's host until someone has given one."""
        host = settings.SITE_URL.split("//")[1]
        return local(self, "name", language) or LocalText(host, language or active_language())
