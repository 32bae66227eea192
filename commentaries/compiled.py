"""Queries whose SQL is written once in a process, and run with other values each time.

Django writes the SQL of a query anew whenever it runs, which takes it several times as long as a page's query takes the
database. A function that gives such a query is called once, with `Parameter`s for values:

    @compiled(slug=SlugField())
    def with_slug(slug):
        return Section.objects.filter(slug=slug)

    with_slug(slug="security")  # a list of sections

What stands before the parameters shapes the query; each shape is a query of its own, and so is each language, because
django-modeltranslation puts the active one's columns into it.
"""

import json
from collections.abc import Callable, Collection, Sequence
from copy import copy
from datetime import datetime
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BigAutoField, Expression, Field, Lookup, QuerySet
from django.db.models.sql import UpdateQuery
from django.utils.translation import get_language

if TYPE_CHECKING:
    _Lookup = Lookup[Any]
    _Field = Field[Any, Any]
else:  # Django's are generic for the type checker only
    _Lookup, _Field = Lookup, Field


class Parameter(Expression):
    """A place for a value of this field in the SQL."""

    def __init__(self, name: str, field: _Field) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def bound(self, values: dict[str, Any]) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


Moment = datetime | Parameter


class Keys(_Field):
    """Of rows, for `Among`: all as one parameter."""

    def get_db_prep_value(self, value: Collection[int], connection: Any, prepared: bool = False) -> Any:
        return list(value) if connection.vendor == "postgresql" else json.dumps(list(value))


@BigAutoField.register_lookup
class Among(_Lookup):
    """`pk__among={…}`: one of these keys, as one parameter. The statement is the same however many there are.

    A set is taken as it is; each item of a list is first asked whether it is an expression.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, parameters = self.process_lhs(compiler, connection)
        keys = self.rhs if isinstance(self.rhs, Parameter) else Keys().get_db_prep_value(self.rhs, connection)
        one_of_them = " = ANY(%s)" if connection.vendor == "postgresql" else " IN (SELECT value FROM json_each(%s))"
        return column + one_of_them, [*parameters, keys]


def compiled(**fields: _Field) -> Callable[[Callable[..., QuerySet[Any, Any]]], Callable[..., list[Any]]]:
    """Make of a function that gives a query one that gives the list of its rows."""
    parameters = {name: Parameter(name, field) for name, field in fields.items()}

    def of(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., list[Any]]:
        @cache
        def written(_vendor: str, _language: str | None, *shape: Any) -> tuple[QuerySet[Any, Any], Any, Any]:
            rows = build(*shape, **parameters)
            compiler = rows.query.get_compiler(connection=connection)
            sql = compiler.as_sql()
            converters = compiler.get_converters([column for column, *_ in compiler.select[: compiler.col_count]])
            compiler.get_converters = lambda _columns: converters
            return rows, compiler, sql

        @wraps(build)
        def run(*shape: Any, **values: Any) -> list[Any]:
            rows, compiler, (sql, places) = written(connection.vendor, get_language(), *shape)
            found = rows.all()
            ready = copy(compiler)  # it knows what stands in which column
            ready.connection, ready.query = connection, found.query
            ready.as_sql = lambda *_args, **_kwargs: (sql, tuple(_bound(places, values)))
            found.query.get_compiler = lambda *_args, **_kwargs: ready  # type: ignore[method-assign]
            return list(found)

        return run

    return of


def compiled_update(
    **fields: _Field,
) -> Callable[[Callable[..., tuple[QuerySet[Any], dict[str, Any]]]], Callable[..., set[int]]]:
    """Make of a function that gives rows and their new values one that changes them, and says which it changed."""
    parameters = {name: Parameter(name, field) for name, field in fields.items()}

    def of(build: Callable[..., tuple[QuerySet[Any], dict[str, Any]]]) -> Callable[..., set[int]]:
        @cache
        def written(_vendor: str) -> Any:
            rows, values = build(**parameters)
            query: UpdateQuery = rows.query.chain(UpdateQuery)  # type: ignore[assignment]  # the stubs know no such argument
            query.add_update_values(values)
            return query.get_compiler(connection=connection).as_sql()

        @wraps(build)
        def run(**values: Any) -> set[int]:
            sql, places = written(connection.vendor)
            with connection.cursor() as cursor:
                cursor.execute(f"{sql} RETURNING id", _bound(places, values))
                return {row[0] for row in cursor.fetchall()}

        return run

    return of


def _bound(places: Sequence[Any], values: dict[str, Any]) -> list[Any]:
    """The parameters of a statement, with these values where there are places for them."""
    return [one.bound(values) if isinstance(one, Parameter) else one for one in places]
