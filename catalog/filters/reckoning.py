"""Which records fit a filter set, and how many, computed on the search index's sets of entries
instead of rows.

A filter that the index knows is a ready-made set; for others the database is queried once for each
version of the index. Counting the values of a facet then means counting common members, whatever
the number of records. While the index is behind there are no sets, and the records themselves are
counted (:mod:`catalog.filters.facets`): the numbers are the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import EmptyResultSet
from pyroaring import BitMap

from catalog.filters.fields import Given
from catalog.filters.hierarchy import compiled, with_those_above
from catalog.models import Record, Term
from catalog.search import Holdings, holdings

if TYPE_CHECKING:
    from catalog.filters.base import RecordFilter
    from catalog.filters.facets import Tally

#: Kinds whose filter named after them finds what is below the records given.
HIERARCHIES: Final = frozenset({"place", "collection"})


class Reckoning:
    """The sets of one filter set, as its visitor may see the records."""

    def __init__(self, chosen: RecordFilter, held: Holdings) -> None:
        self.chosen, self.held = chosen, held
        self.kind = chosen.queryset.model.KIND

    @classmethod
    def of(cls, chosen: RecordFilter) -> Reckoning | None:
        """The reckoning of a filter set; None while the index is behind the records."""
        held = holdings(chosen.user, using=chosen.queryset.db)
        return cls(chosen, held) if held is not None else None

    def fitting(self, *leaving_out: str) -> BitMap:
        """The entries of the records that fit every filter except ``leaving_out``."""
        every = self.chosen.given.items()
        given = {name: values for name, values in every if name not in leaving_out}
        found = self.held.kind(self.kind)
        together = self.chosen.TOGETHER
        together = together if all(name in given for name in together) else ()
        for name in given:
            if name not in together:
                found = found & self._set_of(name, given[name])
        if together:
            found = found & self._from_database({name: given[name] for name in together})
        return found

    def counts(self, names: Iterable[str], most: int) -> dict[str, dict[str, int]]:
        """For filters that the index knows, the values and their numbers, each without its own selection.

        The values chosen are always returned, then the most frequent others, ``most`` in all.
        """
        sets = {self.chosen.INDEXED[name]: self.fitting(name) for name in names}
        counted = self.held.counts(sets, most)
        found: dict[str, dict[str, int]] = {}
        for name in names:
            facet = self.chosen.INDEXED[name]
            picked = {in_index(one.value) for one in self.chosen.given.get(name, [])}
            listed = dict(counted[facet])
            numbers = {
                value: listed.get(value) or len(sets[facet] & self.held.having(facet, [value]))
                for value in picked
            }
            found[name] = {value: number for value, number in numbers.items() if number}
            for value, number in counted[facet]:
                if len(found[name]) < most:
                    found[name].setdefault(value, number)
        return found

    def counts_of_pairs(self, tally: Tally, after: str) -> dict[str, int]:
        """For a facet of relations to what the filter ``after`` names, the values and their numbers.

        The entries of each value are queried once for each version of the index.
        """
        name, most = tally.name, tally.most or 0
        among = self.fitting(name)
        key = ("pairs", self.kind, name, codes({after: self.chosen.given[after]}))
        sets = self.held.keep(key, lambda: self._pairs(tally))
        counts = {value: among.intersection_cardinality(bits) for value, bits in sets.items()}
        best = sorted(
            (value for value, number in counts.items() if number),
            key=lambda value: (value not in tally.first, -counts[value], value),
        )
        return {str(value): counts[value] for value in best[:most]}

    def _pairs(self, tally: Tally) -> dict[int, BitMap]:
        assert tally.nodes is not None  # noqa: S101 - such values are terms or records
        try:
            return self.held.by_value(self.kind, *with_those_above(tally.rows, tally.nodes))
        except EmptyResultSet:
            return {}

    def _set_of(self, name: str, values: list[Given]) -> BitMap:
        if name == "q":
            return self.held.matching(self.kind, values[0].code)
        if name == "date_from":
            return self.held.between(values[0].value, None)
        if name == "date_to":
            return self.held.between(None, values[0].value)
        facet = self.chosen.INDEXED.get(name)
        if facet is None:
            return self._from_database({name: values})
        if isinstance(values[0].value, bool):
            return self._yes_or_no(facet, {one.value for one in values})
        found = self.held.having(facet, [in_index(one.value) for one in values])
        if name == self.kind and self.kind in HIERARCHIES:
            # What is below a record does not include the record itself.
            pks = sorted(one.value.pk for one in values)
            found = found - self.held.of_keys(self.kind, pks)
        return found

    def _yes_or_no(self, facet: str, wanted: set[bool]) -> BitMap:
        every = self.held.kind(self.kind)
        if len(wanted) > 1:
            return every
        having = self.held.having(facet, ["yes"])
        return having if wanted == {True} else every - having

    def _from_database(self, given: dict[str, list[Given]]) -> BitMap:
        """The entries that fit filters which the index does not know: the database is queried."""
        key = ("filter", self.kind, codes(given))
        return self.held.keep(key, lambda: self._ask(given))

    def _ask(self, given: dict[str, list[Given]]) -> BitMap:
        try:
            sql, parameters = compiled(self.chosen.fitting(given).values("pk"))
        except EmptyResultSet:
            return BitMap()
        return self.held.of(self.kind, sql, parameters)


def codes(given: dict[str, list[Given]]) -> Hashable:
    """Some filters with their values, as a key."""
    return tuple((name, tuple(one.code for one in values)) for name, values in given.items())


def in_index(value: Any) -> str:
    """A value of a filter as the index writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Term):
        return value.code
    return str(value.pk) if isinstance(value, Record) else str(value)
