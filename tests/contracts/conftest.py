"""What the walks of the contract tests share."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def any_number_of_requests(settings: Any) -> None:
    """No limit for one client: a walk asks hundreds of times a minute, as do those of other processes, and all
    are counted together.
    """
    settings.CATALOG = {**settings.CATALOG, "API_READS_A_MINUTE": 0, "HARVESTS_A_MINUTE": 0}
