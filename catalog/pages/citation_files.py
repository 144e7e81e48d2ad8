"""Citations as files for reference managers: ``/id/<uuid>.bib``, ``.ris``, ``.csl.json``."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.formats import CITATION_FORMATS, cited
from catalog.models import RECORD_MODELS
from catalog.pages.absent import gone, merged_into, moved_to, removed_at
from catalog.pages.base import finished
from catalog.pages.site import whole_address
from catalog.uris import citation_path


@require_safe
def citation_file(request: HttpRequest, uuid: UUID, suffix: str) -> HttpResponseBase:
    """The citation of a record in the form of its suffix; 410 where the record was removed, 404 where there is none."""
    form = CITATION_FORMATS.get(suffix)
    if form is None:
        raise Http404
    for model in RECORD_MODELS.values():
        record = model.objects.visible_to(request.user).filter(uuid=uuid).first()
        if record is not None:
            break
    else:
        into = merged_into(uuid, request.user)
        if into is not None:
            return moved_to(request, citation_path(into.uuid, suffix), for_good=False)
        removed = removed_at(uuid)
        if removed is None:
            raise Http404
        return gone(request, removed)
    address = whole_address(request, record.permanent_path)
    text = form.write(cited(record, request.user, address, timezone.localdate()))
    response = HttpResponse(text, content_type=f"{form.media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{record.uuid}.{suffix}"'
    response["X-Robots-Tag"] = "noindex"
    return finished(request, response)
