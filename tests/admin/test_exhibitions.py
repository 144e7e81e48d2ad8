"""Exhibitions in the admin: one form for the story and its parts, and a box for records of any kind."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from catalog.models import Event, Exhibition, ExhibitionPart, Person, Status
from catalog.search import refresh

pytestmark = pytest.mark.django_db

ADD = "/admin/catalog/exhibition/add/"


@pytest.fixture
def curator():
    def login(group: str) -> Client:
        user = get_user_model().objects.create_user(f"a-{group.lower()}", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return login


@pytest.fixture
def records():
    person = Person.objects.create(identifier="P.1", title="Ana", status=Status.PUBLISHED)
    event = Event.objects.create(identifier="E.1", title="Landing of Ana", date="1937-01-09")
    return person, event


def form_of(*parts: dict[str, Any], stored: int = 0, **fields: Any) -> dict[str, Any]:
    sent = {
        "title": "The way", "identifier": "X.1", "slug": "the-way", "position": "0",
        "parts-TOTAL_FORMS": len(parts), "parts-INITIAL_FORMS": stored, **fields,
    }  # fmt: skip
    for number, part in enumerate(parts):
        sent |= {f"parts-{number}-{name}": value for name, value in part.items()}
    return sent


def change(exhibition: Exhibition) -> str:
    return f"/admin/catalog/exhibition/{exhibition.pk}/change/"


def read_form(client: Client, exhibition: Exhibition) -> dict[str, Any]:
    """What a browser would send of the form as it stands."""
    context = client.get(change(exhibition)).context
    sent: dict[str, Any] = {}
    for form in (
        context["adminform"].form,
        *(one.formset.management_form for one in context["inline_admin_formsets"]),
        *(form for one in context["inline_admin_formsets"] for form in one.formset.initial_forms),
    ):
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                sent[bound.html_name] = "on" if value is True else value
    return {
        name: value
        for name, value in sent.items()
        if "publish_on" not in name and "hidden_until" not in name
    }


def test_a_story_is_entered_in_one_form_and_published(curator, records):
    person, event = records
    editor = curator("Editor")
    parts = [
        {"heading": "Leaving", "text": "They left."},
        {"record": f"person:{person.pk}", "text": "Who left"},
        {"record": f"event:{event.pk}", "is_wide": "on"},
        {"text": "And on."},
    ]
    answer = editor.post(ADD, form_of(*parts, _publish="1"))
    assert answer.status_code == 302, answer.context["errors"]
    made = Exhibition.objects.get()
    assert made.status == Status.PUBLISHED
    told = [(part.position, str(part), part.record) for part in made.parts.all()]
    assert told == [
        (1, "Leaving", None), (2, "Ana", person), (3, "Landing of Ana", event), (4, "And on.", None),
    ]  # fmt: skip
    assert Client().get("/exhibitions/the-way/").status_code == 200


def test_the_order_of_the_numbers_is_the_order_of_the_story(curator, records):
    cataloguer = curator("Cataloguer")
    cataloguer.post(
        ADD, form_of({"heading": "B", "position": "2"}, {"heading": "A", "position": "1"})
    )
    made = Exhibition.objects.get()
    assert made.status == Status.DRAFT
    assert [part.heading for part in made.parts.all()] == ["A", "B"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ({"heading": "A", "record": "person"}, "either begins a section or shows a record"),
        ({"is_wide": "on"}, "An empty part shows nothing"),
        ({"record": "person:999999"}, "no longer in the catalogue"),
        ({"record": "ship:1"}, "no longer in the catalogue"),
        ({"record": "person:1; DROP"}, "no longer in the catalogue"),
    ],
)
def test_what_is_no_part_is_refused_in_words(curator, records, part, reason):
    part = {
        name: f"person:{records[0].pk}" if value == "person" else value
        for name, value in part.items()
    }
    answer = curator("Editor").post(ADD, form_of(part))
    assert answer.status_code == 200
    assert reason in answer.content.decode()
    assert not Exhibition.objects.exists()


def test_a_published_exhibition_is_changed_by_editors_only(curator):
    made = Exhibition.objects.create(
        identifier="X.1", title="The way", slug="the-way", status=Status.PUBLISHED
    )
    cataloguer = curator("Cataloguer")
    assert "only an editor can make this change" in cataloguer.get(change(made)).content.decode()
    answer = cataloguer.post(change(made), form_of(title="Mine"))
    assert answer.status_code == 200
    assert Exhibition.objects.get().title == "The way"
    assert curator("Editor").post(change(made), form_of(title="Theirs")).status_code == 302
    assert Exhibition.objects.get().title == "Theirs"


def test_two_who_save_lose_nothing(curator, records):
    person, _event = records
    made = Exhibition.objects.create(identifier="X.1", title="The way", slug="the-way")
    part = ExhibitionPart.objects.create(exhibition=made, position=1, person=person, text="Caption")
    one, other = curator("Editor"), curator("Administrator")
    mine, theirs = read_form(one, made), read_form(other, made)
    assert (
        other.post(
            change(made), theirs | {"summary": "From here", "parts-0-text": "Theirs"}
        ).status_code
        == 302
    )
    # Another field, another box of the same row: both stand.
    assert one.post(change(made), mine | {"parts-0-is_wide": "on"}).status_code == 302
    made.refresh_from_db()
    part.refresh_from_db()
    assert (made.summary, part.text, part.is_wide) == ("From here", "Theirs", True)
    # The same box: asked.
    answer = one.post(change(made), mine | {"parts-0-text": "Mine"})
    assert answer.status_code == 200
    assert "Someone else changed this row" in answer.content.decode()
    part.refresh_from_db()
    assert part.text == "Theirs"


def test_records_of_all_kinds_are_found_in_one_box(curator, records):
    refresh(None)
    person, event = records
    answer = curator("Cataloguer").get("/admin/catalog/exhibition/records/?term=ana").json()
    assert [group["text"] for group in answer["results"]] == ["Persons", "Events"]
    assert answer["results"][0]["children"] == [{"id": f"person:{person.pk}", "text": "Ana (P.1)"}]
    assert answer["results"][1]["children"][0]["id"] == f"event:{event.pk}"
    assert "draft" in answer["results"][1]["children"][0]["text"]
    stranger = get_user_model().objects.create_user("nobody", is_staff=True)
    client = Client()
    client.force_login(stranger)
    assert client.get("/admin/catalog/exhibition/records/?term=ana").status_code == 403


def test_history_and_deletion(curator, records):
    made = Exhibition.objects.create(identifier="X.1", title="The way", slug="the-way")
    ExhibitionPart.objects.create(exhibition=made, person=records[0], text="Caption")
    chief = curator("Administrator")
    form = read_form(chief, made)
    said = form | {"parts-0-text": "Another", "_reason": "Clearer"}
    assert chief.post(change(made), said).status_code == 302
    history = chief.get(f"/admin/catalog/exhibition/{made.pk}/history/").content.decode()
    assert "Clearer" in history and "Another" in history
    assert (
        "Clearer" in chief.get(f"/admin/catalog/person/{records[0].pk}/history/").content.decode()
    )
    assert chief.get("/admin/catalog/exhibition/").status_code == 200
    assert chief.get(f"/admin/catalog/exhibition/{made.pk}/preview/").status_code == 200
    assert (
        chief.post(f"/admin/catalog/exhibition/{made.pk}/delete/", {"post": "yes"}).status_code
        == 302
    )
    assert not ExhibitionPart.objects.exists()
    assert chief.get(f"/admin/catalog/exhibition/{made.pk}/history/").status_code == 200
    gone = chief.post(change(made), form)
    assert gone.status_code == 409 and "The way" in gone.content.decode()


def test_the_parts_stand_after_the_introduction(curator):
    said = curator("Editor").get(ADD).content.decode()
    places = [
        said.index(one) for one in ('id="id_description"', "data-parts=", 'id="id_credit_line"')
    ]
    assert places == sorted(places)
    assert said.count("data-parts=") == 1
