"""What SQLite expects of the catalogue's indexes: it is told, because museums never measure it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Collection, Contribution
from tests.plans import plan_of

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL measures by itself"),
]


def test_every_index_has_an_estimate(db) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name GLOB 'catalog_*'"
            " EXCEPT SELECT idx FROM sqlite_stat1"
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("path", ["/collections/", "/documents/", "/people/", "/images/"])
def test_a_page_of_a_list_does_not_read_whole_tables(client: Client, make, path: str) -> None:
    """Without estimates SQLite took "published" for rare: it read all public records for a page of 24."""
    fonds = make(Collection)
    Contribution.objects.create(collection=fonds, person=make("person"), role=make("role"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(path)
    for query in asked.captured_queries:
        if "catalog_contribution" in query["sql"]:
            assert "(status=?)" not in plan_of(query["sql"])
