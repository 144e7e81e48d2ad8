"""Positions on a chart: which part of the world to show, where each is on it, which of them share a marker.

The sheet is that of ``static/catalog/img/land.svg``: degrees on a square grid, twenty units each.
Far from the equator the width of a window is scaled by the cosine of its middle latitude, so that
shapes there are correct.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

#: Units of the sheet per degree.
UNITS: Final = 20
#: Ratio of a window's width to its height.
SHAPE: Final = 1.6
#: Height of the window around one place, in degrees: coasts make it recognisable.
AROUND: Final = 46.0
#: Height of the smallest window: a smaller one often shows no coast at all, or one too simplified
#: to be recognised.
SMALLEST: Final = 10.0
#: Latitude at which the sheet ends; shapes beyond it cannot be recognised.
EDGE: Final = 84.0
#: How much larger a window is than what it has to show.
ROOM: Final = 1.2
#: Width of a letter relative to its height, an overestimate rather than an underestimate.
LETTER: Final = 0.62
#: Markers that would fit side by side in the width of a window.
MARKERS_ABREAST: Final = 30


@dataclass(frozen=True, slots=True)
class Position:
    """Something with a position, in degrees. It can represent a ``number`` of things in an area
    with these edges: west, south, east, north.
    """

    latitude: float
    longitude: float
    what: Any
    number: int = 1
    edges: tuple[float, float, float, float] | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of everything it represents."""
        return self.edges or (self.longitude, self.latitude, self.longitude, self.latitude)


@dataclass(frozen=True, slots=True)
class ChartWindow:
    """A part of the world, in degrees, drawn so that ``abreast`` markers fit side by side in its width."""

    west: float
    south: float
    east: float
    north: float
    abreast: int = MARKERS_ABREAST

    @property
    def squeeze(self) -> float:
        """The ratio of a degree of longitude to one of latitude in the middle of the window."""
        return round(_squeeze((self.south + self.north) / 2), 4)

    @property
    def width(self) -> float:
        """Units of the sheet, after scaling."""
        return (self.east - self.west) * UNITS * self.squeeze

    @property
    def height(self) -> float:
        """Units of the sheet."""
        return (self.north - self.south) * UNITS

    @property
    def view_box(self) -> str:
        """The attribute of an SVG that shows this window."""
        left, top = self.at(self.north, self.west)
        return f"{left:.1f} {top:.1f} {self.width:.1f} {self.height:.1f}"

    @property
    def radius(self) -> float:
        """Radius of a marker that can be clicked, in units."""
        return round(self.width / self.abreast / 2, 2)

    @property
    def reach(self) -> tuple[float, float]:
        """Degrees of longitude and of latitude that a marker covers."""
        across = (self.east - self.west) / self.abreast
        return across, across * self.squeeze

    @property
    def dot(self) -> float:
        """Radius of the mark of a single position, smaller than the clickable area around it, in units."""
        return round(self.radius * 0.45, 2)

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a position is, in units."""
        return round(longitude * UNITS * self.squeeze, 2), round(-latitude * UNITS, 2)

    def holds(self, position: Position) -> bool:
        """Whether a position lies in the window."""
        inside = self.south <= position.latitude <= self.north
        return inside and self.west <= position.longitude <= self.east


@dataclass(slots=True)
class Marker:
    """A mark on the chart for one position, or for several that would cover each other; ``x`` and
    ``y`` in units.
    """

    x: float
    y: float
    positions: list[Position] = field(default_factory=list)

    @property
    def number(self) -> int:
        """How many things it represents."""
        return sum(one.number for one in self.positions)


@dataclass(frozen=True, slots=True)
class Name:
    """Where a name is placed beside its mark, in units: it begins at ``x``, or ends there if it is
    before the mark.
    """

    x: float
    is_before: bool


def around(latitude: float, longitude: float) -> ChartWindow:
    """The window around one position, wide enough to see where in the world it is."""
    return _window(latitude, longitude, AROUND)


def fitting(positions: Sequence[Position]) -> ChartWindow:
    """The smallest window that shows all positions with some margin around them. Needs at least one."""
    wests, souths, easts, norths = zip(*(one.bounds for one in positions), strict=True)
    south, north, west, east = min(souths), max(norths), min(wests), max(easts)
    middle = (south + north) / 2
    width = ROOM * (east - west)
    height = max(ROOM * (north - south), width * _squeeze(middle) / SHAPE)
    return _window(middle, (west + east) / 2, height, width)


def markers(positions: Iterable[Position], window: ChartWindow) -> list[Marker]:
    """A mark for each position in the window; those closer than a marker's width share the mark of
    the first.
    """
    found: list[Marker] = []
    apart = 2 * window.radius
    for position in positions:
        if not window.holds(position):
            continue
        x, y = window.at(position.latitude, position.longitude)
        near = (one for one in found if math.hypot(one.x - x, one.y - y) < apart)
        marker = next(near, None)
        if marker is None:
            marker = Marker(x, y)
            found.append(marker)
        marker.positions.append(position)
    return found


def names(marks: Sequence[Marker], texts: Sequence[str], window: ChartWindow) -> list[Name | None]:
    """A place for the name of each mark, in letters as high as its radius: after it, otherwise
    before it, otherwise None.

    No name covers a mark or another name, or leaves the window. An empty text needs no space.
    """
    left, _top = window.at(window.north, window.west)
    taken = [(mark.x - window.radius, mark.x + window.radius, mark.y) for mark in marks]
    found: list[Name | None] = []
    for mark, text in zip(marks, texts, strict=True):
        length = len(text) * LETTER * window.radius
        ends = (mark.x + window.radius, mark.x - window.radius)
        spans = ((ends[0], ends[0] + length), (ends[1] - length, ends[1]))
        free = [
            Name(end, is_before)
            for end, (start, stop), is_before in zip(ends, spans, (False, True), strict=True)
            if left <= start
            and stop <= left + window.width
            and not _covers(start, stop, mark.y, taken, window)
        ]
        name = free[0] if text and free else None
        if name:
            start, stop = spans[name.is_before]
            taken.append((start, stop, mark.y))
        found.append(name)
    return found


def _covers(
    start: float,
    stop: float,
    y: float,
    taken: list[tuple[float, float, float]],
    window: ChartWindow,
) -> bool:
    """Whether a line of letters would cover something that is there."""
    near = (one for one in taken if abs(one[2] - y) < 1.6 * window.radius)
    return any(one[0] < stop and start < one[1] for one in near)


def _window(latitude: float, longitude: float, height: float, width: float = 0) -> ChartWindow:
    """A window of the usual shape around a middle, moved and reduced until it is on the sheet; of
    another shape if it would otherwise not have the required width.
    """
    height = min(max(height, SMALLEST), 2 * EDGE)
    middle = min(max(latitude, height / 2 - EDGE), EDGE - height / 2)
    width = min(max(height * SHAPE / _squeeze(middle), width), 360.0)
    centre = min(max(longitude, width / 2 - 180), 180 - width / 2)
    return ChartWindow(
        west=centre - width / 2,
        south=middle - height / 2,
        east=centre + width / 2,
        north=middle + height / 2,
    )


def _squeeze(latitude: float) -> float:
    return max(math.cos(math.radians(latitude)), 0.15)
