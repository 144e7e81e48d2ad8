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
    Participation,
    Person,
    PublicRecord,
    ReviewNote,
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
