"""The orders in which results are shown, page by page.

A page near the front of a large result is read by walking the index of the order until enough of its
entries have passed. For a small result, the keys of all its entries are read and sorted. Whichever
promises to be shorter is done, so neither the size of the result nor the depth of the page decides the
cost alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pyroaring import BitMap

from catalog.search.backends import Backend, base
from catalog.search.query import Position

#: The columns of each order that can be asked for.
ORDERS: Final[dict[str, str]] = {
    "relevance": base.ORDERS["quality"],
    "date": base.ORDERS["first"],
    "-date": base.ORDERS["last"],
    "title": base.ORDERS["title"],
    "newest": base.ORDERS["new"],
}
#: Orders in which a position can be given by a key: the key's column, and whether it descends.
KEYS: Final[dict[str, tuple[str, bool]]] = {
    "date": ("first_day", False),
    "-date": ("last_day", True),
    "title": ("sort_key", False),
    "newest": ("modified", True),
}
#: How many entries are put in order beyond a page, for the pages after it: as many as up to its
#: end, but at least and at most so many.
AHEAD: Final = (100, 500)
#: Keys are read and sorted for at most this many entries. For more, the index of the order is walked.
FEW: Final = 2_000
#: Sorting an entry by its key costs about as much as walking past this many.
KEY_COST: Final = 4


def after(
    backend: Backend, ids: BitMap, order: str, place: Position | None, size: int
) -> list[int]:
    """At most ``size`` of some ids after a position, in one of the orders in :data:`KEYS`.

    For a position that leads backwards, the last ``size`` before it, in the same order. Without a
    position, the first.
    """
    column, falls = KEYS[order]
    columns, backwards = ORDERS[order], place is not None and place.backwards
    if backwards:
        falls = not falls
        columns = f"{column} DESC, id DESC" if falls else f"{column}, id"
    # Redundant, but a condition that the index of the order can start at.
    way, close = ("<", "<=") if falls else (">", ">=")
    beyond, values = "", list[str | int]()
    if place is not None and place.key is not None:
        beyond = f"{column} {close} %s AND ({column} {way} %s OR id {way} %s)"
        values = [place.key, place.key, place.entry]
    ordered = f"ORDER BY {columns}"
    if len(ids) <= FEW:
        listed = ",".join(map(str, ids)) or "NULL"
        where = f"id IN ({listed})" + (f" AND {beyond}" if beyond else "")
        rows = backend.run(
            f"SELECT id FROM search_entry WHERE {where} {ordered} LIMIT {int(size)}", values
        )
        found = [row[0] for row in rows]
    else:
        found = []
        where = f"WHERE {beyond}" if beyond else ""
        for block in backend.walk(f"SELECT id FROM search_entry {where} {ordered}", values):
            found += [row[0] for row in block if row[0] in ids]
            if len(found) >= size:
                break
        del found[size:]
    return found[::-1] if backwards else found


def keys_of(backend: Backend, entries: Iterable[int], order: str) -> dict[int, str | int]:
    """The keys of some entries in one of the orders in :data:`KEYS`. There must be at least one entry."""
    column, _ = KEYS[order]
    listed = ",".join(map(str, entries))
    return dict(backend.run(f"SELECT id, {column} FROM search_entry WHERE id IN ({listed})"))


@dataclass(slots=True)
class Ordered:
    """The ids of a result in one order, as far as it was read: first ``heads``, then by the order's
    columns.

    If ``heads`` are not ``whole``, the entries behind them have not been put in order yet.
    """

    ids: BitMap
    order: str
    #: How many entries the index has: what a walk may have to pass.
    everything: int
    heads: list[int] = field(default_factory=list)
    whole: bool = True
    _read: list[int] = field(default_factory=list)
    _read_all: bool = False

    def reaches(self, end: int) -> bool:
        """Whether the order is known up to a place."""
        return self.whole or end <= len(self.heads)

    def page(self, backend: Backend, first: int, size: int) -> list[int]:
        """At most ``size`` ids from place ``first`` on; 0 is the best."""
        end = min(first + size, len(self.ids))
        if end > len(self.heads) + len(self._read) and not self._read_all:
            wanted = end - len(self.heads)
            self._read_up_to(backend, wanted + min(max(wanted, AHEAD[0]), AHEAD[1]))
        return (
            [*self.heads, *self._read][first:end]
            if first < len(self.heads)
            else self._read[first - len(self.heads) : end - len(self.heads)]
        )

    def _read_up_to(self, backend: Backend, wanted: int) -> None:
        rest = self.ids - BitMap(self.heads)
        wanted = min(wanted, len(rest))
        columns = ORDERS[self.order]
        if len(rest) * KEY_COST < wanted * self.everything / max(1, len(rest)):
            listed = ",".join(map(str, rest))
            rows = backend.run(
                f"SELECT id FROM search_entry WHERE id IN ({listed}) ORDER BY {columns}"
            )
            self._read = [row[0] for row in rows]
            self._read_all = True
            return
        read: list[int] = []
        for block in backend.walk(f"SELECT id FROM search_entry ORDER BY {columns}"):
            read += [row[0] for row in block if row[0] in rest]
            if len(read) >= wanted:
                break
        else:
            self._read_all = True
        self._read = read
