"""Loads generated rows into SQLite or PostgreSQL as fast as each can, and leaves the tables as migrated.

Triggers are removed meanwhile, and a large museum is loaded without its indexes, which are built afterwards
from sorted rows. A ledger table lists the dropped indexes until they are back, so that the next run repairs
what a killed run left behind; ``manage.py migrate`` then lays the triggers again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.apps import apps
from django.core.management.color import no_style
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, models, transaction

from catalog.models import RECORD_MODELS, PastSlug, Record, Statement, Term, Tombstone
from tests.benchmarks.rows import Shape, made_uuids

LEDGER = "made_museum_dropped"


def catalogue_models() -> list[type[models.Model]]:
    """The models that a collection consists of, with the tables between two models; no accounts, no
    keys.
    """
    return [
        model
        for model in apps.get_app_config("catalog").get_models(include_auto_created=True)
        if issubclass(_owner(model), Record | Statement | Term | PastSlug | Tombstone)
    ]


def _owner(model: type[models.Model]) -> type[models.Model]:
    """The model itself, or for a table between two models the one whose field made it."""
    # Django keeps the model here, although the type stubs say bool.
    return cast("type[models.Model]", model._meta.auto_created or model)


def holds_rows() -> bool:
    """Whether any of these tables has a row."""
    return any(model._base_manager.exists() for model in catalogue_models())


def holds_a_made_museum() -> bool:
    """Whether all that the catalogue holds was generated here: it has records, and no others."""
    lowest, highest = made_uuids()
    found = False
    for model in RECORD_MODELS.values():
        rows = model._base_manager.all()
        if rows.filter(models.Q(uuid__lt=lowest) | models.Q(uuid__gt=highest)).exists():
            return False
        found = found or rows.exists()
    return found


def clear_tables() -> None:
    """Delete all rows of these tables; numbering starts again."""
    tables = [model._meta.db_table for model in catalogue_models()]
    _settle()
    connection.ops.execute_sql_flush(
        connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=False)
    )


def _settle() -> None:
    """Check pending foreign keys: until then PostgreSQL refuses to alter their tables."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


@contextmanager
def open_for_loading(*, rebuild_indexes: bool, keep_triggers: bool = False) -> Iterator[None]:
    """A context in which :func:`insert` is fast. With ``rebuild_indexes`` there are no indexes
    meanwhile; with ``keep_triggers`` the schema stays as it is, and every row is noted.
    """
    _restore_dropped()
    with _hasty_sqlite(), connection.constraint_checks_disabled():
        lifted = {} if keep_triggers else _lift_triggers()
        try:
            if rebuild_indexes:
                _drop()
            yield
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    reset = connection.ops.sequence_reset_sql(no_style(), catalogue_models())
                    for statement in reset:
                        cursor.execute(statement)
            _restore_dropped()
        finally:
            if not keep_triggers and not connection.needs_rollback:
                _lay_triggers(lifted)
    _gather_statistics()


def _triggers() -> list[tuple[str, str, str]]:
    """For each trigger on these tables its name, the statement that drops it, and the one that
    creates it.
    """
    tables = [model._meta.db_table for model in catalogue_models()]
    question = _SQLITE_TRIGGERS if connection.vendor == "sqlite" else _POSTGRESQL_TRIGGERS
    with connection.cursor() as cursor:
        cursor.execute(question.format(places=", ".join(["%s"] * len(tables))), tables)
        return list(cursor.fetchall())


def _lift_triggers() -> dict[str, str]:
    """Drop all triggers on the tables, because noting a row costs more than the row. Returns how to
    create each again.
    """
    _settle()
    lifted = _triggers()
    with connection.cursor() as cursor:
        for _, drop, _ in lifted:
            cursor.execute(drop)
    return {name: remake for name, _, remake in lifted}


def _lay_triggers(lifted: dict[str, str]) -> None:
    """Put the triggers back.

    Rooms that follow the tables check their triggers after every migration, and catch up with what they
    missed; so they are told that there was one. Triggers that nobody looks after are created as they were.
    """
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    standing = {name for name, _, _ in _triggers()}
    with connection.cursor() as cursor:
        for name, remake in lifted.items():
            if name not in standing:
                cursor.execute(remake)


def insert(shape: Shape, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows of one model."""
    columns = ", ".join(connection.ops.quote_name(column) for column in shape.columns)
    table = connection.ops.quote_name(shape.table)
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    # Django's cursor would look at every parameter; these are what SQLite stores already.
    connection.ensure_connection()
    places = ", ".join("?" * len(shape.columns))
    connection.connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)


@contextmanager
def _hasty_sqlite() -> Iterator[None]:
    """SQLite without waiting for the disk: after a power cut the museum is generated again."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("synchronous", "cache_size")
        }
        try:
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-524288")
            yield
        finally:
            for name, value in usual.items():
                cursor.execute(f"PRAGMA {name}={value}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_SQLITE_TRIGGERS = """
    SELECT name, 'DROP TRIGGER "' || name || '"', sql FROM sqlite_master
    WHERE type = 'trigger' AND tbl_name IN ({places})
"""
_POSTGRESQL_TRIGGERS = """
    SELECT tgname, format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass), pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text IN ({places})
"""
_SQLITE_INDEXES = """
    SELECT 'DROP INDEX "' || name || '"', sql FROM sqlite_master
    WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({places}) ORDER BY name
"""
#: Constraints: foreign keys are dropped first and come back last, because they depend on the others.
_POSTGRESQL_INDEXES = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
                  pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE contype IN ('f', 'u') AND conrelid::regclass::text IN ({places})
    ORDER BY contype = 'u', conname
"""
_POSTGRESQL_PLAIN_INDEXES = """
    SELECT format('DROP INDEX %%I', indexname), indexdef FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename IN ({places})
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = format('%%I', indexname)::regclass
                      AND contype IN ('p', 'u', 'x'))
    ORDER BY indexname
"""


def _drop() -> None:
    """Drop what is faster to build afterwards, and record in the ledger how."""
    tables = [model._meta.db_table for model in catalogue_models()]
    places = ", ".join(["%s"] * len(tables))
    with transaction.atomic(), connection.cursor() as cursor:
        _settle()
        found: list[tuple[str, str]] = []
        for question in (
            (_SQLITE_INDEXES,)
            if connection.vendor == "sqlite"
            else (_POSTGRESQL_INDEXES, _POSTGRESQL_PLAIN_INDEXES)
        ):
            cursor.execute(question.format(places=places), tables)
            found += cursor.fetchall()
        cursor.execute(f"CREATE TABLE {LEDGER} (position integer, remake text)")
        cursor.executemany(
            f"INSERT INTO {LEDGER} VALUES (%s, %s)",
            [(position, remake) for position, (_, remake) in enumerate(found)],
        )
        for drop, _ in found:
            cursor.execute(drop)


def _restore_dropped() -> None:
    """Build again what the ledger lists, if there is one. The ledger is dropped at the end."""
    if LEDGER not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(f"SELECT position, remake FROM {LEDGER} ORDER BY position DESC")
        for position, remake in cursor.fetchall():
            with transaction.atomic():
                cursor.execute(remake)
                cursor.execute(f"DELETE FROM {LEDGER} WHERE position = %s", [position])
        cursor.execute(f"DROP TABLE {LEDGER}")


def _gather_statistics() -> None:
    """Let PostgreSQL know how large the tables are and how their values are distributed. SQLite is told what to
    expect after every migration, as in every catalogue.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")
