"""The values of one facet, and how often the frequent ones come among some entries."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pyroaring import BitMap

from catalog.search.few import NONE, Few

#: At most so many values of a facet, next to each other by size, are asked together first. A power of two.
TOGETHER: Final = 64
#: From so many to so many ids in 65,536 it pays to ask for those that are lacking.
LISTS: Final = (64, 16_384)


@dataclass(slots=True)
class Listed:
    """Values as bitmaps, and their order by size, the largest first."""

    values: dict[str, BitMap] = field(default_factory=dict)
    order: list[tuple[int, str]] = field(default_factory=list)
    #: What values that stand together in the order have all in all, by their first place and their number.
    _unions: dict[tuple[int, int], BitMap] = field(default_factory=dict)

    def copied(self) -> Listed:
        """The same, to be changed while others count with this one."""
        return Listed(self.values.copy(), self.order.copy())

    def put_in_order(self) -> None:
        """Put values in order that were set without any."""
        self.order = sorted((-len(bits), value) for value, bits in self.values.items())

    def put(self, value: str, bits: BitMap) -> None:
        """Set the entries of a value. One without any stands in no order."""
        self._unions.clear()
        if old := self.values.get(value):
            del self.order[bisect_left(self.order, (-len(old), value))]
        self.values[value] = bits
        if bits:
            insort(self.order, (-len(bits), value))

    def __len__(self) -> int:
        return len(self.order)

    def size(self, place: int) -> int:
        """How many entries the value at a place has; 0 behind the last."""
        return -self.order[place][0] if place < len(self.order) else 0

    def value(self, place: int) -> str:
        """The value at a place."""
        return self.order[place][1]

    def bits(self, place: int) -> BitMap:
        """The entries of the value at a place."""
        return self.values[self.order[place][1]]

    def union(self, place: int, number: int) -> BitMap:
        """What so many values from a place on have all in all."""
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
    """The values of one facet: most of them packed, where they are many; those of many entries, and whatever changed
    since the packing, as bitmaps. What is among these counts for a value that is packed too.
    """

    listed: Listed = field(default_factory=Listed)
    few: Few = NONE
    _any: BitMap | None = None

    @property
    def values(self) -> dict[str, BitMap]:
        """All values with their entries, of a facet of which none are packed."""
        return self.listed.values

    def __len__(self) -> int:
        """About how many values there are."""
        return len(self.listed) + len(self.few)

    def copied(self) -> Facet:
        """The same, to be changed while others count with this one."""
        return Facet(self.listed.copied(), self.few, self._any)

    def entries(self, value: str) -> BitMap:
        """The entries of a value; none of one that there is not."""
        bits = self.listed.values.get(value)
        if bits is None and self.few:
            bits = self.few.find(value)
        return _NOTHING if bits is None else bits

    def put(self, value: str, bits: BitMap) -> None:
        """Set the entries of a value."""
        self.listed.put(value, bits)
        if not bits and self.few.find(value) is None:
            # Nothing is packed that would have to be hidden.
            del self.listed.values[value]
        if self._any is not None:
            self._any = self._any | bits

    def count(
        self, among: BitMap, most: int, share: float, without: Facet
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
        # What was asked so far had so many in all, of which so many were among the entries.
        asked, met = 1.0, share
        # Whichever part has the larger value next is asked; the other waits.
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
        """What any value has, and maybe more: what a value lost is not taken away."""
        if self._any is None:
            self._any = self.listed.everything() | self.few.everything()
        return self._any


_NOTHING: Final = BitMap()


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
