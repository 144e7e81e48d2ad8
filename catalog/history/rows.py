"""Rows as they are, and as they were: today's row, with the changes since undone one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

from django.db import connections

from catalog.history.recorded import recorded
from catalog.history.triggers import row_as_json
from catalog.history.values import columns
from catalog.models import Change, What

K = TypeVar("K")

#: Rows that one statement names.
AT_ONCE: Final = 500

#: A row by column, as triggers write it; None if there is no such row.
Row = dict[str, Any] | None


def batches(keys: Iterable[K], size: int = AT_ONCE) -> Iterator[list[K]]:
    """Keys in lists of at most ``size``."""
    listed = list(keys)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def present(
    model: str, ids: Iterable[int], *, using: str = "default", lock: bool = False
) -> dict[int, dict[str, Any]]:
    """Rows as they are now, by primary key; those that do not exist are left out.

    ``lock`` locks them until the transaction ends (SQLite has one writer, and needs no locks).
    """
    one, connection = recorded()[model], connections[using]
    found: dict[int, dict[str, Any]] = {}
    locked = " ORDER BY p.id FOR UPDATE" if lock and connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for some in batches(ids):
            cursor.execute(
                f"SELECT p.id, {row_as_json(connection.vendor, one, 'p')}"
                f' FROM "{one.table}" p WHERE p.id IN ({", ".join(map(str, some))}){locked}'
            )
            found |= {row: columns(text) for row, text in cursor.fetchall()}
    return found


def as_of(
    model: str, ids: Iterable[int], *, after: int | None = None, before: int | None = None
) -> dict[int, Row]:
    """Rows as they were just after change number ``after``, or just before change number ``before``."""
    listed = list(ids)
    rows: dict[int, Row] = dict.fromkeys(listed)
    rows |= present(model, listed)
    for some in batches(listed):
        later = Change.objects.filter(model=model, row_id__in=some).order_by("-id")
        later = later.filter(id__gt=after) if before is None else later.filter(id__gte=before)
        for row_id, what, past in later.values_list("row_id", "what", "before"):
            rows[row_id] = taken_back(rows[row_id], what, past)
    return rows


def states_after(moments: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], Row]:
    """Whole rows just after some changes, each named by model, primary key and number of the change."""
    wanted: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for model, row_id, number in moments:
        wanted[model][row_id].append(number)
    found: dict[tuple[str, int, int], Row] = {}
    for model, of_row in wanted.items():
        for some in batches(of_row):
            rows: dict[int, Row] = dict.fromkeys(some)
            rows |= present(model, some)
            least = min(min(of_row[row_id]) for row_id in some)
            later = Change.objects.filter(model=model, row_id__in=some, id__gt=least)
            for number, row_id, what, past in (
                later.order_by("-id").values_list("id", "row_id", "what", "before").iterator()
            ):
                for moment in of_row[row_id]:
                    if number <= moment:
                        found.setdefault((model, row_id, moment), rows[row_id])
                rows[row_id] = taken_back(rows[row_id], what, past)
            for row_id in some:
                for moment in of_row[row_id]:
                    found.setdefault((model, row_id, moment), rows[row_id])
    return found


def taken_back(row: Row, what: str, before: str | None) -> Row:
    """A row without one change."""
    if what == What.INSERTED:
        return None
    if what == What.DELETED or row is None:
        return columns(before)
    return {**row, **columns(before)}


def by_model(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Primary keys of each model, each once, in their order."""
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for model, row in pairs:
        found[model][row] = None
    return {model: list(rows) for model, rows in found.items()}
