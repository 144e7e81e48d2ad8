"""Search: from a query to its answer.

    words -> entries that have them (the database's full text)            kept for a while
          & what the visitor may see & the choices of facets (bitmaps)    kept for a while
          -> exact total, counts of every facet, one page in an order, highlighted

What is kept is kept under the version of the index, so nothing that is shown is older than the index.
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
    """Answer a query as ``user`` may know the catalogue. No input is an error; counts are exact.

    ``standing`` of the index, when it has just been asked for.
    """
    using = using or reading()
    query = replace(query, page=max(1, query.page), page_size=min(100, max(1, query.page_size)))
    view = View(user, using, standing)
    words = query.words
    if query.text.strip() and not words:
        # Signs alone are words of no record.
        return SearchResults(query, (), 0, {}, ())
    reach = view.answered(words, ranked=query.sort not in KEYS).reach if words else "all"
    found = view.found(query)
    widened: Widened = "" if reach == "all" or not found.ids else reach
    page, first, last = _page(view, query, found)
    # Pages, orders and facets of one search show much of the same texts.
    marker = view.keep(("marker", words, widened), lambda: Marker(words, widened))
    suggestion = ""
    if words and (reach == "any" or not view.answered(words).matched):
        suggestion = view.keep(("suggestion", words), lambda: view.suggestion(words))
    return SearchResults(
        query=query,
        hits=tuple(hits(view.backend, view.memory, page, words, marker, user)),
        total=len(found.ids),
        kinds=view.kinds(query),
        facets=view.counts(query) if query.facets is None or query.facets else (),
        widened=widened,
        suggestion=suggestion,
        first=first,
        last=last,
        behind=view.standing.behind,
    )


def _page(view: View, query: SearchQuery, found: Found) -> tuple[list[int], int | None, int | None]:
    """The ids of one page, the first of them where others stand before it, and the last where others follow."""
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
    """Where the hits before those of an answer end, and where those after them begin; None where there are none, and
    in the order of relevance, which has no places. One query at most.
    """
    sort, ends = results.query.sort, (results.first, results.last)
    wanted = [one for one in ends if one is not None]
    if not wanted or sort not in KEYS:
        return None, None
    keys = keys_of(backend_of(using or reading()), wanted, sort)
    before, beyond = (
        None if one is None else Position(keys[one], one, backwards)
        for one, backwards in zip(ends, (True, False), strict=True)
    )
    return before, beyond


def version(using: str | None = None) -> str:
    """A name for the state of the index: as long as it is the same, so are the answers to a query."""
    return "{}.{}".format(*bitmaps.standing(backend_of(using or reading())).version)


def unknown(facet: str, codes: Iterable[str], user: Reader, using: str | None = None) -> list[str]:
    """Codes that are no value of a facet, as ``user`` may know its values."""
    return Names(user, using or reading()).unknown(FACETS[facet], list(codes))
