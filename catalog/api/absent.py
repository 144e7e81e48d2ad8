"""What the API answers if no record can be shown: 301, 410 with the date, or 404."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse

from catalog.api.problem import Problem, gone, not_found
from catalog.models import (
    RECORD_MODELS,
    Absence,
    MergedRecord,
    PublicRecord,
    sees_everything,
    what_became,
)
from catalog.uris import Kind, api_path

if TYPE_CHECKING:
    from catalog.models import Reader


def answer_without_record(kind: Kind, slug: str, reader: Reader, rest: str = "") -> HttpResponse:
    """301 to the record under its new slug, or to the one it was merged into; otherwise raises the
    410 or 404.

    ``rest`` is what follows the record's own path in this address: a relation, a query. The
    redirect keeps it.
    """
    absence = what_became(RECORD_MODELS[kind], slug, reader)
    return answer_absence(absence, lambda now: api_path(kind, now) + rest, reader, no_record(kind))


def answer_absence(
    absence: Absence, path_of: Callable[[str], str], reader: Reader, never: Problem
) -> HttpResponse:
    """301 to the path of the slug that something has now; otherwise raises the 410, or ``never`` for
    what the reader cannot know to have existed.
    """
    if absence.record is not None:
        # A new slug may change again, and a merger may be undone, but a bare 301 would be cached for ever.
        keep = "no-cache" if absence.was_merged else "public, max-age=86400"
        headers = {
            "Location": path_of(absence.record.slug),
            "Cache-Control": "private, no-store" if sees_everything(reader) else keep,
        }
        return HttpResponse(status=301, headers=headers)
    if absence.removed_at is not None:
        raise gone(absence.removed_at)
    raise never


def merged_into(gone: Iterable[UUID]) -> dict[UUID, UUID]:
    """For records that are no longer public, the public ones that some of them were merged into."""
    found = MergedRecord.successors_of(gone)
    if not found:
        return {}
    public = PublicRecord.objects.filter(uuid__in=set(found.values()), gone_at=None)
    there = set(public.values_list("uuid", flat=True))
    return {uuid: now for uuid, now in found.items() if now in there}


def no_record(kind: Kind) -> Problem:
    """404, with the way to find the record."""
    return not_found(f"No record has this name. Search for it with {api_path(kind)}?q=…")
