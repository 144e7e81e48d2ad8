"""The orders of a list, by the columns that have an index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import birth_withheld, known_birth, sees_everything
from catalog.uris import Kind

if TYPE_CHECKING:
    from catalog.models import Reader


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

    def known_to(self, reader: Reader, kind: Kind) -> Order:
        """This order, by the dates that ``reader`` may know. For the public, living people have none."""
        if kind != "person" or not self.by_date or sees_everything(reader):
            return self
        date, *rest = self.columns
        known = date.copy()
        known.set_source_expressions([known_birth(reader, "born_earliest")])
        return replace(self, columns=(known, *rest))

    def page(
        self, records: QuerySet[Any], rows: slice, *, kind: Kind, reader: Reader, dated: int
    ) -> list[Any]:
        """A page of the records in this order. ``dated`` says how many have a date ``reader`` may know.

        No index covers dates with some withheld, so dated and undated records are read separately. Only
        a page that contains both has to sort everything.
        """
        known, without = self.known_to(reader, kind), undated(kind, reader)
        is_withheld = known is not self and without is not None
        if rows.stop <= dated and self.by_date:
            some = records.exclude(without) if is_withheld else records
            found = self._begun(some, rows)
            return list(self.of(some)[rows]) if found is None else found
        if not is_withheld:
            return list(self.of(records)[rows])
        if rows.start >= dated:
            start, stop = rows.start - dated, rows.stop - dated
            return list(records.filter(without).order_by(self.columns[-1])[start:stop])
        last = Case(When(without, then=Value(1)), default=Value(0))
        return list(records.order_by(last, *known.columns)[rows])

    def _begun(self, records: QuerySet[Any], rows: slice) -> list[Any] | None:
        """A page of those that begin on a known day, if they fill it; they come first in any case.

        An index of PostgreSQL that is read backwards begins with what has no day. Asked to put that
        last, it would sort the whole table. A date can be known ("until 1940") without such a day.
        """
        date, *rest = self.columns
        if not date.descending:
            return list(self.of(records)[rows])
        begun = records.filter(IsNull(date.expression, False))
        found = list(begun.order_by(date.expression.desc(), *rest)[rows])
        return found if len(found) == rows.stop - rows.start else None


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
