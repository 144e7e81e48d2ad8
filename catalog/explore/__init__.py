"""The collection as something to look at: where its places lie, when what happened, and how it hangs together.

``chart`` lays positions on a flat sheet and joins markers that would cover each other; ``timeline`` lays dates as bars
on one scale, faded where they are uncertain; ``network`` sets what is tied to a record around it, and ``ties`` asks the
database for that. All others know numbers only; how they look is said by templates and style sheets.
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
from catalog.explore.network import Neighbour, Ring, Spot, in_order, nearest, neighbours
from catalog.explore.ties import TOLD, Key, Tie, ties_among, ties_of
from catalog.explore.timeline import Bar, Scale, Span, Tick, span_of

__all__ = [
    "TOLD",
    "Bar",
    "ChartWindow",
    "Key",
    "Marker",
    "Name",
    "Neighbour",
    "Position",
    "Ring",
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
