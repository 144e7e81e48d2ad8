"""Permanent links: ``/id/<uuid>`` leads to a record wherever it stands today, as a page or as JSON."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from catalog.models import RECORD_MODELS
from catalog.pages.absent import buried, gone, withdrawn
from catalog.uris import api_path, wants_json


def permanent(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """303 to the record, a page or JSON by ``Accept``; 410 when it was removed; 404 when there is none."""
    as_json = wants_json(request.headers.get("Accept", ""))
    for model in RECORD_MODELS.values():
        record = model.objects.visible_to(request.user).filter(uuid=uuid).only("slug").first()
        if record is not None:
            # 303, not 301: the thing is not the page, and the page may move (W3C, Cool URIs).
            path = api_path(model.KIND, record.slug) if as_json else record.get_absolute_url()
            response = HttpResponse(status=303, headers={"Location": path, "Vary": "Accept"})
            response["Cache-Control"] = "no-cache"
            return response
    removed = buried(uuid)
    for model in RECORD_MODELS.values():
        removed = removed or withdrawn(model, uuid=uuid)
    if removed and as_json:
        return _problem(410, "The record was removed.", request, removed=removed.isoformat())
    if removed:
        return gone(request, removed)
    if as_json:
        return _problem(404, "No record has this identifier.", request)
    raise Http404


def _problem(status: int, detail: str, request: HttpRequest, **more: str) -> HttpResponse:
    """The answer to a program (RFC 9457)."""
    body = {"type": "about:blank", "title": detail, "status": status, "detail": detail}
    response = JsonResponse(
        {**body, "instance": request.path, "errors": [], **more},
        status=status,
        content_type="application/problem+json",
    )
    response["Cache-Control"], response["Vary"] = "no-cache", "Accept"
    return response
