"""The lists of the six nouns, filtered, sorted and in pages; the address contains everything."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, ClassVar, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views import View

from catalog.conf import catalogue_settings
from catalog.explore import ChartWindow, span_of
from catalog.filters import (
    FILTERS,
    RELEVANCE,
    Order,
    RecordFilter,
    numbers_without,
    offers,
    orders_of,
)
from catalog.models import sees_everything
from catalog.pages import fonds
from catalog.pages.cards import Card, cards, with_what_cards_show
from catalog.pages.chips import Chip, ListAddress, chips
from catalog.pages.finishing import with_cache_rules
from catalog.pages.home import Decade, decades
from catalog.pages.kinds import KIND_NAMES
from catalog.pages.paging import Paging
from catalog.pages.place_map import PlaceMap, read_part
from catalog.pages.result_files import NAMES
from catalog.pages.results_page import Refusal, ResultsPage, WayOut, in_plain_words
from catalog.pages.timeline import Timeline, heading_of, timeline
from catalog.uris import Kind

#: How many times as many results a page has on a timeline, where each takes a line.
ON_A_TIMELINE: Final = 4
#: Decades for which the histogram has space.
BARS: Final = 40
#: Search engines are asked to skip a list with more chosen values than this.
WORTH_INDEXING: Final = 2

#: Filters whose values say nothing without them.
_NOTHING_ALONE: Final = {"date_from", "date_to", "has_image"}
#: What the views are called in the links that lead to them.
_VIEWS: Final = {
    "list": gettext_lazy("List"),
    "grid": gettext_lazy("Grid"),
    "map": gettext_lazy("Map"),
    "timeline": gettext_lazy("Timeline"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """Results under one heading; a list without headings has one section without a name."""

    heading: str
    cards: list[Card]


class RecordList(View):
    """The list of one kind of record."""

    kind: ClassVar[Kind]
    #: The number of results in words.
    counted: ClassVar[Any]
    #: The views of the list.
    views: ClassVar[tuple[str, ...]] = ("list", "grid", "timeline")
    #: The view of a list whose address names none.
    usual_view: ClassVar[str] = "list"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """A page of results; 400 with the reasons if a value is refused, 404 for a page number
        beyond the last.
        """
        shown = Listing(self, request)
        context = {
            "section": self.kind,
            "listing": shown,
            "kind_name": KIND_NAMES[self.kind][1],
            "is_staff": sees_everything(request.user),
        }
        status = 400 if shown.refusals else 200 if shown.paging.exists else 404
        response = render(request, f"catalog/{self.kind}/list.html", context, status=status)
        # What words find may change with the index alone, which follows the records a moment later.
        response.is_passing = shown.chosen.reckoning is None  # type: ignore[attr-defined]
        if status == 200:
            return response
        return with_cache_rules(request, response)

    def sections(self, shown: Listing) -> list[Section]:
        """The results of a page; nouns may put headings between them."""
        return [Section("", shown.cards)] if shown.cards else []


class Listing(ResultsPage):
    """What a list page shows; the templates read it."""

    def __init__(self, view: RecordList, request: HttpRequest) -> None:
        self.kind: Kind = view.kind
        self.reader = request.user
        self.door = view
        self.chosen: RecordFilter = FILTERS[view.kind](request.GET, user=request.user)
        self.refusals = self._refused_filters()
        self.view: str = self._pick_view(request.GET.get("view"), view.usual_view)
        self.order: Order = self._pick_order(request.GET.get("sort"))
        self.address = ListAddress.of(
            request.path,
            self.chosen,
            "" if self.order is self.orders[0] else self.order.name,
            "" if self.view == view.usual_view else self.view,
        )
        self.chips = chips(self.chosen, self.address)
        #: Collections are shown as the tree that they are, until a filter or order is chosen.
        as_usual = not self.address.order and self.view != "timeline"
        self.is_tree = self.kind == "collection" and not self.chips and as_usual
        self.total = self.chosen.number()
        self.undated = self.chosen.number_undated() if self.order.by_date else 0
        records = fonds.tops(self.reader) if self.is_tree else self.chosen.qs
        self.paging = Paging.read(
            request.GET.get("page"),
            records.count() if self.is_tree else self.total,
            self._on_a_page,
            self.address.url,
        )
        self.part = self._read_part(request.GET.get("part")) if self.view == "map" else None
        self.records = [] if self.view == "map" else self._on_this_page(records)

    @property
    def _on_a_page(self) -> int:
        """How many results a page has. A map has no pages."""
        if self.view == "map":
            return max(self.total, 1)
        return catalogue_settings().PAGE_SIZE * (ON_A_TIMELINE if self.view == "timeline" else 1)

    # --- Reading the address -----------------------------------------------------------------------

    def _refused_filters(self) -> list[Refusal]:
        return [
            Refusal(name, self.chosen.label_of(name), " ".join(map(in_plain_words, errors)))
            for name, errors in self.chosen.form.errors.as_data().items()
        ]

    def _pick_order(self, name: str | None) -> Order:
        known = {order.name: order for order in self.orders}
        if name and name not in known:
            self._refuse("sort", _("Order"), name, [str(order.label) for order in self.orders])
        return known.get(name or "", self.orders[0])

    def _pick_view(self, name: str | None, usual: str) -> str:
        known = self.door.views
        if name and name not in known:
            self._refuse("view", _("View"), name, [str(_VIEWS[one]) for one in known])
        return name if name in known else usual

    def _read_part(self, text: str | None) -> ChartWindow | None:
        part = read_part(text) if text else None
        if text and part is None:
            said = _("“%(value)s” is no area of a map: west,south,east,north in degrees.")
            said %= {"value": text[:60].replace("\0", "")}
            self.refusals.append(Refusal("part", _("Map area"), said))
        return part

    def _refuse(self, name: str, label: str, value: str, allowed: list[str]) -> None:
        words = {"value": value[:60].replace("\0", ""), "named": ", ".join(allowed)}
        message = _("“%(value)s” is not one of the choices: %(named)s.") % words
        self.refusals.append(Refusal(name, label, message))

    # --- Reading the records -----------------------------------------------------------------------

    def _on_this_page(self, records: Any) -> list[Any]:
        if not self.paging.exists or not self.total:
            return []
        if self.is_tree:
            shown = with_what_cards_show(self.kind, records, self.reader)
            return list(shown[self.paging.rows])
        return self.records_at(self.paging.rows)

    def records_at(self, rows: slice) -> list[Any]:
        """Some of the records that fit the filters, by their places in the order, with what cards show."""
        if self.order is RELEVANCE:
            best = self.chosen.best_first(rows.start, rows.stop - rows.start)
            shown = self.chosen.queryset.filter(pk__in=best).order_by()
            found = {one.pk: one for one in with_what_cards_show(self.kind, shown, self.reader)}
            return [found[pk] for pk in best if pk in found]
        records = with_what_cards_show(self.kind, self.chosen.qs, self.reader)
        dated = self.total - self.undated
        return self.order.page(
            records, rows, kind=self.kind, reader=self.reader, total=self.total, dated=dated
        )

    @cached_property
    def cards(self) -> list[Card]:
        """The results of this page."""
        return cards(self.kind, self.records, self.reader)

    @cached_property
    def sections(self) -> list[Section]:
        """The results of this page under their headings."""
        return self.door.sections(self)

    @cached_property
    def map(self) -> PlaceMap:
        """The places of the list, all of them, on a map."""
        return PlaceMap(self.chosen.qs, self.total, self.address, self.part)

    @cached_property
    def timeline(self) -> Timeline:
        """The results of this page on a timeline."""
        return timeline(self.cards)

    @cached_property
    def branches(self) -> list[fonds.Branch]:
        """The collections of this page with those in them."""
        return fonds.branches(self.records, self.reader) if self.is_tree else []

    @cached_property
    def offers(self) -> list[Any]:
        """The facets with their values and counts."""
        return offers(self.chosen)

    @cached_property
    def bars(self) -> list[Decade]:
        """The decades that the records of this list reach, whatever span is chosen, as a histogram.

        Empty while the index is behind the records.
        """
        reckoning = self.chosen.reckoning
        if reckoning is None or "date_from" not in self.chosen.filters:
            return []
        among = reckoning.fitting("date_from", "date_to")
        return decades(reckoning.held.decades(among), BARS)

    @cached_property
    def ways_out(self) -> list[WayOut]:
        """For an empty list: which filters to drop to find something, the one that finds most first."""
        if self.total or not self.chips:
            return []
        names = list(dict.fromkeys(chip.name for chip in self.chips))
        numbers = numbers_without(self.chosen, names)
        ways = [WayOut(self.whole_filter(name), numbers[name]) for name in names]
        return sorted((way for way in ways if way.count), key=lambda way: -way.count)[:3]

    # --- What the templates need -------------------------------------------------------------------

    @property
    def orders(self) -> tuple[Order, ...]:
        """The orders available for this list, the default first; for a timeline, those of time."""
        orders = orders_of(self.kind, with_words="q" in self.chosen.given)
        return _of_time(orders) if self.view == "timeline" else orders

    @property
    def order_links(self) -> list[tuple[Any, str, bool]]:
        """Label, address and whether it is the current one, of each order."""
        usual = self.orders[0]
        return [
            (
                order.label,
                self.address.ordered("" if order is usual else order.name).url(),
                order is self.order,
            )
            for order in self.orders
        ]

    @property
    def view_links(self) -> list[tuple[str, str, bool]]:
        """Name, address and whether it is the current one, of each view. A timeline is in order of time."""
        usual = self.door.usual_view
        links = []
        for name in self.door.views:
            address = self.address.viewed("" if name == usual else name)
            if "timeline" not in {name, self.view} or name == self.view:
                url = address.url(self.paging.number)
            else:
                # Its pages have another length.
                url = address.ordered("-date" if self.order.name == "-date" else "").url()
            links.append((name, url, name == self.view))
        return links

    @property
    def count_words(self) -> str:
        """How many results there are, in words."""
        return str(self.door.counted % {"number": self.total})

    def named(self) -> str:
        """What is in the list: "Documents: Book, Russian"."""
        return name_of(self.kind, self.chips)

    @property
    def feed_url(self) -> str:
        """What is new among these records, as a feed."""
        return str(self.address.ordered("").viewed("").url(format="atom"))

    @property
    def file_links(self) -> list[tuple[str, str]]:
        """Name and address of the results as files, in the same order."""
        address = self.address.viewed("")
        return [(name, address.url(format=form)) for form, name in NAMES.items()]

    @property
    def worth_indexing(self) -> bool:
        """Whether search engines are invited: not into the countless combinations of filters."""
        return len(self.chips) <= WORTH_INDEXING and not self.refusals

    @property
    def typed(self) -> dict[str, str]:
        """The text in the boxes of the form, as it was typed, even if it is wrong."""
        data: Any = self.chosen.data
        boxes = ("q", "date_from", "date_to")
        return {
            name: str(data.get(name, "")).replace("\0", "")[:1000]
            for name in boxes
            if name in self.chosen.filters
        }

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Parameters that the form passes on without a visible control."""
        shown = {offer.name for offer in self.offers} | set(self.typed)
        pairs = [pair for pair in self.address.filters if pair[0] not in shown]
        if self.address.order:
            pairs.append(("sort", self.address.order))
        if self.address.view:
            pairs.append(("view", self.address.view))
        return pairs


