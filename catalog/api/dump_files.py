"""``/api/v1/dumps/``: files with all public records, for those who want everything at once.

Each file has two addresses: one with a hash of its content, which always means the same file, and
one that always has the latest (``people.csv``), decompressed on the way so that a spreadsheet can
open it.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from catalog.api.answers import as_json, by_content, not_modified, takes_gzip, unchanged, validated
from catalog.api.door import ApiView
from catalog.api.file_answer import file_answer
from catalog.api.parameters import no_parameters
from catalog.api.problem import Problem, not_found
from catalog.documents import ORIGIN, dumps, renewing
from catalog.uris import PLURALS

_NAME: Final = re.compile(r"[a-z]+-[0-9a-f]{16}\.(jsonl|csv)\.gz\Z")
_NEWEST: Final = re.compile(rf"({'|'.join(PLURALS.values())})\.(jsonl|csv)\Z")
#: Bytes that are decompressed at once.
_PIECE: Final = 64 * 1024


class DumpsViewSet(ApiView):
    """The dumps."""

    def list(self, request: Any) -> HttpResponse:
        """The files, each with its number of records and its SHA-256."""
        no_parameters(request.GET)
        found = renewing.offered()
        files = [
            {
                "name": one["name"],
                "url": f"{ORIGIN}/api/v1/dumps/{one['name']}",
                "newest": f"{ORIGIN}/api/v1/dumps/{_newest_name(one['name'])}",
                **one,
            }
            for one in found["files"]
        ]
        body = as_json(
            {
                "written": found["written"],
                "last_change": found["last_change"],
                "mark": found.get("mark"),
                "schema": f"{ORIGIN}/api/v1/openapi.json",
                "files": files,
            }
        )
        return by_content(self.plain, body)

    def retrieve(self, request: Any, name: str) -> HttpResponseBase:
        """One file, or a part of it."""
        no_parameters(request.GET)
        listed = {one["name"]: one for one in renewing.offered()["files"]}
        if _NEWEST.match(name):
            return self._newest(
                next((one for one in listed.values() if _newest_name(one["name"]) == name), None)
            )
        path = dumps.folder() / name
        if not _NAME.match(name) or name not in listed or not path.is_file():
            raise _no_file()
        return file_answer(
            self.plain,
            path.open("rb"),
            size=path.stat().st_size,
            etag=listed[name]["sha256"][:32],
            media_type="application/gzip",
            name=name,
        )

    def _newest(self, listed: dict[str, Any] | None) -> HttpResponseBase:
        """The latest file of a kind, compressed only if the client decompresses it by itself."""
        path = dumps.folder() / (listed["name"] if listed else "")
        if listed is None or not path.is_file():
            raise _no_file()
        etag = listed["sha256"][:32]
        if not_modified(self.plain, etag, None):
            return unchanged(self.plain, etag, None)
        response: Any
        if takes_gzip(self.plain):
            response = FileResponse(path.open("rb"), content_type=listed["media_type"])
            response["Content-Encoding"] = "gzip"
        else:
            response = StreamingHttpResponse(_unpacked(path), content_type=listed["media_type"])
        response["Content-Disposition"] = f'attachment; filename="{_newest_name(listed["name"])}"'
        validated(self.plain, response, etag, None)
        return response  # type: ignore[no-any-return]


def _newest_name(name: str) -> str:
    """``people.csv`` of ``people-0123456789abcdef.csv.gz``."""
    kind, _, rest = name.partition("-")
    return f"{kind}.{rest.split('.')[1]}"


def _no_file() -> Problem:
    return not_found(
        "There is no such file. /api/v1/dumps/ lists the current ones; there are none while they are "
        "written again, because a record was withdrawn."
    )


def _unpacked(path: Path) -> Iterator[bytes]:
    with gzip.open(path) as file:
        while piece := file.read(_PIECE):
            yield piece
