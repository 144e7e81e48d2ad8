"""The behaviour suite on PostgreSQL."""

from typing import ClassVar

from django.db import connection

from tests.search.behaviour import Behaviour


class TestPostgreSQL(Behaviour):
    VENDOR: ClassVar[str] = "postgresql"

    def test_a_search_reads_narrow_rows(self) -> None:
        # By themselves, vectors of a few hundred bytes would stay in their rows, and nearly every
        # hit would mean reading a page.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_relation_size('search_text'), count(*) FROM search_text")
            size, rows = cursor.fetchone()
        assert rows > 100
        assert size / rows < 300
