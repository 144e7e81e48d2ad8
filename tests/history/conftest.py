"""A small museum, in which everything is related to something."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from catalog import actions
from catalog.models import (
    Citation,
    Contribution,
    Document,
    Image,
    Person,
    PersonName,
    Place,
    Relationship,
    Term,
)


@pytest.fixture
def museum(db: None) -> SimpleNamespace:
    role = Term.objects.create(vocabulary="contribution_role", code="author", label="author")
    kind = Term.objects.create(vocabulary="relationship_kind", code="friend", label="friend of")
    exile = Term.objects.create(vocabulary="subject", code="exile", label="Exile")
    with actions.in_step(reason="the museum"):
        place = Place.objects.create(identifier="L.1", title="Coyoacán")
        ana = Person.objects.create(
            identifier="P.1",
            title="Ana",
            born="1900",
            born_place=place,
            description="One two three.",
        )
        berta = Person.objects.create(identifier="P.2", title="Berta")
        letter = Document.objects.create(identifier="D.1", title="Letter")
        portrait = Image.objects.create(
            identifier="I.1", title="Portrait", file="originals/a.png", media_type="image/png",
            width=2, height=3, byte_size=4, sha256="f" * 64,
        )  # fmt: skip
        ana.subjects.add(exile)
        name = PersonName.objects.create(person=ana, name="Anita")
        contribution = Contribution.objects.create(person=ana, document=letter, role=role)
        citation = Citation.objects.create(source=letter, contribution=contribution, locator="p. 1")
        friends = Relationship.objects.create(person=ana, kind=kind, related=berta)
    return SimpleNamespace(
        role=role, kind=kind, exile=exile, place=place, ana=ana, berta=berta, letter=letter,
        portrait=portrait, name=name, contribution=contribution, citation=citation, friends=friends,
    )  # fmt: skip
