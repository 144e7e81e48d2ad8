"""The small museum, for every test of this room."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest

from tests.filters.small_museum import standing_museum


@pytest.fixture(scope="module")
def _standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    with standing_museum(django_db_blocker) as made:
        yield made


@pytest.fixture
def museum(_standing: SimpleNamespace, db: None) -> SimpleNamespace:
    """A few records of every kind, some of them hidden, in an index that is up to date."""
    return deepcopy(_standing)
