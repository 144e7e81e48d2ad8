"""Pages of a list: by number up to 10,000 records, by cursor without limit.

A cursor names the last record of a page by the columns of the order and its id, so that the
thousandth page costs as much as the first, and records that appear or vanish in the meantime shift
nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import OrderBy
from django.db.models.lookups import IsNull
from django.http import QueryDict

from catalog.api.answers import as_json
from catalog.api.parameters import MOST, MOST_PAGE, PAGE_SIZE, Reading
from catalog.api.problem import Problem
from catalog.filters import ORDERS, RELEVANCE, Order, orders_of
from catalog.models import PublicRecord, birth_withheld
from catalog.uris import Kind

#: Records that can be reached by numbered pages.
REACHABLE: Final = 10_000
_LARGEST: Final = 2**63 - 1
#: The date of records without one that the reader may know.
_NO_DATE: Final = Value(None, BigIntegerField())


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in an order: after (or before) the record with this key; without a record, the
    very end.
    """

    backwards: bool
    order: str
    key: Any = None
    pk: int = 0

    def written(self) -> str:
        """As written in an address."""
        parts = json.dumps(
            [int(self.backwards), self.order, self.key, self.pk], separators=(",", ":")
        )
        return base64.urlsafe_b64encode(parts.encode()).decode().rstrip("=")


def read_cursor(reading: Reading, kind: Kind, order: Order) -> Cursor | None:
    """``cursor``; empty starts at the beginning. None if it is absent."""
    text = reading.one("cursor")
    if text is None:
        return None
    if "page" in reading.given:
        reading.refuse("cursor", "Send either page or cursor, not both.")
    if order is RELEVANCE:
        refuse_cursor_of_relevance(reading, (one.name for one in ORDERS[kind]))
        return None
    if not text:
        return Cursor(False, order.name)
    try:
        padded = text + "=" * (-len(text) % 4)
        backwards, name, key, pk = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        sound = (
            backwards in (0, 1)
            and type(pk) is int
            and 0 <= pk <= _LARGEST
            # Without a record it is the very beginning or end, and has no key.
            and (key is None if pk == 0 else _is_key(name, key))
        )
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
        sound = False
    if not sound:
        reading.refuse(
            "cursor",
            "This is not a valid cursor. Copy it from next or previous, or leave it empty.",
        )
        return None
    if name != order.name:
        reading.refuse(
            "cursor", f"This cursor belongs to sort={name}. Send the same sort, or start again."
        )
        return None
    return Cursor(bool(backwards), name, key, pk)


def _is_key(order: Any, key: Any) -> bool:
    if order == "title":
        return isinstance(key, str) and "\x00" not in key and _is_text(key)
    if order in {"date", "-date"}:
        return key is None or (type(key) is int and abs(key) <= _LARGEST)
    if order == "updated":
        moment = datetime.fromisoformat(key)
        # In UTC it may be outside the possible years, and that raises OverflowError.
        return moment.tzinfo is not None and bool(moment.astimezone(UTC))
    return False


def _is_text(key: str) -> bool:
    key.encode()  # a lone surrogate is not text
    return True


@dataclass(slots=True)
class Page:
    """One page: primary keys, and the addresses around it ('' if there is none)."""

    pks: list[int]
    next: str = ""
    previous: str = ""
    first: str = ""
    last: str = ""

    @classmethod
    def numbered(cls, pks: list[int], url: Callable[..., str], number: int, last: int) -> Page:
        """Page ``number`` of ``last``."""
        links = numbered_pages(url, number, last)
        return cls(pks, links["next"], links["prev"], links["first"], links["last"])


