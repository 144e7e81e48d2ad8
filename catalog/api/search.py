"""``/api/v1/search/``: searches all kinds of record, as the search page does."""

from __future__ import annotations

import base64
import binascii
import builtins
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse, QueryDict

from catalog.api.answers import answer, as_json
from catalog.api.door import ApiView
from catalog.api.found import bases_of, exhibition_at
from catalog.api.kept import as_it_stands
from catalog.api.paging import (
    REACHABLE,
    address,
    last_page,
    links_of,
    numbered_pages,
    refuse_cursor_of_relevance,
)
from catalog.api.parameters import MOST, MOST_PAGE, PAGE_SIZE, Reading
from catalog.documents import ORIGIN, feed, store
from catalog.search import (
    FACETS,
    SORTS,
    ExhibitionHit,
    ExhibitionSearch,
    FacetCounts,
    Hit,
    Piece,
    Position,
    SearchQuery,
    SearchResults,
    Sort,
    positions,
    search,
    unknown,
    version,
)
from catalog.values import DateError, read_date

if TYPE_CHECKING:
    from catalog.models import Reader

PATH: Final = f"{ORIGIN}/api/v1/search/"
#: Orders that a cursor can follow: relevance is computed again when the catalogue changes.
FOLLOWED: Final = tuple(sort for sort in SORTS if sort != "relevance")
#: A decade is named by its first year.
DECADE: Final = re.compile(r"-?[0-9]{1,5}0|0")
#: What is understood besides the facets.
PARAMETERS: Final = ("q", "date_from", "date_to", "sort", "facets", "page", "page_size", "cursor")
#: Values of one facet in one address, and characters of a value and of the words.
MOST_VALUES: Final = 20
LONGEST: Final = 200
LONGEST_WORDS: Final = 1000
_LARGEST: Final = 2**63 - 1
#: Exhibitions beside the results.
EXHIBITIONS: Final = 10


class SearchViewSet(ApiView):
    """The search in the API."""

    def list(self, request: Any) -> HttpResponse:
        """One page of what was found, the best first or in another order."""
        standing = feed.current() if self.reader is None else None
        index = version() if standing else ""
        return as_it_stands(
            self.plain, standing, lambda _etag: self._listed(request, standing), index
        )

    def _listed(self, request: Any, standing: feed.Standing | None) -> HttpResponse:
        asked = _Asked(request.GET, self.reader)
        results = search(asked.query, self.reader)
        url = address(PATH, request.GET)
        pages = _pages(asked, results, url)
        body = as_json(
            {
                "count": results.total,
                "page_size": asked.query.page_size,
                "next": pages["next"] or None,
                "previous": pages["prev"] or None,
                "widened": results.widened or None,
                "suggestion": _suggestion(results, request.GET),
                "facets": _facets(results.facets, asked.facets, request.GET),
                "exhibitions": [_exhibition(hit) for hit in self._exhibitions(results)],
            }
        )
        found = b",".join(self._found(results, standing))
        whole = b'%b,"results":[%b]}' % (body[:-1].encode(), found)
        return answer(self.plain, whole, etag=store.etag_of(whole), links=links_of(pages))

    def _exhibitions(self, results: SearchResults) -> builtins.list[ExhibitionHit]:
        """The exhibitions with the words; none on later pages, and none with filters, which are of records."""
        query = results.query
        plain = not (query.choices or query.date_from or query.date_to or query.after)
        if not (results.exhibits and query.text and plain and query.page == 1):
            return []
        return ExhibitionSearch(query.text, self.reader).best(EXHIBITIONS)

    def _found(
        self, results: SearchResults, standing: feed.Standing | None
    ) -> builtins.list[bytes]:
        """The documents of the hits, each with what matched; a record that has just vanished is
        left out.
        """
        bases = bases_of([hit.record for hit in results.hits], self.reader, standing)
        return [
            b'%b,"match":%b}' % (base[:-1], as_json(_match(hit)).encode())
            for hit in results.hits
            if (base := bases.get(hit.record.uuid)) is not None
        ]


@dataclass(frozen=True, slots=True)
class _Range:
    """One end of a time span: its parameter, and which end of the date typed counts."""

    name: str
    end: str
    refusal: str


_RANGES: Final = (
    _Range("date_from", "earliest", "This has no beginning; send the first year or day."),
    _Range("date_to", "latest", "This has no end; send the last year or day."),
)


