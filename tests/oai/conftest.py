"""What the tests of harvesting share."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.filters.small_museum import small_museum


@pytest.fixture
def museum(db: None) -> SimpleNamespace:
    """A few records of every kind, some of them hidden."""
    return small_museum()


@pytest.fixture(autouse=True)
def _any_number_of_harvests(settings: Any) -> None:
    """The tests send more requests a minute than a harvester may."""
    settings.CATALOG = {**settings.CATALOG, "HARVESTS_A_MINUTE": 0}
