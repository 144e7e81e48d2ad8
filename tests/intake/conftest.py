"""What the tests of importing share: curators, terms, and a table made from a text."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from catalog import intake
from catalog.intake import Plan
from catalog.models import Person, Term, Vocabulary


def curator(name: str, group: str) -> User:
    user = User.objects.create_user(name, password="a long password", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def cataloguer(db: None) -> User:
    return curator("cato", "Cataloguer")


@pytest.fixture
def editor(db: None) -> User:
    return curator("edith", "Editor")


@pytest.fixture
def trotsky(db: None) -> Person:
    return Person.objects.create(identifier="P.1", title="Leon Trotsky", sort_name="Trotsky, Leon")


@pytest.fixture
def terms(db: None) -> dict[str, Term]:
    found = {
        "letter": (Vocabulary.DOCUMENT_TYPE, "Letter"),
        "author": (Vocabulary.CONTRIBUTION_ROLE, "author"),
        "photographer": (Vocabulary.CONTRIBUTION_ROLE, "photographer"),
        "witness": (Vocabulary.PARTICIPATION_ROLE, "witness"),
        "exile": (Vocabulary.SUBJECT, "Exile"),
        "show-trials": (Vocabulary.SUBJECT, "Show trials"),
        "ru": (Vocabulary.LANGUAGE, "Russian"),
        "mx": (Vocabulary.COUNTRY, "Mexico"),
        "technique": (Vocabulary.DETAIL, "technique"),
    }
    return {
        code: Term.objects.create(vocabulary=vocabulary, code=code, label=label)
        for code, (vocabulary, label) in found.items()
    }


def brought(text: str | bytes, kind: Any, *, by: Any, **choices: Any) -> Any:
    """A table received, planned as suggested except for ``choices``, and previewed."""
    content = text.encode() if isinstance(text, str) else text
    found = intake.receive(content, "table.csv", kind, by=by)
    plan = Plan.of_json({**found.plan, **choices})
    intake.look(found, plan, by=by)
    return found
