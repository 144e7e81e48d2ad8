"""Everything the catalogue knows, row by row, to compare two moments."""

from __future__ import annotations

from typing import Any

from django.db import connection

from catalog.history import columns, recorded, row_as_json, taken_back
from catalog.models import Change

Snapshot = dict[tuple[str, int], dict[str, Any]]


def snapshot() -> Snapshot:
    """Every recorded row of every recorded table."""
    found: Snapshot = {}
    with connection.cursor() as cursor:
        for one in recorded().values():
            cursor.execute(
                f'SELECT p.id, {row_as_json(connection.vendor, one, "p")} FROM "{one.table}" p'
            )
            found |= {(one.name, row): columns(text) for row, text in cursor.fetchall()}
    return found


def last_change() -> int:
    return Change.objects.order_by("-id").values_list("id", flat=True).first() or 0


def without_changes_since(number: int) -> Snapshot:
    """Today's rows, with every change after ``number`` undone: the past according to the history."""
    rows: dict[tuple[str, int], Any] = dict(snapshot())
    for change in Change.objects.filter(id__gt=number).order_by("-id"):
        key = (change.model, change.row_id)
        rows[key] = taken_back(rows.get(key), change.what, change.before)
    return {key: row for key, row in rows.items() if row is not None}


def without_addresses(rows: Snapshot) -> Snapshot:
    """Without past addresses: one that the public saw keeps redirecting, whatever is undone."""
    return {key: row for key, row in rows.items() if key[0] != "pastslug"}
