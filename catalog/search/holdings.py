"""What the catalogue holds, as sets of entries: for lists that filter and count without reading rows.

    held = holdings(user)                       None while the index is behind: ask the records instead
    held.kind("document") & held.having("type", ["letter"]) & held.between(19360101, None)
    held.counts("subject", among, 40)           the most frequent values among some entries, exactly

All sets are as the visitor may know them: what an entry has only through a hidden record does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from pyroaring import BitMap

from catalog.search import bitmaps, facets
from catalog.search.backends import backend_of, reading
from catalog.search.bitmaps import Standing
from catalog.search.orders import Ordered
from catalog.search.query import SearchQuery
from catalog.search.ties import NUMBERS
from catalog.search.view import View, may_be_over
from catalog.uris import Kind

if TYPE_CHECKING:
    from catalog.models import Reader

T = TypeVar("T")


class Holdings:
    """The entries of the index as one visitor may know them, at a moment at which it is in step."""

    def __init__(self, user: Reader, using: str, standing: Standing | None = None) -> None:
        self._view = View(user, using, standing)

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` returned for a key, kept until the index changes."""
        return self._view.keep(("holdings", key), make)

    def kind(self, kind: Kind) -> BitMap:
        """The entries of the records of a kind."""
        return self.keep(
            ("kind", kind),
            lambda: self._view.visible & self._view.memory.value("kind", str(NUMBERS[kind])),
        )

    def having(self, facet: str, values: Iterable[str]) -> BitMap:
        """The entries with any of the values as the index writes them: codes of terms, primary keys
        of records.
        """
        return self._view.any_of(facet, values)

    def having_any(self, facet: str) -> BitMap:
        """The entries with any value of a facet, for curators: what others may not know counts as well."""
        if not self._view.staff:
            raise PermissionError(facet)
        return self.keep(("any", facet), lambda: self._view.memory.having_any(facet))

    def between(self, first: int | None, last: int | None) -> BitMap:
        """The entries whose dates overlap a span of day numbers, of which None leaves an end open."""
        return self.keep(("between", first, last), lambda: self._view.in_time(first, last))

    def matching(self, kind: Kind, text: str) -> BitMap:
        """The entries of a kind that have every word; the last word may be unfinished."""
        query = _query(kind, text)
        return self._view.found(query).ids if query.words else BitMap()

    def best_first(self, kind: Kind, text: str, ids: BitMap, first: int, size: int) -> list[int]:
        """Primary keys of records, best match first, from place ``first`` on and at most ``size``.

        ``ids`` are entries of one kind that :meth:`matching` found. They are ranked as the search
        ranks them, equals by quality.
        """
        view, words = self._view, _query(kind, text).words
        if not ids:
            return []
        best = view.best(words, ids, min(first + size, len(ids)))
        page = Ordered(ids, "relevance", len(view.memory.everything), *best).page(
            view.backend, first, size
        )
        listed = ",".join(map(str, page)) or "NULL"
        rows = view.backend.run(f"SELECT id, record FROM search_entry WHERE id IN ({listed})")
        record_of = dict(rows)
        return [record_of[entry] for entry in page]

    def records(self, ids: BitMap) -> Any:
        """A condition for querysets: the records behind some entries, at least one and all of one kind."""
        return self._view.records(ids)

    def of(self, kind: Kind, sql: str, parameters: list[Any]) -> BitMap:
        """The entries of the records whose primary keys a statement returns."""
        return self._view.backend.ids(
            f"SELECT id FROM search_entry WHERE kind = {NUMBERS[kind]} AND record IN ({sql})",
            parameters,
        )

    def by_value(self, kind: Kind, sql: str, parameters: list[Any]) -> dict[int, BitMap]:
        """The entries for each ``value`` that a statement returns together with primary keys as
        ``record``.
        """
        found: dict[int, BitMap] = defaultdict(BitMap)
        for value, entry in self._view.backend.run(
            f"SELECT pair.value, search_entry.id FROM ({sql}) AS pair JOIN search_entry"
            f" ON search_entry.kind = {NUMBERS[kind]} AND search_entry.record = pair.record",
            parameters,
        ):
            found[value].add(entry)
        return found

    def of_keys(self, kind: Kind, pks: list[int]) -> BitMap:
        """The entries of a few records of a kind, by their primary keys."""
        listed = ",".join(map(str, pks))
        return self.keep(("keys", kind, listed), lambda: self.of(kind, listed, []))

    def counts(self, asked: dict[str, BitMap], most: int) -> dict[str, list[tuple[str, int]]]:
        """For each facet, the ``most`` frequent values among some entries with their counts,
        highest first.
        """
        view = self._view
        return facets.count(view.backend, view.memory, asked, most, staff=view.staff, texts={})

    def decades(self, among: BitMap) -> list[tuple[int, int]]:
        """The decades that the dates of some entries touch, each with how many: as many as
        :meth:`between` finds.

        A date that is open at one end reaches no further than the others: "from 1962" alone would lead
        to the present day.
        """
        reached = self.keep("decades", self._view.decades)
        own = [year for year, _bits in reached if among & self._view.value("decade", str(year))]
        if not own:
            return []
        counts = [(year, among.intersection_cardinality(bits)) for year, bits in reached]
        return [(year, number) for year, number in counts if number and own[0] <= year <= own[-1]]


def holdings(
    user: Reader = None, using: str | None = None, standing: Standing | None = None
) -> Holdings | None:
    """The sets of entries; None while changed records wait to be indexed, or the clock is about to
    show some. ``standing`` is the state of the index, if the caller has just asked for it.
    """
    using = using or reading()
    standing = standing or bitmaps.standing(backend_of(using))
    if standing.behind or may_be_over(standing.due):
        return None
    return Holdings(user, using, standing)


def as_it_stands(user: Reader = None, using: str | None = None) -> Holdings:
    """The sets of entries even if they are not in step: only the index can tell what words find (``q``)."""
    return Holdings(user, using or reading())


def _query(kind: Kind, text: str) -> SearchQuery:
    """What lists look for with ``q``: every word is required, and the last may be unfinished."""
    return SearchQuery(text=text, kinds=(kind,), typing=True, strict=True)
