"""Places on a map: those of a list, and where one lies."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from catalog.explore import ChartWindow, Marker, Name, Position, around, fitting, markers, names
from catalog.models import Place

if TYPE_CHECKING:
    from catalog.pages.chips import ListAddress

#: Places that a map shows, the first in the alphabet. More would be a cloud that nobody can read.
MOST: Final = 500
#: A closer map is offered where it is so much smaller than the present one.
_CLOSER: Final = 0.7
#: Markers among which there may be room for the names of places.
_NAMED: Final = 60
#: Of these a mark stands for a whole land, not for a point.
_WIDE: Final = {"region", "country"}


@dataclass(frozen=True, slots=True)
class MapEntry:
    """A marker with the places that it stands for: ``number`` ties it to its entry in the list below the map."""

    number: int
    marker: Marker
    #: Address of a closer map; empty where there is none.
    closer: str
    #: Where the name of a single place stands; None where there is no room.
    name: Name | None = None
    #: Address of the page with the list, where that is another page.
    list_at: str = ""

    @property
    def places(self) -> list[Place]:
        """The places under the marker."""
        return [position.what for position in self.marker.positions]

    @property
    def href(self) -> str:
        """Where the marker leads: to the one place, to a closer map, or to the list of those that lie too near."""
        if len(self.marker.positions) == 1:
            return str(self.places[0].get_absolute_url())
        return self.closer or f"{self.list_at}#marker-{self.number}"

    @property
    def said(self) -> str:
        """What the marker is called for those who do not see it."""
        names = [place.title for place in self.places]
        if len(names) > 3:
            return _("%(first)s and %(number)s more") % {
                "first": ", ".join(names[:2]),
                "number": len(names) - 2,
            }
        return ", ".join(names)


class PlaceMap:
    """The places of a list on a map: ``total`` of them, listed at ``address``. One query, and one for those that have
    no position. ``list_at`` is the address of their list where the map stands on another page.
    """

    def __init__(
        self,
        places: Any,
        total: int,
        address: ListAddress,
        part: ChartWindow | None = None,
        *,
        list_at: str = "",
    ) -> None:
        self.total, self.address, self.part, self.list_at = total, address, part, list_at
        self.rows = places.order_by("sort_key", "id").only(
            "slug", "title", "latitude", "longitude", "status", "publish_from", "embargo_until"
        )
        located = list(self.rows.filter(latitude__isnull=False)[: MOST + 1])
        #: Whether there are more than the map shows.
        self.is_cut = len(located) > MOST
        self.positions = [
            Position(place.latitude, place.longitude, place) for place in located[:MOST]
        ]

    @cached_property
    def unlocated(self) -> list[Place]:
        """Places whose position is not known, which no part of the map shows."""
        if not self.is_cut and len(self.positions) == self.total:
            return []
        return list(self.rows.filter(latitude__isnull=True)[:MOST])

    @cached_property
    def window(self) -> ChartWindow | None:
        """The part of the world that is shown; None where no place has a position."""
        return self.part or (fitting(self.positions) if self.positions else None)

    @cached_property
    def entries(self) -> list[MapEntry]:
        """The markers in the order of the alphabet."""
        if self.window is None:
            return []
        marks = markers(self.positions, self.window)
        texts = ["" if len(mark.positions) > 1 else mark.positions[0].what.title for mark in marks]
        beside = names(marks, texts, self.window) if len(marks) <= _NAMED else [None] * len(marks)
        return [
            MapEntry(number, mark, self._closer(mark), name, self.list_at)
            for number, (mark, name) in enumerate(zip(marks, beside, strict=True), start=1)
        ]

    @property
    def shown(self) -> int:
        """How many places this part of the map shows."""
        return sum(len(entry.places) for entry in self.entries)

    @property
    def whole(self) -> str:
        """Address of the map of all of them, while a part is shown; else empty."""
        return self.address.url() if self.part else ""

    def _closer(self, marker: Marker) -> str:
        part = fitting(marker.positions)
        if len(marker.positions) == 1 or part.height > _CLOSER * self.window.height:  # type: ignore[union-attr]
            return ""
        edges = ",".join(f"{edge:.2f}" for edge in (part.west, part.south, part.east, part.north))
        address = self.address.url()
        return f"{address}{'&' if '?' in address else '?'}part={edges}"


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in the world a place lies."""

    place: Place
    window: ChartWindow
    x: float
    y: float

    @property
    def is_wide(self) -> bool:
        """Whether the position stands for a whole land."""
        return self.place.precision in _WIDE


def locator(place: Place | None) -> Locator | None:
    """The small map of a place; None where its position is not known."""
    where = place.coordinates if place else None
    if place is None or where is None:
        return None
    window = around(where.latitude, where.longitude)
    return Locator(place, window, *window.at(where.latitude, where.longitude))


def read_part(text: str) -> ChartWindow | None:
    """The part of the world that an address asks for: west, south, east, north in degrees; None where it is none."""
    try:
        west, south, east, north = (float(edge) for edge in text.split(","))
    except ValueError:
        return None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return None
    return ChartWindow(west, south, east, north)
