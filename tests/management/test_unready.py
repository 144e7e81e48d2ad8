"""What a command says that finds no database, or one without its tables."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from catalog.management.refusal import CannotStart
from catalog.management.surroundings import check_database_answers, check_folders
from catalog.management.unready import why_unready

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(params=["SELECT 1 FROM not_there", "SELECT not_there FROM catalog_term"])
def missing(request: pytest.FixtureRequest, db: None) -> DatabaseError:
    """What a database says of a table, or a column, that it does not have."""
    with pytest.raises(DatabaseError) as raised, transaction.atomic():
        connection.cursor().execute(request.param)
    return raised.value


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.once
def test_a_database_that_was_never_prepared_is_told_in_one_line(tmp_path: Path) -> None:
    said = manage("search", "status", VAR_DIR=str(tmp_path), DATABASE_URL="")
    assert said.returncode == 1
    (line,) = said.stderr.splitlines()
    assert f"{tmp_path}/catalogue.sqlite3 has no tables of the catalogue yet" in line
    assert "manage.py prepare" in line


@pytest.mark.once
def test_a_database_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    url = f"postgres://reader:hidden-word@/museum?host={tmp_path}"
    said = manage("migrate", VAR_DIR=str(tmp_path), DATABASE_URL=url)
    assert said.returncode == 1
    (line,) = said.stderr.splitlines()
    assert f"The database museum on {tmp_path} cannot be used" in line
    assert "DATABASE_URL" in line
    assert "hidden-word" not in line


@pytest.mark.once
def test_a_full_disk_is_told_with_its_repair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.VAR_DIR = settings.MEDIA_ROOT = tmp_path
    # Linux's device that has room for nothing.
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda dir: Path("/dev/full").open("wb"))  # noqa: SIM115
    with pytest.raises(CannotStart, match=r"No space left on device\)\. Free some space"):
        check_folders()


@pytest.mark.once
def test_a_database_without_room_for_its_log_is_told_with_the_repair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "catalogue.sqlite3"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=4096))
    monkeypatch.setattr(connection, "cursor", no_room)
    with pytest.raises(CannotStart, match=r"disk I/O error\. Its disk is full: free some space"):
        check_database_answers()


def no_room() -> NoReturn:
    raise OperationalError("disk I/O error")


def test_a_database_of_an_older_release_is_told_with_its_repair(missing: DatabaseError) -> None:
    MigrationRecorder.Migration.objects.filter(app="catalog", name__gte="0043").delete()
    line = why_unready(missing, "search") or ""
    assert "is of an older release: it lacks catalog.0043_storage_places" in line
    assert "manage.py migrate" in line


def test_a_database_without_tables_is_told_with_its_repair(missing: DatabaseError) -> None:
    MigrationRecorder.Migration.objects.filter(app="catalog").delete()
    assert "no tables of the catalogue yet" in (why_unready(missing, "search") or "")


def test_an_error_in_a_database_that_is_ready_keeps_its_traceback(missing: DatabaseError) -> None:
    assert why_unready(missing, "search") is None


def test_an_error_of_another_kind_keeps_its_traceback(db: None) -> None:
    MigrationRecorder.Migration.objects.filter(app="catalog").delete()
    assert why_unready(DatabaseError("database is locked"), "search") is None


def test_a_migration_that_fails_keeps_its_traceback(missing: DatabaseError) -> None:
    MigrationRecorder.Migration.objects.filter(app="catalog").delete()
    assert why_unready(missing, "migrate") is None
