"""A record in the middle with the records tied to it around it: which are drawn, and where.

The figure is read like a clock: names are beside their marks on two sides of an oval, so that long
ones have room, and lines run through the middle. A narrow screen has a column instead: the record at
its head, the others below it along a stem, lines between them as bows on the left. The same records
always give the same figures.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from catalog.explore.ties import Key, Tie
from catalog.uris import KINDS

#: This many of each kind are drawn before any more of a kind that weighs more.
SHARE: Final = 6
#: Units of the figure: its width, the height of a mark with its two lines of text, and half the
#: width of the oval.
WIDTH: Final = 1000
LINE: Final = 38
HALF: Final = 175
#: The distance of a name from its mark.
BESIDE: Final = 14
#: Units of the column: its width, the height of a line of a name, where the stem and the marks are.
COLUMN: Final = 320
NAME_LINE: Final = 18
STEM: Final = 48
COLUMN_MARK: Final = 66
#: Height of the head of the column, which names the record itself, and space below the last name.
HEAD: Final = 56
FOOT: Final = 8
#: How far a line between two neighbours bends into the middle: 0 is straight, 1 leads through it.
BEND: Final = 0.55


@dataclass(slots=True)
class Neighbour:
    """A record around the one in the middle, with everything that ties them."""

    ties: list[Tie] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """The record."""
        return self.ties[0].key

    @property
    def weight(self) -> int:
        """How close it is: the sum of its ties' weights. A relationship weighs more than a mention."""
        return sum(tie.closeness for tie in self.ties)


def neighbours(ties: Iterable[Tie]) -> list[Neighbour]:
    """Each record that is tied, once, the closest first, then alphabetically."""
    found: dict[Key, Neighbour] = {}
    for tie in ties:
        found.setdefault(tie.key, Neighbour()).ties.append(tie)
    for one in found.values():
        one.ties.sort(key=lambda tie: (-tie.closeness, tie.bond, tie.words, tie.reads_back))
    return sorted(found.values(), key=lambda one: (-one.weight, one.ties[0].title, one.key))


def nearest(some: Sequence[Neighbour], most: int) -> list[Neighbour]:
    """The first ``most`` of an ordered list, but of each kind the first :data:`SHARE` whatever
    their weight: otherwise works would never be drawn beside a large family.
    """
    seen: Counter[str] = Counter()
    first: list[Neighbour] = []
    others: list[Neighbour] = []
    for one in some:
        kind = one.key[0]
        seen[kind] += 1
        (first if seen[kind] <= SHARE else others).append(one)
    return [*first, *others][:most]


