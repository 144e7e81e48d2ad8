"""The behaviour suite on SQLite."""

from typing import ClassVar

import pytest
from django.db import connection

from catalog import search
from catalog.models import Person, Status
from catalog.search import building, index
from tests.search.behaviour.asking import only_on
from tests.search.behaviour.suite import Behaviour


@only_on("sqlite")
class TestSQLite(Behaviour):
    VENDOR: ClassVar[str] = "sqlite"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the full text of SQLite")
def test_a_building_of_any_length_leaves_few_pieces_to_be_merged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(12):
        Person.objects.create(
            identifier=f"P{number}", title=f"Rakovsky {number}", status=Status.PUBLISHED
        )
    search.refresh()
    monkeypatch.setattr(index, "BATCH", 1)
    monkeypatch.setattr(building, "TOGETHER", 1)
    monkeypatch.setattr(building, "PIECES", 4)
    pieces: list[int] = []

    def look(_done: int, _total: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE 'search%_text_idx'"
                " AND name NOT LIKE '%staff%' ORDER BY length(name) DESC"
            )
            cursor.execute(f"SELECT count(DISTINCT segid) FROM {cursor.fetchone()[0]}")
            pieces.append(cursor.fetchone()[0])

    search.rebuild(progress=look)
    assert pieces[:4] == [1, 2, 3, 4]
    assert max(pieces) == 5
    assert list(search.check()) == []
