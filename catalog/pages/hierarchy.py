"""Where a record stands: the way down to it, and what comes before and after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from catalog.models import Record

if TYPE_CHECKING:
    from catalog.models import Reader


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way down to a page. ``ours``: named by the interface, not by a cataloguer."""

    title: Any
    url: str
    ours: bool = False


@dataclass(slots=True)
class Trail:
    """The records above this one, the top first; and its neighbours, with the word for their order."""

    above: list[Any] = field(default_factory=list)
    before: Record | None = None
    after: Record | None = None
    order: Any = ""

    def steps(self, list_name: Any, list_url: str) -> list[Step]:
        """The way down: the list of the kind, then the records above."""
        return [
            Step(list_name, list_url, ours=True),
            *(Step(record.title, record.get_absolute_url()) for record in self.above),
        ]


def line_above(row: Any, user: Reader) -> list[Any]:
    """The records above ``row`` that the reader may see, the top first. One query at most.

    The line ends at a hidden record: what stands above it would tell where the hidden one stands.
    """
    parent = f"{row.PARENT}_id"
    above = getattr(row, parent)
    if above is None:
        return []
    found = {one.pk: one for one in type(row).objects.visible_to(user).above(row.pk)}
    line = []
    while above in found:
        line.append(found.pop(above))
        above = getattr(line[-1], parent)
    return line[::-1]


def neighbours(rows: QuerySet[Any], record: Any, column: str) -> tuple[Any | None, Any | None]:
    """The records before and after this one in ``rows``, ordered by a column and the id. One query."""
    value = getattr(record, column)
    if value is None:
        return None, None
    before = rows.filter(Q(**{f"{column}__lt": value}) | Q(**{column: value}, pk__lt=record.pk))
    after = rows.filter(Q(**{f"{column}__gt": value}) | Q(**{column: value}, pk__gt=record.pk))
    nearest = rows.model._default_manager.filter(
        Q(pk=before.order_by(f"-{column}", "-pk").values("pk")[:1])
        | Q(pk=after.order_by(column, "pk").values("pk")[:1])
    )
    found = sorted(nearest, key=lambda one: (getattr(one, column), one.pk))
    own = (value, record.pk)
    return (
        next((one for one in found if (getattr(one, column), one.pk) < own), None),
        next((one for one in found if (getattr(one, column), one.pk) > own), None),
    )
