"""Choosing records: the filters of lists, shared by the pages and the API.

    chosen = FILTERS["document"](request.GET, user=request.user)
    chosen.qs        visible documents that fit       chosen.errors   what was refused, by filter
    chosen.given     the values understood            offers(chosen)  facets with counts

Parameters mean the same at every door: repeated values of a filter are "or", different filters
"and"; records are named by their slug, terms by their code. Terms, places, events and collections
include what is below them. A record that the visitor may not see is treated as if it did not exist.

Reading order: ``base`` (what all kinds share), the nouns (``works`` for what persons had a part in), then
``fields`` and ``form`` (reading an address), ``hierarchy``, ``facets``, ``reckoning`` (counting on
the search index), ``orders``.
"""

from typing import Final

from catalog.filters.base import RecordFilter
from catalog.filters.collection import CollectionFilter
from catalog.filters.document import DocumentFilter
from catalog.filters.event import EventFilter
from catalog.filters.facets import Facet, Offer, Option, Tally, counted, numbers_without, offers
from catalog.filters.fields import (
    ChoicesField,
    DayField,
    Given,
    RecordsField,
    TermsField,
    WordsField,
)
from catalog.filters.hierarchy import below
from catalog.filters.image import ImageFilter
from catalog.filters.orders import ORDERS, RELEVANCE, Order, orders_of, undated
from catalog.filters.person import PersonFilter
from catalog.filters.place import PlaceFilter
from catalog.filters.reckoning import Reckoning
from catalog.uris import Kind

#: The filters of each kind of record.
FILTERS: Final[dict[Kind, type[RecordFilter]]] = {
    "person": PersonFilter,
    "document": DocumentFilter,
    "image": ImageFilter,
    "event": EventFilter,
    "place": PlaceFilter,
    "collection": CollectionFilter,
}

__all__ = [
    "FILTERS",
    "ORDERS",
    "RELEVANCE",
    "ChoicesField",
    "CollectionFilter",
    "DayField",
    "DocumentFilter",
    "EventFilter",
    "Facet",
    "Given",
    "ImageFilter",
    "Offer",
    "Option",
    "Order",
    "PersonFilter",
    "PlaceFilter",
    "Reckoning",
    "RecordFilter",
    "RecordsField",
    "Tally",
    "TermsField",
    "WordsField",
    "below",
    "counted",
    "numbers_without",
    "offers",
    "orders_of",
    "undated",
]
