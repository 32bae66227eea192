"""A constraint: the weeks of two rows share no day. One name, one sentence, on both databases."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table

# A trigger's WHEN clause may hold the subquery, its body only has to refuse.
TRIGGER = """CREATE TRIGGER "%(name)s_%(event)s" BEFORE %(event)s ON %(table)s
WHEN EXISTS (
    SELECT 1 FROM %(table)s
    WHERE id IS NOT NEW.id AND "%(start)s" <= NEW."%(end)s" AND "%(end)s" >= NEW."%(start)s"
)
BEGIN SELECT RAISE(ABORT, 'constraint failed: %(name)s'); END"""


class NoOverlap(models.BaseConstraint):
    """No two rows may share a day between the dates `start` and `end`, both inclusive.

    PostgreSQL: an exclusion constraint on date ranges, which needs no extension. SQLite: two triggers, added to the
    schema editor's deferred SQL so that they are made again whenever SQLite's table is remade.
    """

    def __init__(self, *, start: str, end: str, name: str, violation_error_message: Any = None) -> None:
        self.start, self.end = start, end
        super().__init__(name=name, violation_error_message=violation_error_message)

    def _columns(self, model: type[models.Model]) -> tuple[str, str]:
        """The names of the two columns."""
        start, end = (model._meta.get_field(name) for name in (self.start, self.end))
        return str(getattr(start, "column", "")), str(getattr(end, "column", ""))

    def _definition(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        start, end = (schema_editor.quote_name(column) for column in self._columns(model))
        name = schema_editor.quote_name(self.name)
        return f"CONSTRAINT {name} EXCLUDE USING gist (daterange({start}, {end}, '[]') WITH &&)"

    def _triggers(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> list[Statement]:
        start, end = self._columns(model)
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return [
            Statement(TRIGGER, name=self.name, event=event, table=table, start=start, end=end)
            for event in ("INSERT", "UPDATE")
        ]

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return self._definition(model, schema_editor)
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} ADD {self._definition(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        table = schema_editor.quote_name(model._meta.db_table)
        return f"ALTER TABLE {table} DROP CONSTRAINT {schema_editor.quote_name(self.name)}"

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Iterable[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        start, end = getattr(instance, self.start), getattr(instance, self.end)
        if not start or not end or {self.start, self.end} & set(exclude or ()):
            return
        others = model._default_manager.using(using).filter(**{f"{self.start}__lte": end, f"{self.end}__gte": start})
        if other := others.exclude(pk=instance.pk).first():
            raise ValidationError(str(self.violation_error_message) % {"other": other}, code="overlap")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoOverlap) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "start": self.start, "end": self.end}
