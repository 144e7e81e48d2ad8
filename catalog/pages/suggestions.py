"""``/search/suggestions``: what the search box suggests while somebody types. Pages work without it."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from catalog.models import sees_everything
from catalog.pages.kinds import kind_of
from catalog.pages.site import whole_address
from catalog.search import suggest

#: Characters that are read, and seconds that a browser may cache the answer.
LONGEST: Final = 200
KEPT: Final = 60
#: The value of ``format`` that asks for the browsers' format.
OPENSEARCH: Final = "opensearch"
_WRITTEN: Final = {"ensure_ascii": False}


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """``?q=``: records and exhibitions whose title or another name begins like this, at most eight, as JSON; with
    ``format=opensearch`` in the browsers' format.
    """
    typed = request.GET.get("q", "").replace("\0", "")[:LONGEST]
    found = [
        {
            "title": one.title,
            "name": one.name,
            "kind": kind_of(one.record),
            "url": one.record.get_absolute_url(),
        }
        for one in suggest(typed, request.user)
    ]
    if request.GET.get("format") == OPENSEARCH:
        response = _for_browsers(request, typed, found)
    else:
        response = JsonResponse({"suggestions": found}, json_dumps_params=_WRITTEN)
    response["X-Robots-Tag"] = "noindex"
    if sees_everything(request.user):
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=KEPT)
    return response


def _for_browsers(request: HttpRequest, typed: str, found: list[dict[str, str]]) -> HttpResponse:
    """The extension *Suggestions* of OpenSearch: four parallel lists."""
    lists = [
        typed,
        [one["name"] or one["title"] for one in found],
        [one["kind"] for one in found],
        [whole_address(request, one["url"]) for one in found],
    ]
    media_type = "application/x-suggestions+json"
    return JsonResponse(lists, safe=False, content_type=media_type, json_dumps_params=_WRITTEN)
