"""The results of a search as a file: CSV for spreadsheets, JSON for programs; streamed, and bounded."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from catalog.models import sees_everything
from catalog.pages.paging import REACHABLE
from catalog.pages.search_address import Asked
from catalog.search import Hit, SearchResults, search
from catalog.uris import absolute, permanent_path
from catalog.values import sentence

if TYPE_CHECKING:
    from catalog.models import Reader

#: Media type of each format.
FORMATS: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
COLUMNS: Final = (
    "kind", "identifier", "title", "date", "date_edtf", "place", "summary",
    "found_in", "found_text", "url", "permanent_url",
)  # fmt: skip
#: Rows that are read at a time.
BLOCK: Final = 100
#: Spreadsheets take a text that begins so for a formula, and would run it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_file(request: HttpRequest, asked: Asked) -> StreamingHttpResponse:
    """The results in the order of the page, the first 10,000 of them, as the visitor may see them."""
    form = request.GET["format"]
    origin = f"{request.scheme}://{request.get_host()}"
    language = translation.get_language() or "en"
    blocks = _blocks(asked, request.user, language)
    pieces = _csv(blocks, origin) if form == "csv" else _json(blocks, asked, origin)
    response = StreamingHttpResponse(pieces, content_type=FORMATS[form])
    response["Content-Disposition"] = f'attachment; filename="search.{form}"'
    response["X-Robots-Tag"] = "noindex, nofollow"
    if sees_everything(request.user):
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, no_cache=True)
    return response


def _blocks(
    asked: Asked, reader: Reader, language: str
) -> Iterator[tuple[SearchResults, list[Any]]]:
    """The answer and its rows, block by block; the language of the page holds while they are made."""
    number = 1
    while True:
        with translation.override(language):
            query = asked.query(page=number, page_size=BLOCK, facets=())
            results = search(query, reader)
            rows = [_row(hit) for hit in results.hits]
        yield results, rows
        if number * BLOCK >= min(results.total, REACHABLE):
            return
        number += 1


def _row(hit: Hit) -> dict[str, Any]:
    record = hit.record
    return {
        "kind": hit.kind,
        "identifier": record.identifier,
        "title": record.title,
        "date": sentence(hit.date, _) if hit.date else "",
        "date_edtf": hit.date.edtf if hit.date else "",
        "place": hit.place.title if hit.place else "",
        "summary": record.summary,
        "found_in": str(hit.snippet.label) if hit.snippet else "",
        "found_text": str(hit.snippet) if hit.snippet else "",
        "url": record.get_absolute_url(),
        "permanent_url": permanent_path(record.uuid),
    }


def _whole(row: dict[str, Any], origin: str) -> dict[str, Any]:
    paths = {name: absolute(row[name], origin=origin) for name in ("url", "permanent_url")}
    return row | paths


class _Line:
    """Where the writer of :mod:`csv` puts a line, to be handed on at once."""

    def write(self, text: str) -> str:
        return text


def _csv(blocks: Iterator[tuple[SearchResults, list[Any]]], origin: str) -> Iterator[str]:
    writer = csv.writer(_Line())
    # The mark by which spreadsheets know the encoding.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for _results, rows in blocks:
        for row in rows:
            whole = _whole(row, origin)
            yield writer.writerow([harmless(whole[name]) for name in COLUMNS])


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return (
        f"'{text}" if text.lstrip(" ").startswith(_FORMULA) or text.startswith(_FORMULA) else text
    )


def _json(
    blocks: Iterator[tuple[SearchResults, list[Any]]], asked: Asked, origin: str
) -> Iterator[str]:
    comma = ""
    for place, (results, rows) in enumerate(blocks):
        if place == 0:
            head = {
                "query": asked.text,
                "url": absolute(asked.address.url(), origin=origin),
                "total": results.total,
                "most": REACHABLE,
                "widened": results.widened,
                "suggestion": results.suggestion,
            }
            yield json.dumps(head, ensure_ascii=False)[:-1] + ', "results": ['
        for row in rows:
            yield f"{comma}\n{json.dumps(_whole(row, origin), ensure_ascii=False)}"
            comma = ","
    yield "\n]}\n"
