"""Small records of every kind."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from catalog.models import RECORD_MODELS, Record, Status, Term

KINDS = list(RECORD_MODELS)
#: The models that form trees, with the column of the row above.
TREES = {"place": "part_of", "event": "part_of", "collection": "parent"}

#: No number that a test searches for begins like these, however many rows were made before it.
_numbers = itertools.count(7_000_001)


def make(kind: str, **fields: Any) -> Record:
    """A saved record of a kind; published unless stated otherwise."""
    number = next(_numbers)
    model = RECORD_MODELS[kind]
    given = {"identifier": f"T-{number}", "title": f"{kind} {number}", "status": Status.PUBLISHED}
    return model.objects.create(**given | fields)


def term(vocabulary: str, code: str = "", **fields: Any) -> Term:
    """A saved term."""
    code = code or f"term-{next(_numbers)}"
    return Term.objects.create(vocabulary=vocabulary, code=code, label=code, **fields)


@pytest.fixture
def staff(db):
    return get_user_model().objects.create_user("staff", is_staff=True)
