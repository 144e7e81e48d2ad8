"""Why a command failed that found no database, or one without the tables that it needs."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from catalog.management.refusal import CannotStart
from catalog.management.surroundings import check_database_answers, database_name

#: PostgreSQL's codes for a table and a column that do not exist.
MISSING = {"42P01", "42703"}


def why_unready(error: DatabaseError, command: str) -> str | None:
    """One line with the reason and the repair, or None if the error has nothing to do with how the
    database was prepared.

    ``migrate`` works on databases that lack tables by nature: where it fails, its error is the reason.
    """
    try:
        check_database_answers()
    except CannotStart as reason:
        return str(reason)
    if command == "migrate" or not _something_is_missing(error):
        return None
    executor = MigrationExecutor(connection)
    applied = executor.loader.applied_migrations
    lacking = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not any(app == "catalog" for app, _ in applied):
        return (
            f"The database {database_name()} has no tables of the catalogue yet. "
            "Run `manage.py prepare`, or `manage.py migrate` for empty tables."
        )
    if lacking:
        return (
            f"The database {database_name()} is of an older release: it lacks {lacking[0][0]}. "
            "Back it up, then run `manage.py migrate`."
        )
    return None


def _something_is_missing(error: DatabaseError) -> bool:
    """Whether a statement named a table or a column that does not exist."""
    if getattr(error.__cause__, "sqlstate", None) in MISSING:
        return True
    said = str(error)
    return said.startswith(("no such table", "no such column")) or " has no column named " in said
