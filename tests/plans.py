"""How a database means to read a query."""

from __future__ import annotations

from django.db import connection


def plan_of(sql: str) -> str:
    """The plan of a statement, as if its tables were large."""
    asked = sql.replace("%", "%%")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Small tables would be read whole; the question is whether they need not be.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {asked}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {asked}")
        return str(cursor.fetchall())
