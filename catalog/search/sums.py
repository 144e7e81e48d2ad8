"""A number for every entry, added up for all entries at once.

There is one bitmap for each binary digit, with the entries whose number has that digit. Adding a
number to a hundred thousand entries then takes a few operations on whole bitmaps, and so does
finding the highest.
"""

from __future__ import annotations

from pyroaring import BitMap


class Sums:
    """Numbers of entries; 0 for those to which nothing was added. (Bit-sliced arithmetic, after
    O’Neil and Quass.)
    """

    def __init__(self) -> None:
        #: The entries whose number has each binary digit, the lowest first.
        self._digits: list[BitMap] = []

    def add(self, entries: BitMap, number: int) -> None:
        """Add a number, 0 or greater, to that of each of some entries."""
        for place in range(number.bit_length()):
            if not number >> place & 1:
                continue
            carried, at = entries, place
            while carried:
                while len(self._digits) <= at:
                    self._digits.append(BitMap())
                digit = self._digits[at]
                self._digits[at], carried = digit ^ carried, digit & carried
                at += 1

    def of(self, entry: int) -> int:
        """The number of an entry."""
        return sum(1 << place for place, digit in enumerate(self._digits) if entry in digit)

    def highest(self, among: BitMap, most: int, near: int) -> list[int]:
        """The ``most`` of some entries with the highest numbers, highest first.

        Of equals, those whose ids are nearest to ``near`` are taken and come first: they were catalogued at the same
        time.
        """
        sure, open_yet = BitMap(), among
        for digit in reversed(self._digits):
            higher = open_yet & digit
            if len(sure) + len(higher) > most:
                open_yet = higher
            else:
                sure |= higher
                open_yet = open_yet - higher
        chosen = [*sure, *_nearest(open_yet, near, most - len(sure))]
        return sorted(chosen, key=lambda entry: (-self.of(entry), abs(entry - near), entry))


def _nearest(entries: BitMap, near: int, most: int) -> list[int]:
    """The ``most`` of some entries whose ids are nearest to one."""
    place = entries.rank(near)
    around = entries[max(0, place - most) : place + most]
    return sorted(around, key=lambda entry: (abs(entry - near), entry))[:most]
