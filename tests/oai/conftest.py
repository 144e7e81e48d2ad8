"""What the tests of harvesting share."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest


@pytest.fixture
def museum(standing_museum: SimpleNamespace, db: None) -> SimpleNamespace:
    """A few records of every kind, some of them hidden, in a list of changes that is up to date."""
    return deepcopy(standing_museum)


@pytest.fixture(autouse=True)
def _any_number_of_harvests(settings: Any) -> None:
    """The tests send more requests a minute than a harvester may."""
    settings.CATALOG = {**settings.CATALOG, "HARVESTS_A_MINUTE": 0}
