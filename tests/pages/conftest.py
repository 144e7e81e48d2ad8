"""Makers of records for the tests of pages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from catalog.models import RECORD_MODELS, Status, Term

NUMBERS = count(1)

Make = Callable[..., Any]


@pytest.fixture
def make(db: None) -> Make:
    """``make("person", "Leon Trotsky", born="1879")``: a public record; ``hidden=True`` keeps it a draft."""

    def maker(kind: str, title: str, *, hidden: bool = False, **fields: Any) -> Any:
        fields.setdefault("identifier", f"P.{next(NUMBERS)}")
        fields.setdefault("status", Status.DRAFT if hidden else Status.PUBLISHED)
        return RECORD_MODELS[kind].objects.create(title=title, **fields)  # type: ignore[index]

    return maker


@pytest.fixture
def term(db: None) -> Make:
    """``term("contribution_role", "author")``: an entry of a vocabulary, made once."""

    def maker(vocabulary: str, code: str, **fields: Any) -> Term:
        fields.setdefault("label", code.replace("-", " ").capitalize())
        made, _new = Term.objects.get_or_create(vocabulary=vocabulary, code=code, defaults=fields)
        return made

    return maker
