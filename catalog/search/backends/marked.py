"""Marks of entries that a change made stale: taken off the list, left for later, put back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """Stale marks taken off the list: ``marks`` has the kind and record of each entry to be remade.

    ``now`` is the database's clock as its driver returns it. ``due`` says whether the clock alone made some
    entries stale as well, ``building`` whether another index is being built beside this one.
    """

    now: Any
    due: bool
    building: bool
    marks: set[tuple[int, int]]


class Marked(ABC):
    """The part of a backend that handles marks; triggers make them."""

    @abstractmethod
    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a statement, with ``%s`` for parameters. Returns its rows, if it has any."""

    def take_marks(self, limit: int) -> Taken:
        """Take at most ``limit`` marks off the list. If there are any, hold the index until the transaction
        ends.

        Entries that the clock made stale, again at most ``limit``, are added as if they had been marked.
        """
        taken = self.take_stale(limit)
        if not taken.due:
            return taken
        self.one_writer()
        due = self.run(
            "SELECT kind, record FROM search_entry WHERE due <= %s ORDER BY due, id LIMIT %s",
            [taken.now, limit],
        )
        return taken._replace(marks={*taken.marks, *due})

    def leave_marks(self) -> None:
        """Leave all marks for later (:meth:`put_back`). The caller holds the index (:meth:`take_marks`)."""
        self.run(
            "INSERT INTO search_left (kind, record) SELECT kind, record FROM search_stale"
            " WHERE true ON CONFLICT DO NOTHING"
        )
        self.run("DELETE FROM search_stale")

    def put_back(self, limit: int | None = None) -> None:
        """Add marks that were left to the stale ones again: at most ``limit``, or all. If there are
        any, hold the index until the transaction ends.
        """
        if not self.run("SELECT 1 FROM search_left LIMIT 1"):
            return
        self.one_writer()
        some = "" if limit is None else f" ORDER BY kind, record LIMIT {limit:d}"
        # WHERE true: SQLite would take ON CONFLICT for the condition of a join.
        chosen = f"SELECT kind, record FROM search_left WHERE true{some}"
        self.run(f"INSERT INTO search_stale (kind, record) {chosen} ON CONFLICT DO NOTHING")
        self.run(f"DELETE FROM search_left WHERE (kind, record) IN ({chosen})")

    @abstractmethod
    def take_stale(self, limit: int) -> Taken:
        """Take at most ``limit`` marks off the list."""

    @abstractmethod
    def one_writer(self) -> None:
        """Wait until no other transaction writes the index, and hold it until this one ends."""
