"""The two databases that hold the index, behind one base."""

from __future__ import annotations

from typing import Final

from django.db import connections, router

from catalog.models import PublicRecord
from catalog.search.backends.base import Backend
from catalog.search.backends.postgresql import PostgreSQL
from catalog.search.backends.sqlite import SQLite

BACKENDS: Final[dict[str, type[Backend]]] = {"sqlite": SQLite, "postgresql": PostgreSQL}


def backend_of(using: str = "default") -> Backend:
    """The backend of a configured database. Raises LookupError for one that has no index."""
    connection = connections[using]
    try:
        return BACKENDS[connection.vendor](connection)
    except KeyError:
        raise LookupError(
            f"The catalogue searches in SQLite and PostgreSQL; {connection.vendor} has no index. "
            "Set DATABASE_URL to one of the two."
        ) from None


def reading() -> str:
    """The database that whoever reads just now reads from: a replica has an index of its own, as old as its records."""
    return router.db_for_read(PublicRecord)


__all__ = ["BACKENDS", "Backend", "backend_of", "reading"]
