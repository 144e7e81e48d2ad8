"""The values of one facet, and how often the most frequent occur among some entries."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pyroaring import BitMap

from catalog.search.few import NONE, Few

#: At most so many values of a facet, neighbours by size, are first tested together. A power of two.
TOGETHER: Final = 64
#: How much of the room that is left values tested together may be expected to fill. Tried with 0.4 to 1.2.
FILLED: Final = 0.9
#: Between these numbers of ids in 65,536, it pays to test against the ids that are lacking.
LISTS: Final = (64, 16_384)


@dataclass(slots=True)
class Listed:
    """Values as bitmaps, and their order by size, largest first."""

    values: dict[str, BitMap] = field(default_factory=dict)
    order: list[tuple[int, str]] = field(default_factory=list)
    #: The entries of consecutive values together, by their first place and their number.
    _unions: dict[tuple[int, int], BitMap] = field(default_factory=dict)

    def copied(self) -> Listed:
        """A copy that can be changed while others count with this one."""
        return Listed(self.values.copy(), self.order.copy())

    def put_in_order(self) -> None:
        """Sort values that were set without keeping the order."""
        self.order = sorted((-len(bits), value) for value, bits in self.values.items())

    def put(self, value: str, bits: BitMap) -> None:
        """Set the entries of a value. A value without entries is not in the order."""
        self._unions.clear()
        if old := self.values.get(value):
            del self.order[bisect_left(self.order, (-len(old), value))]
        self.values[value] = bits
        if bits:
            insort(self.order, (-len(bits), value))

    def __len__(self) -> int:
        return len(self.order)

    def size(self, place: int) -> int:
        """How many entries the value at a place has; 0 behind the last value."""
        return -self.order[place][0] if place < len(self.order) else 0

    def value(self, place: int) -> str:
        """The value at a place."""
        return self.order[place][1]

    def bits(self, place: int) -> BitMap:
        """The entries of the value at a place."""
        return self.values[self.order[place][1]]

    def union(self, place: int, number: int) -> BitMap:
        """The entries that ``number`` values from a place on have together."""
        union = self._unions.get((place, number))
        if union is None:
            together = self.order[place : place + number]
            union = BitMap.union(BitMap(), *(self.values[value] for _, value in together))
            self._unions[place, number] = union
        return union

    def everything(self) -> BitMap:
        """The entries that have any of the values."""
        return BitMap.union(BitMap(), *self.values.values())


@dataclass(slots=True)
class Facet:
    """The values of one facet. Where they are many, most are packed (``few``).

    Values with many entries, and all that changed since the packing, are bitmaps (``listed``). If a
    value is in both, the bitmap counts.
    """

    listed: Listed = field(default_factory=Listed)
    few: Few = NONE
    _any: BitMap | None = None

    @property
    def values(self) -> dict[str, BitMap]:
        """All values with their entries, for a facet in which none are packed."""
        return self.listed.values

    def __len__(self) -> int:
        """Roughly how many values there are: those that changed since the packing may count twice."""
        return len(self.listed) + len(self.few)

    def copied(self) -> Facet:
        """A copy that can be changed while others count with this one."""
        return Facet(self.listed.copied(), self.few, self._any)

    def entries(self, value: str) -> BitMap:
        """The entries of a value; none for a value that does not exist."""
        bits = self.listed.values.get(value)
        if bits is None and self.few:
            bits = self.few.find(value)
        return _NOTHING if bits is None else bits

    def everything(self) -> BitMap:
        """The entries that have any value."""
        changed = [self.few.place(value) for value in self.listed.values] if self.few else []
        packed = self.few.everything(place for place in changed if place is not None)
        return self.listed.everything() | packed

    def put(self, value: str, bits: BitMap) -> None:
        """Set the entries of a value."""
        self.listed.put(value, bits)
        if not bits and self.few.find(value) is None:
            # There is no packed value that an empty bitmap would have to hide.
            del self.listed.values[value]
        if self._any is not None:
            self._any = self._any | bits

    def count(
        self, among: BitMap, most: int, share: float, without: Facet
    ) -> list[tuple[int, str]]:
        """The ``most`` frequent values among some entries, as (-count, value), in that order.

        ``share`` is the share that these entries are of all. An entry does not count for a value that
        it has in the facet ``without``.

        Values are tested from the largest down, until no remaining value can be among the most
        frequent. Small values are first tested together, as many as are likely to have too few
        entries: if several together do not reach a number, none of them does.
        """
        found: list[tuple[int, str]] = []
        least = 0
        reach = self._reach()
        if not among.intersect(reach):
            return found
        number_in = _counter(among, reach.max())
        # How many entries all values tested so far have, and how many of these were among the given ones.
        asked, met = 1.0, share
        # Of the two parts, the one whose next value is larger is tested; the other waits.
        part: Listed | Few = self.listed
        waiting: Listed | Few = self.few
        start = start_waiting = 0
        largest, largest_waiting = part.size(0), waiting.size(0)
        while True:
            if largest_waiting > largest:
                part, waiting = waiting, part
                start, start_waiting = start_waiting, start
                largest, largest_waiting = largest_waiting, largest
            full = len(found) >= most
            if largest <= (least if full else 0):
                break
            together = _together(start, (least if full else 0.7) / (largest * met / asked))
            first, start = start, min(start + together, len(part))
            of_group, largest = largest, part.size(start)
            if together > 1:
                number = number_in(part.union(first, together))
                asked += of_group * together
                met += number
                if number <= (least if full else 0):
                    continue
            for place in range(first, start):
                size = part.size(place)
                if full and size <= least:
                    break
                bits = part.bits(place)
                count = number_in(bits)
                asked += size
                met += count
                if not count or (full and count <= least):
                    continue
                value = part.value(place)
                if part is self.few and value in self.listed.values:
                    continue
                if hidden := without.entries(value):
                    count -= number_in(bits & hidden)
                if count and (not full or count > least):
                    insort(found, (-count, value))
                    if full := len(found) >= most:
                        del found[most:]
                        least = -found[-1][0]
        return found

    def _reach(self) -> BitMap:
        """What any value has, and perhaps more: entries that a value lost are not removed."""
        if self._any is None:
            self._any = self.listed.everything() | self.few.everything()
        return self._any


_NOTHING: Final = BitMap()


def _together(start: int, room: float) -> int:
    """How many values to test together at a place, if ``room`` would just fit: a power of two that
    divides the place.

    So groups of one size always begin at the same places, and their unions can be kept.
    """
    together = TOGETHER
    while together > 1 and (together > FILLED * room or start % together):
        together //= 2
    return together


def _counter(among: BitMap, last: int) -> Callable[[BitMap], int]:
    """A function that counts how many of some ids are in ``among``. No id may be beyond ``last``.

    A bitmap keeps the ids within each 65,536 as a list if there are up to 4,096, and else as bits. Bits are
    looked up directly for each id; a list has to be walked for every count. Where ``among`` would be long
    lists, the ids that it lacks are bits: testing against those is ten times as fast.
    """
    pieces = (last >> 16) + 1
    if not LISTS[0] <= len(among) / pieces <= LISTS[1]:
        return among.intersection_cardinality
    lacking = among.flip(0, pieces << 16)
    return lambda ids: ids.difference_cardinality(lacking)
