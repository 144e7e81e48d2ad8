"""Facet values as bitmaps in the memory of a process, which follows the versions of the index; counting with them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from pyroaring import BitMap

from catalog.search.backends import Backend
from catalog.search.bitmaps import WHOLE, Standing, stored, unpack

#: At most so many values of a facet, next to each other by size, are asked together first. A power of two.
TOGETHER: Final = 64
#: From so many to so many ids in 65,536 it pays to ask for those that are lacking.
LISTS: Final = (64, 16_384)


@dataclass(slots=True)
class Facet:
    """The values of one facet, and their order by size, the largest first."""

    values: dict[str, BitMap] = field(default_factory=dict)
    order: list[tuple[int, str]] = field(default_factory=list)
    #: What values that stand together in the order have all in all, by the place after the last and their number.
    _unions: dict[tuple[int, int], BitMap] = field(default_factory=dict)
    _any: BitMap | None = None

    def copied(self) -> Facet:
        """The same, to be changed while others count with this one."""
        return Facet(self.values.copy(), self.order.copy(), _any=self._any)

    def put(self, value: str, bits: BitMap) -> None:
        """Set the entries of a value."""
        self._unions.clear()
        old = self.values.pop(value, None)
        if old is not None:
            del self.order[bisect_left(self.order, (-len(old), value))]
        if bits:
            self.values[value] = bits
            insort(self.order, (-len(bits), value))
            if self._any is not None:
                self._any = self._any | bits

    def count(
        self, among: BitMap, most: int, share: float, without: dict[str, BitMap]
    ) -> list[tuple[int, str]]:
        """The ``most`` frequent values among some entries, which are that share of all: (-number, value).

        Of a value the entries that ``without`` has for it do not count.

        Values are asked from the largest down, until none that is left can be among them. Small ones are first
        asked together, as many as are likely to have too few: what several have not, none of them has.
        """
        found: list[tuple[int, str]] = []
        least = 0
        reach = self._reach()
        if not among.intersect(reach):
            return found
        number_in = _counter(among, reach.max())
        order, start = self.order, 0
        # What was asked so far had so many in all, of which so many were among the entries.
        asked, met = 1.0, share
        while start < len(order):
            largest = -order[start][0]
            full = len(found) >= most
            if full and largest <= least:
                break
            together = _together(start, (least if full else 0.7) / (largest * met / asked))
            group = order[start : start + together]
            start += together
            if together > 1:
                number = number_in(self._union(start, group))
                asked += largest * together
                met += number
                if number <= (least if full else 0):
                    continue
            for size, value in group:
                if -size <= least and len(found) >= most:
                    break
                count = number_in(self.values[value])
                asked -= size
                met += count
                if value in without:
                    count -= number_in(self.values[value] & without[value])
                if count and (len(found) < most or count > least):
                    insort(found, (-count, value))
                    if len(found) >= most:
                        del found[most:]
                        least = -found[-1][0]
        return found

    def _reach(self) -> BitMap:
        """What any value has, and maybe more: what a value lost is not taken away."""
        if self._any is None:
            self._any = BitMap.union(BitMap(), *self.values.values())
        return self._any

    def _union(self, end: int, group: list[tuple[int, str]]) -> BitMap:
        place = end, len(group)
        union = self._unions.get(place)
        if union is None:
            union = BitMap.union(BitMap(), *(self.values[value] for _, value in group))
            self._unions[place] = union
        return union


def _together(start: int, room: float) -> int:
    """How many values are asked together from a place on, if so many would just fit: a power of two, in step with it.

    Each number of values has its groups at the same places always, so that their unions can be kept.
    """
    together = TOGETHER
    while together > 1 and (together > 0.7 * room or start % together):
        together //= 2
    return together


def _counter(among: BitMap, last: int) -> Callable[[BitMap], int]:
    """A function that counts how many of some ids, of which none is beyond ``last``, are among others.

    Of 65,536 ids a bitmap keeps up to 4,096 as a list and more as bits. Bits are looked up for each id that is asked
    for; a list is walked through for every question. Where ``among`` would be long lists, what it lacks is
    bits: that is asked instead, ten times as quickly.
    """
    pieces = (last >> 16) + 1
    if not LISTS[0] <= len(among) / pieces <= LISTS[1]:
        return among.intersection_cardinality
    lacking = among.flip(0, pieces << 16)
    return lambda ids: ids.difference_cardinality(lacking)


class Memory:
    """The bitmaps of one database in this process, at one version of the index."""

    def __init__(self) -> None:
        self.facets: dict[str, Facet] = defaultdict(Facet)
        self.number = 0
        self.token = ""
        self.lock = Lock()
        self.everything = BitMap()

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
            if known:
                self._read_newer(backend)
            else:
                self._read_all(backend)
            self.everything = BitMap.union(*self.facets["kind"].values.values(), BitMap())
            self.number, self.token = number, token

    def _read_all(self, backend: Backend) -> None:
        facets: dict[str, Facet] = defaultdict(Facet)
        for key, bits in stored(backend).items():
            name, _, value = key.partition(":")
            facets[name].values[value] = bits
        for one in facets.values():
            one.order = sorted((-len(bits), value) for value, bits in one.values.items())
        self.facets = facets

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
            bits = BitMap(facets[name].values.get(value, BitMap()))
            if WHOLE in pieces:
                bits = pieces[WHOLE]
            for chunk, piece in pieces.items():
                if chunk != WHOLE:
                    bits.remove_range(chunk << 16, (chunk + 1) << 16)
                    bits |= piece
            facets[name].put(value, bits)
        self.facets = facets

    def value(self, name: str, value: str) -> BitMap:
        """The entries of a value; empty for one that nothing has."""
        facet = self.facets.get(name)
        return facet.values.get(value, _NOTHING) if facet else _NOTHING

    def number_of_values(self, name: str) -> int:
        """How many values a facet has in the whole index."""
        facet = self.facets.get(name)
        return len(facet.order) if facet else 0

    def any_of(self, name: str, values: Iterable[str]) -> BitMap:
        """The entries that have one of some values."""
        return BitMap.union(BitMap(), *(self.value(name, value) for value in values))

    def count(self, name: str, among: BitMap, most: int, less: str = "") -> list[tuple[str, int]]:
        """The ``most`` frequent values of a facet among some entries, with exact counts.

        ``less`` names a facet whose entries do not count for the same value.
        """
        facet = self.facets.get(name)
        if facet is None:
            return []
        without = self.facets[less].values if less in self.facets else {}
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
