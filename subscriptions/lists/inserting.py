"""Many rows at once, in half the time of `bulk_create`, while everybody else waits for their turn."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

MOST_VALUES = 990  # SQLite takes 999 in a statement


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows of values for the fields of these names. What the database has no default for must be among them."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    columns = ", ".join(quoted(field.column) for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    step = MOST_VALUES // len(fields)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), step):
            batch = rows[start : start + step]
            values = [f.get_db_prep_save(one, connection) for row in batch for f, one in zip(fields, row, strict=True)]
            all_places = ", ".join([places] * len(batch))
            cursor.execute(f"INSERT INTO {table} ({columns}) VALUES {all_places}", values)  # noqa: S608  # all ours
