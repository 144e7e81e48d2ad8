"""``/vocabularies/<vocabulary>.jsonld``: a vocabulary as SKOS, for thesaurus programs and linked data."""

from __future__ import annotations

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from catalog.formats import skos
from catalog.models import Vocabulary
from catalog.pages.fair import for_programs
from catalog.pages.site import whole_address


@require_safe
def vocabulary_file(request: HttpRequest, vocabulary: str) -> HttpResponseBase:
    """All terms of a vocabulary, sent while they are being written; 404 if there is no such vocabulary."""
    if vocabulary not in Vocabulary.values:
        raise Http404
    return for_programs(
        request,
        lambda: StreamingHttpResponse(
            skos.write(vocabulary, whole_address(request, "")),
            content_type=skos.MEDIA_TYPE,
            headers={
                "Cache-Control": "public, max-age=0, must-revalidate",
                "X-Robots-Tag": "noindex",
            },
        ),
    )
