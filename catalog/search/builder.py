"""Whether the process that builds an index is still alive: it holds a lock that ends with it, however it ends.

On PostgreSQL that is an advisory lock of its session, on SQLite the lock of a file beside the database. Where neither
can tell (a database in memory), a builder is known by its silence alone (:data:`~catalog.search.index.SILENT`).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

#: The advisory lock of PostgreSQL: two numbers, of which the second tells it from every other lock of the catalogue.
_LOCK: Final = (0x6D757365, 0x6275696C)


@contextmanager
def building(connection: BaseDatabaseWrapper) -> Iterator[bool]:
    """Be the builder as long as this lasts. Gives False when another process is, and then holds nothing."""
    if connection.vendor == "postgresql":
        with _session_lock(connection) as held:
            yield held
    elif (path := _file_of(connection)) is not None:
        with _file_lock(path) as held:
            yield held
    else:
        yield True


def lives(connection: BaseDatabaseWrapper) -> bool | None:
    """Whether some process is the builder; None where no lock can tell."""
    if connection.vendor == "postgresql":
        return bool(
            _row(
                connection,
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
                " AND classid = %s AND objid = %s"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
                _LOCK,
            )[0]
        )
    path = _file_of(connection)
    if path is None:
        return None
    with _file_lock(path) as free:
        return not free


@contextmanager
def _session_lock(connection: BaseDatabaseWrapper) -> Iterator[bool]:
    held = bool(_row(connection, "SELECT pg_try_advisory_lock(%s, %s)", _LOCK)[0])
    try:
        yield held
    finally:
        # A session that is gone has let go already; in a transaction that failed nothing can be asked.
        if held and connection.connection is not None and connection.is_usable():
            _row(connection, "SELECT pg_advisory_unlock(%s, %s)", _LOCK)


@contextmanager
def _file_lock(path: Path) -> Iterator[bool]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)


def _file_of(connection: BaseDatabaseWrapper) -> Path | None:
    """The file beside a database of SQLite whose lock the builder holds."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(f"{name}-rebuild")


def _row(connection: BaseDatabaseWrapper, sql: str, values: tuple[int, ...]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()
