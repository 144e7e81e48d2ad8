"""Reading from a second machine, tried on a real primary and its streaming replica."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from archive_site.replica import is_admin
from tests.postgresql import server_programs

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.once


def test_every_promise_is_kept_on_two_servers() -> None:
    if server_programs() is None:
        pytest.skip("no PostgreSQL server programs on this machine")
    said = subprocess.run(
        [sys.executable, "tests/replica.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.count("kept: ") == 7


@pytest.mark.parametrize(
    ("path", "is_its"),
    [
        ("/admin/", True),
        ("/admin/catalog/person/", True),
        ("/es/admin/catalog/person/", True),
        ("/people/admin/", False),
        ("/es/people/", False),
        ("/administration/", False),
    ],
)
def test_the_admin_reads_the_primary_in_every_language(path: str, is_its: bool) -> None:
    assert is_admin(path) is is_its


@pytest.mark.parametrize("replica", ["postgres://user@host/name", "sqlite:///copy.sqlite3"])
def test_a_replica_that_cannot_be_is_refused_in_a_sentence(replica: str) -> None:
    surroundings = {**os.environ, "DATABASE_URL": "", "DATABASE_REPLICA_URL": replica}
    said = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode != 0
    assert "Omit it with SQLite" in said.stderr
