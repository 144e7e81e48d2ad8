"""Permanent links: ``/id/<uuid>`` leads to a record wherever it is now, as a page, as JSON or in
another format.
"""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from catalog.formats import forms_of
from catalog.models import Exhibition, sees_everything
from catalog.pages.absent import gone, merged_into, moved_to, removed_from_catalogue
from catalog.pages.record_files import record_named
from catalog.pages.structured import LINKED_DATA, LINKED_DATA_TYPE
from catalog.uris import Kind, api_exhibition_path, api_path, file_path, wants_json


@require_safe
def permanent(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """303 to the record: a page, JSON, its citation or its description, depending on ``Accept``.

    301 to the permanent link of the one that it was merged into; 410 if it was removed, otherwise
    404.
    """
    accept = request.headers.get("Accept", "")
    as_json = wants_json(accept)
    record = record_named(uuid, request.user, "slug", "uuid")
    if record is not None:
        # 303, not 301: the thing is not the page, and the page may move (W3C, Cool URIs).
        path = api_path(record.KIND, record.slug) if as_json else record.get_absolute_url()
        if suffix := _form_wanted(accept, record.KIND):
            path = file_path(uuid, suffix)
        return _see(path, request)
    exhibition = Exhibition.objects.visible_to(request.user).filter(uuid=uuid).only("slug").first()
    if exhibition is not None:
        path = api_exhibition_path(exhibition.slug) if as_json else exhibition.get_absolute_url()
        return _see(path, request)
    into = merged_into(uuid, request.user)
    if into is not None:
        suffix = _form_wanted(accept, into.KIND)
        path = file_path(into.uuid, suffix) if suffix else into.permanent_path
        response = moved_to(request, path, for_good=False)
        response["Vary"] = "Accept"
        return response
    removed = removed_from_catalogue(uuid)
    if removed and as_json:
        return _problem(410, "The record was removed.", request, removed=removed.isoformat())
    if removed:
        return gone(request, removed)
    if as_json:
        return _problem(404, "No record has this identifier.", request)
    raise Http404


def _see(path: str, request: HttpRequest) -> HttpResponse:
    """303 to a record; no cache keeps where one is that perhaps only curators may see."""
    response = HttpResponse(status=303, headers={"Location": path, "Vary": "Accept"})
    keep = "private, no-store" if sees_everything(request.user) else "no-cache"
    response["Cache-Control"] = keep
    return response


def _form_wanted(accept: str, kind: Kind) -> str:
    """The suffix of the format whose media type a program prefers to all else; empty for all other
    clients.
    """
    first = accept.split(",")[0].split(";")[0].strip().lower()
    if first == LINKED_DATA_TYPE:
        return LINKED_DATA
    named = (form.suffix for form in forms_of(kind) if form.media_type == first)
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
