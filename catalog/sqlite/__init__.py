"""SQLite, for many who write and for many records: Django's own backend, a waiting room beside the database, and
estimates of its indexes (:mod:`catalog.sqlite.row_estimates`).

SQLite has one writer and keeps no queue. Whoever finds the write lock taken tries again, at last
every tenth of a second, and gives up after the timeout. A job that writes slice after slice, with a
short pause between two, is nearly always quicker than they are on a busy machine. So whoever waits
says so, and jobs begin no slice while anybody waits (``jobs.let_others_write``).
"""

from __future__ import annotations

from typing import Any


def others_wait(connection: Any) -> bool:
    """Whether another connection to the same SQLite database waits to write; never on PostgreSQL."""
    room = getattr(connection, "waiting_room", None)
    return room is not None and not room.is_empty()
