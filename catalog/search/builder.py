"""Whether the process that builds an index is still alive: it holds a lock that ends with it, however it
ends.

On PostgreSQL this is an advisory lock of its session, on SQLite a lock on a file beside the database. Where
there is neither (a database in memory), only its silence tells (:data:`~catalog.search.index.SILENT`).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

#: PostgreSQL's advisory lock: the first number stands for the catalogue, the second for this lock.
_LOCK: Final = (0x6D757365, 0x6275696C)


@contextmanager
def building(connection: BaseDatabaseWrapper) -> Iterator[bool]:
    """Be the builder while this context lasts. Yields False, and holds nothing, if another process is."""
    if connection.vendor == "postgresql":
        with _session_lock(connection) as held:
            yield held
    elif (path := _file_of(connection)) is not None:
        with _file_lock(path) as held:
            yield held
    else:
        yield True


def is_alive(connection: BaseDatabaseWrapper) -> bool | None:
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
        # A session that is gone holds no lock; and in a failed transaction no statement can be run.
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
    """The file beside an SQLite database that the builder locks."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(f"{name}-rebuild")


def _row(connection: BaseDatabaseWrapper, sql: str, values: tuple[int, ...]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()
