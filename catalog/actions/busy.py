"""Why a step could not be written though nothing is wrong with it: others were writing, or the disk takes nothing."""

from __future__ import annotations

import errno
from typing import Final

from django.db import InternalError, OperationalError

#: SQLite: another connection holds the write lock, or a table (SQLITE_BUSY, SQLITE_LOCKED; the low byte).
_SQLITE: Final = frozenset({5, 6})
#: PostgreSQL: two transactions wait for each other, a lock was not given in time, a moment of serial order.
_POSTGRESQL: Final = frozenset({"40P01", "55P03", "40001"})
#: Seconds after which it is worth asking again.
AGAIN_AFTER: Final = 5

#: No room left: SQLITE_FULL, PostgreSQL's disk_full, and what writing a file says.
_SQLITE_FULL: Final = 13
_POSTGRESQL_FULL: Final = "53100"
_FILE_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
#: Not to be written to: SQLITE_READONLY, PostgreSQL's read_only_sql_transaction, and what writing a file says.
_SQLITE_READ_ONLY: Final = 8
_POSTGRESQL_READ_ONLY: Final = "25006"
_FILE_READ_ONLY: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
#: Seconds that making room takes at least.
ROOM_AFTER: Final = 120


def is_busy(fault: BaseException) -> bool:
    """True where nothing is wrong and nothing was written: the same can be asked again in a moment."""
    if not isinstance(fault, OperationalError):
        return False
    sqlite, postgresql = _codes(fault)
    return sqlite in _SQLITE or postgresql in _POSTGRESQL


def is_full(fault: BaseException) -> bool:
    """True where the disk had no room: nothing was written, and whoever runs the catalogue has to make some."""
    if isinstance(fault, OSError):
        return fault.errno in _FILE_FULL
    if not isinstance(fault, OperationalError):
        return False
    sqlite, postgresql = _codes(fault)
    return sqlite == _SQLITE_FULL or postgresql == _POSTGRESQL_FULL


def is_read_only(fault: BaseException) -> bool:
    """True where disk or database can be read but not written: nothing was, and whoever runs it has to see to it."""
    if isinstance(fault, OSError):
        return fault.errno in _FILE_READ_ONLY
    if not isinstance(fault, OperationalError | InternalError):
        return False
    sqlite, postgresql = _codes(fault)
    return sqlite == _SQLITE_READ_ONLY or postgresql == _POSTGRESQL_READ_ONLY


def _codes(fault: BaseException) -> tuple[int | None, str | None]:
    """What SQLite and what PostgreSQL call the fault; None for the one that did not say it."""
    cause = fault.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF, getattr(cause, "sqlstate", None)
