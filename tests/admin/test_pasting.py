"""Lists pasted into the boxes of a form: recognised by the server, and nothing is saved before the form is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import search
from catalog.models import Document, Person, PersonName
from tests.admin.conftest import term

pytestmark = pytest.mark.django_db


def ask(client: Client, kind: str, model: str, field: str, text: str) -> Any:
    address = f"/admin/catalog/{kind}/pasted/"
    return client.post(address, {"model": model, "field": field, "text": text})


def values(client: Client, kind: str, model: str, field: str, text: str) -> list[Any]:
    answer = ask(client, kind, model, field, text)
    assert answer.status_code == 200, answer.content
    return answer.json()["values"]  # type: ignore[no-any-return]


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    found = {}
    for number, (title, sort_name) in enumerate(
        [("Leon Trotsky", "Trotsky, Leon"), ("Natalia Sedova", ""), ("Lev Sedov", "Sedov, Lev")]
    ):
        found[title] = Person.objects.create(
            identifier=f"P.{number}", title=title, sort_name=sort_name
        )
    PersonName.objects.create(person=found["Leon Trotsky"], name="Лев Бронштейн")
    search.refresh(None)
    return found


def test_people_are_recognised_as_an_import_recognises_them(
    cataloguer: Client, people: dict[str, Person]
) -> None:
    text = "1. Trotsky, Leon\n2. natalia sedova\n\n3. Лев Бронштейн\n4. P.2\n5. Natalja Sedova\n"
    found = values(cataloguer, "document", "contribution", "person", text)
    trotsky, sedova, sedov = (people[name].pk for name in people)
    assert [one.get("found", {}).get("id") for one in found] == [
        trotsky, sedova, trotsky, sedov, None,
    ]  # fmt: skip
    last = found[-1]
    assert (last["text"], last["several"]) == ("Natalja Sedova", False)
    assert [one["text"] for one in last["choices"]] == ["Natalia Sedova (P.1) – draft"]
    assert PersonName.objects.count() == 1


def test_namesakes_are_to_be_chosen(cataloguer: Client, people: dict[str, Person]) -> None:
    other = Person.objects.create(identifier="P.9", title="Lev Sedov", born="1850")
    found = values(cataloguer, "document", "contribution", "person", "Lev Sedov|Leon Trotsky")
    assert found[0]["several"] and {one["id"] for one in found[0]["choices"]} == {
        people["Lev Sedov"].pk,
        other.pk,
    }
    assert found[1]["found"]["id"] == people["Leon Trotsky"].pk


def test_terms_are_those_of_the_vocabulary(cataloguer: Client) -> None:
    exile = term("subject", "exile", label="Exile")
    term("occupation", "exile", label="Exile")
    banned = term("subject", "banishment", label="Banishment")
    answer = ask(
        cataloguer, "document", "document", "subjects", "exile; Banishmant; Nothing like it"
    )
    first, second, third = answer.json()["values"]
    assert first["found"] == {"id": exile.pk, "text": "Exile"}
    assert [one["id"] for one in second["choices"]] == [banned.pk]
    assert third == {"text": "Nothing like it", "choices": [], "several": False}
    assert answer.json()["new"] == {"field": "label", "others": {"vocabulary": "subject"}}


def test_names_and_identifiers_are_only_parted(cataloguer: Client) -> None:
    assert values(cataloguer, "person", "personname", "name", "Bronstein\nAntid Oto") == [
        {"text": "Bronstein"},
        {"text": "Antid Oto"},
    ]
    assert values(cataloguer, "person", "outsideidentifier", "value", "12;34") == [
        {"text": "12"},
        {"text": "34"},
    ]


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("session", "session_data"),
        ("user", "password"),
        ("contribution", "no_such_field"),
        ("contribution", "image_id__uuid"),
        ("change", "after"),
        ("", ""),
    ],
)
def test_other_fields_answer_404(cataloguer: Client, model: str, field: str) -> None:
    assert ask(cataloguer, "document", model, field, "a\nb").status_code == 404


def test_too_many_values_are_refused_in_words(cataloguer: Client) -> None:
    text = "\n".join(f"Person {n}" for n in range(201))
    answer = ask(cataloguer, "document", "contribution", "person", text)
    assert answer.status_code == 400 and "at most 200" in answer.json()["said"]
    assert ask(cataloguer, "document", "contribution", "person", "x" * 60_000).status_code == 400
    assert values(cataloguer, "document", "contribution", "person", " \n\t\n") == []


def test_only_curators_are_answered(client: Client, door: Any, people: dict[str, Person]) -> None:
    assert ask(client, "document", "contribution", "person", "Leon Trotsky").status_code == 302
    answer = ask(door(None), "document", "contribution", "person", "Leon Trotsky")
    assert answer.status_code == 403
    assert door("Cataloguer").get("/admin/catalog/document/pasted/").status_code == 405


def test_its_questions_do_not_grow_with_the_values(
    cataloguer: Client, people: dict[str, Person]
) -> None:
    def asked(number: int) -> int:
        for n in range(number):
            Person.objects.get_or_create(identifier=f"Q.{n}", defaults={"title": f"Person {n}"})
        text = "\n".join(f"Person {n}" for n in range(number))
        with CaptureQueriesContext(connection) as queries:
            assert all(
                "found" in one
                for one in values(cataloguer, "event", "participation", "person", text)
            )
        return len(queries)

    assert asked(3) == asked(150)


def test_the_boxes_say_what_can_be_pasted_into_them(cataloguer: Client) -> None:
    work = Document.objects.create(identifier="D.1", title="Letter")
    html = cataloguer.get(f"/admin/catalog/document/{work.pk}/change/").content.decode()
    for box in ("contribution person", "document subjects", "topic about_place", "citation source"):
        assert f'data-pasted-into="{box}"' in html
    assert 'data-pasted="/admin/catalog/document/pasted/"' in html
