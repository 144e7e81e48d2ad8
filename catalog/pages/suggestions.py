"""``/search/suggestions``: what the search box proposes as somebody types. Pages work without it."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from catalog.models import sees_everything
from catalog.pages.base import KIND_NAMES
from catalog.search import suggest

#: Letters that are read, and seconds that a browser may keep the answer.
LONGEST: Final = 200
KEPT: Final = 60


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """``?q=``: records whose title or another name begins so, at most eight, as JSON."""
    typed = request.GET.get("q", "").replace("\0", "")[:LONGEST]
    found = [
        {
            "title": one.title,
            "name": one.name,
            "kind": str(KIND_NAMES[one.record.KIND][0]),
            "url": one.record.get_absolute_url(),
        }
        for one in suggest(typed, request.user)
    ]
    response = JsonResponse({"suggestions": found}, json_dumps_params={"ensure_ascii": False})
    response["X-Robots-Tag"] = "noindex"
    if sees_everything(request.user):
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=KEPT)
    return response
