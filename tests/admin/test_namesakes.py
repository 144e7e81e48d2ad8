"""Before a duplicate is made: existing records that a title may mean."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog import search
from catalog.models import Document, Person, PersonName, Place, PlaceName, Status
from tests.models.conftest import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    trotsky = Person.objects.create(
        identifier="P.1",
        title="Leon Trotsky",
        sort_name="Trotsky, Leon",
        born="1879-11-07",
        died="1940-08-21",
    )
    PersonName.objects.create(person=trotsky, name="Лев Давидович Бронштейн")
    sedov = Person.objects.create(
        identifier="P.2",
        title="Lev Sedov",
        description="The elder son of Leon Trotsky.",
        status=Status.PUBLISHED,
    )
    search.refresh()
    return trotsky, sedov


def told(client, title, kind="person"):
    answer = client.get(reverse(f"admin:catalog_{kind}_namesakes"), {"title": title})
    assert answer.status_code == 200
    return [one["name"] for one in answer.json()["namesakes"]]


@pytest.mark.parametrize(
    "title",
    [
        "Leon Trotsky",
        "TROTSKY, Léon",
        "Trotsk",
        "leon t",
        "Лев Бронштейн",
        "Leon Davidovich Trotsky",
        "Leon Trotski",
    ],
)
def test_by_whatever_name_and_spelling_it_is_typed(door, people, title):
    assert told(door("Cataloguer"), title) == ["Leon Trotsky (1879–1940) – draft"]


@pytest.mark.parametrize(
    "title", ["", "Leo", "?!", "Natalia Sedova", "Leon Blum", "elder son", "x" * 5000, "\0", '"']
)
def test_what_is_called_otherwise_is_not_told(door, people, title):
    assert told(door("Cataloguer"), title) == []


def test_other_kinds_are_told_by_their_own_names(door, people):
    place = Place.objects.create(identifier="L.1", title="Istanbul")
    PlaceName.objects.create(place=place, name="Constantinople")
    Document.objects.create(identifier="D.1", title="My Life", original_title="Моя жизнь")
    search.refresh()
    client = door("Cataloguer")
    assert told(client, "Constantinople", "place") == ["Istanbul (L.1) – draft"]
    assert told(client, "Моя жизнь", "document") == ["My Life (D.1) – draft"]
    assert told(client, "Leon Trotsky", "document") == []


def test_the_form_of_a_new_record_asks_and_that_of_another_does_not(door, people):
    editor = door("Editor")
    address = reverse("admin:catalog_person_namesakes")
    assert address in editor.get(reverse("admin:catalog_person_add")).content.decode()
    change = reverse("admin:catalog_person_change", args=[people[0].pk])
    assert address not in editor.get(change).content.decode()


def test_only_curators_are_told(door, client, people, django_assert_max_num_queries):
    address = reverse("admin:catalog_person_namesakes")
    assert client.get(address, {"title": "Trotsky"}).status_code == 302
    assert door(None).get(address, {"title": "Trotsky"}).status_code == 403
    editor = door("Editor")
    for number in range(30):
        Person.objects.create(identifier=f"X.{number}", title=f"Ivan Ivanov {number}")
    search.refresh()
    told(editor, "Ivan")
    with django_assert_max_num_queries(20):
        assert len(told(editor, "Ivan Ivanov")) == 5


def test_a_record_that_is_there_is_merged_with_its_namesake(administrator, editor):
    one, other = make("person", title="Leon Trotsky"), make("person", title="Leon Trotskij")
    search.refresh()
    address = reverse("admin:catalog_person_namesakes")
    asked = {"title": "Leon Trotsky", "than": one.pk}
    (found,) = administrator.get(address, asked).json()["namesakes"]
    assert found["merge"] == f"{reverse('admin:catalog_person_merge')}?ids={one.pk},{other.pk}"
    assert editor.get(address, asked).json()["namesakes"][0]["merge"] == ""
    form = administrator.get(reverse("admin:catalog_person_change", args=[one.pk]))
    assert f"{address}?than={one.pk}" in form.content.decode(), "asked of those who may merge"
