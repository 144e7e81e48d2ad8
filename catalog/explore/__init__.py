"""The collection as something to look at: where its places lie, and when what happened.

``chart`` lays positions on a flat sheet and joins markers that would cover each other; ``timeline`` lays dates as bars
on one scale, faded where they are uncertain. They know numbers only; how they look is said by templates and style
sheets.
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
from catalog.explore.timeline import Bar, Scale, Span, Tick, span_of

__all__ = [
    "Bar",
    "ChartWindow",
    "Marker",
    "Name",
    "Position",
    "Scale",
    "Span",
    "Tick",
    "around",
    "fitting",
    "markers",
    "names",
    "span_of",
]
