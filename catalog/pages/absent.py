"""What answers under an address where no record can be shown: 301, 404 or 410.

A link that was once given out leads on to the record under its new name, to the one that it was merged into,
or to the word that it was removed, and when. A record that was never public answers exactly as one that never was.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from catalog.models import (
    RECORD_MODELS,
    MergedRecord,
    PastSlug,
    Record,
    Status,
    Tombstone,
    sees_everything,
)

if TYPE_CHECKING:
    from catalog.models import Reader


def answer_without_record(request: HttpRequest, model: type[Record], slug: str) -> HttpResponseBase:
    """The answer under ``slug`` when the reader may see no record of that name. Raises Http404."""
    if removed := withdrawn(model, slug=slug):
        return gone(request, removed)
    past = PastSlug.objects.filter(kind=model.KIND, slug=slug).first()
    if past is not None:
        record = model.objects.visible_to(request.user).filter(uuid=past.record_uuid).first()
        if record is not None:
            return moved_to(request, record.get_absolute_url())
        record = successor(model, past.record_uuid, request.user)
        if record is not None:
            return moved_to(request, record.get_absolute_url(), for_good=False)
    buried_here = Tombstone.objects.filter(kind=model.KIND, slug=slug)
    removed = buried_here.values_list("removed_at", flat=True).first()
    if past is not None:
        removed = removed or withdrawn(model, uuid=past.record_uuid) or buried(past.record_uuid)
    if removed:
        return gone(request, removed)
    raise Http404


def successor(model: type[Record], uuid: UUID, user: Reader) -> Record | None:
    """The record that one was merged into, when the reader may know of it."""
    into = MergedRecord.successor_of(uuid)
    return model.objects.visible_to(user).filter(uuid=into).first() if into else None


def moved_to(request: HttpRequest, path: str, *, for_good: bool = True) -> HttpResponse:
    """301. Kept for a day where a record was renamed, which may happen again; asked anew where it was merged.

    Merging can be taken back, and then the old address is the record's own again.
    """
    response = HttpResponsePermanentRedirect(path)
    response["Cache-Control"] = "public, max-age=86400" if for_good else "no-cache"
    if sees_everything(request.user):
        # What a curator is shown may be no business of the next who asks the same proxy.
        response["Cache-Control"] = "private, no-store"
    return response


def withdrawn(model: type[Record], **which: object) -> datetime | None:
    """When a record that had been public was withdrawn; None when there is no such record."""
    row = (
        model.objects.filter(status=Status.WITHDRAWN, first_published__isnull=False, **which)
        .values_list("withdrawn_at", "modified")
        .first()
    )
    return (row[0] or row[1]) if row else None


def buried(uuid: UUID) -> datetime | None:
    """When the public record of this uuid was deleted; None when none was."""
    return Tombstone.objects.filter(record_uuid=uuid).values_list("removed_at", flat=True).first()


def removed_at(uuid: UUID) -> datetime | None:
    """When the record of this uuid stopped being public; None when it is public, or never was."""
    removed = buried(uuid)
    for model in RECORD_MODELS.values():
        removed = removed or withdrawn(model, uuid=uuid)
    return removed


def merged_into(uuid: UUID, user: Reader) -> Record | None:
    """The record of whatever kind that the one of this uuid was merged into, when the reader may know of it."""
    row = MergedRecord.objects.filter(record_uuid=uuid).values_list("kind", flat=True).first()
    model = RECORD_MODELS.get(row) if row else None  # type: ignore[call-overload]
    return successor(model, uuid, user) if model else None


def gone(request: HttpRequest, removed: datetime) -> HttpResponse:
    """410: here was a record, and it was removed on that day."""
    response = render(request, "410.html", {"removed": removed}, status=410)
    response["Cache-Control"] = "no-cache"
    return response