class Paging:
    """Makes pages of the records of one kind in one order."""

    def __init__(self, kind: Kind, order: Order, size: int, *, of_public: bool) -> None:
        self.kind, self.size = kind, size
        self.order = order
        #: Whether some have a date that the reader may not know: it counts as none, and has no index to walk along.
        self.withholds = of_public and order.by_date and kind == "person"
        self.descending = order.name in {"-date", "updated"}
        self._key = self._expression(of_public)

    def _expression(self, of_public: bool) -> Any:
        if self.order.name == "title":
            return F("sort_key")
        if self.order.name == "updated":
            if not of_public:
                return F("modified")
            changes = PublicRecord.objects.filter(kind=self.kind, record_id=OuterRef("pk"))
            return Subquery(changes.values("changed_at"))
        column = self.order.columns[0]
        return column.expression if isinstance(column, OrderBy) else F(column)

    def _ordered(self, records: Any, *, backwards: bool = False) -> Any:
        descending = self.descending != backwards
        if self.order.name == "title":
            columns = ["-sort_key", "-pk"] if descending else ["sort_key", "pk"]
            return records.order_by(*columns)
        key = F("_key")
        return records.order_by(
            key.desc() if descending else key.asc(), "-pk" if descending else "pk"
        )

    def _read(
        self, records: Any, cursor: Cursor | None = None, *, start: int = 0, most: int
    ) -> list[tuple[int, Any]]:
        """Primary keys and keys of rows in this order: after a cursor, or from place ``start`` on."""
        if not self.order.by_date:
            return self._part(records, self._key, cursor, start, most)
        parts = self._dated_and_undated(records)
        if cursor is not None and cursor.pk:
            # A cursor stands in one of the two: behind it lies the rest of that, and the other or nothing.
            stands = 0 if cursor.key is not None else 1
            parts = parts[: stands + 1] if cursor.backwards else parts[stands:]
        if cursor is not None and cursor.backwards:
            parts.reverse()
        found: list[tuple[int, Any]] = []
        for part, key in parts:
            found += self._part(part, key, cursor, start, most - len(found))
            if len(found) == most:
                break
            # What comes before the next part has to be counted only where a page leaves this one.
            start = 0 if found or not start else max(0, start - part.order_by().count())
        return found

    def _dated_and_undated(self, records: Any) -> list[tuple[Any, Any]]:
        """The two parts of an order by date, and their keys: undated records come last.

        Read together, no index would serve: PostgreSQL's begins with them when it is read backwards,
        and a position among the dated would have "or undated" added to it.
        """
        if self.withholds:
            withheld = birth_withheld(None)
            return [
                (records.filter(born_earliest__isnull=False).exclude(withheld), self._key),
                (records.filter(Q(born_earliest__isnull=True) | withheld), _NO_DATE),
            ]
        return [
            (records.filter(IsNull(self._key, False)), self._key),
            (records.filter(IsNull(self._key, True)), _NO_DATE),
        ]

    def _part(
        self, records: Any, key: Any, cursor: Cursor | None, start: int, most: int
    ) -> list[tuple[int, Any]]:
        records = records.annotate(_key=key)
        stands_here = cursor is not None and cursor.pk and (key is _NO_DATE) == (cursor.key is None)
        if cursor is not None and stands_here:
            records = records.filter(self._beyond(cursor))
        backwards = cursor is not None and cursor.backwards
        if key is _NO_DATE:
            ordered = records.order_by("-pk" if self.descending != backwards else "pk")
        else:
            ordered = self._ordered(records, backwards=backwards)
        return list(ordered[start : start + most].values_list("pk", "_key"))

    def numbered(
        self, records: QuerySet[Any], number: int, total: int, url: Callable[..., str]
    ) -> Page:
        """A page by its number. Raises the 404 if there is none."""
        last = last_page(number, total, self.size, "Continue with cursor= instead of page.")
        start = (number - 1) * self.size
        rows = self._read(records, start=start, most=self.size)
        page = Page.numbered([pk for pk, _ in rows], url, number, last)
        if number == last and total > start + self.size and rows:
            page.next = url(cursor=self._cursor(rows[-1]))
        return page

    def after(self, records: QuerySet[Any], cursor: Cursor, url: Callable[..., str]) -> Page:
        """The page that a cursor points to."""
        rows = self._read(records, cursor, most=self.size + 1)
        more = len(rows) > self.size
        rows = rows[: self.size]
        if cursor.backwards:
            rows.reverse()
        page = Page(
            [pk for pk, _ in rows],
            first=url(cursor=""),
            last=url(cursor=Cursor(True, self.order.name).written()),
        )
        begins = not more if cursor.backwards else not cursor.pk
        ends = not cursor.pk if cursor.backwards else not more
        if rows and not ends:
            page.next = url(cursor=self._cursor(rows[-1]))
        if rows and not begins:
            page.previous = url(cursor=self._cursor(rows[0], backwards=True))
        if not rows and cursor.pk:
            page.next = url(cursor="") if cursor.backwards else ""
            page.previous = "" if cursor.backwards else page.last
        return page

    def _cursor(self, row: tuple[int, Any], *, backwards: bool = False) -> str:
        pk, key = row
        said = key.isoformat() if isinstance(key, datetime) else key
        return Cursor(backwards, self.order.name, said, pk).written()

    def _beyond(self, cursor: Cursor) -> Q:
        """The records after the cursor's, or before it if it leads backwards, in the part where it stands."""
        downwards = self.descending != cursor.backwards
        way = "lt" if downwards else "gt"
        same = Q(**{f"pk__{way}": cursor.pk})
        if cursor.key is None:
            return same
        key = datetime.fromisoformat(cursor.key) if self.order.name == "updated" else cursor.key
        # The first condition is redundant, but an index can begin at it.
        return Q(**{f"_key__{way}e": key}) & (Q(**{f"_key__{way}": key}) | same)


