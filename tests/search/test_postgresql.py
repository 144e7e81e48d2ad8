"""The behaviour suite, asked of PostgreSQL."""

from typing import ClassVar

from django.db import connection

from tests.search.behaviour import Behaviour


class TestPostgreSQL(Behaviour):
    VENDOR: ClassVar[str] = "postgresql"

    def test_a_search_reads_narrow_rows(self) -> None:
        # Vectors of a few hundred bytes stay in their rows by themselves, and every hit is a page read.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_relation_size('search_text'), count(*) FROM search_text")
            size, rows = cursor.fetchone()
        assert rows > 100
        assert size / rows < 300
