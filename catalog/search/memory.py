"""Facet values in the memory of a process, which follows the versions of the index."""

from __future__ import annotations

import gc
from collections import defaultdict
from copy import copy
from threading import Lock
from typing import Final

from pyroaring import BitMap

from catalog.search.backends import Backend
from catalog.search.bitmaps import SMALL, WHOLE, Standing, stored, unpack
from catalog.search.counting import Facet
from catalog.search.few import Packing
from catalog.search.ties import HIDDEN

#: Once this many values changed since they were packed, and this part of all, everything is read again.
LOOSE: Final = (50_000, 1 / 16)
#: From so many packed values on, the garbage collector leaves alone what is in memory.
LARGE: Final = 50_000
#: Facets whose values are gone through one by one, and so are never packed.
READ_WHOLE: Final = frozenset({"kind", "decade", "begins", "ends", f"{HIDDEN}begins"})


class Memory:
    """The bitmaps of one database in this process, at one version of the index."""

    def __init__(self) -> None:
        self.facets: dict[str, Facet] = defaultdict(Facet)
        self.number = 0
        self.token = ""
        self.lock = Lock()
        self.everything = BitMap()
        #: How many values are packed, and how many were set since.
        self._packed = self._loose = 0

    def follow(self, backend: Backend, now: Standing) -> None:
        """Read what changed since the last version that was read; everything, where that cannot be told."""
        number, token = now.version
        if (number, token) == (self.number, self.token):
            return
        with self.lock:
            if (number, token) == (self.number, self.token):
                return
            known = self.number and backend.run(
                "SELECT 1 FROM search_version WHERE number = %s AND token = %s",
                [self.number, self.token],
            )
            if known and number < self.number:
                # Another thread has already read a later version.
                return
            if known and self._loose <= max(LOOSE[0], LOOSE[1] * self._packed):
                self._read_newer(backend)
            else:
                self._read_all(backend)
            self.everything = BitMap.union(*self.facets["kind"].values.values(), BitMap())
            self.number, self.token = number, token

    def _read_all(self, backend: Backend) -> None:
        facets: dict[str, Facet] = defaultdict(Facet)
        packing: dict[str, Packing] = defaultdict(Packing)
        for key, bits in stored(backend):
            name, _, value = key.partition(":")
            if len(bits) <= SMALL and name not in READ_WHOLE:
                packing[name].add(value, bits)
            else:
                facets[name].listed.values[value] = bits
        for name, of_few in packing.items():
            facets[name].few = of_few.packed()
        for facet in facets.values():
            facet.listed.put_in_order()
        self.facets = facets
        self._packed, self._loose = sum(len(facet.few) for facet in facets.values()), 0
        if self._packed >= LARGE:
            # It is freed by reference counts. To walk through it takes 60 ms for a million records, again and
            # again, in the middle of an answer.
            gc.collect()
            gc.freeze()

    def _read_newer(self, backend: Backend) -> None:
        newer: dict[str, dict[int, BitMap]] = defaultdict(dict)
        for facet, chunk, data in backend.run(
            "SELECT facet, chunk, bits FROM search_facet WHERE version > %s", [self.number]
        ):
            newer[facet][chunk] = unpack(data)
        facets = self.facets.copy()
        for name in {key.partition(":")[0] for key in newer}:
            facets[name] = facets[name].copied()
        for key, pieces in newer.items():
            name, _, value = key.partition(":")
            bits = BitMap(facets[name].entries(value))
            if WHOLE in pieces:
                bits = pieces[WHOLE]
            for chunk, piece in pieces.items():
                if chunk != WHOLE:
                    bits.remove_range(chunk << 16, (chunk + 1) << 16)
                    bits |= piece
            facets[name].put(value, bits)
        self.facets = facets
        self._loose += len(newer)

    def value(self, name: str, value: str) -> BitMap:
        """The entries of a value; none for a value that no entry has."""
        facet = self.facets.get(name)
        return facet.entries(value) if facet else _NOTHING

    def having_any(self, name: str) -> BitMap:
        """The entries with any value of a facet."""
        facet = self.facets.get(name)
        return facet.everything() if facet else _NOTHING

    def number_of_values(self, name: str) -> int:
        """How many values a facet has in the whole index."""
        facet = self.facets.get(name)
        return len(facet) if facet else 0

    def count(self, name: str, among: BitMap, most: int, less: str = "") -> list[tuple[str, int]]:
        """The ``most`` frequent values of a facet among some entries, with exact counts.

        Entries that the facet ``less`` has for a value do not count for it.
        """
        facet = self.facets.get(name)
        if facet is None:
            return []
        without = self.facets.get(less) or Facet()
        share = len(among) / max(1, len(self.everything))
        return [(value, -count) for count, value in facet.count(among, most, share, without)]


_NOTHING: Final = BitMap()
_memories: dict[str, Memory] = {}
_making = Lock()


def memory_of(backend: Backend, now: Standing) -> Memory:
    """This process's memory of a database, brought up to the given state of its index.

    It is a copy that stays at that version, even if another thread follows a change in the meantime.
    """
    alias = backend.connection.alias
    memory = _memories.get(alias)
    if memory is None:
        with _making:
            memory = _memories.setdefault(alias, Memory())
    memory.follow(backend, now)
    with memory.lock:
        return copy(memory)


def forget() -> None:
    """Drop everything from memory; the next search reads it again."""
    _memories.clear()
