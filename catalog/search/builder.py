"""Whether the process that builds an index is still alive: it holds a lock that ends with it, however it
ends.

On PostgreSQL this is an advisory lock of its session, on SQLite a lock on a file beside the database. Where
there is neither (a database in memory), only its silence tells (:data:`~catalog.search.index.SILENT`). Each
build has a lock of its own, named by its tables' prefix: whether one may begin is for ``search_state`` to say, and a
lock that a pooler keeps after its builder has gone is not in the next one’s way.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from django.db.backends.base.base import BaseDatabaseWrapper

#: The first of the two numbers of PostgreSQL's advisory lock: it stands for the catalogue.
_CATALOGUE: Final = 0x6D757365


@contextmanager
def building(connection: BaseDatabaseWrapper, prefix: str) -> Iterator[None]:
    """Be alive as the builder of the index with this prefix while the context lasts."""
    path = _file_of(connection, prefix)
    if connection.vendor == "postgresql":
        _row(connection, "SELECT pg_advisory_lock(%s, %s)", _numbers(prefix))
    handle = None if path is None else os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if handle is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        if path is not None and handle is not None:
            path.unlink(missing_ok=True)
            os.close(handle)
        # A session that is gone holds no lock; and in a failed transaction no statement can be run.
        if (
            connection.vendor == "postgresql"
            and connection.connection is not None
            and connection.is_usable()
        ):
            _row(connection, "SELECT pg_advisory_unlock(%s, %s)", _numbers(prefix))


def is_alive(connection: BaseDatabaseWrapper, prefix: str) -> bool | None:
    """Whether the builder of the index with this prefix is alive; None where no lock can tell."""
    if connection.vendor == "postgresql":
        held: bool = _row(
            connection,
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
            " AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            _numbers(prefix),
        )[0]
        return held
    path = _file_of(connection, prefix)
    return None if path is None else _is_locked(path)


def _is_locked(path: Path) -> bool:
    """Whether a process holds a file's lock; a file that its holder left behind is removed."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(handle)


def _numbers(prefix: str) -> tuple[int, int]:
    """The numbers of an advisory lock, each small enough for an integer of PostgreSQL."""
    return _CATALOGUE, crc32(prefix.encode()) & 0x7FFFFFFF


def _file_of(connection: BaseDatabaseWrapper, prefix: str) -> Path | None:
    """The file beside an SQLite database that the builder locks."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(f"{name}-{prefix}building")


def _row(connection: BaseDatabaseWrapper, sql: str, values: tuple[int, ...]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()
