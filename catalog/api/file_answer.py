"""A file as a download, whole or in the part that is asked for, so an interrupted download can go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any, Final

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from catalog.api.answers import not_modified, unchanged, validated
from catalog.api.fields import Schema
from catalog.api.problem import Problem

#: One range of bytes (RFC 9110, 14.1.2): from a first to a last one, from one to the end, or the last so many.
_RANGE: Final = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{1,18})?|-([0-9]{1,18}))")
_PIECE: Final = 1 << 16


def file_answer(
    request: HttpRequest, file: IO[bytes], *, size: int, etag: str, media_type: str, name: str
) -> HttpResponseBase:
    """304, the file, or the part of it that ``Range`` names (206).

    Several ranges, and a range of another version (``If-Range``), give the whole file, as the
    standard allows. Raises the 416 for a part that it does not have.
    """
    if not_modified(request, etag, None):
        file.close()
        return unchanged(request, etag, None)
    part = _part(request, size, etag)
    response: Any
    if part is None:
        response = FileResponse(file, content_type=media_type, as_attachment=True, filename=name)
        response["Content-Length"] = str(size)
    else:
        first, last = part
        if first > last:
            file.close()
            raise Problem(
                416,
                "range",
                f"The file has {size} bytes. Ask for a part of it, or leave out Range.",
                headers={"Content-Range": f"bytes */{size}"},
            )
        file.seek(first)
        response = StreamingHttpResponse(
            _pieces(file, last - first + 1), status=206, content_type=media_type
        )
        response._resource_closers.append(file.close)
        response["Content-Length"] = str(last - first + 1)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
        response["Content-Disposition"] = content_disposition_header(True, name)
    response["Accept-Ranges"] = "bytes"
    validated(request, response, etag, None)
    return response  # type: ignore[no-any-return]


def _part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The first and the last byte asked for; None for the whole. The first is behind the last if the
    file has no such part.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or asked is None:
        return None
    if request.headers.get("If-Range", f'"{etag}"') != f'"{etag}"':
        return None
    first, last, ending = asked.groups()
    if ending is not None:
        return (max(size - int(ending), 0), size - 1) if int(ending) else (size, size - 1)
    if last is None:
        return int(first), size - 1
    return (int(first), min(int(last), size - 1)) if int(first) <= int(last) else None


def _pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    while size and (piece := file.read(min(size, _PIECE))):
        size -= len(piece)
        yield piece


def answered_by_a_file(operation: Schema, *media_types: str) -> Schema:
    """The description of an operation, with a file, or the part that ``Range`` names, as its answer."""
    content = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
    operation["responses"]["200"]["content"] = content
    operation["responses"]["206"] = {
        "description": "The part of the file that `Range` names.",
        "content": content,
    }
    return operation
