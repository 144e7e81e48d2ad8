"""Facet values in the memory of a process, which follows the versions of the index."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from threading import Lock
from typing import Final

from pyroaring import BitMap

from catalog.search.backends import Backend
from catalog.search.bitmaps import SMALL, WHOLE, Standing, stored, unpack
from catalog.search.counting import Facet
from catalog.search.few import Packing

#: As many values as this, and this part of all, may have changed since they were packed. More are all read anew.
LOOSE: Final = (50_000, 1 / 16)
#: Facets whose values are gone through one by one.
READ_WHOLE: Final = frozenset({"kind", "decade", "begins", "ends"})


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
        """Read what changed since this memory was filled; everything, when that cannot be told."""
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
                # Another thread has read what came after the question.
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
        for one in facets.values():
            one.listed.put_in_order()
        self.facets = facets
        self._packed, self._loose = sum(len(one.few) for one in facets.values()), 0

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
        """The entries of a value; empty for one that nothing has."""
        facet = self.facets.get(name)
        return facet.entries(value) if facet else _NOTHING

    def number_of_values(self, name: str) -> int:
        """How many values a facet has in the whole index."""
        facet = self.facets.get(name)
        return len(facet) if facet else 0

    def count(self, name: str, among: BitMap, most: int, less: str = "") -> list[tuple[str, int]]:
        """The ``most`` frequent values of a facet among some entries, with exact counts.

        ``less`` names a facet whose entries do not count for the same value.
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
    """This process's memory of a database, brought to the version at which its index stands.

    It stays at that version: whoever asks while another thread follows a change goes on with what he began with.
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
    """Drop what this process remembers; the next search reads it anew."""
    _memories.clear()
