"""Error pages in the style of the site. That of a fault does not use the database, and has a bare
stand-in for when the style sheets themselves are missing.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.utils.translation import get_language_from_path

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
    """404, with a search for the words of the address, and for curators a way back to their desk.

    Addresses for programs have no language: ``/es/api/v1/docs/`` leads to ``/api/v1/docs/``.
    """
    if isinstance(exception, Resolver404) and (address := _without_language(request)):
        return HttpResponseRedirect(address)
    desk = reverse("admin:index")
    way_back = desk if request.path.startswith(desk) else ""
    words = words_of(request.path)
    told = {"words": words, "desk": way_back, "asks_for_network": words == "network"}
    return _error_page(request, 404, told)


def _without_language(request: HttpRequest) -> str:
    """The address without the language it begins with, if there is something at it; otherwise empty."""
    language = get_language_from_path(request.path_info)
    if language is None or request.method not in ("GET", "HEAD"):
        return ""
    path = "/" + request.path_info.removeprefix(f"/{language}").lstrip("/")
    try:
        resolve(path)
    except Resolver404:
        return ""
    query = request.META.get("QUERY_STRING", "")
    return get_script_prefix().rstrip("/") + quote(path) + (f"?{query}" if query else "")


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
