"""The search follows every write in its own transaction, once for everything that is written together."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client

from catalog import actions, search
from catalog.models import Document, Person, PersonName, Status, Term, Vocabulary


def found(words: str) -> list[str]:
    return [hit.record.slug for hit in search.search(search.SearchQuery(words)).hits]


@pytest.fixture
def person(db: None) -> Person:
    return actions.edit(Person(identifier="P.1", title="Quetzal", slug="quetzal"), by=None)


def test_each_action_is_found_at_once(person: Person) -> None:
    assert found("quetzal") == []
    actions.publish(person, by=None)
    assert found("quetzal") == ["quetzal"]
    actions.attach(PersonName(person=person, name="Kukulkan"), person, by=None)
    assert found("kukulkan") == ["quetzal"]
    actions.withdraw(person, by=None)
    assert found("quetzal") == []
    actions.delete(person, by=None)
    assert not search.staleness()


def test_what_is_refused_leaves_no_trace(person: Person) -> None:
    actions.publish(person, by=None)
    with pytest.raises(actions.Refused), transaction.atomic():
        person.title = "Kukulkan"
        actions.edit(person, by=None)
        actions.submit(person, by=None)
    assert found("quetzal") == ["quetzal"]
    assert found("kukulkan") == []


def test_several_actions_are_followed_once(person: Person, monkeypatch: Any) -> None:
    calls: list[int] = []
    monkeypatch.setattr(search, "refresh", lambda _most: calls.append(1))
    with actions.in_step():
        actions.publish(person, by=None)
        actions.attach(PersonName(person=person, name="Kukulkan"), person, by=None)
    assert len(calls) == 1


def test_the_newest_record_is_renewed_together_with_a_new_one(person: Person) -> None:
    with actions.in_step():
        person.title = "Motmot"
        actions.publish(actions.edit(person, by=None), by=None)
        new = actions.edit(Person(identifier="P.2", title="Toucan"), by=None)
        actions.publish(new, by=None)
    assert (found("motmot"), found("toucan")) == (["quetzal"], ["toucan"])
    assert not list(search.check())


def test_a_term_that_a_curator_relabels_is_found_at_once(client: Client, db: None) -> None:
    term = Term.objects.create(vocabulary=Vocabulary.SUBJECT, code="birds", label="Birds")
    document = Document(
        identifier="D.1", title="Sheet", slug="sheet", status=Status.PUBLISHED, type=None
    )
    document.save()
    document.subjects.add(term)
    search.refresh()
    client.force_login(get_user_model().objects.create_superuser("chief", password="x"))
    form = {"label": "Quetzals", "inverse_label": "", "broader": "", "scope_note": "", "uri": ""}
    response = client.post(f"/admin/catalog/term/{term.pk}/change/", form)
    assert response.status_code == 302
    assert found("quetzals") == ["sheet"]
