"""The orders of a list, by the columns that have an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.uris import Kind


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a list: its name in addresses, its label, and the columns, the id last."""

    name: str
    label: str | Promise
    columns: tuple[Any, ...]

    @property
    def by_date(self) -> bool:
        """Whether records without a date come last in this order."""
        return self.name in {"date", "-date"}

    def of(self, records: QuerySet[Any]) -> QuerySet[Any]:
        """The records in this order."""
        return records.order_by(*self.columns)


def _orders(named: str | Promise, date: Any, *, by_date_first: bool = False) -> tuple[Order, ...]:
    filed = Order("title", named, ("sort_key", "id"))
    changed = Order("updated", _("Recently changed"), ("-modified", "-id"))
    if date is None:
        return (filed, changed)
    dates = (
        Order("date", _("Oldest first"), (date.asc(nulls_last=True), "id")),
        Order("-date", _("Newest first"), (date.desc(nulls_last=True), "-id")),
    )
    return (*dates, filed, changed) if by_date_first else (filed, *dates, changed)


#: The order in which the search ranks what words find: the default of a list with words,
#: unavailable without them. The search computes it (``RecordFilter.best_first``).
RELEVANCE: Final = Order("relevance", _("Relevance"), ())

_TITLE: Final = pgettext_lazy("order of a list", "Title")
_NAME: Final = pgettext_lazy("order of a list", "Name")

#: The orders of each kind; the first is the default.
ORDERS: Final[dict[Kind, tuple[Order, ...]]] = {
    "person": _orders(_NAME, F("born_earliest")),
    "document": _orders(_TITLE, Coalesce("written_earliest", "published_earliest")),
    "image": _orders(_TITLE, F("date_earliest")),
    "event": _orders(_TITLE, F("date_earliest"), by_date_first=True),
    "place": _orders(_NAME, None),
    "collection": _orders(_TITLE, F("date_earliest")),
}

#: For each kind, the records that have no date at all, and so come last when sorted by date.
UNDATED: Final[dict[Kind, Q]] = {
    "person": Q(born__isnull=True),
    "document": Q(written__isnull=True, published__isnull=True),
    "image": Q(date__isnull=True),
    "event": Q(date__isnull=True),
    "collection": Q(date__isnull=True),
}


def orders_of(kind: Kind, *, with_words: bool) -> tuple[Order, ...]:
    """The orders available for a list of a kind, the default of the pages first."""
    return (RELEVANCE, *ORDERS[kind]) if with_words else ORDERS[kind]
