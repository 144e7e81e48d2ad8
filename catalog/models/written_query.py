"""Queries that are asked again and again: writing their SQL takes Django longer than the database
takes to answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql import Query


@dataclass(frozen=True, slots=True)
class WrittenQuery:
    """A queryset of values (``values_list``) as SQL, whose open conditions (:func:`one_of`) are
    filled in each time.

    Everything else that it depends on, the reader and the database, is fixed, so it is kept
    (``lru_cache``) by these. Braces in its SQL are taken for open conditions; compared values are
    parameters, and may contain any.
    """

    query: Query
    sql: str
    parameters: tuple[Any, ...]
    #: What is selected, which converts the database's values to Python.
    columns: list[Any]
    using: str

    @classmethod
    def of(cls, rows: QuerySet[Any]) -> Self:
        """The SQL of some rows, for the database that they are read from."""
        compiler = rows.query.get_compiler(rows.db)
        sql, parameters = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        return cls(rows.query, sql, tuple(parameters), columns, rows.db)

    def rows(self, **keys: Iterable[int]) -> Iterator[list[Any]]:
        """The rows for the keys of each open condition, of which there may be none. One query."""
        listed = {name: ",".join(map(str, some)) or "NULL" for name, some in keys.items()}
        with connections[self.using].cursor() as cursor:
            cursor.execute(self.sql.format(**listed), self.parameters)
            found = cursor.fetchall()
        compiler = self.query.get_compiler(self.using)
        rows: Iterator[list[Any]] = compiler.apply_converters(
            found, compiler.get_converters(self.columns)
        )
        return rows


def visible_rows(model: Any, *, everything: bool) -> QuerySet[Any]:
    """The rows of a model that the public may see, or with ``everything`` those that a curator may."""
    rows: QuerySet[Any] = model.objects.all() if everything else model.objects.visible_to(None)
    return rows


def one_of(name: str, of: str = "{}") -> RawSQL:
    """What a column is to be ``__in``: the keys given under this name when a :class:`WrittenQuery`
    is asked, or what a statement ``of`` them selects. The names are our own.
    """
    return RawSQL(of.format(f"{{{name}}}"), [])  # noqa: S611
