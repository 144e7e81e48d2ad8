"""The small museum, for every test of this room."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace

import pytest


@pytest.fixture
def museum(standing_museum: SimpleNamespace, db: None) -> SimpleNamespace:
    """A few records of every kind, some of them hidden, in an index that is up to date."""
    return deepcopy(standing_museum)
