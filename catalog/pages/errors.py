"""Error pages in the style of the site. That of a fault does not use the database, and has a bare
stand-in for when the style sheets themselves are missing.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from catalog.pages.busy import not_now
from catalog.uris import PLURALS
from catalog.values import fold

log = logging.getLogger(__name__)

#: Words of addresses that say nothing about what was looked for.
_NO_CLUE = {"id", "en", "es", "html", "php", "index", "admin", "catalog", *PLURALS.values()}


def words_of(path: str) -> str:
    """What somebody may have looked for at an address: ``/people/leon-trotzki/`` → "leon trotzki"."""
    words = re.findall(r"[^\W_]+", fold(path[:300]))
    kept = [
        w
        for w in words
        if w not in _NO_CLUE and len(w) > 1 and not re.search(r"\d{5}|[0-9a-f]{8}", w)
    ]
    return " ".join(kept[:6])


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, with a search for the words of the address, and for curators a way back to their desk."""
    desk = reverse("admin:index")
    way_back = desk if request.path.startswith(desk) else ""
    return _error_page(request, 404, {"words": words_of(request.path), "desk": way_back})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself cannot be understood."""
    return _error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _error_page(request, 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with a number that is also in the log; 503 if the database does not answer."""
    fault = sys.exc_info()[1]
    number = uuid4().hex[:8]
    try:
        told = not_now(request, fault) if fault is not None else None
        if told is None:
            log.error("Fault %s was shown for %s %s", number, request.method, request.path)
            told = _error_page(request, 500, {"number": number, "without_database": True})
    except Exception:
        # What failed may be what every page needs: its style sheets, its settings, a template.
        log.exception(
            "Fault %s: its own page failed, for %s %s", number, request.method, request.path
        )
        told = _bare_page(number)
    return told


def _bare_page(number: str) -> HttpResponse:
    """500 as a page without style sheets, pictures or anything else that could be missing."""
    response = HttpResponse(render_to_string("500_bare.html", {"number": number}), status=500)
    response["Cache-Control"] = "no-cache"
    return response


def _error_page(
    request: HttpRequest, status: int, context: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of a status. Caches may not keep it without asking, as they may a 404: a record can
    be published at any time.
    """
    response = render(request, f"{status}.html", context, status=status)
    response["Cache-Control"] = "no-cache"
    return response