class _Asked:
    """The parameters, read and checked. Raises the 400 that names those that are wrong."""

    def __init__(self, given: QueryDict, reader: Reader) -> None:
        reading = Reading(given)
        reading.only({*FACETS, *PARAMETERS})
        text = reading.one("q") or ""
        if len(text) > LONGEST_WORDS:
            reading.refuse(
                "q", f"At most {LONGEST_WORDS} characters are accepted. Use fewer words."
            )
        sort: Sort = reading.choice("sort", SORTS) or "relevance"  # type: ignore[assignment]
        self.facets = reading.names("facets", FACETS)
        size = reading.number("page_size", PAGE_SIZE, MOST)
        self.number = reading.number("page", 1, MOST_PAGE)
        #: Whether the pages are followed by cursor.
        self.by_cursor = "cursor" in given
        place = _read_cursor(reading, sort) if self.by_cursor else None
        first, last = (self._day(reading, one) for one in _RANGES)
        if first is not None and last is not None and first > last:
            reading.refuse("date_to", "This ends before date_from begins. Swap the two dates.")
        chosen = {
            name: values for name in FACETS if (values := self._values(reading, name, reader))
        }
        reading.finish()
        self.query = SearchQuery(
            text=text,
            chosen=chosen,
            date_from=first,
            date_to=last,
            sort=sort,
            page=self.number,
            page_size=size,
            facets=tuple(self.facets),
            after=place,
        )

    @staticmethod
    def _values(reading: Reading, name: str, reader: Reader) -> tuple[str, ...]:
        """The values of a facet; one that the reader may not see is refused like one that does not
        exist.
        """
        values = tuple(dict.fromkeys(one.strip() for one in reading.given.getlist(name)))
        if not values:
            return ()
        if "" in values:
            reading.refuse(name, "This is empty. Give a value, or omit the parameter.")
        elif len(values) > MOST_VALUES:
            reading.refuse(name, f"{len(values)} values are given; at most {MOST_VALUES} are read.")
        elif any("\0" in one or len(one) > LONGEST for one in values):
            reading.refuse(
                name, "This is longer than any value, or contains a character that no value has."
            )
        elif name == "decade" and (odd := [one for one in values if not DECADE.fullmatch(one)]):
            said = "is not a decade. Give its first year, such as 1930."
            reading.refuse(name, f"“{odd[0][:60]}” {said}")
        elif missing := unknown(name, values, reader):
            where = f"Ask facets={name} for the existing values."
            reading.refuse(name, f"“{missing[0][:60]}” is not a value of this. {where}")
        return values

    @staticmethod
    def _day(reading: Reading, wanted: _Range) -> int | None:
        text = reading.one(wanted.name)
        if text is None:
            return None
        try:
            date = read_date(text)
        except DateError as refusal:
            reading.refuse(wanted.name, refusal.said(str))
            return None
        day: int | None = getattr(date, wanted.end) if date is not None else None
        if day is None:
            reading.refuse(wanted.name, wanted.refusal)
        return day


def _read_cursor(reading: Reading, sort: Sort) -> Position | None:
    """The position of ``cursor``; None for an empty one, which is the beginning."""
    text = reading.one("cursor") or ""
    if "page" in reading.given:
        reading.refuse("cursor", "Send either page or cursor, not both.")
    if sort not in FOLLOWED:
        refuse_cursor_of_relevance(reading, FOLLOWED)
        return None
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        named, key, entry, backwards = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        sound = named == sort and type(entry) is int and 0 <= entry <= _LARGEST
        sound = sound and type(backwards) is bool
        if key is None:
            sound = sound and backwards and entry == 0
        elif sort == "title":
            # Half a character (a lone surrogate) is not text, and is refused as a ValueError.
            sound = sound and b"\0" not in key.encode()
        else:
            sound = sound and type(key) is int and abs(key) <= _LARGEST
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        sound = False
    if not sound:
        reading.refuse(
            "cursor",
            "This cursor does not belong to this sort. Copy it from next, or leave it empty to begin.",
        )
        return None
    return Position(key, entry, backwards)


def _written(sort: Sort, place: Position) -> str:
    """A position as written in an address."""
    text = json.dumps([sort, *place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _pages(asked: _Asked, results: SearchResults, url: Any) -> dict[str, str]:
    """Addresses around this page by link relation. Raises the 404 of a page that does not exist."""
    size, total = asked.query.page_size, results.total
    sort = asked.query.sort
    preceding, following = (
        url(cursor=_written(sort, place)) if place is not None else ""
        for place in positions(results)
    )
    if asked.by_cursor:
        end = url(cursor=_written(sort, Position(None, backwards=True)))
        place = asked.query.after
        if place is not None and not results.hits:
            # Beyond the last record at this end, the only link leads back.
            preceding = "" if place.backwards else end
            following = url(cursor="") if place.backwards else ""
        return {"first": url(cursor=""), "prev": preceding, "next": following, "last": end}
    last = last_page(
        asked.number, total, size, "Continue with cursor= and a sort, or ask for less."
    )
    pages = numbered_pages(url, asked.number, last)
    if asked.number == last and total > REACHABLE:
        pages["next"] = following
    return pages


def _suggestion(results: SearchResults, given: QueryDict) -> dict[str, str] | None:
    """Another spelling that finds something, without the filters chosen."""
    if not results.correction:
        return None
    wanted = given.copy()
    wanted.clear()
    wanted["q"] = results.correction
    if "page_size" in given:
        wanted["page_size"] = str(given["page_size"])
    return {"q": results.correction, "url": f"{PATH}?{wanted.urlencode()}"}


def _facets(
    counts: tuple[FacetCounts, ...], names: list[str], given: QueryDict
) -> dict[str, list[dict[str, Any]]]:
    """The facets that were asked for; each value with the address that selects only it."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for facet in counts:
        for value in facet.values:
            wanted = given.copy()
            for name in ("page", "cursor", facet.name):
                wanted.pop(name, None)
            wanted[facet.name] = value.code
            found[facet.name].append(
                {
                    "value": value.code,
                    "label": str(value.label),
                    "count": value.count,
                    "chosen": value.chosen,
                    "depth": 0,
                    "url": f"{PATH}?{wanted.urlencode()}",
                }
            )
    return found


def _exhibition(hit: ExhibitionHit) -> dict[str, Any]:
    one = hit.exhibition
    return {
        **exhibition_at(one),
        "title": one.title,
        "summary": one.summary,
        "match": _match(hit),
    }


def _match(hit: Hit | ExhibitionHit) -> dict[str, Any]:
    """Where the words occur: in the title, and in the field that shows them best."""
    shown = hit.snippet
    return {
        "title": _pieces(hit.title),
        "field": shown.field if shown else None,
        "label": str(shown.label) if shown else None,
        "snippet": _pieces(shown.pieces) if shown else [],
    }


def _pieces(pieces: tuple[Piece, ...]) -> list[dict[str, Any]]:
    return [{"text": piece.text, "matched": piece.marked} for piece in pieces]
