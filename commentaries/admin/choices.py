"""Choices among the rows of another model, where an address or a forged form may name any."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest

if TYPE_CHECKING:
    Base = admin.options.BaseModelAdmin[Any]
else:
    Base = object


def is_key(value: Any) -> bool:
    """Whether a row can have this key: databases refuse, with an error, what is no number or has 19 digits."""
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) < 19


class KnownSelect(AutocompleteSelect):
    """Shows nothing as chosen for what no row can be."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_key(one)], attr)


class KnownChoices(Base):
    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
