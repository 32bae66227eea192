"""Addresses of an earlier site that still lead somewhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Redirect(models.Model):
    """An address that once was ours: what stood there stands at another address now, for good (RFC 9110, 15.4.9)."""

    old_address = models.CharField(
        _("old address"),
        max_length=500,
        unique=True,
        help_text=_("From the first slash on, with the question mark and what follows it, if it had one."),
    )
    new_address = models.CharField(
        _("new address"), max_length=500, help_text=_("From the first slash on: /en/issues/2022-01-17/security/")
    )

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ["old_address"]

    def __str__(self) -> str:
        return self.old_address
