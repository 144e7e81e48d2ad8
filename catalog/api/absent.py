"""What the API answers where no record can be shown: 301, 410 with the date, or 404.

A record that was never public is answered exactly as one that never was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse

from catalog.api.problem import Problem, gone, not_found
from catalog.models import (
    RECORD_MODELS,
    MergedRecord,
    PastSlug,
    PublicRecord,
    Status,
    Tombstone,
    sees_everything,
)
from catalog.uris import Kind, api_path

if TYPE_CHECKING:
    from catalog.models import Reader


def answer_without_record(kind: Kind, slug: str, reader: Reader, query: str = "") -> HttpResponse:
    """301 to the record under its new name, or to the one it was merged into; raises the 410 or 404 otherwise."""
    if removed := _withdrawn(kind, slug=slug):
        raise gone(removed)
    past = PastSlug.objects.filter(kind=kind, slug=slug).first()
    if past is not None:
        for uuid, keep in (
            # The new name may change again: a bare 301 would be kept for ever.
            (past.record_uuid, "public, max-age=86400"),
            # Merging may be taken back, and then the address is the record's own again.
            (MergedRecord.successor_of(past.record_uuid), "no-cache"),
        ):
            now = _slug_of(kind, uuid, reader)
            if now is not None:
                headers = {
                    "Location": api_path(kind, now) + query,
                    "Cache-Control": "private, no-store" if sees_everything(reader) else keep,
                }
                return HttpResponse(status=301, headers=headers)
    removed = _first(Tombstone.objects.filter(kind=kind, slug=slug))
    if past is not None:
        removed = removed or removal_of(past.record_uuid)
    if removed:
        raise gone(removed)
    raise no_record(kind)


def merged_into(gone: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of records that are no longer public: the public ones that some of them were merged into."""
    found = MergedRecord.successors_of(gone)
    if not found:
        return {}
    public = PublicRecord.objects.filter(uuid__in=set(found.values()), gone_at=None)
    there = set(public.values_list("uuid", flat=True))
    return {uuid: now for uuid, now in found.items() if now in there}


def _slug_of(kind: Kind, uuid: UUID | None, reader: Reader) -> str | None:
    if uuid is None:
        return None
    visible = RECORD_MODELS[kind].objects.visible_to(reader).filter(uuid=uuid)
    return visible.values_list("slug", flat=True).first()


def no_record(kind: Kind) -> Problem:
    """404, with the way to find the record."""
    return not_found(f"No record has this name. Look for it with {api_path(kind)}?q=…")


def removal_of(uuid: UUID) -> datetime | None:
    """When the public record of this identifier was withdrawn or deleted; None when none was."""
    removed = _first(Tombstone.objects.filter(record_uuid=uuid))
    for kind in RECORD_MODELS:
        removed = removed or _withdrawn(kind, uuid=uuid)
    return removed


def _withdrawn(kind: Kind, **which: object) -> datetime | None:
    rows = RECORD_MODELS[kind].objects.filter(
        status=Status.WITHDRAWN, first_published__isnull=False, **which
    )
    row = rows.values_list("withdrawn_at", "modified").first()
    return (row[0] or row[1]) if row else None


def _first(tombstones: object) -> datetime | None:
    return tombstones.values_list("removed_at", flat=True).first()  # type: ignore[attr-defined, no-any-return]
