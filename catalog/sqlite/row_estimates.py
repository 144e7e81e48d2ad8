"""How many rows SQLite expects behind each value of an index, told once instead of measured.

SQLite chooses an index by these numbers. Without any it expects ten rows with a given status, where most
records of a museum have the same one, and reads a whole table for a page of a list. ``ANALYZE`` measures
them, but has to be repeated as a museum grows, and misleads where most rows have no value: a column that
is usually empty looks as if one value stood for everything. So what the catalogue knows of its own columns
is written into the table of statistics, as https://www.sqlite.org/lang_analyze.html proposes. Choices are
the same then at every size, and right for large museums; in small ones every choice is quick.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.apps import apps
from django.db import connections, models, transaction

#: Rows of each table. Only proportions matter.
ROWS: Final = 1_000_000
#: Rows in an index that has only those which meet a condition: such an index is made for what is rare.
OF_A_CONDITION: Final = ROWS // 100
#: Rows with the same value in a column with few values, such as a status.
OF_A_CHOICE: Final = ROWS // 4
#: Rows that point at the same term, and at the same record.
OF_A_TERM: Final = 20_000
OF_A_RECORD: Final = 8
#: Rows with the same value in any other column, such as a date.
OF_A_VALUE: Final = 4


def tell_sqlite(using: str, **_kwargs: Any) -> None:
    """Write the estimates for all tables of the catalogue. A handler of the signal ``post_migrate``.

    Writes nothing if they stand there already, as at most starts. A migration that makes a table anew loses its
    numbers. Connections that are open read them when they are opened the next time. Does nothing on PostgreSQL,
    which measures by itself.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        wanted = {
            (model._meta.db_table, index.name, _estimate(model, index))
            for model in apps.get_app_config("catalog").get_models(include_auto_created=True)
            if model._meta.db_table in tables
            for index in _indexes(cursor, model._meta.db_table)
        }
        told = {table for table, _name, _numbers in wanted}
        if "sqlite_stat1" in tables:
            cursor.execute("SELECT tbl, idx, stat FROM sqlite_stat1")
            if {tuple(row) for row in cursor.fetchall() if row[0] in told} == wanted:
                return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        # Makes the table of statistics if there is none.
        cursor.execute("ANALYZE sqlite_schema")
        cursor.executemany("DELETE FROM sqlite_stat1 WHERE tbl = %s", [(table,) for table in told])
        cursor.executemany(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (%s, %s, %s)", sorted(wanted)
        )
        cursor.execute("ANALYZE sqlite_schema")


class _Index(NamedTuple):
    """An index: its columns (None for an expression), and whether it has only some of the rows."""

    name: str
    columns: list[str | None]
    is_unique: bool
    is_partial: bool


def _indexes(cursor: Any, table: str) -> list[_Index]:
    cursor.execute(f'PRAGMA index_list("{table}")')
    indexes = []
    for _number, name, unique, _origin, partial in cursor.fetchall():
        cursor.execute(f'PRAGMA index_info("{name}")')
        columns = [row[2] for row in cursor.fetchall()]
        indexes.append(_Index(name, columns, bool(unique), bool(partial)))
    return indexes


def _estimate(model: type[models.Model], index: _Index) -> str:
    """Numbers as SQLite keeps them: all rows, then those alike in the first column, in the first two …"""
    fields = {field.column: field for field in model._meta.local_concrete_fields}
    numbers = [OF_A_CONDITION if index.is_partial else ROWS]
    for column in index.columns:
        numbers.append(min(numbers[-1], _alike(fields.get(column))))
    if index.is_unique:
        numbers[-1] = 1
    return " ".join(map(str, numbers))


def _alike(field: models.Field[Any, Any] | None) -> int:
    """How many rows have the same value in a column."""
    if field is None:
        return OF_A_VALUE
    if field.unique:
        return 1
    if field.is_relation:
        return OF_A_TERM if field.related_model._meta.label == "catalog.Term" else OF_A_RECORD  # type: ignore[union-attr]
    if field.choices or isinstance(field, models.BooleanField):
        return OF_A_CHOICE
    return OF_A_VALUE
