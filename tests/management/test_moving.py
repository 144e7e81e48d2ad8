"""From one database to another with ``dumpdata`` and ``loaddata``: everything, with accounts and
the owners of drafts.
"""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from catalog import actions, documents
from catalog.models import (
    Cataloguing,
    ChangeSet,
    Distinction,
    Participation,
    Person,
    PublicRecord,
    ReviewNote,
    Term,
    Touched,
)
from tests.admin.conftest import make_curator
from tests.models.conftest import make, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived_in():
    """A catalogue in which somebody worked, that visitors read, and in which a curator is logged in."""
    anna = make_curator("anna", "Editor")
    Client().force_login(anna, backend="django.contrib.auth.backends.ModelBackend")
    person, event = make("person", title="Natalia"), make("event")
    Participation.objects.create(person=person, event=event, role=term("participation_role"))
    documents.feed.current(patiently=True)
    draft = actions.edit(Person(identifier="D.1", title="A draft"), by=anna)
    actions.submit(draft, by=anna, note="Please look")
    return anna


def test_all_that_a_dump_holds_is_loaded_into_an_empty_catalogue(lived_in, tmp_path):
    file = tmp_path / "catalogue.jsonl"
    call_command("dumpdata", format="jsonl", output=str(file))
    assert Touched.objects.exists()
    assert Session.objects.exists()
    held = {json.loads(line)["model"] for line in file.read_text().splitlines()}
    left = {Touched, PublicRecord, ChangeSet, Session, ContentType, Permission}
    assert not held & {model._meta.label_lower for model in left}

    permissions = set(
        Group.objects.get(name="Editor").permissions.values_list("codename", flat=True)
    )
    persons = list(Person.objects.order_by("pk").values_list("pk", "uuid", "title", "status"))
    for model in (Participation, Person, User, Group, ReviewNote, Cataloguing):
        model.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)

    assert (
        list(Person.objects.order_by("pk").values_list("pk", "uuid", "title", "status")) == persons
    )
    assert Participation.objects.get().person.title == "Natalia"
    anna = User.objects.get()
    assert anna.check_password("a long password")
    assert anna.groups.get().name == "Editor"
    assert set(anna.groups.get().permissions.values_list("codename", flat=True)) == permissions
    assert ReviewNote.objects.get().by == anna
    assert Cataloguing.objects.get().cataloguer == anna
    call_command("search", "check")


def test_rows_that_another_database_made_for_itself_are_passed_over(tmp_path):
    make("person")
    standing = Touched.objects.count()
    file = tmp_path / "rows.json"
    own = {
        "model": "catalog.touched",
        "pk": Touched.objects.first().pk,
        "fields": {"kind": "person", "record_id": 77},
    }
    file.write_text(json.dumps([own]))
    call_command("loaddata", str(file), verbosity=0)
    assert Touched.objects.count() == standing
    assert not Touched.objects.filter(record_id=77).exists()


def dumped(path, *labels, **options):
    """A dump, read back; the catalogue is as it was."""
    call_command("dumpdata", *labels, output=str(path), **options)
    return json.loads(path.read_text())


@pytest.fixture
def told_apart():
    """Two persons and two terms that are known to be different."""
    people = [make("person", title="Ivan Ivanov") for _ in range(2)]
    terms = [term("subject") for _ in range(2)]
    actions.distinguish(people, by=None, note="Father and son.")
    actions.distinguish(terms, by=None)
    return people, terms


def pairs():
    """Each distinction with the titles of its entries."""
    rows = Distinction.objects.order_by("kind")
    return [(row.kind, row.note, {row.one, row.other}) for row in rows]


@pytest.mark.parametrize("with_numbers", [True, False])
def test_distinctions_name_the_same_entries_whatever_their_numbers(
    told_apart, tmp_path, with_numbers
):
    people, terms = told_apart
    file = tmp_path / "catalogue.json"
    dumped(file, "catalog", use_natural_primary_keys=not with_numbers)
    for model in (Distinction, Person, Term):
        model.objects.all().delete()
    if not with_numbers:
        # Somebody else has their numbers by now.
        Person.objects.bulk_create(
            Person(pk=one.pk, identifier=f"X.{one.pk}", slug=f"x-{one.pk}", title="Another")
            for one in people
        )
    for _twice in range(2):
        call_command("loaddata", str(file), verbosity=0)
        there = {
            "person": set(Person.objects.filter(title="Ivan Ivanov").values_list("pk", flat=True)),
            "term": set(
                Term.objects.filter(code__in=[one.code for one in terms]).values_list(
                    "pk", flat=True
                )
            ),
        }
        assert pairs() == [
            ("person", "Father and son.", there["person"]),
            ("term", "", there["term"]),
        ]


def test_a_distinction_whose_entries_are_not_here_is_passed_over(told_apart, tmp_path):
    people, _terms = told_apart
    file = tmp_path / "rows.json"
    rows = dumped(file, "catalog.distinction")
    assert {rows[0]["fields"]["one"], rows[0]["fields"]["other"]} == {str(p.uuid) for p in people}
    odd = [
        {**rows[0], "pk": 91, "fields": {**rows[0]["fields"], **more}}
        for more in (
            {"kind": "ship"},
            {"one": "no uuid"},
            {"other": "subject/none"},
            {"one": rows[0]["fields"]["other"]},
        )
    ]
    file.write_text(json.dumps(odd))
    call_command("loaddata", str(file), verbosity=0)
    assert Distinction.objects.count() == 2


def test_a_fixture_with_numbers_is_still_read(told_apart, tmp_path):
    people, _terms = told_apart
    Distinction.objects.all().delete()
    one, other = sorted(person.pk for person in people)
    fields = {"kind": "person", "one": one, "other": str(other), "said_at": "2026-01-01T00:00:00Z"}
    file = tmp_path / "rows.json"
    file.write_text(json.dumps([{"model": "catalog.distinction", "pk": 5, "fields": fields}]))
    call_command("loaddata", str(file), verbosity=0)
    assert pairs() == [("person", "", {one, other})]
