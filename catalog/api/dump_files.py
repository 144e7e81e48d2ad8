"""``/api/v1/dumps/``: files with all public records, for those who want everything at once."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase

from catalog.api.answers import answer, as_json, not_modified, unchanged, validated
from catalog.api.door import ApiView
from catalog.api.parameters import Reading
from catalog.api.problem import not_found
from catalog.documents import ORIGIN, dumps, etag_of

_NAME: Final = re.compile(r"[a-z]+-[0-9a-f]{16}\.(jsonl|csv)\.gz\Z")


class DumpsViewSet(ApiView):
    """The dumps."""

    def list(self, request: Any) -> HttpResponse:
        """The files, each with its number of records and its SHA-256."""
        reading = Reading(request.GET)
        reading.only(())
        reading.finish()
        found = dumps.index()
        files = [
            {"name": one["name"], "url": f"{ORIGIN}/api/v1/dumps/{one['name']}", **one}
            for one in found["files"]
        ]
        body = as_json(
            {
                "written": found["written"],
                "last_change": found["last_change"],
                "schema": f"{ORIGIN}/api/v1/openapi.json",
                "files": files,
            }
        )
        etag = etag_of(body)
        if not_modified(self.plain, etag, None):
            return unchanged(self.plain, etag, None)
        return answer(self.plain, body, etag=etag)

    def retrieve(self, request: Any, name: str) -> HttpResponseBase:
        """One file, in pieces."""
        listed = {one["name"]: one for one in dumps.index()["files"]}
        path = dumps.folder() / name
        if not _NAME.match(name) or name not in listed or not path.is_file():
            raise not_found("There is no such file. /api/v1/dumps/ lists those of today.")
        etag = listed[name]["sha256"][:32]
        if not_modified(self.plain, etag, None):
            return unchanged(self.plain, etag, None)
        response: Any = FileResponse(
            path.open("rb"), content_type="application/gzip", as_attachment=True
        )
        validated(self.plain, response, etag, None)
        return response  # type: ignore[no-any-return]
