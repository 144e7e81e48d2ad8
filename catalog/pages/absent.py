"""What answers under an address where no record can be shown: 301, 404 or 410.

A link that was once given out leads on to the record under its new name, or to the word that it was
removed, and when. A record that was never public answers exactly as one that never was.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from catalog.models import RECORD_MODELS, PastSlug, Record, Status, Tombstone


def answer_without_record(request: HttpRequest, model: type[Record], slug: str) -> HttpResponseBase:
    """The answer under ``slug`` when the reader may see no record of that name. Raises Http404."""
    removed = (
        withdrawn(model, slug=slug)
        or Tombstone.objects.filter(kind=model.KIND, slug=slug)
        .values_list("removed_at", flat=True)
        .first()
    )
    if removed:
        return gone(request, removed)
    past = PastSlug.objects.filter(kind=model.KIND, slug=slug).first()
    if past is None:
        raise Http404
    record = model.objects.visible_to(request.user).filter(uuid=past.record_uuid).first()
    if record is not None:
        response = HttpResponsePermanentRedirect(record.get_absolute_url())
        # The new name may change again; browsers would keep a bare 301 for ever.
        response["Cache-Control"] = "public, max-age=86400"
        return response
    removed = withdrawn(model, uuid=past.record_uuid) or buried(past.record_uuid)
    if removed:
        return gone(request, removed)
    raise Http404


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


def gone(request: HttpRequest, removed: datetime) -> HttpResponse:
    """410: here was a record, and it was removed on that day."""
    response = render(request, "410.html", {"removed": removed}, status=410)
    response["Cache-Control"] = "no-cache"
    return response
