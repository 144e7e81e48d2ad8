"""Schemathesis: whatever the description allows, and what it does not, is answered as described.

All its checks are used. Two requests of each operation are made, the same each time for the same
description: a change is judged by what it changes. `make explore` makes fifty of each (or as many as
SCHEMATHESIS_EXAMPLES says), others every time, more than ten thousand in all; so faults are looked for.
schemathesis.toml says how to run it against a running site.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

from archive_site.wsgi import application
from catalog.models import Scope
from tests.api.conftest import account, key_of
from tests.filters.small_museum import small_museum

#: The client of a WSGI application does not decompress answers.
PLAIN = {"Host": "localhost", "Accept-Encoding": "identity"}
EXPLORING = os.environ.get("SCHEMATHESIS_EXAMPLES", "")
schema = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json",
    application,
    config=SchemathesisConfig.from_path(Path(__file__).with_name("schemathesis.toml")),
    headers={"Host": "localhost"},
)


@pytest.fixture(autouse=True)
def _one_connection():
    """The test's transaction belongs to its connection, which a real request would be free to close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def key(db: None) -> str:
    small_museum()
    return key_of(account("tester", "Administrator"), Scope.WRITE)


OPERATIONS = [found.ok() for found in schema.get_all_operations()]
TAGS = sorted({operation.tags[0] for operation in OPERATIONS})


@pytest.mark.parametrize("tag", TAGS)
def test_any_request(tag, key):
    for operation in OPERATIONS:
        if operation.tags[0] != tag:
            continue

        @settings(
            max_examples=int(EXPLORING or 2),
            derandomize=not EXPLORING,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case):
            # A visitor, then a curator; each finds what the one before left.
            for authorization in ({}, {"Authorization": f"Bearer {key}"}):
                case.call_and_validate(headers={**PLAIN, **authorization}, checks=CHECKS.get_all())

        ask()
