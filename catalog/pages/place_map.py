"""Places on a map: those of a list, and the location of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Avg, Count, F, Max, Min
from django.db.models.functions import Floor
from django.utils.translation import gettext as _

from catalog.explore import ChartWindow, Marker, Name, Position, around, fitting, markers, names
from catalog.models import Place

if TYPE_CHECKING:
    from catalog.pages.chips import ListAddress

#: Up to this many places are each drawn and named; beyond it the database counts those that are
#: close together.
MOST: Final = 500
_SHOWN: Final = (
    "slug", "title", "sort_key", "latitude", "longitude", "status", "publish_from", "embargo_until",
)  # fmt: skip
#: A closer map is offered if its height is at most this share of the current one.
_CLOSER: Final = 0.7
#: With more markers than this there is no space for names.
_NAMED: Final = 60
#: Markers side by side on the sheet for narrow screens: few, so that a finger can hit each.
_ABREAST_ON_PHONES: Final = 14
#: Precisions for which the mark represents a whole area, not a point.
_WIDE: Final = {"region", "country"}


@dataclass(frozen=True, slots=True)
class MapEntry:
    """A marker with the places that it represents: ``number`` ties it to its entry in the list
    below the map.
    """

    number: int
    marker: Marker
    #: Address of a closer map; empty if there is none.
    closer: str
    #: Position of the name of a single place; None if there is no space.
    name: Name | None = None
    #: Address of the page with the list, if that is another page.
    list_at: str = ""

    @property
    def places(self) -> list[Place]:
        """The places under the marker; one of them if there are too many to name each."""
        return [position.what for position in self.marker.positions]

    @property
    def unnamed(self) -> int:
        """How many more places are there than are named."""
        return self.marker.number - len(self.places)

    @property
    def href(self) -> str:
        """Where the marker links to: the one place, a closer map, or the list of those that are too
        close together.
        """
        if self.marker.number == 1:
            return str(self.places[0].get_absolute_url())
        return self.closer or f"{self.list_at}#marker-{self.number}"

    @property
    def said(self) -> str:
        """The marker in words, for those who cannot see it."""
        names = [place.title for place in self.places]
        if self.unnamed or len(names) > 3:
            return _("%(first)s and %(number)s more") % {
                "first": ", ".join(names[:2]),
                "number": self.marker.number - len(names[:2]),
            }
        return ", ".join(names)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The map as it is drawn for one width of the screen."""

    window: ChartWindow
    entries: list[MapEntry]
    is_narrow: bool = False


