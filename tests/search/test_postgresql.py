"""The behaviour suite on PostgreSQL."""

import re
from typing import ClassVar

from django.db import connection

from catalog import actions
from catalog import search as door
from catalog.models import Place, Status
from catalog.search.backends import backend_of
from catalog.search.backends.postgresql import PostgreSQL
from catalog.search.planned import KEYS, PREFIX
from catalog.search.suggestions import suggest
from tests.search.behaviour.asking import only_on
from tests.search.behaviour.suite import Behaviour


@only_on("postgresql")
class TestPostgreSQL(Behaviour):
    VENDOR: ClassVar[str] = "postgresql"

    def test_a_search_reads_narrow_rows(self) -> None:
        # By themselves, vectors of a few hundred bytes would stay in their rows, and nearly every
        # hit would mean reading a page.
        with connection.cursor() as cursor:
            # Without what earlier tests wrote and took back.
            cursor.execute("CLUSTER search_text USING search_text_pkey")
            cursor.execute("SELECT pg_relation_size('search_text'), count(*) FROM search_text")
            size, rows = cursor.fetchone()
        assert rows > 100
        assert size / rows < 300

    def test_statements_are_not_compiled(self) -> None:
        # Compiling takes seconds for statements that take one.
        assert backend_of().run("SHOW jit") == [("off",)]

    def test_statements_of_another_release_are_replaced_after_migrating(self) -> None:
        backend = backend_of()
        backend.run(f"DROP FUNCTION {PREFIX}take")
        backend.run(f"DROP FUNCTION {PREFIX}next_version")
        backend.run(
            f"CREATE FUNCTION {PREFIX}take(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1'"
        )
        backend.run(f"CREATE FUNCTION {PREFIX}gone() RETURNS bigint LANGUAGE sql AS 'SELECT 1'")
        door.after_migrate()
        assert not backend.run("SELECT 1 FROM pg_proc WHERE proname = %s", [f"{PREFIX}gone"])
        place = Place(identifier="X15", title="Quetzal", status=Status.PUBLISHED)
        actions.edit(place, by=None)
        assert [one.title for one in suggest("quetz")] == ["Quetzal"]

    def test_no_statement_that_is_kept_reads_a_whole_table(self) -> None:
        # Also when the statistics are from before the records came, as after a large import.
        backend = backend_of()
        for planned in PostgreSQL.PLANNED:
            types = ", ".join(planned.arguments)
            backend.run("SET LOCAL plan_cache_mode = force_generic_plan")
            backend.run("SET LOCAL enable_seqscan = off")
            backend.run(f"PREPARE asked ({types}) AS {planned.sql}")
            keys = ", ".join("'{1}'" if type_ == KEYS else "'1'" for type_ in planned.arguments)
            plan = "\n".join(row[0] for row in backend.run(f"EXPLAIN EXECUTE asked({keys})"))
            backend.run("DEALLOCATE asked")
            read_whole = set(re.findall(r"Seq Scan on (\w+)", plan))
            # One row has no index.
            assert read_whole <= {"search_state"}, plan
