"""Whether a step failed only because somebody else was writing at the same time."""

from __future__ import annotations

from typing import Final

from django.db import OperationalError

#: SQLite: another connection holds the write lock, or a table (SQLITE_BUSY, SQLITE_LOCKED; the low byte).
_SQLITE: Final = frozenset({5, 6})
#: PostgreSQL: two transactions wait for each other, a lock was not given in time, a moment of serial order.
_POSTGRESQL: Final = frozenset({"40P01", "55P03", "40001"})
#: Seconds after which it is worth asking again.
AGAIN_AFTER: Final = 5


def is_busy(fault: BaseException) -> bool:
    """True where nothing is wrong and nothing was written: the same can be asked again in a moment."""
    if not isinstance(fault, OperationalError):
        return False
    cause = fault.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _SQLITE
    return getattr(cause, "sqlstate", None) in _POSTGRESQL
