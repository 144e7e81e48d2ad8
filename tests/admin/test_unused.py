"""The filter *used nowhere*, for persons, places and terms."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from catalog.admin.unused import used_nowhere
from catalog.models import (
    RECORD_MODELS,
    Contribution,
    Depiction,
    Detail,
    Participation,
    Person,
    PersonName,
    Place,
    PlaceName,
    Relationship,
    Term,
    Topic,
    Vocabulary,
)
from tests.admin.conftest import term

pytestmark = pytest.mark.django_db

NUMBERS = count(1)


def make(kind: Any, **fields: Any) -> Any:
    number = next(NUMBERS)
    return RECORD_MODELS[kind].objects.create(
        identifier=f"U.{number}", title=f"{kind} {number}", **fields
    )


def role() -> Term:
    return term(Vocabulary.CONTRIBUTION_ROLE, f"role-{next(NUMBERS)}")


#: For each model, everything that counts as a use of an entry.
USES: list[tuple[Any, Callable[[Any], Any]]] = [
    (Person, lambda it: Contribution.objects.create(person=it, document=make("document"), role=role())),
    (Person, lambda it: Participation.objects.create(person=it, event=make("event"), role=role())),
    (Person, lambda it: Depiction.objects.create(person=it, image=make("image"))),
    (Person, lambda it: Relationship.objects.create(person=it, related=make("person"), kind=role())),
    (Person, lambda it: Relationship.objects.create(related=it, person=make("person"), kind=role())),
    (Person, lambda it: Topic.objects.create(about_person=it, document=make("document"))),
    (Person, lambda it: make("document", holding_institution=it)),
    (Place, lambda it: make("person", born_place=it)),
    (Place, lambda it: make("person", died_place=it)),
    (Place, lambda it: make("document", place=it)),
    (Place, lambda it: make("image", place=it)),
    (Place, lambda it: make("event", place=it)),
    (Place, lambda it: make("place", part_of=it)),
    (Place, lambda it: Topic.objects.create(about_place=it, image=make("image"))),
    (Term, lambda it: make("event", type=it)),
    (Term, lambda it: make("person").occupations.add(it)),
    (Term, lambda it: make("collection").subjects.add(it)),
    (Term, lambda it: make("place").countries.add(it)),
    (Term, lambda it: Detail.objects.create(person=make("person"), kind=it, text="x")),
    (Term, lambda it: Contribution.objects.create(person=make("person"), image=make("image"), role=it)),
    (Term, lambda it: Term.objects.create(vocabulary=it.vocabulary, code="narrower", label="Narrower", broader=it)),
]  # fmt: skip


def entry(model: Any) -> Any:
    if model is Term:
        return term(Vocabulary.SUBJECT, f"code-{next(NUMBERS)}")
    return make(model.KIND)


@pytest.mark.parametrize(("model", "use"), USES)
def test_what_anything_names_is_in_use(model: Any, use: Callable[[Any], Any]) -> None:
    used, unused = entry(model), entry(model)
    use(used)
    found = used_nowhere(model.objects.all())
    assert unused in found
    assert used not in found


def test_what_is_said_of_an_entry_itself_is_no_use_of_it() -> None:
    person, place = make("person"), make("place")
    PersonName.objects.create(person=person, name="Lev")
    PlaceName.objects.create(place=place, name="Coyoacán")
    Detail.objects.create(person=person, kind=role(), text="x")
    person.occupations.add(occupation := role())
    place.countries.add(occupation)
    assert list(used_nowhere(Person.objects.all())) == [person]
    assert list(used_nowhere(Place.objects.all())) == [place]


@pytest.mark.parametrize("kind", ["person", "place", "term"])
def test_the_list_offers_it_and_deletes_what_it_found(administrator: Client, kind: str) -> None:
    model = {"person": Person, "place": Place, "term": Term}[kind]
    used, unused = entry(model), entry(model)
    next(use for of, use in USES if of is model)(used)
    address = f"/admin/catalog/{kind}/?used=nowhere"
    assert 'href="?used=nowhere"' in administrator.get(address.split("?")[0]).content.decode()
    page = administrator.get(address)
    assert unused in page.context["cl"].result_list
    assert used not in page.context["cl"].result_list
    sent = {"action": "delete_selected", "_selected_action": [unused.pk], "post": "yes"}
    administrator.post(address, sent, follow=True)
    assert not model.objects.filter(pk=unused.pk).exists()
    assert model.objects.filter(pk=used.pk).exists()
    assert not administrator.get(f"/admin/catalog/{kind}/?used=x").context["cl"].result_list


@pytest.mark.parametrize("model", [Person, Place, Term])
def test_every_use_is_looked_up_in_an_index(model: Any) -> None:
    rows = used_nowhere(model.objects.order_by("pk"))
    if connection.vendor == "sqlite":
        plan = rows.explain()
        # Only the list itself is scanned.
        scanned = [line for line in plan.splitlines() if " SCAN " in f" {line} "]
        assert len(scanned) <= 1, plan
        assert "AUTOMATIC" not in plan
        return
    with connection.cursor() as cursor:
        # Small tables would be scanned anyway; the question is whether they need not be.
        for way in ("seqscan", "hashjoin", "mergejoin"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    plan = rows.explain()
    assert "Seq Scan" not in plan, plan
