"""Doors for programs among the pages: those that ask too often are told to wait (``catalog.fair_use``)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from catalog.fair_use import counted


def told_to_wait(request: HttpRequest) -> HttpResponse | None:
    """Count a request for something meant for programs; 429 if it is one too many, otherwise None."""
    allowance = counted(request, "harvest")
    if not allowance.is_exceeded:
        return None
    said = f"{allowance.limit} requests a minute are allowed. Wait {allowance.resets_in} seconds.\n"
    late = {"Retry-After": str(allowance.resets_in), "Cache-Control": "no-store"}
    return HttpResponse(said, status=429, content_type="text/plain; charset=utf-8", headers=late)


def for_programs(request: HttpRequest, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """A feed or a file of results: counted, and readable by the pages of other sites, as the API is."""
    late = told_to_wait(request)
    response = make() if late is None else late
    response["Access-Control-Allow-Origin"] = "*"
    return response
