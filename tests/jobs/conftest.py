"""A database that other processes can use as well."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connections

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The tests' database as other processes reach it: the variables of their environment.

    SQLite's is in memory, so it is copied to a file, which this process then uses too.
    """
    standing = connections["default"]
    around = os.environ | {"VAR_DIR": str(tmp_path)}
    if standing.vendor != "sqlite":
        parts = urlsplit(os.environ["DATABASE_URL"])
        path = f"/{standing.settings_dict['NAME']}"
        yield around | {"DATABASE_URL": urlunsplit(parts._replace(path=path))}
        return
    file = tmp_path / "catalogue.sqlite3"
    standing.ensure_connection()
    with closing(sqlite3.connect(file)) as target:
        standing.connection.backup(target)
    connections["default"] = beside = standing.copy()
    beside.settings_dict["NAME"] = str(file)
    yield around | {"DATABASE_URL": f"sqlite:///{file}"}
    beside.close()
    connections["default"] = standing


@pytest.fixture
def start_worker(shared_database: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Starts `manage.py jobs work` with further arguments; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "jobs", "work", *words],
            cwd=ROOT,
            env=shared_database,
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
