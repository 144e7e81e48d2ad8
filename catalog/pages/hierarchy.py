"""Where a record is: the path down to it, what is in it, and what comes before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField, Value, Window
from django.db.models.functions import Concat, RowNumber

from catalog.pages.relations import SHOWN
from catalog.uris import record_path

if TYPE_CHECKING:
    from catalog.models import Reader
    from catalog.uris import Kind

#: The name of a neighbour: the slug, which contains no blank, and after a blank the title.
_NAMED: Final = Concat("slug", Value(" "), "title", output_field=TextField())


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the path down to a page. ``ours``: named by the interface, not by a cataloguer."""

    title: Any
    url: str
    ours: bool = False


@dataclass(slots=True)
class Trail:
    """The records above this one, the top first; and its neighbours, with the word for their order."""

    above: list[Any] = field(default_factory=list)
    before: Step | None = None
    after: Step | None = None
    order: Any = ""

    def steps(self, list_name: Any, list_url: str) -> list[Step]:
        """The path down: the list of the kind, then the records above."""
        return [
            Step(list_name, list_url, ours=True),
            *(Step(record.title, record.get_absolute_url()) for record in self.above),
        ]


def line_above(row: Any, user: Reader) -> list[Any]:
    """The records above ``row`` that the reader may see, the top first. At most one query."""
    if getattr(row, f"{row.PARENT}_id") is None:
        return []
    return _in_line(row, type(row).objects.visible_to(user).above(row.pk))


def above_and_below(
    row: Any, user: Reader, order: tuple[Any, ...], *, has_above: bool
) -> tuple[list[Any], list[Any]]:
    """The records above ``row``, the top first, and those directly below it in an order, one more
    than is shown. One query; ``has_above`` says whether the reader may see what ``row`` is in.
    """
    rows = type(row).objects.visible_to(user)
    turn = Window(RowNumber(), order_by=list(order))
    found = rows.filter(**{row.PARENT: row}).annotate(turn=turn).filter(turn__lte=SHOWN + 1)
    if has_above:
        above = rows.above(row.pk).annotate(turn=Value(0)).order_by()
        found = found.order_by().union(above, all=True)
    both = list(found.order_by("turn"))
    return _in_line(row, [one for one in both if not one.turn]), [one for one in both if one.turn]


def _in_line(row: Any, records: Iterable[Any]) -> list[Any]:
    """Records above ``row`` in their order, the top first.

    The line ends at a hidden record: what is above it would reveal where the hidden one is.
    """
    parent = f"{row.PARENT}_id"
    found = {one.pk: one for one in records}
    line: list[Any] = []
    above = getattr(row, parent)
    while above in found:
        line.append(found.pop(above))
        above = getattr(line[-1], parent)
    return line[::-1]


def with_neighbours(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    """Records read with their neighbours among ``rows``, for :func:`neighbours`; ordered by a
    column and the id.
    """
    named: QuerySet[Any] = rows.annotate(**_nearest(rows, column, OuterRef(column), OuterRef("pk")))
    return named


def neighbours(record: Any) -> tuple[Step | None, Step | None]:
    """Links to the records before and after one that :func:`with_neighbours` has read."""
    return _step(record.KIND, record.before), _step(record.KIND, record.after)


def neighbours_among(
    rows: QuerySet[Any], record: Any, column: str
) -> tuple[Step | None, Step | None]:
    """Links to the records before and after this one among ``rows``. One query."""
    value = getattr(record, column)
    if value is None:
        return None, None
    own = type(record)._default_manager.filter(pk=record.pk)
    found = own.values_list(*_nearest(rows, column, value, record.pk).values())
    before, after = found[0]
    return _step(record.KIND, before), _step(record.KIND, after)


def _nearest(rows: QuerySet[Any], column: str, value: Any, pk: Any) -> dict[str, Subquery]:
    """The names of the nearest of ``rows`` on either side of a position in their order; nothing
    beside an empty one.
    """
    found = {}
    for name, way, sign in (("before", "lt", "-"), ("after", "gt", "")):
        nearest = rows.filter(
            Q(**{f"{column}__{way}": value}) | Q(**{f"pk__{way}": pk}),
            # Redundant, but the index of the order can begin at this condition.
            **{f"{column}__{way}e": value},
        ).order_by(f"{sign}{column}", f"{sign}pk")
        found[name] = Subquery(nearest.values(named=_NAMED)[:1])
    return found


def _step(kind: Kind, named: str | None) -> Step | None:
    if named is None:
        return None
    slug, _, title = named.partition(" ")
    return Step(title, record_path(kind, slug))
