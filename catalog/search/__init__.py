"""Search over all records: forgiving, explained, with facets, and in step with the records.

    search(SearchQuery("trotsky", chosen={"subject": ("exile",)}), user)   -> SearchResults
    suggest("trots", user)                -> suggestions while somebody types
    matching(Person, "trotsky", user)     -> a queryset, best matches first
    ExhibitionSearch("mexico", user)      -> the exhibitions with these words, beside the records
    alike("document", 17, user)           -> the records that share most with one, and what they share
    refresh()      to be called at the end of every write, inside its transaction
    refresh_left() what a large change has left, step by step
    staleness()    what a very large change has left for the job to do

The index lives in the catalogue's own database (SQLite FTS5, or PostgreSQL's full-text search), in
tables that can be dropped and rebuilt from the records at any time. The modules, in reading order:

    what an entry is      ties, inputs, keys, planned, named, gathering, words, entries, suggestions,
                          vocabulary
    keeping it in step    index, writing, stored, keeping_in_step; building, processes, checking
    counting              bitmaps (in the database), memory (in a process), counting, few
    searching             query, finding, view, ranking, orders, facets, results, loading, besides;
                          suggestions (while typing, and for the admin), chosen (in querysets), holdings (for lists);
                          sums, alike (what is like a record)
    exhibitions           exhibited (their words), exhibitions (finding them)

``backends`` holds what differs between the two databases.
"""

from catalog.search.alike import Alike, Shared, alike
from catalog.search.bitmaps import STANDING, Standing, read_standing
from catalog.search.building import AlreadyBuilding, rebuild
from catalog.search.checking import Difference, check
from catalog.search.chosen import PlaceAmong
from catalog.search.exhibitions import ExhibitionHit, ExhibitionSearch
from catalog.search.facets import FACETS, KIND_LABELS, FacetCounts, FacetKind, Value
from catalog.search.finding import positions, search, unknown, version
from catalog.search.holdings import Holdings, as_it_stands, holdings
from catalog.search.index import (
    AT_ONCE,
    STEP,
    Staleness,
    after_migrate,
    empty,
    refresh,
    refresh_left,
    staleness,
)
from catalog.search.keeping_in_step import bring_in_step, look_after
from catalog.search.query import (
    MAX_CHARACTERS,
    MAX_WORDS,
    SORTS,
    Position,
    SearchQuery,
    Sort,
)
from catalog.search.results import Hit, Piece, SearchResults, Snippet
from catalog.search.suggestions import Suggestion, matching, suggest

__all__ = [
    "AT_ONCE",
    "FACETS",
    "KIND_LABELS",
    "MAX_CHARACTERS",
    "MAX_WORDS",
    "SORTS",
    "STANDING",
    "STEP",
    "Alike",
    "AlreadyBuilding",
    "Difference",
    "ExhibitionHit",
    "ExhibitionSearch",
    "FacetCounts",
    "FacetKind",
    "Hit",
    "Holdings",
    "Piece",
    "PlaceAmong",
    "Position",
    "SearchQuery",
    "SearchResults",
    "Shared",
    "Snippet",
    "Sort",
    "Staleness",
    "Standing",
    "Suggestion",
    "Value",
    "after_migrate",
    "alike",
    "as_it_stands",
    "bring_in_step",
    "check",
    "empty",
    "holdings",
    "look_after",
    "matching",
    "positions",
    "read_standing",
    "rebuild",
    "refresh",
    "refresh_left",
    "search",
    "staleness",
    "suggest",
    "unknown",
    "version",
]