class PlaceMap:
    """The places of a list on a map: ``total`` of them, listed at ``address``. One query, and one
    for those that have no position; if there are more than :data:`MOST`, three more. ``list_at`` is
    the address of their list if the map is on another page.
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
        self.rows = places.order_by("sort_key", "id").only(*_SHOWN)
        located = self.rows.filter(latitude__isnull=False)
        if part is not None:
            located = located.filter(
                latitude__range=(part.south, part.north), longitude__range=(part.west, part.east)
            )
        drawn = list(located[: MOST + 1])
        #: Whether there are too many to name each.
        self.is_crowded = len(drawn) > MOST
        self.positions = (
            _together(located, part)
            if self.is_crowded
            else [Position(place.latitude, place.longitude, place) for place in drawn]
        )

    @cached_property
    def unlocated(self) -> list[Place]:
        """Places whose position is not known, which no part of the map shows: the first of them."""
        if self.part is None and self.shown == self.total:
            return []
        return list(self.rows.filter(latitude__isnull=True)[:MOST])

    @cached_property
    def window(self) -> ChartWindow | None:
        """The part of the world that is shown; None if no place has a position."""
        return self.part or (fitting(self.positions) if self.positions else None)

    @cached_property
    def entries(self) -> list[MapEntry]:
        """The markers in the order of the alphabet."""
        if self.window is None:
            return []
        marks = markers(self.positions, self.window)
        return self._entries(self.window, marks, range(1, len(marks) + 1))

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The map for wide screens, and the same part of the world with fewer markers for narrow ones."""
        if self.window is None:
            return []
        narrow = replace(self.window, abreast=_ABREAST_ON_PHONES)
        numbers = {
            id(position): entry.number
            for entry in self.entries
            for position in entry.marker.positions
        }
        marks = markers(self.positions, narrow)
        # A marker for several entries of the list leads to the first of them.
        entries = self._entries(narrow, marks, [numbers[id(one.positions[0])] for one in marks])
        return [Sheet(self.window, self.entries), Sheet(narrow, entries, is_narrow=True)]

    @property
    def shown(self) -> int:
        """How many places this part of the map shows."""
        return sum(entry.marker.number for entry in self.entries)

    @property
    def listed_at(self) -> str:
        """Address of the list that names every place."""
        return self.address.viewed("").url()

    @property
    def whole(self) -> str:
        """Address of the map of all of them, while a part is shown; otherwise empty."""
        return self.address.url() if self.part else ""

    def _entries(
        self, window: ChartWindow, marks: list[Marker], numbers: Sequence[int]
    ) -> list[MapEntry]:
        texts = ["" if mark.number > 1 else mark.positions[0].what.title for mark in marks]
        beside = names(marks, texts, window) if len(marks) <= _NAMED else [None] * len(marks)
        return [
            MapEntry(number, mark, self._closer(mark), name, self.list_at)
            for number, mark, name in zip(numbers, marks, beside, strict=True)
        ]

    def _closer(self, marker: Marker) -> str:
        part = fitting(marker.positions)
        if marker.number == 1 or part.height > _CLOSER * self.window.height:  # type: ignore[union-attr]
            return ""
        edges = ",".join(f"{edge:.2f}" for edge in (part.west, part.south, part.east, part.north))
        address = self.address.url()
        return f"{address}{'&' if '?' in address else '?'}part={edges}"


def _together(located: Any, part: ChartWindow | None) -> list[Position]:
    """Places counted where they are close together: one position for all under a marker, with one
    of them as its name.

    The database counts them in the cells of a grid, however many there are. Three queries, two if
    the part is given.
    """
    # Filters may join: each place must be counted once.
    places = Place.objects.filter(pk__in=located.order_by().values("pk")).order_by()
    window = part or _window_of(places)
    across, down = window.reach
    cells = list(
        places.annotate(
            column=Floor((F("longitude") - window.west) / across),
            row=Floor((F("latitude") - window.south) / down),
        )
        .values("column", "row")
        .annotate(
            number=Count("pk"), first=Min("pk"), here_n=Avg("latitude"), here_e=Avg("longitude"),
            west=Min("longitude"), south=Min("latitude"), east=Max("longitude"), north=Max("latitude"),
        )
    )  # fmt: skip
    named = Place.objects.only(*_SHOWN).in_bulk([cell["first"] for cell in cells])
    found = [
        Position(
            cell["here_n"], cell["here_e"], named[cell["first"]], cell["number"],
            (cell["west"], cell["south"], cell["east"], cell["north"]),
        )
        for cell in cells
        if cell["first"] in named
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.what.title, one.what.pk))


def _window_of(places: Any) -> ChartWindow:
    edge = places.aggregate(
        west=Min("longitude"), south=Min("latitude"), east=Max("longitude"), north=Max("latitude")
    )
    edges = edge["west"], edge["south"], edge["east"], edge["north"]
    return fitting([Position(edge["south"], edge["west"], None, edges=edges)])


@dataclass(frozen=True, slots=True)
class Locator:
    """Where in the world a place lies."""

    place: Place
    window: ChartWindow
    x: float
    y: float

    @property
    def is_wide(self) -> bool:
        """Whether the position represents a whole area."""
        return self.place.precision in _WIDE


def locator(place: Place | None) -> Locator | None:
    """The small map of a place; None if its position is not known."""
    where = place.coordinates if place else None
    if place is None or where is None:
        return None
    window = around(where.latitude, where.longitude)
    return Locator(place, window, *window.at(where.latitude, where.longitude))


def read_part(text: str) -> ChartWindow | None:
    """The part of the world that an address asks for: west, south, east, north in degrees; None if
    invalid.
    """
    try:
        west, south, east, north = (float(edge) for edge in text.split(","))
    except ValueError:
        return None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return None
    return ChartWindow(west, south, east, north)
