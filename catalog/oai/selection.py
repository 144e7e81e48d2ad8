"""The records of a list, page by page, and single ones: what is public, and what remains of deleted
records.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from catalog.models import PublicRecord
from catalog.oai.arguments import Wanted
from catalog.oai.holdings import Holdings
from catalog.uris import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Header:
    """What a harvester has to know of every record: its identifier, when it changed, whether it is
    deleted.
    """

    kind: Kind
    pk: int
    uuid: UUID
    changed_at: datetime
    gone: bool
    #: The collection that it is in (for a collection, the one above it); if it is deleted, the last one.
    collection_id: int | None


_COLUMNS: Final = ("kind", "record_id", "uuid", "changed_at", "gone_at", "collection_id")


def page(wanted: Wanted, size: int, sets: Holdings) -> tuple[list[Header], Wanted | None]:
    """The next records of a list, and where it continues; None at its end. At most one query for
    each kind, two at the beginning of a list.

    A record that changes while a list is read appears again further down, or in the next list that
    begins when this one began: none is missed.
    """
    if wanted.total is None:
        total = sum(_changed(wanted, kind, sets).count() for kind in wanted.kinds)
        wanted = replace(wanted, total=total)
    found: list[Header] = []
    for kind in _still_to_come(wanted):
        rows = _changed(wanted, kind, sets).order_by("changed_at", "record_id")
        rows = rows.values_list(*_COLUMNS)
        found += map(_header, rows[: size + 1 - len(found)])
        if len(found) > size:
            last = found[size - 1]
            told = wanted.told + size
            follows = replace(
                wanted, kind=last.kind, after=last.changed_at, after_id=last.pk, told=told
            )
            return found[:size], follows
    return found, None


def _still_to_come(wanted: Wanted) -> tuple[Kind, ...]:
    """The kinds that a list has not finished."""
    if wanted.kind is None:
        return wanted.kinds
    return tuple(kind for kind in wanted.kinds if KINDS.index(kind) >= KINDS.index(wanted.kind))


def _changed(wanted: Wanted, kind: Kind, sets: Holdings) -> Any:
    """The rows of a kind still to be listed, by the index of their changes."""
    rows = PublicRecord.objects.filter(kind=kind)
    if wanted.since is not None:
        rows = rows.filter(changed_at__gte=wanted.since)
    if wanted.before is not None:
        rows = rows.filter(changed_at__lt=wanted.before)
    if wanted.held_in is not None:
        keys = sets.keys(wanted.held_in)
        own = Q(record_id__in=keys) if kind == "collection" else Q()
        rows = rows.filter(Q(collection_id__in=keys) | own)
    if kind == wanted.kind:
        rows = rows.filter(changed_at__gte=wanted.after).exclude(
            Q(changed_at=wanted.after, record_id__lte=wanted.after_id)
        )
    return rows


def header(uuid: UUID) -> Header | None:
    """One record that is or was public. One query."""
    row = PublicRecord.objects.filter(uuid=uuid).values_list(*_COLUMNS).first()
    return _header(row) if row else None


def _header(row: Any) -> Header:
    kind, pk, uuid, changed_at, gone_at, collection_id = row
    return Header(kind, pk, uuid, changed_at, gone_at is not None, collection_id)


def earliest() -> datetime | None:
    """When the first record of the list of changes changed; None for an empty catalogue. A query
    for each kind.
    """
    rows = PublicRecord.objects.order_by("changed_at").values_list("changed_at", flat=True)
    return min(filter(None, (rows.filter(kind=kind).first() for kind in KINDS)), default=None)
