"""Permanent links: ``/id/<uuid>`` leads to a record wherever its page stands today."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from catalog.models import RECORD_MODELS
from catalog.pages.absent import buried, gone, withdrawn


def permanent(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """303 to the page of the record; 410 when it was removed; 404 when there is none to be seen."""
    for model in RECORD_MODELS.values():
        record = model.objects.visible_to(request.user).filter(uuid=uuid).only("slug").first()
        if record is not None:
            # 303, not 301: the thing is not the page, and the page may move (W3C, Cool URIs).
            response = HttpResponse(status=303, headers={"Location": record.get_absolute_url()})
            response["Cache-Control"] = "no-cache"
            return response
    removed = buried(uuid)
    for model in RECORD_MODELS.values():
        removed = removed or withdrawn(model, uuid=uuid)
    if removed:
        return gone(request, removed)
    raise Http404
