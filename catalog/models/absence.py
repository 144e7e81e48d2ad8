"""What became of a record that is not found where somebody looks for it.

It was renamed, merged into another, or removed from the catalogue. Every door asks here and gives
the answer in its own form (301, 410, 404). A record that was never public is treated as if it had
never existed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from catalog.models.past_address import MergedRecord, PastSlug, Tombstone
from catalog.models.record import Record, Status, sees_everything

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalog.models.record import Reader


@dataclass(frozen=True, slots=True)
class Absence:
    """Where a record is now, or when it was removed; with neither, the reader must not learn that
    it ever existed.

    ``was_merged`` tells a merger from a change of slug. A merger can be undone, which returns the
    old address to the record, so nobody should keep that redirect for long.
    """

    record: Record | None = None
    was_merged: bool = False
    removed_at: datetime | None = None


def what_became(model: type[Record], slug: str, reader: Reader) -> Absence:
    """What became of the record of this kind that has, or had, ``slug``."""
    if removed := _withdrawn(model, slug=slug):
        return Absence(removed_at=removed)
    past = PastSlug.objects.filter(kind=model.KIND, slug=slug).first()
    if past is None:
        return Absence(removed_at=_buried(kind=model.KIND, slug=slug))
    record = own = _visible(model, past.record_uuid, reader)
    if record is None:
        record = successor(model, past.record_uuid, reader)
    if record is not None and (sees_everything(reader) or past.was_shown(record)):
        return Absence(record, was_merged=own is None)
    removed = _buried(kind=model.KIND, slug=slug)
    return Absence(removed_at=removed or removed_at([model], past.record_uuid))


def successor(model: type[Record], uuid: UUID, reader: Reader) -> Record | None:
    """The record that the one with this uuid was merged into, if the reader may see it."""
    into = MergedRecord.successor_of(uuid)
    return _visible(model, into, reader) if into else None


def removed_at(models: Iterable[type[Record]], uuid: UUID) -> datetime | None:
    """When the record with this uuid, of one of some kinds, stopped being public; None if it is
    public or never was.
    """
    removed = _buried(record_uuid=uuid)
    for model in models:
        removed = removed or _withdrawn(model, uuid=uuid)
    return removed


def _visible(model: type[Record], uuid: UUID, reader: Reader) -> Record | None:
    return (
        model.objects.visible_to(reader)
        .filter(uuid=uuid)
        .only("uuid", "slug", "first_published")
        .first()
    )


def _withdrawn(model: type[Record], **which: object) -> datetime | None:
    """When a record that had been public was withdrawn."""
    rows = model.objects.filter(status=Status.WITHDRAWN, first_published__isnull=False, **which)
    row = rows.values_list("withdrawn_at", "modified").first()
    return (row[0] or row[1]) if row else None


def _buried(**which: object) -> datetime | None:
    """When a record that had been public was deleted."""
    return Tombstone.objects.filter(**which).values_list("removed_at", flat=True).first()
