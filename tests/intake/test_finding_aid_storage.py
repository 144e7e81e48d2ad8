"""Containers and locations of a finding aid become storage places, of which the public learns nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog import actions, intake
from catalog.history import Selection
from catalog.intake import Existing
from catalog.intake.finding_aid import FindingAid
from catalog.models import ChangeSet, Collection, Detail, Document, Shelving, StoragePlace
from tests.intake.aids import aid, imported, looked, make_terms, sample

pytestmark = pytest.mark.django_db


@pytest.fixture
def stack():
    make_terms()
    return StoragePlace.objects.create(name="Stack 4")


@pytest.mark.parametrize(
    ("did", "paths"),
    [
        ('<container type="box">1</container>', ["Box 1"]),
        ("<container>Box 1</container>", ["Box 1"]),
        (
            '<container type="box">1</container><container type="folder">3</container>',
            ["Box 1 / Folder 3"],
        ),
        ('<container type="Box">1</container><container type="box">2</container>', ["Box 1", "Box 2"]),
        (
            '<container id="a" type="box">1</container><container id="b" type="folder">2</container>'
            '<container parent="a" type="folder">3</container>',
            ["Folder 2", "Box 1 / Folder 3"],
        ),
        (
            '<container label="Text [31234]" type="box">1</container><physloc>Shelf 2</physloc>',
            ["Shelf 2 / Box 1"],
        ),
        (
            '<physloc id="p1">Shelf 2</physloc><container parent="p1" type="box">1</container>'
            '<physloc id="p2">Shelf 9</physloc>',
            ["Shelf 9", "Shelf 2 / Box 1"],
        ),
        ("<physloc>Shelf 2</physloc>", ["Shelf 2"]),
        ('<container type="box">1 / 2</container>', ["Box 1/2"]),
        ('<container type="box"/><physloc/>', []),
    ],
)  # fmt: skip
def test_what_stands_in_what(did, paths):
    whole = aid(did=f"<unitid>F</unitid><unittitle>The fonds</unittitle>{did}")
    (one,) = FindingAid(intake.HeldFile(whole)).descriptions()
    assert [path for path, _line in one.kept] == paths


def test_they_become_storage_places_and_are_undone_with_the_import(stack, editor):
    found = imported(sample("archivesspace"), by=editor, new_terms=True, boxes_in=str(stack.uuid))
    papers = Collection.objects.get(identifier="MSS.042")
    notes = Collection.objects.get(title="Field notes")
    assert str(papers.shelvings.get()) == "Stack 4 / Stack 4, shelf 12"
    assert str(notes.shelvings.get()) == "Stack 4 / Box 1 / Folder 3"
    assert found.outlook["new_places"] == [
        "Stack 4 / Stack 4, shelf 12", "Stack 4 / Box 1", "Stack 4 / Box 1 / Folder 3",
    ]  # fmt: skip
    assert "shelf 12" not in papers.internal_note
    again = looked(
        sample("archivesspace"),
        by=editor, new_terms=True, existing=Existing.UPDATE, boxes_in=str(stack.uuid),
    )  # fmt: skip
    assert again.outlook["fates"]["changed"] == 0 and not again.outlook["new_places"]
    actions.undo(Selection(ChangeSet.objects.latest("pk").pk), by=None)
    assert [*StoragePlace.objects.all()] == [stack] and not Shelving.objects.exists()


def test_the_public_learns_nothing_of_them_whether_they_become_places_or_not(stack, editor):
    """Neither on the page, nor in the API, nor in the finding aid that the catalogue exports."""
    item = (
        '<c level="item"><did><unitid>F/1</unitid><unittitle>Map</unittitle><physloc>Drawer Zwinger</physloc>'
        '<container type="box">{}</container></did></c>'
    )
    for number, more in enumerate(({}, {"boxes_in": str(stack.uuid)})):
        text = aid(item.format("Zwinger").replace("F/1", f"F/{number}"))
        imported(text, by=editor, new_terms=True, **more)
    for record in (*Collection.objects.all(), *Document.objects.all()):
        actions.publish(record, by=None)
        told = [record.get_absolute_url(), f"/api/v1/{record.get_absolute_url().strip('/')}/"]
        if record.KIND == "collection":
            told.append(f"{record.permanent_path}.ead.xml")
        for address in told:
            answer = Client().get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == 200 and b"Zwinger" not in body, address
    assert not Detail.objects.filter(text__contains="Zwinger").exists()
    assert str(Shelving.objects.get()) == "Stack 4 / Drawer Zwinger / Box Zwinger"


def test_prose_that_is_no_place_stays_in_the_internal_note(stack, editor):
    said = "Held in the annex; " + "ask for it in advance. " * 12
    found = imported(
        aid(f"<c level='item'><did><unittitle>Map</unittitle><physloc>{said}</physloc></did></c>"),
        by=editor, boxes_in=str(stack.uuid),
    )  # fmt: skip
    assert "annex" in Document.objects.get().internal_note and not Shelving.objects.exists()
    assert any(
        "too long for a storage place" in str(note.said) for note in intake.remarks_of(found)
    )
