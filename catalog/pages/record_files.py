"""A record as a file in an export format: ``/id/<uuid>.bib`` and so on, ``.ead.xml``, ``.eac.xml``,
``.lido.xml``, ``.jsonld``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from catalog.documents import ORIGIN, as_text, documents, joined
from catalog.formats import (
    FORMATS,
    CitationFormat,
    DescriptionFormat,
    WorkFormat,
    cited,
    forms_of,
)
from catalog.models import RECORD_MODELS
from catalog.pages.absent import gone, merged_into, moved_to, removed_from_catalogue
from catalog.pages.detail_views import DETAILS
from catalog.pages.fair import told_to_wait
from catalog.pages.finishing import finished, with_cache_rules
from catalog.pages.site import whole_address
from catalog.pages.structured import LINKED_DATA, LINKED_DATA_TYPE
from catalog.uris import file_path

if TYPE_CHECKING:
    from catalog.models import Reader

#: Characters that are sent at a time.
_AT_ONCE: Final = 1 << 15


def record_named(uuid: UUID, reader: Reader, *columns: str) -> Any:
    """The record of a permanent link, of any kind, or None: with only these columns, if some are named."""
    for model in RECORD_MODELS.values():
        rows = model.objects.visible_to(reader).filter(uuid=uuid)
        record = (rows.only(*columns) if columns else rows).first()
        if record is not None:
            return record
    return None


@require_safe
def record_file(request: HttpRequest, uuid: UUID, suffix: str) -> HttpResponseBase:
    """A record in the format of a suffix.

    301 if it was merged into another, 410 if it was removed, 404 if it does not exist or has no
    such format.
    """
    if suffix != LINKED_DATA and suffix not in FORMATS:
        raise Http404
    record = record_named(uuid, request.user)
    if record is None:
        into = merged_into(uuid, request.user)
        if into is not None:
            return moved_to(request, file_path(into.uuid, suffix), for_good=False)
        removed = removed_from_catalogue(uuid)
        if removed is None:
            raise Http404
        return gone(request, removed)
    form = next((form for form in forms_of(record.KIND) if form.suffix == suffix), None)
    if form is None and suffix != LINKED_DATA:
        raise Http404
    if form is None:
        response: HttpResponseBase = _linked_data(request, record)
    elif isinstance(form, CitationFormat):
        response = _citation(request, record, form)
    elif isinstance(form, WorkFormat):
        response = _work(request, record, form)
    else:
        response = _description(request, record, form)
    response["X-Robots-Tag"] = "noindex"
    return response


def _citation(request: HttpRequest, record: Any, form: CitationFormat) -> HttpResponseBase:
    address = whole_address(request, record.permanent_path)
    text = form.write(cited(record, request.user, address, timezone.localdate()))
    response = HttpResponse(text, headers=_headers(record, form))
    return finished(request, response)


def _description(request: HttpRequest, record: Any, form: DescriptionFormat) -> HttpResponseBase:
    """Sent while it is being written, because it can be as large as the archive; 429 for clients
    that ask for too much of that.
    """
    late = told_to_wait(request)
    if late is not None:
        return late
    pieces = form.write(record, request.user, whole_address(request, ""))
    response = StreamingHttpResponse(_in_parts(pieces), headers=_headers(record, form))
    return with_cache_rules(request, response)


def _work(request: HttpRequest, record: Any, form: WorkFormat) -> HttpResponseBase:
    """Counted like harvests; 429 for clients that ask for too much of that."""
    late = told_to_wait(request)
    if late is not None:
        return late
    ((base, relations),) = documents(record.KIND, [record], request.user)
    told = joined(as_text(base), as_text(relations)).decode()
    document = json.loads(told.replace(ORIGIN, whole_address(request, "")))
    response = HttpResponse(form.write(document, request.user), headers=_headers(record, form))
    return finished(request, response)


def _linked_data(request: HttpRequest, record: Any) -> HttpResponseBase:
    """What the page of the record tells search engines (schema.org), as a document of its own."""
    view = DETAILS[record.KIND]()
    row = get_object_or_404(view.rows(request.user), pk=record.pk)
    said = view.page(request, row, request.user).linked_data(request)
    return finished(request, HttpResponse(said, content_type=LINKED_DATA_TYPE))


def _headers(record: Any, form: CitationFormat | DescriptionFormat | WorkFormat) -> dict[str, str]:
    return {
        "Content-Type": f"{form.media_type}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{record.uuid}.{form.suffix}"',
    }


def _in_parts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces joined to parts that are worth sending. The file is in English, whoever asks for it."""
    part: list[str] = []
    length = 0
    with translation.override("en"):
        for piece in pieces:
            part.append(piece)
            length += len(piece)
            if length >= _AT_ONCE:
                yield "".join(part)
                part, length = [], 0
    yield "".join(part)
