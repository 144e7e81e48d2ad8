"""The transcriptions of a record's pictures as plain text, to keep, to print and to search in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.conf import catalogue_settings
from catalog.iiif.presentation import Leaf, fill, leaves_of
from catalog.models import Document, Image, Record
from catalog.pages.absent import answer_without_record
from catalog.pages.finishing import finished
from catalog.pages.site import whole_address


@require_safe
def transcript(request: HttpRequest, slug: str, model: type[Image | Document]) -> HttpResponseBase:
    """``/documents/<slug>/text``: every transcription in the order of the pages, under the page's name."""
    record = model.objects.visible_to(request.user).filter(slug=slug).first()
    if record is None:
        return answer_without_record(request, model, slug, "text")
    leaves = leaves_of(record, request.user)
    fill(leaves, request.user)
    if not any(leaf.transcriptions for leaf in leaves):
        raise Http404(_("This record has no transcription."))
    permanent = whole_address(request, record.permanent_path)
    response = HttpResponse(
        written_out(record, leaves, permanent), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = f'inline; filename="{record.uuid}.txt"'
    return finished(request, response)


def written_out(record: Record, leaves: list[Leaf], permanent: str) -> str:
    """The text: what it is and where it comes from, then page after page."""
    head = [record.title, f"{catalogue_settings().NAME}, {record.identifier}", permanent]
    if record.credit_line:
        head.append(record.credit_line)
    if record.rights:
        head.append(record.rights)
    parts = ["\n".join(head)]
    for leaf in leaves:
        for words in leaf.transcriptions:
            title = [_("[Page %(page)s]") % {"page": leaf.name}] if len(leaves) > 1 else []
            if words.transcribed_by:
                title.append(_("Transcribed by: %(name)s") % {"name": words.transcribed_by})
            parts.append("\n".join(title))
            parts.append(words.text.strip())
    return "\n\n".join(part for part in parts if part) + "\n"
