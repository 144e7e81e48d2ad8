"""Expressions for querysets of records that the search found: one of many keys, and the place among the best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import BooleanField, F, Func, IntegerField
from pyroaring import BitMap64


class OneOf(Func):
    """Whether a row's primary key is one of many, on PostgreSQL.

    The keys are sent as one array, which the database turns into a hash table. As a subquery they would be
    looked up one by one in every statement of a page. ``read`` takes the alias of the database; it is
    called for the first statement that needs the keys, and not at all if none does.
    """

    output_field = BooleanField()

    def __init__(self, read: Callable[[str], BitMap64]) -> None:
        super().__init__(F("pk"))
        self._read = read
        #: Shared with the copies of this expression in querysets.
        self._kept: list[BitMap64] = []

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """SQL, and its parameters."""
        if not self._kept:
            self._kept.append(self._read(connection.alias))
        column, parameters = compiler.compile(self.source_expressions[0])
        array = f"{{{','.join(map(str, self._kept[0]))}}}"
        return f"{column} = ANY(%s::bigint[])", [*parameters, array]


class PlaceAmong(Func):
    """The place of a row among the best that a search found; all others share the last place.

    ``keys`` are the primary keys of the best, in order, and ``whole`` says that nothing else was found.
    ``searched`` is the queryset in which was searched, and ``total`` how many rows of it were found,
    if the index alone can tell.
    """

    output_field = IntegerField()

    def __init__(
        self, keys: Sequence[int], *, whole: bool, searched: Any, total: int | None
    ) -> None:
        # Keys and places are integers. As two hundred expressions they would cost more than the query
        # and the page.
        places = " ".join(f"WHEN {key:d} THEN {place:d}" for place, key in enumerate(keys))
        super().__init__(F("pk"), template=f"CASE %(expressions)s {places} ELSE {len(keys):d} END")
        self.keys = tuple(keys)
        self.whole = whole
        self.searched = searched
        self.total = total
