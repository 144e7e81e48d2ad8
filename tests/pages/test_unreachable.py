"""A database that does not answer is told as such, by every door, and is no fault of the program."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from catalog import actions
from catalog.documents import feed

pytestmark = pytest.mark.once


def lost(kind: type[Exception], cause: Exception) -> Exception:
    """An error of Django's with its cause."""
    fault = kind("connection failed: Connection refused\nIs the server running?")
    fault.__cause__ = cause
    return fault


@pytest.mark.parametrize(
    ("fault", "is_so"),
    [
        (lost(OperationalError, psycopg.OperationalError()), True),
        (lost(InterfaceError, psycopg.InterfaceError()), True),
        (lost(OperationalError, psycopg.errors.AdminShutdown()), True),
        (lost(OperationalError, psycopg.errors.TooManyConnections()), True),
        (lost(OperationalError, psycopg.errors.QueryCanceled()), False),
        (lost(OperationalError, psycopg.errors.DeadlockDetected()), False),
        (OperationalError("of our own"), False),
        (ValueError(), False),
    ],
)
def test_no_answer_is_told_from_other_errors(fault: Exception, is_so: bool) -> None:
    assert actions.is_unreachable(fault) is is_so


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/people/", "/api/v1/people/", "/oai?verb=Identify", "/iiif/image/{uuid}/info.json"],
)
def test_every_door_says_when_the_database_does_not_answer(
    monkeypatch: Any, caplog: Any, path: str
) -> None:
    def fail(*_args: Any, **_named: Any) -> None:
        raise lost(OperationalError, psycopg.OperationalError())

    monkeypatch.setattr("django.db.models.sql.compiler.SQLCompiler.execute_sql", fail)
    for name in ("standing", "standing_beside", "current"):
        monkeypatch.setattr(feed, name, fail)
    visitor = Client(raise_request_exception=False)
    answer = visitor.get(path.format(uuid="00000000-0000-4000-8000-000000000000"))
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) >= 60
    assert "database" in answer.text
    said = [one for one in caplog.records if "does not answer" in one.getMessage()]
    assert "Connection refused" in said[0].getMessage()
    assert "Is the server" not in said[0].getMessage()
