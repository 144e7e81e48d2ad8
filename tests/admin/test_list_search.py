"""The search of the lists: every script, the best first, and pages of it without counting twice."""

from __future__ import annotations

from itertools import chain

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import search
from catalog.models import Person, PersonName, Place, PlaceName, Status
from catalog.search import suggestions
from tests.admin.conftest import titles

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    lev = Person.objects.create(
        identifier="TSS.P.001", title="Leon Trotsky", sort_name="Trotsky, Leon"
    )
    PersonName.objects.create(person=lev, name="Лев Давидович Троцкий")
    PersonName.objects.create(person=lev, name="Лёва")
    Person.objects.create(identifier="TSS.P.002", title="Émile Zola")
    Person.objects.create(identifier="TSS.P.003", title="Łódź Committee 100% sure_thing")
    search.refresh()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("trotsky", ["Leon Trotsky"]),
        ("TROTSKY leon", ["Leon Trotsky"]),
        ("троцкий", ["Leon Trotsky"]),
        ("лева", ["Leon Trotsky"]),
        ("Trotsky ЛЁВА", ["Leon Trotsky"]),
        ("emile", ["Émile Zola"]),
        ("lodz", ["Łódź Committee 100% sure_thing"]),
        ("tss.p.002", ["Émile Zola"]),
        ("TSSP002", ["Émile Zola"]),
        ("tss p 2", ["Émile Zola"]),
        ("Leon Trots", ["Leon Trotsky"]),
        ("trotsky zola", []),
        ("zola trotsky", []),
        ("%", []),
        ("***", []),
        ("x" * 100_000, []),
        ("a " * 5_000, None),
    ],
)
def test_search_folds_every_script(editor, people, typed, found):
    answer = editor.get("/admin/catalog/person/", {"q": typed})
    assert answer.status_code == 200
    if found is not None:
        assert [str(one) for one in answer.context["cl"].result_list] == found


def test_a_person_of_two_matching_names_stands_once(editor, people):
    PersonName.objects.create(
        person=Person.objects.get(title="Leon Trotsky"), name="Trotsky the Elder"
    )
    assert titles(editor, "person", "?q=trotsky") == ["Leon Trotsky"]


def test_the_best_stand_first_and_a_column_sorts_as_ever(editor, people):
    note = "Corresponded with Émile Zola."
    Person.objects.create(identifier="A.1", title="Aaron", description=note)
    assert titles(editor, "person", "?q=zola") == ["Émile Zola", "Aaron"]
    assert titles(editor, "person", "?q=zola&o=1") == ["Aaron", "Émile Zola"]


def test_drafts_are_found_and_very_many_too(editor):
    rows = [
        Person(identifier=f"M.{n}", slug=f"m-{n}", title=f"Namesake {n:03}") for n in range(260)
    ]
    Person.objects.bulk_create(rows)
    search.refresh()
    answer = editor.get("/admin/catalog/person/?q=namesake")
    assert answer.context["cl"].result_count == 260
    assert editor.get("/admin/catalog/person/?q=namesake&p=6").status_code == 200


def test_the_pages_of_a_search_hold_what_was_found_once(editor, monkeypatch):
    monkeypatch.setattr(suggestions, "IN_ORDER", 3)
    monkeypatch.setattr(site._registry[Person], "list_per_page", 2)
    for number in range(7):
        status = Status.DRAFT if number % 2 else Status.PUBLISHED
        # The fuller record is the better one.
        note = "A note. " * number
        Person.objects.create(
            identifier=f"N.{number}", title=f"Namesake {number}", status=status, description=note
        )
    pages = [titles(editor, "person", f"?q=namesake&p={page}") for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    shown = list(chain(*pages))
    best, others = shown[:3], shown[3:]
    assert len({*shown}) == 7
    assert others == sorted(others), "behind the best, the list has the order it always has"
    drafts = [one for one in best if int(one[-1]) % 2] + [one for one in others if int(one[-1]) % 2]
    found = [titles(editor, "person", f"?q=namesake&status=draft&p={page}") for page in (1, 2)]
    assert list(chain(*found)) == drafts


def test_the_first_page_of_a_search_does_not_count_or_sort_what_was_found(editor, monkeypatch):
    monkeypatch.setattr(suggestions, "IN_ORDER", 3)
    monkeypatch.setattr(site._registry[Person], "list_per_page", 2)
    for number in range(5):
        Person.objects.create(identifier=f"N.{number}", title=f"Namesake {number}")
    titles(editor, "person", "?q=namesake")
    with CaptureQueriesContext(connection) as queries:
        answer = editor.get("/admin/catalog/person/?q=namesake")
    assert answer.context["cl"].result_count == 5
    counting_or_sending_all = ("COUNT(*)", "ANY(", "json_each")
    everything = [
        one["sql"]
        for one in queries
        if 'FROM "catalog_person"' in one["sql"]
        and any(words in one["sql"] for words in counting_or_sending_all)
    ]
    assert everything == []
    # While the index is behind, the records themselves are counted.
    Person.objects.filter(title="Namesake 4").delete()
    assert editor.get("/admin/catalog/person/?q=namesake").context["cl"].result_count == 4


def test_places_are_found_by_their_other_names(editor):
    town = Place.objects.create(identifier="L.1", title="Saint Petersburg")
    PlaceName.objects.create(place=town, name="Leningrad", period="1924–1991")
    assert titles(editor, "place", "?q=LENINGRAD") == ["Saint Petersburg"]
