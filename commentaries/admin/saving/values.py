"""The values of a form's fields: as the database holds them, as a browser sends them, as a person reads them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.translation import gettext as _

from commentaries.editor import RichTextWidget, same_text

NOTHING = (None, "", False)


def is_rich(field: forms.Field) -> bool:
    return isinstance(field.widget, RichTextWidget)


def is_same(one: Any, other: Any) -> bool:
    """Whether two stored values are one to a person."""
    return (one in NOTHING and other in NOTHING) or _unix(one) == _unix(other)


def was_changed(field: forms.Field, before: Any, sent: Any) -> bool:
    """Whether what a browser sent differs from a stored value in more than the ends of its lines."""
    if is_rich(field):
        return not same_text(before or "", sent or "")
    if isinstance(field, forms.FileField):
        return sent not in NOTHING or sent is False  # a file came, or its box "clear" was ticked
    return field.has_changed(_unix(before), _unix(sent))


def _unix(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def put(data: QueryDict, field: forms.Field, name: str, value: Any) -> None:
    """Write a stored value into the data of a form, as if its browser had sent it."""
    widget: Any = field.widget
    prepared = field.prepare_value(value)
    if hasattr(widget, "decompress"):  # a field in several parts
        for suffix, part, one in zip(widget.widgets_names, widget.widgets, widget.decompress(prepared), strict=True):
            data[name + suffix] = part.format_value(one) or ""
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(name, None)
        if value:
            data[name] = "on"
    elif isinstance(field, forms.FileField):
        data.pop(f"{name}-clear", None)
    else:
        shown = widget.format_value(prepared)
        data[name] = str((shown or [""])[0] if isinstance(shown, list) else "" if shown is None else shown)


def in_words(field: forms.Field, value: Any) -> str:
    """A stored value as a person reads it; a rich text stays HTML."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, forms.ModelChoiceField):
        row = field.queryset.model._base_manager.filter(pk=value).first()  # type: ignore[union-attr]
        return str(row or _("no longer there"))
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(str(value), value))  # type: ignore[arg-type]
    return str(value) if isinstance(value, str) else str(localize(value))


def sent_in_words(field: forms.Field, sent: Any) -> str:
    """What a browser sent, as a person reads it, even where it is not what the field asks for."""
    try:
        value = field.to_python(sent)
    except (ValidationError, TypeError):
        return str(sent or "")
    return in_words(field, getattr(value, "pk", value))
