"""Facet values with few entries, packed in arrays. In a large catalogue these are the great majority.

Nearly every person is named by a handful of entries, whose ids lie far apart. As a named bitmap such a
value takes more than a kilobyte; here it takes thirty bytes, and four for each entry. Arrays also stay
shared between a process and those forked from it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice
from typing import Final

from pyroaring import BitMap

#: How many bytes, roughly, the bitmaps that were made of these values may take. Beyond that all are
#: dropped.
KEPT: Final = 400_000_000


class Few:
    """Values with few entries, the largest first; those of one size in the order of their names.
    Never changes.
    """

    def __init__(self, names: _Stretches, ids: _Stretches, by_name: array[int]) -> None:
        """``by_name`` has the places of all values in the order of their names."""
        self._names = names
        self._ids = ids
        self._by_name = by_name
        #: The entries of consecutive values together, by their first place and their number.
        self._kept: dict[tuple[int, int], BitMap] = {}
        self._bytes_kept = 0

    def __len__(self) -> int:
        return len(self._by_name)

    def size(self, place: int) -> int:
        """How many entries the value at a place has; 0 behind the last value."""
        return self._ids.ends[place + 1] - self._ids.ends[place]

    def value(self, place: int) -> str:
        """The value at a place."""
        return bytes(self._names.of(place, 1)).decode()

    def bits(self, place: int) -> BitMap:
        """The entries of the value at a place."""
        return self.union(place, 1)

    def union(self, place: int, number: int) -> BitMap:
        """The entries that ``number`` values from a place on have together. Kept, because the same
        are asked again and again.
        """
        union = self._kept.get((place, number))
        if union is None:
            union = BitMap(self._ids.of(place, number))
            # Two bytes per entry, and an overhead for each block of 65,536 ids that contains some.
            size = 2 * len(union) + 48 * min(len(union), 1 + (union.max() >> 16)) + 200
            if self._bytes_kept + size > KEPT:
                self._kept, self._bytes_kept = {}, 0
            self._kept[place, number] = union
            self._bytes_kept += size
        return union

    def everything(self, without: Iterable[int] = ()) -> BitMap:
        """The entries that have any of the values, except those at some places."""
        found, first = BitMap(), 0
        for place in sorted(without):
            found |= BitMap(self._ids.of(first, place - first))
            first = place + 1
        return found | BitMap(self._ids.of(first, len(self) - first))

    def place(self, value: str) -> int | None:
        """The place of a value; None if it is not among these."""
        at = bisect_left(self._by_name, value, key=self.value)
        if at == len(self) or self.value(place := self._by_name[at]) != value:
            return None
        return place

    def find(self, value: str) -> BitMap | None:
        """The entries of a value; None if it is not among these."""
        place = self.place(value)
        return None if place is None else self.bits(place)


class _Stretches:
    """Consecutive stretches of one array. Stretch n ends at ``ends[n + 1]``; ``ends`` begins with 0."""

    def __init__(self, typecode: str) -> None:
        self.units = array(typecode)
        self.ends = array("Q", [0])

    def add(self, units: array[int]) -> None:
        """Append a stretch."""
        self.units.extend(units)
        self.ends.append(len(self.units))

    def extend(self, others: _Stretches) -> None:
        """Append all stretches of another."""
        offset = len(self.units)
        self.units.extend(others.units)
        self.ends.extend(map(offset.__add__, islice(others.ends, 1, None)))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def of(self, place: int, number: int) -> array[int]:
        """``number`` stretches from a place on, or as many as there are."""
        last = min(place + number, len(self))
        return self.units[self.ends[place] : self.ends[last]]


class Packing:
    """Takes values in the order of their names, and packs them."""

    def __init__(self) -> None:
        self._taken = 0
        #: By size: the places of values in the order of names, their names, and their ids.
        self._alike: dict[int, tuple[array[int], _Stretches, _Stretches]] = {}

    def add(self, value: str, entries: BitMap) -> None:
        """Take a value with its entries, of which there is at least one."""
        size = len(entries)
        if size not in self._alike:
            self._alike[size] = array("I"), _Stretches("B"), _Stretches("I")
        places, names, ids = self._alike[size]
        places.append(self._taken)
        names.add(array("B", value.encode()))
        ids.add(entries.to_array())
        self._taken += 1

    def packed(self) -> Few:
        """Everything that was taken. To be called once: it frees what was taken as it goes."""
        names, ids = _Stretches("B"), _Stretches("I")
        by_name = array("I", bytes(4 * self._taken))
        for size in sorted(self._alike, reverse=True):
            in_order_of_names, own_names, own_ids = self._alike.pop(size)
            for place, at in enumerate(in_order_of_names, len(names)):
                by_name[at] = place
            names.extend(own_names)
            ids.extend(own_ids)
        # An empty stretch at the end, so that the size behind the last value is 0.
        ids.add(array("I"))
        return Few(names, ids, by_name)


NONE: Final = Packing().packed()
