"""Pictures: a file, the point of it that must stay in sight, and whose it is."""

from pathlib import PurePosixPath
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from pictures.models import PictureField

from commentaries.folding import fold_all
from commentaries.images import CROP_WIDTH, crop_to_ratio, reencode, upload_path, validate_picture
from commentaries.languages import Language, LocalText, all_languages, in_language, local


class Licence(models.TextChoices):
    """The licences a picture may be used under, by SPDX identifier where there is one."""

    CC0 = "CC0-1.0", "CC0 1.0"
    CC_BY_4 = "CC-BY-4.0", "CC BY 4.0"
    CC_BY_SA_4 = "CC-BY-SA-4.0", "CC BY-SA 4.0"
    CC_BY_3 = "CC-BY-3.0", "CC BY 3.0"
    CC_BY_SA_3 = "CC-BY-SA-3.0", "CC BY-SA 3.0"
    CC_BY_SA_2 = "CC-BY-SA-2.0", "CC BY-SA 2.0"
    PUBLIC_DOMAIN = "public-domain", _("Public domain")
    PERMISSION = "permission", _("Used with permission")
    OWN = "own", _("Our own picture")

    @property
    def address(self) -> str:
        """Where the licence can be read, or an empty string."""
        family, _separator, version = self.value.removeprefix("CC-").rpartition("-")
        if self is Licence.CC0:
            return "https://creativecommons.org/publicdomain/zero/1.0/"
        if self.value.startswith("CC-"):
            return f"https://creativecommons.org/licenses/{family.lower()}/{version}/"
        return ""


class Picture(models.Model):
    """A picture, used by commentaries, texts and portraits. The file is ours: re-encoded, without metadata."""

    file = models.ImageField(
        _("file"),
        upload_to=upload_path,
        blank=True,
        max_length=120,
        validators=[validate_picture],
        width_field="width",
        height_field="height",
    )
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    focal_x = models.PositiveSmallIntegerField(
        # xgettext:no-python-format
        _("focal point, % from the left"),
        default=50,
        validators=[MaxValueValidator(100)],
    )
    focal_y = models.PositiveSmallIntegerField(
        # xgettext:no-python-format
        _("focal point, % from the top"),
        default=50,
        validators=[MaxValueValidator(100)],
    )
    crop = PictureField(
        editable=False,
        blank=True,
        max_length=120,
        container_width=CROP_WIDTH,
        width_field="crop_width",
        height_field="crop_height",
    )
    crop_width = models.PositiveIntegerField(null=True, editable=False)
    crop_height = models.PositiveIntegerField(null=True, editable=False)
    credit = models.CharField(_("credit"), max_length=200, blank=True, help_text=_("Who made the picture."))
    licence = models.CharField(_("licence"), max_length=20, choices=Licence, blank=True)
    source = models.URLField(_("source"), blank=True, help_text=_("The address the picture comes from."))
    alt = models.CharField(
        _("alternative text"),
        max_length=300,
        blank=True,
        help_text=_("What is to be seen, for those who do not see it. One sentence."),
    )
    caption = models.CharField(_("caption"), max_length=300, blank=True)
    folded = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return local(self, "caption") or local(self, "alt") or self.credit or PurePosixPath(self.file.name or "?").name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Re-encode a new file, and crop anew when the file or the focal point changed.

        Earlier files stay: pages already read, kept or cached still point to them.
        """
        self.folded = fold_all([self.credit, *all_languages(self, "caption", "alt")])
        if self.file and not self.file._committed:  # type: ignore[attr-defined]  # new, not yet in the store
            self.file = reencode(self.file)
            self.file.save(self.file.name, self.file.file, save=False)
        if self.file and (self.crop.name or "").rpartition(".")[0] != self._crop_name():
            crop = crop_to_ratio(self.file, (self.focal_x, self.focal_y))
            self.crop.save(self._crop_name() + PurePosixPath(str(crop.name)).suffix, crop, save=False)
        super().save(*args, **kwargs)

    def _crop_name(self) -> str:
        """The name, less its ending, that a crop of this file round this point has."""
        path = PurePosixPath(str(self.file.name))
        return str(path.with_name(f"{path.stem}-{self.focal_x}-{self.focal_y}"))

    def file_in(self, language: str) -> Any:
        """What to show in this language: its own file where there is one (a chart with words), else our crop."""
        own = next((file for file in self.files.all() if file.language == language), None)
        return own.file if own else self.crop

    def alt_in(self, language: str) -> str:
        """The alternative text in exactly this language: no other language stands in for it."""
        return in_language(self, "alt", language)

    def shown_caption(self, language: str) -> LocalText:
        return local(self, "caption", language)


class PictureFile(models.Model):
    """A file that takes the picture's place in one language. It is shown whole: its words must not be cut off."""

    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="files")
    language = models.CharField(_("language"), max_length=2, choices=Language)
    file = PictureField(
        _("file"),
        upload_to=upload_path,
        max_length=120,
        validators=[validate_picture],
        container_width=CROP_WIDTH,
        width_field="width",
        height_field="height",
    )
    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("file for one language")
        verbose_name_plural = _("files for one language")
        constraints = [
            models.UniqueConstraint(fields=["picture", "language"], name="one_file_per_picture_and_language"),
        ]

    def __str__(self) -> str:
        return f"{self.picture} ({self.get_language_display()})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.file and not self.file._committed:
            self.file = reencode(self.file)
        super().save(*args, **kwargs)
