"""A list as a file, ``/documents/?type=letter&format=csv``: what fits its filters, in its order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_safe

from catalog.pages import result_files
from catalog.pages.cards import cards
from catalog.pages.fair import for_programs
from catalog.pages.kept import Door
from catalog.pages.lists import Listing, RecordList
from catalog.pages.paging import REACHABLE
from catalog.pages.result_files import BLOCK, COLUMNS, FORMATS, REFERENCES, Row, rows_of
from catalog.pages.result_references import as_references
from catalog.pages.site import whole_address
from catalog.uris import PLURALS

if TYPE_CHECKING:
    from catalog.models import Reader


def with_files(page: Door, view: type[RecordList]) -> Door:
    """The door of a list: its page, or its results as a file. What is refused, the page tells."""

    @require_safe
    def file(request: HttpRequest) -> HttpResponseBase:
        listing = Listing(view(), request)
        return page(request) if listing.refusals else _file(request, listing)

    @wraps(page)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("format") in FORMATS:
            return for_programs(request, lambda: file(request))
        return page(request, *args, **kwargs)

    return door


def _file(request: HttpRequest, listing: Listing) -> HttpResponseBase:
    """The first 10,000 results, as the visitor may see them."""
    form, site = request.GET["format"], whole_address(request, "")
    if form in REFERENCES:
        references = as_references(_blocks(listing), request.user, form, site)
        return result_files.attachment(request, references, PLURALS[listing.kind], form)
    rows = _rows(listing, request.user, translation.get_language() or "en")
    head = {"url": site + listing.address.url(), "total": listing.total, "most": REACHABLE}
    pieces = (
        result_files.as_csv(rows, COLUMNS, site)
        if form == "csv"
        else result_files.as_json(rows, head, site)
    )
    return result_files.attachment(request, pieces, PLURALS[listing.kind], form)


def _rows(listing: Listing, reader: Reader, language: str) -> Iterator[Row]:
    """Block by block; the language of the page is active while they are made."""
    for records in _blocks(listing):
        with translation.override(language):
            rows = rows_of(cards(listing.kind, records, reader), reader)
        yield from rows


def _blocks(listing: Listing) -> Iterator[Sequence[Any]]:
    """The records that a file has, block by block."""
    for start in range(0, min(listing.total, REACHABLE), BLOCK):
        yield listing.records_at(slice(start, min(start + BLOCK, listing.total)))
