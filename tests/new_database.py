"""Makes a database at once, as `migrate` does, and one step by step, and says where they differ.

    python tests/new_database.py
    python tests/postgresql.py python tests/new_database.py

Half a minute, so it is not among the tests. Run it whenever a migration up to 0044, or the one that replaces
them, is touched. What is compared: tables, columns (on SQLite in any order), constraints, indexes and functions, the
rights of the groups, and how many rows each table has. PostgreSQL needs pg_dump.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
WAYS = {"steps": "0044_names_of_persons_and_places", "at_once": "0001_new_database_squashed_0044"}


def migrate(way: str) -> None:
    """Make the database of DATABASE_URL in one of two ways; print its rights and numbers of rows."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    import django

    django.setup()
    from django.contrib.auth.models import Group
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.loader.replace_migrations = way == "at_once"
    executor.loader.build_graph()
    executor.migrate([("catalog", WAYS[way])])
    rights = Group.objects.values_list(
        "name", "permissions__content_type__app_label", "permissions__codename"
    )
    with connection.cursor() as cursor:
        for right in sorted(rights):
            print("right", *right)
        for table in sorted(set(connection.introspection.table_names()) - {"django_migrations"}):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            print("rows", table, cursor.fetchone()[0])


def schema(url: str) -> Iterator[str]:
    """What a database consists of, a line each."""
    if url.startswith("sqlite:///"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database:
            for kind, name, sql in database.execute("SELECT type, name, sql FROM sqlite_master"):
                columns = re.sub(r"\s+", " ", sql or "").removesuffix(")").split(", ")
                yield json.dumps([kind, name, *sorted(columns)])
    else:
        dump = ["pg_dump", "--schema-only", "--dbname", url]
        said = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
        # The key that newer releases of pg_dump put around a dump is another one each time.
        yield from (line for line in said.splitlines() if not re.match(r"\\(un)?restrict ", line))


def describe(way: str, url: str) -> list[str]:
    """Make a database; returns lines that describe it, in an order that does not depend on the way."""
    made = subprocess.run(
        [sys.executable, __file__, way],
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return sorted([*made.stdout.splitlines(), *schema(url)])


def main() -> int:
    """Compare; returns the exit code."""
    server = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VAR_DIR"] = folder
        urls = {way: f"sqlite:///{folder}/{way}.sqlite3" for way in WAYS}
        if server:
            with psycopg.connect(server, autocommit=True) as connection:
                for way in WAYS:
                    connection.execute(f"CREATE DATABASE new_{way}".encode())
                    urls[way] = re.sub(r"/[^/?]*(\?|$)", rf"/new_{way}\1", server, count=1)
        described = [describe(way, urls[way]) for way in WAYS]
    difference = list(unified_diff(*described, *WAYS, lineterm="", n=0))
    print("\n".join(difference) or f"Both are alike in all {len(described[0])} lines.")
    return bool(difference)


if __name__ == "__main__":
    if sys.argv[1:]:
        migrate(sys.argv[1])
    else:
        sys.exit(main())
