"""The collection as something to look at: where its places lie.

``chart`` lays positions on a flat sheet and joins markers that would cover each other. It knows
numbers only; how they look is said by templates and style sheets.
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

__all__ = ["ChartWindow", "Marker", "Name", "Position", "around", "fitting", "markers", "names"]
