"""What one person sends meets what another has saved meanwhile: three versions of each field are compared.

Before (what this person's form began with), stored (what is in the database now), sent (what their form says). What
only the other changed is taken over and named; what only this person changed stands; what both changed is asked.
The data of the form are changed accordingly, so that everything after this is an ordinary form.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from commentaries.admin.saving.conflicts import MINE, THEIRS, Conflict, Taken, language_of, over, taken
from commentaries.admin.saving.values import is_same, put, was_changed


@dataclass(frozen=True)
class Place:
    """A row of fields in the form: the main one, or one of an inline."""

    fields: dict[str, forms.Field]
    before: Any  # the row's record in the history, or None where it is not known with what the form began
    stored: Any
    prefix: str = ""  # of its inputs' names
    choice: str = ""  # of its questions' names
    where: str = ""  # what it is called, for an inline


class Merge:
    """The data of one form, and what was found while bringing them together with what is stored."""

    def __init__(self, data: QueryDict, files: MultiValueDict[str, Any]) -> None:
        self.data = data
        self.files = files
        self.conflicts: list[Conflict] = []
        self.taken: list[Taken] = []
        self.my_languages: set[str] = set()  # in which this person changed a text
        self.their_languages: set[str] = set()
        self.asked = set(data.getlist("asked"))

    def answer(self, name: str) -> str | None:
        """What was chosen; "" where the question was put and not answered, None where it was not put."""
        if name not in self.asked:
            return None
        chosen = self.data.get(f"choice-{name}", "")
        return chosen if chosen in (MINE, THEIRS) else ""

    def settled(self, newest: int) -> QueryDict:
        """The data for the form: they belong to the newest version now, and the answers have been heeded."""
        for name in [name for name in self.data if name == "asked" or name.startswith(("choice-", "kept-"))]:
            del self.data[name]
        self.data["seen_version"] = str(newest)
        return self.data

    def bring_together(self, place: Place) -> None:
        for name, field in place.fields.items():
            if not field.disabled and _column(place.stored, name):
                self._field(place, name, field)

    def _field(self, place: Place, name: str, field: forms.Field) -> None:
        input_name, choice, is_known = place.prefix + name, place.choice + name, place.before is not None
        stored = value_of(place.stored, name)
        before = value_of(place.before, name) if is_known else None
        answer = self.answer(choice)
        if answer == THEIRS:
            self._take(field, input_name, before if is_known else stored)
        sent = field.widget.value_from_datadict(self.data, self.files, input_name)
        theirs = not is_known or not is_same(before, stored)
        mine = not is_known or was_changed(field, before, sent)
        differs = was_changed(field, stored, sent)
        self._remember_language(name, mine and differs, is_known and theirs)
        if not differs:
            return
        if answer == "" or (mine and theirs):
            conflict = over(choice, field, place.where, stored, sent)
            conflict.input_id = f"id_{input_name}"
            self.conflicts.append(conflict)
        elif theirs:
            self._take(field, input_name, stored)
            self.taken.append(taken(name, field, place.where, before, stored))

    def _take(self, field: forms.Field, input_name: str, value: Any) -> None:
        put(self.data, field, input_name, value)
        self.files.pop(input_name, None)

    def _remember_language(self, name: str, mine: bool, theirs: bool) -> None:
        language = language_of(name)
        if language and mine:
            self.my_languages.add(language)
        if language and theirs:
            self.their_languages.add(language)


def _column(row: Any, name: str) -> str:
    """The attribute that holds a field's value, also in a row of the history; "" for what is no column."""
    found = {field.name: field.attname for field in row._meta.concrete_fields}
    return str(found.get(name, ""))


def value_of(row: Any, name: str) -> Any:
    value: Any = getattr(row, _column(row, name) or name, None)
    return value.name if hasattr(value, "storage") else value  # of a file its name
