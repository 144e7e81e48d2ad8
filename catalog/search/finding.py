"""Search: from a query to its answer.

    words -> entries that have them (the database's full text)            kept for a while
          & what the visitor may see & the chosen facet values (bitmaps)  kept for a while
          -> exact total, counts of every facet, one page in an order, highlighted

Results are kept under the version of the index, so nothing that is shown is older than the index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from catalog.search import bitmaps
from catalog.search.backends import backend_of, reading
from catalog.search.bitmaps import Standing
from catalog.search.facets import FACETS, Names
from catalog.search.orders import KEYS, after, keys_of
from catalog.search.query import Position, SearchQuery
from catalog.search.results import Marker, SearchResults, Widened, hits
from catalog.search.view import Found, View

if TYPE_CHECKING:
    from catalog.models import Reader


def search(
    query: SearchQuery,
    user: Reader = None,
    *,
    using: str | None = None,
    standing: Standing | None = None,
) -> SearchResults:
    """Answer a query as ``user`` may know the catalogue. No input is an error; all counts are exact.

    ``standing`` is the state of the index, if the caller has just asked for it.
    """
    using = using or reading()
    query = replace(query, page=max(1, query.page), page_size=min(100, max(1, query.page_size)))
    view = View(user, using, standing)
    words = query.words
    if query.text.strip() and not words:
        # Only punctuation: no record has that as a word.
        return SearchResults(query, (), 0, {}, ())
    reach = view.answered(words, ranked=query.sort not in KEYS).reach if words else "all"
    found = view.found(query)
    widened: Widened = "" if reach == "all" or not found.ids else reach
    page, first, last = _page(view, query, found)
    # The pages, orders and facets of one search show many of the same texts.
    marker = view.keep(("marker", words, widened), lambda: Marker(words, widened))
    correction = ""
    if words and (reach == "any" or not view.answered(words).matched):
        correction = view.keep(
            ("correction", words, query.text), lambda: view.correction(words, query.text)
        )
    return SearchResults(
        query=query,
        hits=tuple(hits(view.backend, view.memory, page, words, marker, user)),
        total=len(found.ids),
        kinds=view.kinds(query),
        facets=view.counts(query) if query.facets is None or query.facets else (),
        widened=widened,
        correction=correction,
        first=first,
        last=last,
        behind=view.standing.behind,
        exhibits=view.standing.exhibits,
    )


def _page(view: View, query: SearchQuery, found: Found) -> tuple[list[int], int | None, int | None]:
    """The ids of one page; its first id if there are hits before it, and its last if there are hits
    after it.
    """
    size, place = query.page_size, query.after
    if place is not None and query.sort in KEYS:
        ids = after(view.backend, found.ids, query.sort, place, size + 1)
        more = len(ids) > size
        if place.backwards:
            ids, before, follow = ids[-size:], more, place.key is not None
        else:
            ids, before, follow = ids[:size], True, more
    else:
        first = (query.page - 1) * size
        ids = view.ordered(query, found).page(view.backend, first, size)
        before, follow = first > 0, len(found.ids) > first + size
    if not ids:
        return [], None, None
    return ids, ids[0] if before else None, ids[-1] if follow else None


def positions(
    results: SearchResults, using: str | None = None
) -> tuple[Position | None, Position | None]:
    """The positions from which the hits before a page, and those after it, can be read.

    None where there are no such hits, and for the order of relevance, which has no positions. At
    most one query.
    """
    sort, ends = results.query.sort, (results.first, results.last)
    wanted = [entry for entry in ends if entry is not None]
    if not wanted or sort not in KEYS:
        return None, None
    keys = keys_of(backend_of(using or reading()), wanted, sort)
    before, beyond = (
        None if entry is None else Position(keys[entry], entry, backwards)
        for entry, backwards in zip(ends, (True, False), strict=True)
    )
    return before, beyond


def version(using: str | None = None) -> str:
    """A name for the state of the index. While it is the same, queries have the same answers."""
    return "{}.{}".format(*bitmaps.standing(backend_of(using or reading())).version)


def unknown(facet: str, codes: Iterable[str], user: Reader, using: str | None = None) -> list[str]:
    """The codes that are no value of a facet, as far as ``user`` may know its values."""
    return Names(user, using or reading()).unknown(FACETS[facet], list(codes))
