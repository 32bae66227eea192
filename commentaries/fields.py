"""The field that holds rich text."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from commentaries import richtext
from commentaries.editor import RichTextWidget

MAX_LENGTH = 300_000  # characters; a book's chapter, and no more than a parser can be asked to take in


if TYPE_CHECKING:
    TextField = models.TextField[str | None, str | None]
else:
    TextField = models.TextField


class RichTextField(TextField):
    """A text of cleaned HTML, edited with CKEditor. To migrations it is a TextField: the editor can change."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{**kwargs, "widget": RichTextWidget})

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        if value and len(value) > MAX_LENGTH:
            raise ValidationError(_("The text has more than %(limit)s characters.") % {"limit": MAX_LENGTH})
        return super().clean(richtext.clean(value) if value else value, model_instance)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if value:
            value = richtext.clean(value)
            setattr(model_instance, self.attname, value)
        return value
