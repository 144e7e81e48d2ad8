"""503 if nothing could be written (a large job is writing, the disk is full) or read (the database
does not answer), without losing what was typed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from catalog import actions
from catalog.iiif import unkept_file

log = logging.getLogger(__name__)


class TellsWhenBusy:
    """Middleware: answers a failed write with a page that offers to send what was typed again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """See ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponseBase | None:
        """The page; None for any other exception."""
        return not_now(request, fault)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        """The page, if the disk did not take a file that came with a form. The form has been read by
        now, to look for its token.
        """
        fault = unkept_file(request)
        return None if fault is None else not_now(request, fault)


def not_now(request: HttpRequest, fault: BaseException) -> HttpResponse | None:
    """The page that says why something cannot be done now, made without the database; None if
    the fault is another.
    """
    full, read_only = actions.is_full(fault), actions.is_read_only(fault)
    unreachable = actions.is_unreachable(fault)
    if full:
        log.error("The disk is full (%s): %s %s", fault, request.method, request.path)
    elif read_only:
        log.error("Nothing can be written (%s): %s %s", fault, request.method, request.path)
    elif unreachable:
        log.error("The database does not answer (%s): %s", _first_line(fault), request.path)
    elif actions.is_busy(fault):
        log.warning("Told to try again, the database was busy: %s %s", request.method, request.path)
    else:
        return None
    typed: list[tuple[str, Any]] = []
    if request.method == "POST":
        # A view says that it saved something before the database has said so. Read here, it is not shown later.
        list(get_messages(request))
        typed = [(name, one) for name, some in request.POST.lists() for one in some]
    context = {
        "typed": typed,
        "full": full,
        "read_only": read_only,
        "unreachable": unreachable,
        "is_post": request.method == "POST",
        "files": bool(request.FILES or unkept_file(request)),
        "without_database": True,
    }
    response = render(request, "503.html", context, status=503)
    response["Retry-After"] = str(
        actions.ROOM_AFTER if full or read_only or unreachable else actions.AGAIN_AFTER
    )
    response["Cache-Control"] = "no-store"
    return response


def _first_line(fault: BaseException) -> str:
    return str(fault).strip().partition("\n")[0]
