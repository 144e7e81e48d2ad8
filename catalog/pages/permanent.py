"""Permanent links: ``/id/<uuid>`` leads to a record wherever it stands today, as a page, as JSON or as a citation."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from catalog.formats import CITATION_FORMATS
from catalog.models import RECORD_MODELS
from catalog.pages.absent import gone, merged_into, moved_to, removed_at
from catalog.uris import api_path, citation_path, wants_json


def permanent(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """303 to the record, a page, JSON or its citation by ``Accept``.

    301 to the permanent link of the one that it was merged into; 410 when it was removed, else 404.
    """
    accept = request.headers.get("Accept", "")
    as_json = wants_json(accept)
    citation = _citation_wanted(accept)
    for model in RECORD_MODELS.values():
        record = model.objects.visible_to(request.user).filter(uuid=uuid).only("slug").first()
        if record is not None:
            # 303, not 301: the thing is not the page, and the page may move (W3C, Cool URIs).
            path = api_path(model.KIND, record.slug) if as_json else record.get_absolute_url()
            if citation:
                path = citation_path(uuid, citation)
            response = HttpResponse(status=303, headers={"Location": path, "Vary": "Accept"})
            response["Cache-Control"] = "no-cache"
            return response
    into = merged_into(uuid, request.user)
    if into is not None:
        path = citation_path(into.uuid, citation) if citation else into.permanent_path
        response = moved_to(request, path, for_good=False)
        response["Vary"] = "Accept"
        return response
    removed = removed_at(uuid)
    if removed and as_json:
        return _problem(410, "The record was removed.", request, removed=removed.isoformat())
    if removed:
        return gone(request, removed)
    if as_json:
        return _problem(404, "No record has this identifier.", request)
    raise Http404


def _citation_wanted(accept: str) -> str:
    """The suffix of the citation that a program asks for by its media type before all else; empty for all others."""
    first = accept.split(",")[0].split(";")[0].strip().lower()
    named = (suffix for suffix, form in CITATION_FORMATS.items() if form.media_type == first)
    return next(named, "")


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
