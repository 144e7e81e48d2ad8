"""SQLite is told what to expect of the catalogue's indexes, because nobody measures a museum that grows."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import Contribution, Topic
from catalog.sqlite.row_estimates import tell_sqlite
from tests.pages.conftest import HELD
from tests.plans import plan_of

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL measures by itself"),
]

#: Reads all records with a status, in no order that is asked for.
ALL_PUBLISHED = re.compile(r"SEARCH \w+ USING INDEX \w+_changed \(status=\?\)")


def test_every_index_has_an_estimate(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name GLOB 'catalog_*'"
            " EXCEPT SELECT idx FROM sqlite_stat1"
        )
        assert cursor.fetchall() == []


def test_estimates_that_stand_are_not_written_again(db: None) -> None:
    """Every start migrates; it writes only what differs, here what somebody's ANALYZE measured."""
    with CaptureQueriesContext(connection) as asked:
        tell_sqlite("default")
    assert not [query for query in asked if query["sql"].split()[0] not in {"SELECT", "PRAGMA"}]
    with connection.cursor() as cursor:
        numbers = (
            "SELECT tbl, idx, stat FROM sqlite_stat1 WHERE tbl = 'catalog_person' ORDER BY idx"
        )
        cursor.execute(numbers)
        told = cursor.fetchall()
        cursor.execute("UPDATE sqlite_stat1 SET stat = '3 1' WHERE tbl = 'catalog_person'")
        tell_sqlite("default")
        cursor.execute(numbers)
        assert cursor.fetchall() == told


def test_what_hangs_on_records_is_found_by_the_records(client: Client, make, term) -> None:
    """Without estimates "published" counted as rare: for the creators of a page of collections, or the
    contributors of one picture, all public people were gone through.
    """
    author = term("contribution_role", "author")
    person, image = make("person", "Author"), make("image", "Picture", **HELD)
    document, fonds = make("document", "Letter"), make("collection", "Papers")
    for number in range(30):
        make("collection", f"Fonds {number}")
        make("document", f"Telegram {number}")
        make("image", f"Plan {number}", **HELD)
    for made in ({"document": document}, {"image": image}, {"collection": fonds}):
        Contribution.objects.create(person=person, role=author, **made)
    Topic.objects.create(document=document, about_person=person)
    Topic.objects.create(image=image, about_document=document)
    for path in (
        "/collections/",
        "/documents/",
        "/images/",
        *(record.get_absolute_url() for record in (image, document, fonds)),
    ):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        # Facets that are not counted by the index of the search go through everything.
        of_ties = [
            query["sql"]
            for query in asked.captured_queries
            if re.search(r'FROM "catalog_(contribution|topic)"', query["sql"])
            and " AS tally" not in query["sql"]
        ]
        assert of_ties, path
        for sql in of_ties:
            assert not ALL_PUBLISHED.search(plan_of(sql)), (path, sql)


@pytest.mark.parametrize("kind", ["person", "document", "event"])
def test_records_with_a_picture_are_not_sought_among_all_pictures(
    client: Client, make, kind: str
) -> None:
    """Each record is asked whether it has one, in the order of the list, until the page is full."""
    make(kind, "Somebody or something")
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(f"catalog:{kind}-list"), {"has_image": "no"})
    (rows,) = [
        query["sql"]
        for query in asked.captured_queries
        if query["sql"].startswith(f'SELECT "catalog_{kind}"."id"') and " LIMIT 24" in query["sql"]
    ]
    assert "LIST SUBQUERY" not in plan_of(rows)