def in_order(some: Iterable[Neighbour]) -> list[Neighbour]:
    """The order around the figure: by kind, and within a kind those that are tied in the same way
    together.
    """

    def place(one: Neighbour) -> tuple[int, int, str, str, str, Key]:
        first = one.ties[0]
        return (
            KINDS.index(first.kind), -first.closeness, first.bond, first.words, first.title, first.key,
        )  # fmt: skip

    return sorted(some, key=place)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a mark is, in units; on the left side its name comes before it."""

    x: float
    y: float
    is_left: bool

    @property
    def name_at(self) -> float:
        """Where its name begins; on the left side, where it ends."""
        return round(self.x + (-BESIDE if self.is_left else BESIDE), 1)

    @property
    def start(self) -> float:
        """Where the clickable area begins: the mark with its name, as wide as there is space."""
        return 0.0 if self.is_left else round(self.x - BESIDE, 1)

    @property
    def top(self) -> float:
        """Its top edge."""
        return round(self.y - LINE / 2 + 4, 1)

    @property
    def length(self) -> float:
        """Its width."""
        return round(self.room + 2 * BESIDE, 1)

    @property
    def room(self) -> float:
        """Units that the name has up to the edge of the figure."""
        return round(self.name_at if self.is_left else WIDTH - self.name_at, 1)


@dataclass(frozen=True, slots=True)
class Ring:
    """An oval of marks: spots run clockwise from the top, the first half of them on the right side."""

    number: int
    line_height: int = LINE

    @property
    def width(self) -> int:
        """Units."""
        return WIDTH

    @property
    def height(self) -> int:
        """Units."""
        return (math.ceil(self.number / 2) + 2) * LINE

    @property
    def middle(self) -> tuple[float, float]:
        """Where the record itself is."""
        return WIDTH / 2, self.height / 2

    @property
    def spots(self) -> list[Spot]:
        """A spot for each."""
        right = math.ceil(self.number / 2)
        left = self._side(self.number - right, is_left=True)
        return [*self._side(right, is_left=False), *reversed(left)]

    def _side(self, number: int, *, is_left: bool) -> list[Spot]:
        """From top to bottom, one line apart."""
        x, y = self.middle
        spots = []
        for place in range(number):
            down = (place - (number - 1) / 2) * LINE
            out = HALF * math.sqrt(max(1 - (down / y) ** 2, 0))
            spots.append(
                Spot(round(x - out if is_left else x + out, 1), round(y + down, 1), is_left)
            )
        return spots

    def line(self, one: Spot, other: Spot) -> str:
        """The line between two marks as an SVG path, bent towards the middle."""
        x, y = self.middle
        across = (one.x + other.x) / 2, (one.y + other.y) / 2
        bent = [near + (to - near) * BEND for near, to in zip(across, (x, y), strict=True)]
        return f"M{one.x} {one.y}Q{bent[0]:.1f} {bent[1]:.1f} {other.x} {other.y}"


@dataclass(frozen=True, slots=True)
class Rung:
    """A mark in the column, with a name of so many ``lines`` beside it and what it is below; ``y`` in units."""

    y: float
    lines: int

    @property
    def x(self) -> int:
        """Where the mark is."""
        return COLUMN_MARK

    @property
    def name_at(self) -> int:
        """Where its name begins."""
        return COLUMN_MARK + BESIDE

    @property
    def start(self) -> int:
        """Where the clickable area begins."""
        return COLUMN_MARK - BESIDE

    @property
    def length(self) -> int:
        """Its width."""
        return COLUMN - self.start - 2

    @property
    def top(self) -> float:
        """Its top edge."""
        return self.y - LINE / 2 + 4

    @property
    def height(self) -> int:
        """Its height."""
        return LINE + (self.lines - 1) * NAME_LINE


@dataclass(frozen=True)
class Column:
    """A column of marks; each has a name of so many lines."""

    lines_of_names: Sequence[int]
    name_line: int = NAME_LINE

    @property
    def stem(self) -> Spot:
        """Where the record itself is, from which the stem runs down."""
        return Spot(STEM, HEAD / 2, is_left=False)

    @property
    def last(self) -> float:
        """Where the stem ends: at the last mark."""
        return self.rungs[-1].y

    @property
    def width(self) -> int:
        """Units."""
        return COLUMN

    @cached_property
    def height(self) -> int:
        """Units."""
        return HEAD + FOOT + sum(rung.height for rung in self.rungs)

    @cached_property
    def rungs(self) -> list[Rung]:
        """A rung for each, from top to bottom."""
        found: list[Rung] = []
        y = HEAD + LINE / 2
        for lines in self.lines_of_names:
            found.append(Rung(y, lines))
            y += found[-1].height
        return found

    def bow(self, one: Rung, other: Rung) -> str:
        """The line between two marks as an SVG path: the further apart they are, the wider."""
        share = abs(one.y - other.y) / self.height
        out = round(COLUMN_MARK - 2 * (COLUMN_MARK - 4) * math.sqrt(share), 1)
        return f"M{COLUMN_MARK} {one.y}Q{out} {(one.y + other.y) / 2:.1f} {COLUMN_MARK} {other.y}"
