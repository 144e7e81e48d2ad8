"""The collection as something to look at: where its places are, when things happened, and what is
connected.

``chart`` puts positions on a map and joins markers that would cover each other; ``timeline`` turns
dates into bars on one scale, faded where they are uncertain; ``network`` arranges what is tied to a
record around it, and ``ties`` reads that from the database. All the others only know numbers;
templates and style sheets decide how they look.
"""

from catalog.explore.chart import (
    ChartWindow,
    Marker,
    Name,
    Position,
    around,
    fitting,
    markers,
    names,
)
from catalog.explore.network import (
    Column,
    Neighbour,
    Ring,
    Rung,
    Spot,
    in_order,
    nearest,
    neighbours,
)
from catalog.explore.ties import TOLD, Key, Tie, ties_among, ties_of
from catalog.explore.timeline import Bar, Scale, Span, Tick, span_of

__all__ = [
    "TOLD",
    "Bar",
    "ChartWindow",
    "Column",
    "Key",
    "Marker",
    "Name",
    "Neighbour",
    "Position",
    "Ring",
    "Rung",
    "Scale",
    "Span",
    "Spot",
    "Tick",
    "Tie",
    "around",
    "fitting",
    "in_order",
    "markers",
    "names",
    "nearest",
    "neighbours",
    "span_of",
    "ties_among",
    "ties_of",
]
