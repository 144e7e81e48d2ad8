"""The rows that a list's other filters leave, as entries of the search index: counts beside the filters are
taken from its bitmaps, where the records themselves would have to be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.http import HttpRequest
from pyroaring import BitMap

from catalog import search
from catalog.models import Record
from catalog.search import Holdings


@dataclass(frozen=True, slots=True)
class Entries:
    """Some records of one kind, as the index knows them at a moment at which it is in step."""

    held: Holdings
    ids: BitMap

    def counts(self, facet: str, values: Mapping[str, str]) -> dict[str, int]:
        """How many have each value of a facet. ``values`` has the value as the index writes it, by the choice
        that stands for it.
        """
        return {
            choice: self.ids.intersection_cardinality(self.held.having(facet, [value]))
            for choice, value in values.items()
        }

    def lacking(self, facet: str) -> int:
        """How many have no value of a facet."""
        return len(self.ids - self.held.having_any(facet))


def entries_of(request: HttpRequest, rows: QuerySet[Any]) -> Entries | None:
    """The entries of some rows; None for what is no record, and while the index is behind: then the records have
    to be asked.

    A list asks for the same rows again for each of its filters, so they are read once per request.
    """
    if not issubclass(rows.model, Record):
        return None
    kept: dict[Any, Any] = vars(request).setdefault("_entries_of", {})
    if "holdings" not in kept:
        kept["holdings"] = search.holdings(request.user, rows.db)
    held: Holdings | None = kept["holdings"]
    if held is None:
        return None
    try:
        sql, given = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Entries(held, BitMap())
    asked = (rows.model, sql, tuple(map(str, given)))
    if asked not in kept:
        kind = rows.model.KIND
        is_whole = not rows.query.where
        kept[asked] = held.kind(kind) if is_whole else held.of(kind, sql, list(given))
    return Entries(held, kept[asked])
