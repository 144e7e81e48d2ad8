"""Choosing records and terms while typing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import search
from catalog.admin.choices import life_dates, told_apart
from catalog.models import (
    Collection,
    Document,
    Event,
    Person,
    PersonName,
    Place,
    Status,
    Vocabulary,
)
from tests.admin.conftest import term

pytestmark = pytest.mark.django_db


def choices(client, model, field, typed="", of="person"):
    if search.staleness():
        search.refresh()
    return choices_now(client, model, field, typed, of)


def choices_now(client, model, field, typed, of):
    query = {"app_label": "catalog", "model_name": model, "field_name": field, "term": typed}
    answer = client.get(f"/admin/catalog/{of}/choices/", query)
    assert answer.status_code == 200
    return [one["text"] for one in answer.json()["results"]]


def test_life_dates_tell_namesakes_apart(cataloguer, trotsky):
    Person.objects.create(
        identifier="P.2", title="Leon Trotsky", born="1906~", status=Status.PUBLISHED
    )
    Person.objects.create(identifier="P.3", title="Leon Trotsky")
    found = choices(cataloguer, "contribution", "person", "trotsky")
    assert sorted(found) == [
        "Leon Trotsky (1879–1940)",
        "Leon Trotsky (P.3) – draft",
        "Leon Trotsky (born about 1906)",
    ]


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"born": "1879-11-07", "died": "1940-08-21"}, "1879–1940"),
        ({"born": "1879~", "died": "1940"}, "about 1879 – 1940"),
        ({"born": "-0099-07-12", "died": "-0043-03-15"}, "100 BCE – 44 BCE"),
        ({"born": "1917-10", "died": "1917-12"}, "1917"),
        ({"died": "1940"}, "died 1940"),
        ({"born": "1938-09", "kind": "corporate body"}, "founded 1938"),
        ({"born": "187X"}, "born the 1870s"),
        ({}, ""),
    ],
)
def test_life_dates(dates, said):
    person = Person.objects.create(identifier="P", title="X", **dates)
    person.refresh_from_db()
    assert life_dates(person) == said


@pytest.mark.parametrize("typed", ["троцкий", "ЛЕВА", "leon trot", "tss.p.001", "tssp001"])
def test_names_variants_and_codes_are_found(cataloguer, trotsky, typed):
    PersonName.objects.create(person=trotsky, name="Лёва Троцкий")
    assert choices(cataloguer, "participation", "person", typed) == ["Leon Trotsky (1879–1940)"]


def test_terms_of_the_right_vocabulary_only(cataloguer):
    arts = term(Vocabulary.OCCUPATION, "arts", label="Arts")
    term(Vocabulary.OCCUPATION, "writer", label="Writer", broader=arts)
    term(Vocabulary.SUBJECT, "writers", label="Writers")
    assert choices(cataloguer, "person", "occupations", "writ") == ["Writer (Arts)"]
    assert choices(cataloguer, "person", "subjects", "writ") == ["Writers"]


def test_other_kinds_say_what_tells_them_apart(db):
    country = Place.objects.create(identifier="L.1", title="Mexico", status=Status.PUBLISHED)
    town = Place.objects.create(
        identifier="L.2", title="Coyoacán", part_of=country, status=Status.PUBLISHED
    )
    assert told_apart(town) == "Coyoacán (Mexico)"
    event = Event.objects.create(
        identifier="E.1", title="Trial", date="1936-08", status=Status.WITHDRAWN
    )
    event.refresh_from_db()
    assert told_apart(event) == "Trial (August 1936, E.1) – withdrawn"
    letter = Document.objects.create(identifier="D.1", title="Letter", status=Status.PUBLISHED)
    assert told_apart(letter) == "Letter (D.1)"
    series = Collection.objects.create(identifier="F.1", title="Letters", status=Status.PUBLISHED)
    assert told_apart(series) == "Letters (Series, F.1)"


def test_twenty_choices_are_one_question(cataloguer):
    country = Place.objects.create(identifier="L", title="Land")
    Place.objects.bulk_create(
        Place(identifier=f"L.{number}", slug=f"t-{number}", title="Town", part_of=country)
        for number in range(30)
    )
    choices(cataloguer, "event", "place", "town", of="event")
    with CaptureQueriesContext(connection) as queries:
        assert len(choices_now(cataloguer, "event", "place", "town", of="event")) == 20
    assert len(queries) <= 8


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"app_label": "catalog", "model_name": "person", "field_name": "title"},
        {"app_label": "catalog", "model_name": "nothing", "field_name": "x"},
        {"app_label": "auth", "model_name": "user", "field_name": "user_permissions"},
    ],
)
def test_choices_of_what_is_none_are_forbidden(cataloguer, query):
    assert cataloguer.get("/admin/catalog/person/choices/", query).status_code == 403


@pytest.mark.parametrize("typed", ["\x00", "%", "x" * 6000, "*", "𝔗"])
def test_odd_questions_find_nothing(cataloguer, trotsky, typed):
    if typed == "𝔗":  # a letter in a style of its own is folded like any other
        assert choices(cataloguer, "participation", "person", typed) == ["Leon Trotsky (1879–1940)"]
    else:
        assert choices(cataloguer, "participation", "person", typed) == []


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "9999"])
def test_odd_pages(cataloguer, trotsky, page):
    query = {
        "app_label": "catalog",
        "model_name": "participation",
        "field_name": "person",
        "page": page,
    }
    assert cataloguer.get("/admin/catalog/person/choices/", query).status_code in {200, 404}
