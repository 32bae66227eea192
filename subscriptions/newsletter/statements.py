"""Statements about many rows of the ledger at once, written once and run with other keys each time."""

import json
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BigAutoField, Lookup, QuerySet
from django.db.models.sql import UpdateQuery

from subscriptions.models import Delivery

KEYS = [-1]  # in a statement that is kept: whichever rows it is run for


def as_parameter(keys: Collection[int], vendor: str) -> Any:
    return list(keys) if vendor == "postgresql" else json.dumps(list(keys))


if TYPE_CHECKING:
    _Lookup = Lookup[Any]
else:
    _Lookup = Lookup  # Django's lookups are generic for the type checker only


@BigAutoField.register_lookup
class Among(_Lookup):
    """`pk__among={…}`: one of these keys, as one parameter. The statement is the same however many there are.

    A set is taken as it is; each item of a list is first asked whether it is an expression.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, parameters = self.process_lhs(compiler, connection)
        one_of_them = " = ANY(%s)" if connection.vendor == "postgresql" else " IN (SELECT value FROM json_each(%s))"
        return column + one_of_them, [*parameters, as_parameter(self.rhs, connection.vendor)]


class Statement:
    """An update of many rows that differs in their keys only, and says which it changed.

    It runs a hundred times a second, and writing it anew would take Django longer than running it takes the database.
    """

    def __init__(self, update: Callable[[], tuple[QuerySet[Delivery], dict[str, Any]]]) -> None:
        self.update = update
        self.written: dict[str, tuple[str, list[Any]]] = {}  # by the database's kind

    def run(self, keys: list[int]) -> set[int]:
        if connection.vendor not in self.written:
            self.written[connection.vendor] = self._write()
        statement, parameters = self.written[connection.vendor]
        theirs = as_parameter(keys, connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(
                statement, [theirs if one == as_parameter(KEYS, connection.vendor) else one for one in parameters]
            )
            return {row[0] for row in cursor.fetchall()}

    def _write(self) -> tuple[str, list[Any]]:
        rows, values = self.update()
        query: UpdateQuery = rows.query.chain(UpdateQuery)  # type: ignore[assignment]  # the stubs know no such argument
        query.add_update_values(values)
        statement, parameters = query.get_compiler(connection=connection).as_sql()
        return f"{statement} RETURNING id", list(parameters)
