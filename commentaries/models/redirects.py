"""Addresses of an earlier site that still lead somewhere."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from commentaries.redirects.own import answers, is_desk
from commentaries.redirects.spelling import LONGEST, is_path, spellings, spelt, spelt_path


class Redirect(models.Model):
    """An address that once was ours: what stood there stands at another address now, for good (RFC 9110, 15.4.9)."""

    old_address = models.CharField(
        _("old address"),
        max_length=LONGEST,
        unique=True,
        help_text=_("From the first slash on, with the question mark and what follows it, if it had one."),
    )
    new_address = models.CharField(
        _("new address"),
        max_length=LONGEST,
        help_text=_("From the first slash on: /en/issues/2022-01-17/security/"),
    )

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ["old_address"]

    def __str__(self) -> str:
        return self.old_address

    def clean(self) -> None:
        """Both addresses in their one spelling, and no reader led in circles."""
        for field in ("old_address", "new_address"):
            self._check_form(field)
        path, mark, rest = self.new_address.partition("?")
        self.old_address, self.new_address = spelt(self.old_address), spelt_path(path) + mark + rest
        self._check_length()
        if "?" not in self.old_address and answers(self.old_address):
            raise ValidationError({"old_address": _("The site has a page at this address; readers find that one.")})
        self._check_way()

    def _check_form(self, field: str) -> None:
        address = getattr(self, field)
        if not is_path(address):
            sentence = _("Begin with one slash and leave out the name of the site: /2019/03/text/")
        elif is_desk(spelt(address).partition("?")[0]):
            sentence = _("This address belongs to the desk.")
        elif field == "old_address" and "#" in address:
            sentence = _("Leave out the # and what follows it: browsers keep that to themselves.")
        else:
            return
        raise ValidationError({field: sentence})

    def _check_length(self) -> None:
        """What is spelt anew may have grown."""
        for field in ("old_address", "new_address"):
            if len(getattr(self, field)) > LONGEST:
                raise ValidationError({field: _("This address is too long.")})

    def _check_way(self) -> None:
        """One step from old to new: no chain, and so no circle."""
        if self.old_address in spellings(self.new_address):
            raise ValidationError({"new_address": _("The old address would lead to itself.")})
        others = Redirect.objects.exclude(pk=self.pk)
        if same := others.filter(old_address=self.old_address).first():
            sentence = _("This old address leads to %(address)s already.")
            raise ValidationError({"old_address": sentence % {"address": same.new_address}})
        further = others.filter(old_address__in=spellings(self.new_address)).first()
        if further:
            sentence = _("This is an old address, too; write where it leads: %(address)s")
            raise ValidationError({"new_address": sentence % {"address": further.new_address}})
        before = others.filter(new_address__in=[self.old_address, f"{self.old_address}/"]).first()
        if before:
            sentence = _("Another old address leads here: %(address)s. Change that one first.")
            raise ValidationError({"old_address": sentence % {"address": before.old_address}})
