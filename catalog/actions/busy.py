"""Why a step could not be done although nothing is wrong with it: others were writing, the disk
accepts nothing, or the database does not answer.
"""

from __future__ import annotations

import errno
from typing import Final

from django.db import InterfaceError, InternalError, OperationalError

#: SQLite: another connection holds the write lock, or a table (SQLITE_BUSY, SQLITE_LOCKED; the low byte).
_SQLITE: Final = frozenset({5, 6})
#: PostgreSQL: a deadlock, a lock that was not available in time, a serialization failure.
_POSTGRESQL: Final = frozenset({"40P01", "55P03", "40001"})
#: Seconds after which it is worth trying again.
AGAIN_AFTER: Final = 5

#: No space left: SQLITE_FULL, PostgreSQL's disk_full, and the error of writing a file.
_SQLITE_FULL: Final = 13
_POSTGRESQL_FULL: Final = "53100"
_FILE_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
#: Not writable: SQLITE_READONLY, PostgreSQL's read_only_sql_transaction, and the error of writing a file.
_SQLITE_READ_ONLY: Final = 8
_POSTGRESQL_READ_ONLY: Final = "25006"
_FILE_READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
#: No answer: SQLITE_CANTOPEN and SQLITE_IOERR; PostgreSQL's connection exceptions, its shutdown and
#: start, too many connections. A connection that was not made, or was lost, has no code at all.
_SQLITE_UNREACHABLE: Final = frozenset({10, 14})
_POSTGRESQL_UNREACHABLE: Final = ("08", "57P", "53300")
#: Seconds that freeing space takes at least.
ROOM_AFTER: Final = 120


def is_busy(fault: BaseException) -> bool:
    """Whether nothing is wrong and nothing was written: the same can be tried again in a moment."""
    if not isinstance(fault, OperationalError):
        return False
    sqlite, postgresql = _codes(fault)
    return sqlite in _SQLITE or postgresql in _POSTGRESQL


def is_full(fault: BaseException) -> bool:
    """Whether the disk was full: nothing was written, and an operator has to free some space."""
    if isinstance(fault, OSError):
        return fault.errno in _FILE_FULL
    if not isinstance(fault, OperationalError):
        return False
    sqlite, postgresql = _codes(fault)
    return sqlite == _SQLITE_FULL or postgresql == _POSTGRESQL_FULL


def is_read_only(fault: BaseException) -> bool:
    """Whether disk or database can be read but not written: nothing was written, and an operator
    has to repair it.
    """
    if isinstance(fault, OSError):
        return fault.errno in _FILE_READ_ONLY
    if not isinstance(fault, OperationalError | InternalError):
        return False
    sqlite, postgresql = _codes(fault)
    return sqlite == _SQLITE_READ_ONLY or postgresql == _POSTGRESQL_READ_ONLY


def is_unreachable(fault: BaseException) -> bool:
    """Whether the database does not answer: nothing was written, and an operator has to start it."""
    if not isinstance(fault, OperationalError | InterfaceError):
        return False
    sqlite, postgresql = _codes(fault)
    if hasattr(fault.__cause__, "sqlstate"):
        return postgresql is None or postgresql.startswith(_POSTGRESQL_UNREACHABLE)
    return sqlite in _SQLITE_UNREACHABLE


def is_passing(fault: BaseException) -> bool:
    """Whether the step could be done another time: the fault is one of those above."""
    return any(ask(fault) for ask in (is_busy, is_full, is_read_only, is_unreachable))


def _codes(fault: BaseException) -> tuple[int | None, str | None]:
    """SQLite's and PostgreSQL's code for the error; None for the one that did not raise it."""
    cause = fault.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF, getattr(cause, "sqlstate", None)
