"""What a page's address answers if no record can be shown there: 301, 404 or 410."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from catalog.models import (
    PUBLISHED_MODELS,
    RECORD_MODELS,
    MergedRecord,
    Record,
    removed_at,
    sees_everything,
    successor,
    what_became,
)

if TYPE_CHECKING:
    from catalog.models import Reader


def answer_without_record(
    request: HttpRequest, model: type[Record], slug: str, rest: str = ""
) -> HttpResponseBase:
    """The answer at ``slug`` if the reader may see no record of that name. Raises Http404.

    ``rest`` is what follows the record's own path in this address ("network/"); a redirect keeps
    it.
    """
    absence = what_became(model, slug, request.user)
    if absence.record is not None:
        path = absence.record.get_absolute_url() + rest
        return moved_to(request, path, for_good=not absence.was_merged)
    if absence.removed_at is not None:
        return gone(request, absence.removed_at)
    if (small := slug.lower()) != slug:
        # Somebody wrote the name with a capital, as names are written.
        record = model.objects.visible_to(request.user).filter(slug=small).first()
        if record is not None:
            return moved_to(request, record.get_absolute_url() + rest)
    raise Http404


def moved_to(request: HttpRequest, path: str, *, for_good: bool = True) -> HttpResponse:
    """301. The slug of a record may change again, so the redirect is cached for a day only.

    Not ``for_good``: the record was merged into another. That can be undone, so browsers ask again
    each time.
    """
    response = HttpResponsePermanentRedirect(path)
    response["Cache-Control"] = "public, max-age=86400" if for_good else "no-cache"
    if sees_everything(request.user):
        # A shared cache must not serve what only a curator may see.
        response["Cache-Control"] = "private, no-store"
    return response


def removed_from_catalogue(uuid: UUID) -> datetime | None:
    """When the record with this uuid, of any kind, or the exhibition stopped being public; None if it
    is public or never was.
    """
    return removed_at(PUBLISHED_MODELS.values(), uuid)


def merged_into(uuid: UUID, user: Reader) -> Record | None:
    """The record that the one with this uuid was merged into, of any kind, if the reader may see it."""
    kind = MergedRecord.objects.filter(record_uuid=uuid).values_list("kind", flat=True).first()
    model = RECORD_MODELS.get(kind)  # type: ignore[call-overload]
    return successor(model, uuid, user) if model else None


def gone(request: HttpRequest, removed: datetime) -> HttpResponse:
    """410: a record was here, and was removed on that day."""
    response = render(request, "410.html", {"removed": removed}, status=410)
    response["Cache-Control"] = "no-cache"
    return response
