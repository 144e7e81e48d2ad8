"""``/iiif/search``: the results of a search as a IIIF collection, for viewers that compare and gather."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from catalog.iiif.presentation import answered, listed, ours, site_of, with_images
from catalog.models import sees_everything
from catalog.pages.paging import REACHABLE, Paging
from catalog.pages.search_address import Asked
from catalog.search import SearchResults, search
from catalog.uris import SEARCH_COLLECTION

#: Manifests of one part, and the kinds of record that have one.
PART: Final = 100
PICTURED: Final = ("document", "image")


@require_safe
def search_collection(request: HttpRequest) -> HttpResponseBase:
    """The results of the search that have a picture, in the order of the page, 100 in each part."""
    asked = Asked(SEARCH_COLLECTION, request.GET)
    reader = request.user if sees_everything(request.user) else None
    kinds = asked.facets.get("kind") or PICTURED
    wanted = tuple(kind for kind in kinds if kind in PICTURED)
    query = asked.query(page_size=PART, facets=())
    query = replace(
        query, kinds=wanted, chosen={**query.chosen, "kind": wanted, "has_image": ("yes",)}
    )
    total, results = 0, None
    part = Paging.read(asked.page, REACHABLE, PART, asked.address.url).number
    if wanted:
        results = search(replace(query, page=part or 1), reader)
        total = results.total
    pages = -(-min(total, REACHABLE) // PART)
    if not part or part > max(pages, 1):
        raise Http404(_("There is no such page of results."))
    address = replace(asked.address, view="")
    further = None
    if part < pages:
        further = {
            "id": site_of(request)(address.url(part + 1)),
            "type": "Collection",
            "label": ours(gettext_noop("Results from %(first)s on"), first=part * PART + 1),
        }
    rows = with_images(_records(results), reader)
    made = listed(
        site_of(request),
        address.url(part),
        ours(gettext_noop("Search: %(words)s"), words=asked.text or "*"),
        [row for row in rows if row.image],
        further,
    )
    return answered(request, made, reader)


def _records(results: SearchResults | None) -> list[Any]:
    return [hit.record for hit in results.hits] if results else []
