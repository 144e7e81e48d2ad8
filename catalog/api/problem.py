"""What went wrong, as RFC 9457 ``application/problem+json``: every 4xx and 5xx under ``/api/``.

A problem says what is wrong, where, and what to do. It is never HTML and never a stack trace.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path
from rest_framework import exceptions

from catalog import actions
from catalog.documents import moment_of

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
#: Where the sorts of problem are explained; the anchor of each is its name.
TYPES: Final = "/api/v1/docs/#problem-"

PROBLEM_TITLES: Final = {
    "parameters": "The address has a parameter that cannot be used",
    "not-found": "There is nothing at this address",
    "gone": "The record was removed",
    "begin-anew": "The catalogue was restored; the copy has to begin anew",
    "method": "This address does not answer that method",
    "sign-in": "This needs a curator's session or token",
    "not-allowed": "This account may not do that",
    "validation": "What was sent cannot be saved",
    "malformed": "What was sent cannot be read",
    "media-type": "This media type is not understood",
    "not-acceptable": "The answer is available only as JSON",
    "precondition-required": "Say which version of the record you change",
    "precondition-failed": "The record has been changed in the meantime",
    "conflict": "The state of the record does not allow this",
    "too-many-requests": "Too many requests in one minute",
    "too-large": "What was sent is too large",
    "range": "The file has no such part",
    "busy": "The catalogue is busy",
    "full": "The catalogue’s disk is full",
    "read-only": "The catalogue is read-only at the moment",
    "unreachable": "The catalogue cannot reach its database",
    "fault": "The catalogue made a mistake",
}


class Problem(Exception):
    """An answer other than the one asked for. ``sort`` is one of the names in the documentation."""

    def __init__(
        self,
        status: int,
        sort: str,
        detail: str,
        *,
        errors: Iterable[dict[str, Any]] = (),
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.sort, self.detail = status, sort, detail
        self.errors, self.headers, self.more = list(errors), headers or {}, more

    def response(self, request: HttpRequest) -> HttpResponse:
        """The answer."""
        return problem_response(
            request, self.status, self.sort, self.detail, self.errors, self.headers, self.more
        )


def problem_response(
    request: HttpRequest,
    status: int,
    sort: str,
    detail: str,
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """A problem as an answer."""
    body = {
        "type": TYPES + sort,
        "title": PROBLEM_TITLES[sort],
        "status": status,
        "detail": detail,
        "instance": escape_uri_path(request.path),
        "errors": errors or [],
        **(more or {}),
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE
    )
    # Set here, so that HEAD, which leaves the body out, still reports its length.
    response["Content-Length"] = str(len(response.content))
    for name, value in (headers or {}).items():
        response[name] = value
    if "Cache-Control" not in response:
        response["Cache-Control"] = "no-store"
    return response


def refused_parameters(errors: Iterable[dict[str, Any]]) -> Problem:
    """400: ``errors`` names each parameter, says why, and what is allowed."""
    listed = list(errors)
    said = " ".join(f"{one['parameter']}: {one['detail']}" for one in listed[:5])
    return Problem(400, "parameters", said, errors=listed)


def not_found(detail: str = "") -> Problem:
    """404."""
    said = detail or "There is nothing here. /api/v1/ lists the addresses of the API."
    return Problem(404, "not-found", said)


def not_understood(media_types: list[str]) -> Problem:
    """415: the media types that this address understands are in the ``Accept`` header, too
    (RFC 9110, 15.5.16).
    """
    return Problem(
        415,
        "media-type",
        f"Send {' or '.join(media_types)}, and say so in Content-Type.",
        headers={"Accept": ", ".join(media_types)},
    )


def gone(removed: datetime) -> Problem:
    """410: a record was here, and was removed then."""
    day = removed.date().isoformat()
    return Problem(
        410,
        "gone",
        f"The record was removed from the public catalogue on {day}. Remove it from your copy.",
        headers={"Cache-Control": "no-cache"},
        removed=moment_of(removed),
    )


def challenge(error: str = "") -> dict[str, str]:
    """The header of a refusal that a token would help with; ``error`` is the code of RFC 6750, 3.1,
    if a token was sent.
    """
    said = f', error="{error}"' if error else ""
    return {"WWW-Authenticate": f'Bearer realm="catalogue"{said}'}


def handle(failure: Exception, context: dict[str, Any]) -> HttpResponse:
    """The answer to an exception of a view; REST framework's setting ``EXCEPTION_HANDLER``."""
    request: HttpRequest = context["request"]
    return as_problem(failure).response(request)


