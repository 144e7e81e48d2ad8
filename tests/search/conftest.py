"""The sample collection with its index, loaded once for the tests of a file and rolled back after them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from catalog import search

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture(scope="module")
def indexed_collection(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Every record of the sample collection, indexed."""
    names = [path.stem for path in sorted(FIXTURES.glob("*.json"))]
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *names, verbosity=0)
        search.refresh(limit=None)
        yield
        transaction.set_rollback(True)
