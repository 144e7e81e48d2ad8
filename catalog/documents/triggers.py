"""Database triggers that note every row written to the catalogue (:class:`catalog.models.Touched`).

They are laid again after each ``migrate``, from the current models: SQLite silently drops a table's
triggers whenever a migration rebuilds the table, and a new model or column needs its own. Triggers,
not signals, because bulk loads, ``update()`` and SQL typed by hand change records too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connections, models, transaction

from catalog.models import (
    CITABLE_RELATIONS,
    RECORD_MODELS,
    Citation,
    Exhibition,
    ExhibitionPart,
    Page,
    Person,
    Record,
    Statement,
    Term,
    Touched,
    Transcription,
    withheld_in_sql,
)

#: Prefix in the database of everything that is created here.
_NAME = "catalog_touch"
#: Stands for the rule for living people, which each database writes in its own way.
_WITHHELD = "ROW.birth_is_withheld"


def lay_triggers(using: str = "default", **_: Any) -> None:
    """Create every trigger that is missing or out of date; before the tables exist, do nothing.

    Can receive the signal ``post_migrate``.
    """
    connection = connections[using]
    standing = set(connection.introspection.table_names())
    if Touched._meta.db_table not in standing:
        return
    laid = _laid_in_sqlite(using)
    # In one transaction, so that no other process writes a row between the old trigger and the new one.
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for table, name, event, statement in _named(connection.vendor):
            commands = _commands(connection.vendor, table, f"{_NAME}_{name}", event, statement)
            if table not in standing or commands[-1] in laid:
                continue
            for sql in commands:
                cursor.execute(sql)


def _laid_in_sqlite(using: str) -> set[str]:
    """The statements of the existing triggers, as SQLite stores them: if all are there, starting
    writes nothing.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        return {sql for (sql,) in cursor.fetchall()}


def _named(vendor: str) -> Iterator[tuple[str, str, str, str]]:
    for table, touched in sorted(watched().items()):
        for event, rows in (("INSERT", ("NEW",)), ("DELETE", ("OLD",)), ("UPDATE", ("OLD", "NEW"))):
            selects = " UNION ".join(
                sql.replace("ROW.", f"{row}.") for row in rows for sql in touched
            )
            for row in rows:
                withheld = _WITHHELD.replace("ROW.", f"{row}.")
                selects = selects.replace(withheld, withheld_in_sql(row, vendor))
            statement = f"INSERT INTO catalog_touched (kind, record_id) {selects}"
            name = f"{table.removeprefix('catalog_')}_{event.lower()}"
            yield table, name, event, statement


def _commands(vendor: str, table: str, name: str, event: str, statement: str) -> list[str]:
    if vendor == "postgresql":
        function = f"{name}_noted"
        return [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $touch$"
            f" BEGIN {statement}; RETURN NULL; END $touch$",
            f'DROP TRIGGER IF EXISTS {name} ON "{table}"',
            f'CREATE TRIGGER {name} AFTER {event} ON "{table}"'
            f" FOR EACH ROW EXECUTE FUNCTION {function}()",
        ]
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        f'CREATE TRIGGER {name} AFTER {event} ON "{table}" BEGIN {statement}; END',
    ]


def watched() -> dict[str, list[str]]:
    """For each table, selects of ``kind`` and ``record_id``, where ``ROW.`` stands for the row written."""
    found: dict[str, list[str]] = {}
    for model in RECORD_MODELS.values():
        found[model._meta.db_table] = list(_of_record(model))
        for field in model._meta.many_to_many:
            through: Any = field.remote_field.through
            column = through._meta.get_field(field.m2m_field_name()).column
            found[through._meta.db_table] = [_one(model.KIND, column)]
    for statement in apps.get_app_config("catalog").get_models():
        if issubclass(statement, Statement) and statement.IS_PUBLIC:
            found[statement._meta.db_table] = list(_of_statement(statement))
    found[Term._meta.db_table] = [_one("term", "id")]
    found[Exhibition._meta.db_table] = [_one(Exhibition.KIND, "id")]
    return found


def _one(kind: str, column: str) -> str:
    return f"SELECT '{kind}', ROW.{column} WHERE ROW.{column} IS NOT NULL"


def _of_record(model: type[Record]) -> Iterator[str]:
    """The record, and those that it points to: their documents count what points at them."""
    yield _one(model.KIND, "id")
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and _is_record(field.related_model):
            target: Any = field.related_model
            noted = _one(target.KIND, field.column)
            if model is Person and field.name == "born_place":
                # Else the list of changes would tell where a living person was born.
                noted += f" AND NOT {_WITHHELD}"
            yield noted


def _of_statement(model: type[Statement]) -> Iterator[str]:
    """Every record that a statement names, and those in whose documents it is also shown.

    A citation of a relation is shown with that relation's records, a transcription with the
    documents of which its image is a page. A part of an exhibition changes the exhibition, and
    nothing of the record that it shows.
    """
    if model is ExhibitionPart:
        yield _one(Exhibition.KIND, "exhibition_id")
        return
    for name in model.RECORDS:
        field: Any = model._meta.get_field(name)
        yield _one(field.related_model.KIND, field.column)
    if model is Transcription:
        yield (
            f"SELECT 'document', document_id FROM {Page._meta.db_table}"  # noqa: S608
            " WHERE image_id = ROW.image_id"
        )
    if model is not Citation:
        return
    for name in CITABLE_RELATIONS:
        cited: Any = model._meta.get_field(name)
        relation = cited.related_model
        for end in relation.RECORDS:
            column = relation._meta.get_field(end)
            yield (
                f"SELECT '{column.related_model.KIND}', {column.column}"  # noqa: S608
                f" FROM {relation._meta.db_table}"
                f" WHERE id = ROW.{cited.column} AND {column.column} IS NOT NULL"
            )


def _is_record(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, Record)
