"""Positions on a chart: which part of the world to show, where each stands on it, which share a marker.

The sheet is that of ``static/catalog/img/land.svg``: degrees laid out square, twenty units each. Where the window lies
far from the equator its width is pressed together by the cosine of its middle latitude, so that shapes there are true.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

#: Units of the sheet to a degree.
UNITS: Final = 20
#: Width of a window to its height.
SHAPE: Final = 1.6
#: Height of the window around one place, in degrees: it needs coasts to be recognised.
AROUND: Final = 46.0
#: Height of the smallest window: in a smaller one there is often no coast at all, or one too simplified to be known.
SMALLEST: Final = 10.0
#: Latitude at which the sheet ends; beyond it shapes cannot be recognised.
EDGE: Final = 84.0
#: How much larger a window is than what it has to show.
ROOM: Final = 1.2
#: Width of a letter relative to its height, rather too wide than too narrow.
LETTER: Final = 0.62
#: Markers that would fit side by side in the width of a window.
MARKERS_ABREAST: Final = 30


@dataclass(frozen=True, slots=True)
class Position:
    """Something that lies somewhere, in degrees. It can stand for a ``number`` of things that lie around there, between
    edges: west, south, east, north.
    """

    latitude: float
    longitude: float
    what: Any
    number: int = 1
    edges: tuple[float, float, float, float] | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all that it stands for."""
        return self.edges or (self.longitude, self.latitude, self.longitude, self.latitude)


@dataclass(frozen=True, slots=True)
class ChartWindow:
    """A part of the world, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def squeeze(self) -> float:
        """By how much a degree of longitude is shorter than one of latitude in the middle of the window."""
        return round(_squeeze((self.south + self.north) / 2), 4)

    @property
    def width(self) -> float:
        """Units of the sheet, pressed together."""
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
        """Units: of a marker that can be hit."""
        return round(self.width / MARKERS_ABREAST / 2, 2)

    @property
    def reach(self) -> tuple[float, float]:
        """Degrees of longitude and of latitude that a marker covers."""
        across = (self.east - self.west) / MARKERS_ABREAST
        return across, across * self.squeeze

    @property
    def dot(self) -> float:
        """Units: of the mark of a single position, smaller than what can be hit around it."""
        return round(self.radius * 0.45, 2)

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Where a position stands, in units."""
        return round(longitude * UNITS * self.squeeze, 2), round(-latitude * UNITS, 2)

    def holds(self, position: Position) -> bool:
        """Whether a position lies in the window."""
        inside = self.south <= position.latitude <= self.north
        return inside and self.west <= position.longitude <= self.east


@dataclass(slots=True)
class Marker:
    """A mark on the chart for one position, or for several that would cover each other; ``x`` and ``y`` in units."""

    x: float
    y: float
    positions: list[Position] = field(default_factory=list)

    @property
    def number(self) -> int:
        """How many things it stands for."""
        return sum(one.number for one in self.positions)


@dataclass(frozen=True, slots=True)
class Name:
    """Where a name stands beside its mark, in units: it begins at ``x``, or ends there where it is before it."""

    x: float
    is_before: bool


def around(latitude: float, longitude: float) -> ChartWindow:
    """The window around one position, wide enough to know where in the world it is."""
    return _window(latitude, longitude, AROUND)


def fitting(positions: Sequence[Position]) -> ChartWindow:
    """The smallest window that shows all positions with some room around them. There has to be one at least."""
    wests, souths, easts, norths = zip(*(one.bounds for one in positions), strict=True)
    south, north, west, east = min(souths), max(norths), min(wests), max(easts)
    middle = (south + north) / 2
    width = ROOM * (east - west)
    height = max(ROOM * (north - south), width * _squeeze(middle) / SHAPE)
    return _window(middle, (west + east) / 2, height, width)


def markers(positions: Iterable[Position], window: ChartWindow) -> list[Marker]:
    """A mark for each position of the window; those nearer than a marker is wide share the mark of the first."""
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
    """Room for the name of each mark, in letters as high as its radius: after it, else before it, else None.

    No name covers a mark or another name, or leaves the window. An empty text takes no room.
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
    """Whether a line of letters would lie over something that is there."""
    near = (one for one in taken if abs(one[2] - y) < 1.6 * window.radius)
    return any(one[0] < stop and start < one[1] for one in near)


def _window(latitude: float, longitude: float, height: float, width: float = 0) -> ChartWindow:
    """A window of the usual shape around a middle, moved and made smaller until it lies on the sheet; of another shape
    where else it would not have the width that is asked for.
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
