"""The results of a search as a file: CSV for spreadsheets, JSON for programs; streamed, and limited."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from catalog.pages.finishing import with_cache_rules
from catalog.pages.paging import REACHABLE
from catalog.pages.search_address import Asked
from catalog.pages.site import whole_address
from catalog.search import Hit, SearchResults, search
from catalog.uris import permanent_path
from catalog.values import harmless_cell, sentence

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


def as_file(request: HttpRequest, asked: Asked) -> StreamingHttpResponse:
    """The results in the order of the page, the first 10,000 of them, as the visitor may see them."""
    form = request.GET["format"]
    site = whole_address(request, "")
    language = translation.get_language() or "en"
    blocks = _blocks(asked, request.user, language)
    pieces = _csv(blocks, site) if form == "csv" else _json(blocks, asked, site)
    response = StreamingHttpResponse(pieces, content_type=FORMATS[form])
    response["Content-Disposition"] = f'attachment; filename="search.{form}"'
    response["X-Robots-Tag"] = "noindex, nofollow"
    return with_cache_rules(request, response)


def _blocks(
    asked: Asked, reader: Reader, language: str
) -> Iterator[tuple[SearchResults, list[Any]]]:
    """The answer and its rows, block by block; the language of the page is active while they are made."""
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


def _whole(row: dict[str, Any], site: str) -> dict[str, Any]:
    return row | {name: site + row[name] for name in ("url", "permanent_url")}


class _Line:
    """Receives a line from the writer of :mod:`csv` and returns it at once."""

    def write(self, text: str) -> str:
        return text


def _csv(blocks: Iterator[tuple[SearchResults, list[Any]]], site: str) -> Iterator[str]:
    writer = csv.writer(_Line())
    # The mark by which spreadsheets recognise the encoding.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for _results, rows in blocks:
        for row in rows:
            whole = _whole(row, site)
            yield writer.writerow([harmless_cell(whole[name]) for name in COLUMNS])


def _json(
    blocks: Iterator[tuple[SearchResults, list[Any]]], asked: Asked, site: str
) -> Iterator[str]:
    comma = ""
    for place, (results, rows) in enumerate(blocks):
        if place == 0:
            head = {
                "query": asked.text,
                "url": site + asked.address.url(),
                "total": results.total,
                "most": REACHABLE,
                "widened": results.widened,
                "suggestion": results.suggestion,
            }
            yield json.dumps(head, ensure_ascii=False)[:-1] + ', "results": ['
        for row in rows:
            yield f"{comma}\n{json.dumps(_whole(row, site), ensure_ascii=False)}"
            comma = ","
    yield "\n]}\n"
