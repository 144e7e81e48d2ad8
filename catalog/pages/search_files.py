"""The results of a search as a file, with what matched; limited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation

from catalog.pages import result_files
from catalog.pages.paging import REACHABLE
from catalog.pages.result_files import BLOCK, REFERENCES, Row, rows_of
from catalog.pages.result_references import as_references
from catalog.pages.search_address import Asked
from catalog.pages.search_cards import cards_of
from catalog.pages.site import whole_address
from catalog.search import Hit, SearchResults, search

if TYPE_CHECKING:
    from catalog.models import Reader

FORMATS, NAMES = result_files.FORMATS, result_files.NAMES
COLUMNS: Final = (*result_files.COLUMNS[:-2], "found_in", "found_text", *result_files.COLUMNS[-2:])


def as_file(request: HttpRequest, asked: Asked) -> StreamingHttpResponse:
    """The results in the order of the page, the first 10,000 of them, as the visitor may see them."""
    form = request.GET["format"]
    site = whole_address(request, "")
    language = translation.get_language() or "en"
    found = _blocks(asked, request.user, language)
    if form in REFERENCES:
        records = ([hit.record for hit in results.hits] for results in found)
        return result_files.attachment(
            request, as_references(records, request.user, form, site), "search", form
        )
    blocks = _with_rows(found, request.user, language)
    first, rows = next(blocks)
    every = chain(rows, chain.from_iterable(more for _results, more in blocks))
    pieces = (
        result_files.as_csv(every, COLUMNS, site)
        if form == "csv"
        else result_files.as_json(every, _head(first, asked, site), site)
    )
    return result_files.attachment(request, pieces, "search", form)


def _with_rows(
    found: Iterable[SearchResults], reader: Reader, language: str
) -> Iterator[tuple[SearchResults, list[Row]]]:
    """Each block with its rows; the language of the page is active while they are made."""
    for results in found:
        with translation.override(language):
            rows = _rows(list(results.hits), reader)
        yield results, rows


def _blocks(asked: Asked, reader: Reader, language: str) -> Iterator[SearchResults]:
    """The answer block by block, in the language of the page."""
    number = 1
    while True:
        with translation.override(language):
            query = asked.query(page=number, page_size=BLOCK, facets=())
            results = search(query, reader)
        yield results
        if number * BLOCK >= min(results.total, REACHABLE):
            return
        number += 1


def _rows(hits: list[Hit], reader: Reader) -> list[Row]:
    places = [hit.place for hit in hits]
    rows = rows_of(cards_of(((hit.record, hit.place) for hit in hits), reader), reader)
    return [
        row
        | {
            "place": place.title if place else "",
            "found_in": str(hit.snippet.label) if hit.snippet else "",
            "found_text": str(hit.snippet) if hit.snippet else "",
        }
        for row, hit, place in zip(rows, hits, places, strict=True)
    ]


def _head(results: SearchResults, asked: Asked, site: str) -> dict[str, Any]:
    return {
        "query": asked.text,
        "url": site + asked.address.url(),
        "total": results.total,
        "most": REACHABLE,
        "widened": results.widened,
        "suggestion": results.correction,
    }
