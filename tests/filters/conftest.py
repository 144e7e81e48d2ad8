"""The small museum, for every test of this room."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from catalog import search
from tests.filters.small_museum import small_museum


@pytest.fixture
def museum(db: None) -> SimpleNamespace:
    """A few records of every kind, some of them hidden, in an index that is up to date."""
    made = small_museum()
    search.refresh(None)
    return made
