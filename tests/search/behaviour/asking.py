"""Searching as visitors do, and what is seen of the answer."""

from typing import Any

import pytest
from django.db import connection

from catalog import search as door
from catalog.search import SearchQuery, SearchResults, refresh


def ask(text: str = "", user: Any = None, **how: Any) -> SearchResults:
    """Search as a visitor. Records that were written are indexed first, as every door does."""
    refresh(limit=None)
    return door.search(SearchQuery(text, page_size=100, **how), user)


def found(text: str = "", user: Any = None, **how: Any) -> list[str]:
    """Kind and slug of the hits."""
    return [f"{hit.kind} {hit.record.slug}" for hit in ask(text, user, **how).hits]


def counts(results: SearchResults, name: str) -> dict[str, int]:
    """The counts of a facet by code."""
    return {v.code: v.count for f in results.facets if f.name == name for v in f.values}


def only_on(vendor: str) -> pytest.MarkDecorator:
    """Skip tests on other databases, before the sample collection is loaded for them."""
    reason = f"this run has {connection.vendor}; choose by DATABASE_URL"
    return pytest.mark.skipif(connection.vendor != vendor, reason=reason)