def name_of(kind: Kind, chosen: list[Chip]) -> str:
    """What a list holds, in a few words: "Documents: Book, Russian, from 1936"."""
    name = str(KIND_NAMES[kind][1])
    labels = [_in_a_name(chip) for chip in chosen[:3]]
    return f"{name}: {', '.join(labels)}" if labels else name


def _in_a_name(chip: Chip) -> str:
    """A chosen value; with its filter if it says nothing alone: "from 1936", "has a picture: yes"."""
    value = chip.label[:60]
    if chip.name not in _NOTHING_ALONE:
        return value
    filter_label = chip.filter_label[:1].lower() + chip.filter_label[1:]
    if chip.name in {"date_from", "date_to"}:
        return f"{filter_label} {value}"
    return f"{filter_label}: {value[:1].lower()}{value[1:]}"


def _of_time(orders: tuple[Order, ...]) -> tuple[Order, ...]:
    return tuple(order for order in orders if order.by_date)


class PersonList(RecordList):
    """``/people/``"""

    kind = "person"
    counted = ngettext_lazy(
        "%(number)s person or organisation", "%(number)s people and organisations", "number"
    )


class DocumentList(RecordList):
    """``/documents/``"""

    kind = "document"
    counted = ngettext_lazy("%(number)s document", "%(number)s documents", "number")


class ImageList(RecordList):
    """``/images/``"""

    kind = "image"
    usual_view = "grid"
    counted = ngettext_lazy("%(number)s picture", "%(number)s pictures", "number")


class EventList(RecordList):
    """``/events/``"""

    kind = "event"
    counted = ngettext_lazy("%(number)s event", "%(number)s events", "number")

    def sections(self, shown: Listing) -> list[Section]:
        """A heading for each decade if the events are in order of time."""
        if not shown.order.by_date:
            return super().sections(shown)
        by_decade = groupby(
            shown.cards, key=lambda card: heading_of(span_of(card.record.date), ten_years=True)
        )
        return [Section(heading, list(found)) for heading, found in by_decade]


class PlaceList(RecordList):
    """``/places/``"""

    kind = "place"
    # Not a grid: places have no pictures.
    views = ("list", "map")
    counted = ngettext_lazy("%(number)s place", "%(number)s places", "number")


class CollectionList(RecordList):
    """``/collections/``"""

    kind = "collection"
    counted = ngettext_lazy("%(number)s collection", "%(number)s collections", "number")
