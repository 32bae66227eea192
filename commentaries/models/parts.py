"""A commentary with all that a page prints of it, in one query: its rows of other tables come with it as JSON.

Each query costs Django half a millisecond before the database sees it, so that six of them cost a page more than the
database's whole work. Both databases aggregate rows to JSON; what comes out are ordinary rows of the models, as if they
had been prefetched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.query import ModelIterable
from django.utils import timezone

if TYPE_CHECKING:
    from commentaries.models.commentaries import Commentary

# Their names, and which of their columns says to what they belong. The order is their model's own.
PARTS = {
    "translations": ("Translation", "commentary_id", "id"),
    "bylines": ("Byline", "commentary_id", "id"),
    "forecasts": ("Forecast", "commentary_id", "id"),
    "corrections": ("Correction", "commentary_id", "id"),
    "files": ("PictureFile", "picture_id", "picture_id"),
}
# The beginnings of the names of their columns that no page prints beside a commentary.
UNREAD = {
    "Translation": ("marked_ready_", "sent_to_review_", "made_from_", "last_read_digest"),
    "Analyst": ("bio", "portrait_id", "user_id", "folded"),
}
COLUMNS = {name: f"{name}_as_json" for name in PARTS}
JSON = {
    "sqlite": "(SELECT json_group_array(json_array({columns})) FROM ({rows}) part)",
    "postgresql": "(SELECT json_agg(json_build_array({columns}))::text FROM ({rows}) part)",
}


def columns_of(names: Iterable[str]) -> dict[str, RawSQL]:
    """For `annotate()` on commentaries: the rows of these parts, as JSON."""
    return {COLUMNS[name]: RawSQL(_sql(connection.vendor, name), [], models.TextField()) for name in names}  # noqa: S611


@cache
def _sql(vendor: str, name: str) -> str:
    """The subquery of a part. Nothing in it comes from outside: the names are our models' own."""
    model_name, theirs, ours = PARTS[name]
    models_read = [_model(model_name), *([_model("Analyst")] if name == "bylines" else [])]
    columns = [(model, field.column) for model in models_read for field in _fields(model)]
    selected = ", ".join(
        f'{model._meta.db_table}."{column}" AS c{number}' for number, (model, column) in enumerate(columns)
    )
    table = models_read[0]._meta.db_table
    join = "JOIN commentaries_analyst ON commentaries_analyst.id = analyst_id" if name == "bylines" else ""
    order = ", ".join(
        f'{table}."{key.lstrip("-")}"{" DESC" if key.startswith("-") else ""}'.replace('"pk"', '"id"')
        for key in map(str, models_read[0]._meta.ordering or ["pk"])
    )
    rows = f'SELECT {selected} FROM {table} {join} WHERE {table}."{theirs}" = commentaries_commentary."{ours}"'  # noqa: S608
    numbered = ", ".join(f"c{number}" for number in range(len(columns)))
    return JSON[vendor].format(columns=numbered, rows=f"{rows} ORDER BY {order}")


def _model(name: str) -> type[models.Model]:
    return apps.get_model("commentaries", name)


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    unread = UNREAD.get(model.__name__, ())
    return [field for field in model._meta.concrete_fields if not field.attname.startswith(unread)]


class WithParts(ModelIterable):  # type: ignore[type-arg]
    """Commentaries that were annotated with `columns_of`, with those rows in their places."""

    def __iter__(self) -> Iterator[Commentary]:
        for commentary in super().__iter__():
            for name, column in COLUMNS.items():
                if column in commentary.__dict__:
                    _put(commentary, name, json.loads(commentary.__dict__.pop(column) or "[]"))
            yield commentary


def _put(commentary: Commentary, name: str, rows: list[list[Any]]) -> None:
    model = _model(PARTS[name][0])
    owner, back = (commentary.picture, "picture") if name == "files" else (commentary, "commentary")
    if owner is None:
        return
    width = len(_fields(model))
    found = []
    for row in rows:
        part = _instance(model, row[:width])
        setattr(part, back, owner)
        if name == "bylines":
            part.analyst = _instance(_model("Analyst"), row[width:])  # type: ignore[attr-defined]
        found.append(part)
    fetched = model._default_manager.all()
    fetched._result_cache = found
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = fetched


def _instance(model: type[models.Model], values: list[Any]) -> models.Model:
    fields = _fields(model)
    values = [_value(field, value) for field, value in zip(fields, values, strict=True)]
    return model.from_db(connection.alias, [field.attname for field in fields], values)


def _value(field: Any, value: Any) -> Any:
    """What JSON made a text or a number, as the field has it. SQLite keeps times without their zone, which is UTC."""
    if value is None or not isinstance(field, models.DateField | models.UUIDField | models.BooleanField):
        return value
    found = field.to_python(f"{value}+00:00" if _lacks_zone(field, value) else value)
    return timezone.localtime(found, UTC) if isinstance(field, models.DateTimeField) else found


def _lacks_zone(field: Any, value: Any) -> bool:
    return isinstance(field, models.DateTimeField) and "+" not in value and not value.endswith("Z")
