"""The rows inside a form (forecasts, bylines) that one of two people added, changed or deleted."""

import re
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from commentaries.admin.choices import is_key
from commentaries.admin.saving.conflicts import THEIRS, Conflict, Taken, language_of
from commentaries.admin.saving.merging import Merge, Place, value_of
from commentaries.admin.saving.values import in_words, is_same, put, was_changed

MOST_ROWS = 1000  # Django's own limit of a formset


@dataclass
class Sent:
    """A row as a browser sent it: the values by the names of the fields."""

    data: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def key(self) -> int | None:
        text = (self.data.get("id") or [""])[-1]
        return int(text) if is_key(text) else None

    @property
    def is_deleted(self) -> bool:
        return "DELETE" in self.data


class Rows:
    """One inline of a form. `before` and `stored` are its rows by key; `before` is None where it is not known."""

    def __init__(
        self,
        merge: Merge,
        formset: Any,  # a class of formsets, as an inline makes it
        before: dict[int, Any] | None,
        stored: dict[int, Any],
    ) -> None:
        self.merge = merge
        self.prefix = formset.get_default_prefix()
        self.fields: dict[str, forms.Field] = formset.form.base_fields
        self.kind = capfirst(str(formset.model._meta.verbose_name))
        self.before = before
        self.stored = stored

    def bring_together(self) -> None:
        counts = [self.merge.data.get(f"{self.prefix}-{name}_FORMS", "") for name in ("INITIAL", "TOTAL")]
        if not all(is_key(count) for count in counts):
            return  # Django refuses such a form
        initial, total = (min(int(count), MOST_ROWS) for count in counts)
        sent = [self._read(index) for index in range(total)]
        kept = [row for row in sent[:initial] if self._is_there(row)]
        added = self._added_by_others({row.key for row in sent[:initial]})
        extra = [row for row in sent[initial:] if not self._is_among(row, added)]
        self._write([*kept, *map(self._as_sent, added)], [*extra, *self._wanted_back()])
        for index, row in enumerate(kept):
            self._row(index, row)

    # --- Rows as a whole ---

    def _is_there(self, row: Sent) -> bool:
        """Whether a sent row has its place; of one that is no longer stored this finds out what to do with it."""
        if row.key in self.stored or row.key is None or (self.before is not None and row.key not in self.before):
            return True
        before = self.before[row.key] if self.before is not None else None
        if row.is_deleted:
            return False
        if before is not None and not self._changed(row, before):
            self.merge.taken.append(Taken(self._name(before), "", _("deleted")))
            return False
        kept = [
            (f"kept-{self._choice(row.key)}{name}", value)
            for name, values in row.data.items()
            for value in values
            if name in self.fields
        ]
        self._ask_whether_gone(self._choice(row.key), kept)
        return False

    def _ask_whether_gone(self, choice: str, kept: list[tuple[str, str]]) -> None:
        """The row has no place in the form now: the question carries it."""
        texts = [value for name, value in kept if language_of(name) and value] or [value for _name, value in kept]
        conflict = Conflict(
            name=choice,
            label=self.kind,
            mine="\n".join(texts),
            theirs="",
            explanation=_("It was deleted while you were changing it."),
            mine_means=_("Put my version back"),
            theirs_means=_("Leave it deleted"),
            kept=kept,
        )
        self.merge.conflicts.append(conflict)

    def _wanted_back(self) -> list[Sent]:
        """Rows that others deleted and this person wants to keep, as new rows."""
        found: dict[str, list[tuple[str, str]]] = {}
        pattern = re.compile(rf"kept-({re.escape(self.prefix)}-\d{{1,18}}-)(\w+)")
        for name, values in self.merge.data.lists():
            if match := pattern.fullmatch(name):
                found.setdefault(match[1], []).extend((name, str(value)) for value in values)
        back = []
        for choice, kept in found.items():
            answer = self.merge.answer(choice)
            if answer == "":
                self._ask_whether_gone(choice, kept)
            elif answer and answer != THEIRS:
                back.append(Sent({name.removeprefix(f"kept-{choice}"): [value] for name, value in kept}))
        return back

    def _added_by_others(self, sent: set[int | None]) -> list[Any]:
        added = [
            row
            for key, row in self.stored.items()
            if key not in sent and (self.before is None or key not in self.before)
        ]
        for row in added:
            self.merge.taken.append(Taken(self._name(row), "", _("added")))
        return added

    def _is_among(self, row: Sent, added: list[Any]) -> bool:
        """Whether others added the same; where it stands does not count."""
        fields = {name: one for name, one in self.fields.items() if name != "position"}
        return any(not self._changed(row, other, fields) for other in added)

    def _changed(self, row: Sent, before: Any, fields: dict[str, forms.Field] | None = None) -> bool:
        data = QueryDict(mutable=True)
        for name, values in row.data.items():
            data.setlist(name, values)
        return bool(row.files) or any(
            was_changed(one, value_of(before, name), one.widget.value_from_datadict(data, row.files, name))
            for name, one in (fields or self.fields).items()
            if not one.disabled
        )

    # --- Fields of a row ---

    def _row(self, index: int, row: Sent) -> None:
        stored = self.stored.get(row.key or 0)
        if stored is None:
            return
        before = (self.before or {}).get(stored.pk)
        if row.is_deleted:
            self._deleted_by_me(index, row, before, stored)
            return
        prefix = f"{self.prefix}-{index}-"
        self.merge.bring_together(
            Place(self.fields, before, stored, prefix, self._choice(stored.pk), self._name(stored))
        )

    def _deleted_by_me(self, index: int, row: Sent, before: Any, stored: Any) -> None:
        choice, prefix = self._choice(stored.pk), f"{self.prefix}-{index}-"
        answer = self.merge.answer(choice)
        columns = [(value_of(before, name), value_of(stored, name)) for name in self.fields] if before else []
        changed = before is None or any(not is_same(*pair) for pair in columns)
        if answer == THEIRS:
            self.merge.data.pop(f"{prefix}DELETE", None)
        elif answer == "" or (changed and not (answer and before is None)):
            self._ask_whether_deleted(choice, stored)
        else:
            return
        for name, one in self.fields.items():
            put(self.merge.data, one, prefix + name, value_of(stored, name))

    def _ask_whether_deleted(self, choice: str, stored: Any) -> None:
        words = [in_words(one, value_of(stored, name)) for name, one in self.fields.items()]
        conflict = Conflict(
            name=choice,
            label=self._name(stored),
            theirs="\n".join(filter(None, words)),
            explanation=_("You are deleting it, and it was changed meanwhile."),
            mine_means=_("Delete it"),
            theirs_means=_("Keep it as it is now"),
        )
        self.merge.conflicts.append(conflict)

    # --- The form's data ---

    def _read(self, index: int) -> Sent:
        prefix = f"{self.prefix}-{index}-"
        data = {name: self.merge.data.getlist(name) for name in self.merge.data if name.startswith(prefix)}
        files = {name: self.merge.files.getlist(name) for name in self.merge.files if name.startswith(prefix)}
        return Sent(
            {name.removeprefix(prefix): values for name, values in data.items()},
            {name.removeprefix(prefix): values for name, values in files.items()},
        )

    def _write(self, initial: list[Sent], extra: list[Sent]) -> None:
        data, files = self.merge.data, self.merge.files
        own = re.compile(rf"{re.escape(self.prefix)}-\d+-\w+")
        for content in (data, files):
            for name in [name for name in content if own.fullmatch(name)]:
                del content[name]
        for index, row in enumerate([*initial, *extra]):
            for name, values in row.data.items():
                if name != "id" or index < len(initial):
                    data.setlist(f"{self.prefix}-{index}-{name}", values)
            for name, values in row.files.items():
                files.setlist(f"{self.prefix}-{index}-{name}", values)
        data[f"{self.prefix}-INITIAL_FORMS"] = str(len(initial))
        data[f"{self.prefix}-TOTAL_FORMS"] = str(len(initial) + len(extra))

    def _as_sent(self, row: Any) -> Sent:
        data = QueryDict(mutable=True)
        for name, one in self.fields.items():
            put(data, one, name, value_of(row, name))
        data["id"] = str(row.pk)
        return Sent(dict(data.lists()))

    # --- Words ---

    def _choice(self, key: int) -> str:
        return f"{self.prefix}-{key}-"

    def _name(self, row: Any) -> str:
        """“Forecast: The bridge will open”; of a row of the history, as it was then."""
        row = getattr(row, "instance", row)
        return f"{capfirst(row._meta.verbose_name)} “{Truncator(str(row)).words(8)}”"
