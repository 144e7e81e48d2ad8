"""The backend; Django looks for it in a module of this name."""

from __future__ import annotations

from functools import cached_property

from django.db.backends.sqlite3 import base

from catalog.sqlite.waiting_room import WaitingRoom


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, except that whoever opens a transaction is in the waiting room until it is open."""

    @cached_property
    def waiting_room(self) -> WaitingRoom | None:
        """The room of this database; None for one in memory, which belongs to one process."""
        if self.is_in_memory_db():
            return None
        return WaitingRoom(f"{self.settings_dict['NAME']}-waiting")

    def _start_transaction_under_autocommit(self) -> None:
        if self.waiting_room is None:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        with self.waiting_room.waiting():
            super()._start_transaction_under_autocommit()  # type: ignore[misc]

    def _close(self) -> None:
        super()._close()  # type: ignore[misc]
        if self.waiting_room is not None:
            self.waiting_room.close()