def pick_order(reading: Reading, kind: Kind) -> Order:
    """``sort``, or the first order of the kind; words do not change that, so nobody loses their
    position in a list.
    """
    orders = {order.name: order for order in orders_of(kind, with_words=True)}
    order = orders[reading.choice("sort", orders) or ORDERS[kind][0].name]
    if order is RELEVANCE and not any(map(str.strip, reading.given.getlist("q"))):
        reading.refuse(
            "sort",
            "sort=relevance ranks search results. Send q too, or choose another sort.",
            [f"sort={one.name}" for one in ORDERS[kind]],
        )
    return order


def last_page(number: int, total: int, size: int, onwards: str) -> int:
    """The number of the last page. Raises the 404 of a page that does not exist; ``onwards`` says
    how to read on.
    """
    last = max((min(total, REACHABLE) + size - 1) // size, 1)
    if number <= last:
        return last
    if (number - 1) * size < total:
        raise _no_page(f"Page {number} is beyond record {REACHABLE:,}. {onwards}")
    raise _no_page(f"There is no page {number}; the last is {last}.")


def _no_page(detail: str) -> Problem:
    errors = [{"parameter": "page", "detail": detail, "allowed": None}]
    return Problem(404, "not-found", detail, errors=errors)


def refuse_cursor_of_relevance(reading: Reading, others: Iterable[str]) -> None:
    """Refuse a cursor in the order of relevance, which changes with the catalogue and so only has
    numbered pages.
    """
    reading.refuse(
        "cursor",
        f"sort=relevance has pages, up to {REACHABLE:,} records. Use a cursor with another sort.",
        [f"sort={one}" for one in others],
    )


def address(path: str, query: QueryDict) -> Callable[..., str]:
    """Writes the address of another page of the same list."""

    def url(**changes: Any) -> str:
        wanted = query.copy()
        for name in ("page", "cursor"):
            wanted.pop(name, None)
        for name, value in changes.items():
            wanted[name] = str(value)
        text = wanted.urlencode()
        return f"{path}?{text}" if text else path

    return url


def numbered_pages(url: Callable[..., str], number: int, last: int) -> dict[str, str]:
    """Addresses of the pages around page ``number`` by their link relation; empty if there is none."""
    return {
        "first": url(page=1),
        "prev": url(page=number - 1) if number > 1 else "",
        "next": url(page=number + 1) if number < last else "",
        "last": url(page=last),
    }


def links_of(pages: dict[str, str]) -> list[tuple[str, str]]:
    """The addresses of :func:`numbered_pages` for the header ``Link``."""
    return [(page, f'rel="{rel}"') for rel, page in pages.items() if page]


@dataclass(frozen=True, slots=True)
class NumberedPage:
    """A page of rows that have no cursor, all of which can be reached by number: terms, relations
    of a record.
    """

    number: int
    size: int

    @classmethod
    def read(cls, reading: Reading) -> NumberedPage:
        """``page`` and ``page_size``."""
        size = reading.number("page_size", PAGE_SIZE, MOST)
        return cls(reading.number("page", 1, MOST_PAGE), size)

    def written(
        self, rows: Any, write: Callable[[Any], list[Any]], url: Callable[..., str]
    ) -> tuple[str, list[tuple[str, str]]]:
        """The page as JSON, and its links. ``write`` makes JSON of some rows. Raises the 404 if
        there is none.
        """
        total = rows.count()
        last = max((total + self.size - 1) // self.size, 1)
        if self.number > last:
            raise _no_page(f"There is no page {self.number}; the last is {last}.")
        start = (self.number - 1) * self.size
        pages = numbered_pages(url, self.number, last)
        body = {
            "count": total,
            "page_size": self.size,
            "next": pages["next"] or None,
            "previous": pages["prev"] or None,
            "results": write(rows[start : start + self.size]),
        }
        return as_json(body), links_of(pages)