def as_problem(failure: Exception) -> Problem:
    """The problem for an exception; an unexpected one is logged under a number that the problem names."""
    match failure:
        case Problem():
            return failure
        case Http404():
            return not_found()
        case OperationalError() if actions.is_busy(failure):
            return Problem(
                503,
                "busy",
                "A large change is being saved just now. Yours was not saved; send it again.",
                headers={"Retry-After": str(actions.AGAIN_AFTER)},
            )
        case OperationalError() | OSError() if actions.is_full(failure):
            log.error("The disk is full: %s", failure)
            return Problem(
                503,
                "full",
                "The catalogue's disk is full. Nothing was saved; please tell the people who run it.",
                headers={"Retry-After": str(actions.ROOM_AFTER)},
            )
        case InternalError() | OperationalError() | OSError() if actions.is_read_only(failure):
            log.error("The disk or the database is read-only: %s", failure)
            return Problem(
                503,
                "read-only",
                "The catalogue is read-only at the moment. Nothing was saved; please tell the people who "
                "run it.",
                headers={"Retry-After": str(actions.ROOM_AFTER)},
            )
        case InterfaceError() | OperationalError() if actions.is_unreachable(failure):
            log.error("The database does not answer: %s", str(failure).strip().partition("\n")[0])
            return Problem(
                503,
                "unreachable",
                "The catalogue's database does not answer. Ask again in a few minutes.",
                headers={"Retry-After": str(actions.ROOM_AFTER)},
            )
        case exceptions.MethodNotAllowed():
            return Problem(405, "method", "Use one of the methods in the Allow header.")
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            said = str(failure.detail)
            return Problem(401, "sign-in", said, headers=challenge("invalid_token"))
        case PermissionDenied() | exceptions.PermissionDenied():
            return Problem(
                403, "not-allowed", str(getattr(failure, "detail", failure) or "Not allowed.")
            )
        case exceptions.ParseError():
            return Problem(400, "malformed", str(failure.detail))
        case exceptions.UnsupportedMediaType():
            return not_understood(["application/json"])
        case RequestDataTooBig():
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
            return Problem(413, "too-large", f"At most {most} MB are read at once. Send less.")
        case SuspiciousOperation():
            return Problem(400, *_BY_STATUS[400])
        case exceptions.NotAcceptable():
            return Problem(
                406, "not-acceptable", "Ask for application/json, or omit the Accept header."
            )
        case exceptions.ValidationError():
            errors = flattened(failure.detail)
            return Problem(422, "validation", summed_up(errors), errors=errors)
        case ValidationError():
            errors = flattened(getattr(failure, "message_dict", None) or failure.messages)
            return Problem(422, "validation", summed_up(errors), errors=errors)
    number = uuid4().hex[:8]
    log.error("Fault %s", number, exc_info=failure)
    return Problem(
        500,
        "fault",
        f"This is not your mistake. Please quote the number {number} if it happens again.",
        number=number,
    )


def flattened(detail: Any, path: str = "") -> list[dict[str, Any]]:
    """Nested messages as a list of ``field`` and ``detail``; ``field`` is a path like ``names/0/name``."""
    if isinstance(detail, dict):
        return [
            one
            for name, inner in detail.items()
            for one in flattened(
                inner,
                path if name in {"__all__", "non_field_errors"} else f"{path}/{name}".lstrip("/"),
            )
        ]
    if isinstance(detail, list | tuple):
        return [
            one
            for number, inner in enumerate(detail)
            for one in flattened(inner, f"{path}/{number}" if isinstance(inner, dict) else path)
        ]
    return [{"field": path or None, "detail": str(detail)}]


def summed_up(errors: list[dict[str, Any]]) -> str:
    """The first errors in one sentence each."""
    return " ".join(
        f"{one['field']}: {one['detail']}" if one["field"] else one["detail"] for one in errors[:5]
    )


_BY_STATUS: Final = {
    400: ("malformed", "The request could not be read. Check the address and the headers."),
    403: (
        "not-allowed",
        "The request was refused. With a session, send the X-CSRFToken header too.",
    ),
    404: ("not-found", "There is nothing here. /api/v1/ lists the addresses of the API."),
    405: ("method", "Use one of the methods in the Allow header."),
    413: ("too-large", "Send less at once."),
    429: ("too-many-requests", "Wait as long as the Retry-After header says."),
}


def problems_only(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: turns errors that another layer answers under ``/api/`` into problems too."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        status = response.status_code
        if status < 400 or not request.path_info.startswith("/api/"):
            return response
        if response.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        if status in _BY_STATUS:
            sort, detail = _BY_STATUS[status]
        elif status < 500:
            sort, detail = "malformed", HTTPStatus(status).phrase
        else:
            sort, detail = "fault", "This is not your mistake. Try again later."
        kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
        made = problem_response(request, status, sort, detail, headers=kept)
        response.close()
        return made

    return middleware
