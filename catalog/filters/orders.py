"""The orders of a list, by the columns that have an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import birth_withheld, sees_everything
from catalog.uris import Kind

if TYPE_CHECKING:
    from catalog.models import Reader


#: So many records are sorted sooner than they are counted and read in parts.
_FEW: Final = 1_000


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

    def page(
        self,
        records: QuerySet[Any],
        rows: slice,
        *,
        kind: Kind,
        reader: Reader,
        total: int,
        dated: int,
    ) -> list[Any]:
        """A page of the records in this order. ``total`` is their number, ``dated`` how many of them
        have a date ``reader`` may know.
        """
        if not self.by_date:
            return _rows(self.of(records), rows, total)
        # Living people have no date that the public knows, whatever is stored.
        by_stored = kind != "person" or sees_everything(reader)
        withheld = None if by_stored else undated(kind, reader)
        if total <= _FEW and withheld is None:
            return list(self.of(records)[rows])
        some = records if withheld is None else records.exclude(withheld)
        begun, later = self._begun_and_later(some)
        if rows.stop <= dated and 2 * rows.start < dated:
            found = list(begun[rows])
            if len(found) == rows.stop - rows.start:
                return found
        if withheld is None:
            late = later.order_by().count()
            return _across([(begun, total - late), (later, late)], rows)
        rest = (records.filter(withheld).order_by(self.columns[-1]), total - dated)
        if rows.start >= dated:
            return _across([rest], slice(rows.start - dated, rows.stop - dated))
        late = later.order_by().count()
        return _across([(begun, dated - late), (later, late), rest], rows)

    def _begun_and_later(self, records: QuerySet[Any]) -> tuple[QuerySet[Any], QuerySet[Any]]:
        """Those that begin on a known day, in the order of these days, and the others, which come
        last: a date can be known ("until 1940") without such a day.

        Each has an index, which can be read from both ends. For both together PostgreSQL would sort
        the table: read backwards, its index begins with what has no day.
        """
        date, *rest = self.columns
        day = date.expression
        begun = records.filter(IsNull(day, False))
        return (
            begun.order_by(day.desc() if date.descending else day.asc(), *rest),
            records.filter(IsNull(day, True)).order_by(*rest),
        )


def _across(parts: list[tuple[QuerySet[Any], int]], rows: slice) -> list[Any]:
    """Some rows of several parts that follow each other, each with the number of its rows."""
    found: list[Any] = []
    before = 0
    for ordered, number in parts:
        within = slice(max(rows.start - before, 0), min(rows.stop - before, number))
        if within.start < within.stop:
            found += _rows(ordered, within, number)
        before += number
    return found


def _rows(ordered: QuerySet[Any], rows: slice, number: int) -> list[Any]:
    """Some of ``number`` rows in order, counted from the nearer end: whatever comes before a row has
    to be walked through.
    """
    if 2 * rows.start < number:
        return list(ordered[rows])
    last = slice(max(number - rows.stop, 0), max(number - rows.start, 0))
    return list(ordered.reverse()[last])[::-1]


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

_UNDATED: Final[dict[Kind, Q]] = {
    "person": Q(born__isnull=True),
    "document": Q(written__isnull=True, published__isnull=True),
    "image": Q(date__isnull=True),
    "event": Q(date__isnull=True),
    "collection": Q(date__isnull=True),
}


def undated(kind: Kind, reader: Reader) -> Q | None:
    """The records of a kind that have no date ``reader`` may know, and so come last when sorted by date. None
    for a kind without dates.
    """
    found = _UNDATED.get(kind)
    if found is None or kind != "person" or sees_everything(reader):
        return found
    return found | birth_withheld(reader)


def orders_of(kind: Kind, *, with_words: bool) -> tuple[Order, ...]:
    """The orders available for a list of a kind, the default of the pages first."""
    return (RELEVANCE, *ORDERS[kind]) if with_words else ORDERS[kind]
