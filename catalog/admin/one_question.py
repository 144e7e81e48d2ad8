"""One database query for all kinds of record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import CharField, QuerySet, Value


def asked_together(parts: Iterable[QuerySet[Any]]) -> list[tuple[Any, ...]]:
    """The rows of several querysets of values in one query, each with its own order and limit.

    Django's own ``union`` cannot limit its parts on SQLite.
    """
    sql: list[str] = []
    given: list[Any] = []
    for part in parts:
        if part.query.is_empty():
            continue
        words, values = part.query.sql_with_params()
        sql.append(f"SELECT * FROM ({words}) AS part")  # noqa: S608 - Django wrote the words
        given += values
    if not sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sql), given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def named(word: str) -> Any:
    """A word as a column, which distinguishes the rows of several querysets."""
    return Value(word, output_field=CharField())
