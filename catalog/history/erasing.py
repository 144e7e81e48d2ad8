"""Erasing what the history keeps of a record that is gone for good."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from catalog.models import Change, ChangedRecord, ChangeSet, What

#: How many rows one statement names.
_AT_ONCE: Final = 500


def deleted_as(kind: str, record_id: int) -> dict[str, Any] | None:
    """The columns of a record when it was deleted; None if the history knows of no deletion."""
    rows = Change.objects.filter(model=kind, row_id=record_id, what=What.DELETED)
    last = rows.order_by("-id").values_list("before", flat=True).first()
    found: dict[str, Any] | None = json.loads(last) if last else None
    return found


def number_of(kind: str, uuid: UUID) -> int | None:
    """The number that a deleted record had, by its uuid. Reads all deletions of its kind."""
    written = (str(uuid), uuid.hex)
    for number, before in Change.objects.filter(model=kind, what=What.DELETED).values_list(
        "row_id", "before"
    ):
        if before and any(one in before for one in written):
            return int(number)
    return None


def erase(kind: str, record_id: int, uuid: UUID, beside: Mapping[str, Collection[int]]) -> int:
    """Erase every change of a record and of what belonged to it, relations to others included.

    ``beside`` are rows that name the record by its uuid alone, by their model: former addresses and
    the like. What the history has of them goes too, and of such rows as are there no longer.
    Returns how many changes there were; none of them can be undone any more. Change sets in which
    nothing else was written go too. Belongs into the caller's transaction.
    """
    found = set(
        ChangedRecord.objects.filter(kind=kind, record_id=record_id).values_list(
            "change_id", "change_set_id"
        )
    )
    for model, keys in beside.items():
        names = Q(row_id__in=keys)
        for written in (str(uuid), uuid.hex):
            names |= Q(before__contains=written) | Q(after__contains=written)
        rows = Change.objects.filter(names, model=model)
        found.update(rows.values_list("pk", "change_set_id"))
    changes, sets = sorted({one for one, _set in found}), sorted({one for _change, one in found})
    for start in range(0, len(changes), _AT_ONCE):
        some = changes[start : start + _AT_ONCE]
        # By change set, for which there is an index; by change there is none.
        links = ChangedRecord.objects.filter(
            change_set__in=Change.objects.filter(pk__in=some).values("change_set"),
            change__in=some,
        )
        links._raw_delete(connection.alias)
        Change.objects.filter(pk__in=some)._raw_delete(connection.alias)
    for start in range(0, len(sets), _AT_ONCE):
        touched = ChangeSet.objects.filter(pk__in=sets[start : start + _AT_ONCE])
        left = Exists(Change.objects.filter(change_set=OuterRef("pk")))
        touched.filter(~left).delete()
        touched.update(size=None, records=None)
    return len(changes)
