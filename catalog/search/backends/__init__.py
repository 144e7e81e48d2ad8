"""The two databases that can hold the index, behind one base class."""

from __future__ import annotations

from typing import Final

from django.db import connections, router

from catalog.models import PublicRecord
from catalog.search.backends.base import Backend
from catalog.search.backends.postgresql import PostgreSQL
from catalog.search.backends.sqlite import SQLite

BACKENDS: Final[dict[str, type[Backend]]] = {"sqlite": SQLite, "postgresql": PostgreSQL}


def backend_of(using: str = "default") -> Backend:
    """The backend of a configured database. Raises LookupError unless that is SQLite or PostgreSQL."""
    connection = connections[using]
    try:
        return BACKENDS[connection.vendor](connection)
    except KeyError:
        raise LookupError(
            f"The search needs SQLite or PostgreSQL; {connection.vendor} is not supported. "
            "Set DATABASE_URL to one of the two."
        ) from None


def reading() -> str:
    """The alias of the database to read from now.

    A replica has its own copy of the index, exactly as old as its records.
    """
    return router.db_for_read(PublicRecord)


__all__ = ["BACKENDS", "Backend", "backend_of", "reading"]
