"""Where things are kept, as a column of a table: by code or by path, and the way back."""

from __future__ import annotations

import pytest

from catalog import actions, intake
from catalog.history import Selection
from catalog.intake.named import CellFault
from catalog.intake.naming import Names
from catalog.intake.targets import STORAGE
from catalog.models import ChangeSet, Document, Shelving, StoragePlace
from tests.intake.conftest import brought

pytestmark = pytest.mark.django_db


@pytest.fixture
def boxes():
    """Two rooms, each with a box 12."""
    rooms = [StoragePlace.objects.create(name=f"Room {number}") for number in (1, 2)]
    return [
        StoragePlace.objects.create(name="Box 12", code=f"B-{n}", part_of=room)
        for n, room in enumerate(rooms, 1)
    ]


def kept(record):
    return sorted(map(str, record.shelvings.all()))


def test_a_column_says_where_records_are_kept(boxes, cataloguer):
    letter = Document.objects.create(identifier="D.1", title="Letter", status="draft")
    Shelving.objects.create(document=letter, place=boxes[0], part="leaf 1")
    table = "identifier,title,Kept in\nD.1,,b-2\nD.2,Telegram,room 2 / BOX 12|B-1\n"
    found = brought(table, "document", by=cataloguer, existing="update")
    assert found.plan["columns"][2] == "storage"
    assert (found.outlook["fates"]["changed"], found.outlook["fates"]["new"]) == (1, 1)
    intake.begin(found, by=cataloguer, reason="")
    assert kept(letter) == ["Room 2 / Box 12"]
    assert kept(Document.objects.get(identifier="D.2")) == ["Room 1 / Box 12", "Room 2 / Box 12"]
    modified = letter.modified
    letter.refresh_from_db()
    assert letter.modified == modified, (
        "where it is kept is not public, so nothing of it has changed"
    )

    lines = "".join(intake.as_table("document", [letter.pk], reader=cataloguer)).splitlines()
    assert "storage" in lines[0] and "B-2" in lines[1]
    assert "B-2" not in "".join(intake.as_table("document", [letter.pk], reader=None))


def test_what_is_unknown_or_not_clear_is_told_with_what_to_do(boxes):
    names = Names(None)
    assert names.record(STORAGE, "B-1").words == "Room 1 / Box 12 (B-1)"
    assert names.record(STORAGE, "Room 2/Box 12").pk == boxes[1].pk
    with pytest.raises(CellFault, match=r"Room 2 / Box 12 \(B-2\)\. Enter the code of the one"):
        names.record(STORAGE, "Box 12")
    with pytest.raises(CellFault, match="no storage place “Room 3 / Box 12”"):
        names.record(STORAGE, "Room 3 / Box 12")
    with pytest.raises(
        CellFault, match=r"Similar: Room 1; Room 1 / Box 12\. Enter its code or its path"
    ):
        names.record(STORAGE, "1 room")
    # Codes that differ in capitals only: neither is guessed.
    StoragePlace.objects.create(name="Box 13", code="b-1", part_of=boxes[0].part_of)
    with pytest.raises(CellFault, match=r"matches several: .*Box 12.*Box 13"):
        Names(None).record(STORAGE, "B-1")


def test_missing_boxes_are_made_in_the_place_given_and_undone_with_the_import(boxes, editor):
    room = boxes[1].part_of
    cells = (
        "Box 12", "box 13", "Shelf 3 / Box 1", "shelf 3 / Box 2", "Room 2 / Shelf 3 / Box 1",
        "Room 1 / Box 12", "B-1", "Box 13",
    )  # fmt: skip
    rows = "".join(f"D.{n},Letter {n},{cell}\n" for n, cell in enumerate(cells, 1))
    found = brought(f"identifier,title,box\n{rows}", "document", by=editor, boxes_in=str(room.uuid))
    paths = [
        "Room 2 / box 13", "Room 2 / Shelf 3", "Room 2 / Shelf 3 / Box 1", "Room 2 / Shelf 3 / Box 2",
    ]  # fmt: skip
    assert found.outlook["new_places"] == paths
    assert StoragePlace.objects.count() == 4, "looking makes none"
    intake.begin(found, by=editor, reason="")
    assert [kept(Document.objects.get(identifier=f"D.{n}"))[0] for n in range(1, 9)] == [
        "Room 2 / Box 12", paths[0], paths[2], paths[3], paths[2], "Room 1 / Box 12", "Room 1 / Box 12",
        paths[0],
    ]  # fmt: skip
    made = ChangeSet.objects.latest("pk")
    actions.undo(Selection(made.pk), by=None)
    assert (StoragePlace.objects.count(), Document.objects.count()) == (4, 0)


@pytest.mark.parametrize("cell", ["x" * 201, " / ".join("abcdefg")])
def test_what_can_become_no_storage_place_is_told(boxes, editor, cell):
    found = brought(
        f"identifier,title,box\nD.1,Letter,{cell}\n",
        "document",
        by=editor,
        boxes_in=str(boxes[0].part_of.uuid),
    )
    assert not found.outlook["may_begin"] and not found.outlook["new_places"]
    assert "storage place" in str(intake.faults_of(found)[0].said)


def test_a_row_that_is_refused_makes_no_box(boxes, editor, monkeypatch):
    room = boxes[0].part_of
    table = "identifier,title,box\nD.1,Letter,Shelf 1 / Box 1\nD.2,Letter,Shelf 1 / Box 1\n"
    found = brought(table, "document", by=editor, boxes_in=str(room.uuid), faulty="sound")
    shelve = actions.shelve

    def refusing(shelving, record, *, by):
        if record.identifier == "D.1":
            raise actions.Refused("Not this one.")
        return shelve(shelving, record, by=by)

    monkeypatch.setattr(actions, "shelve", refusing)
    intake.begin(found, by=editor, reason="")
    assert not Document.objects.filter(identifier="D.1").exists()
    assert kept(Document.objects.get(identifier="D.2")) == ["Room 1 / Shelf 1 / Box 1"]
    assert StoragePlace.objects.filter(name="Shelf 1").count() == 1


def test_whoever_may_make_no_boxes_is_told_so_beforehand(boxes, cataloguer):
    table = "identifier,title,box\nD.1,Letter,Box 99\n"
    found = brought(table, "document", by=cataloguer, boxes_in=str(boxes[0].part_of.uuid))
    assert "Only editors" in str(intake.faults_of(found)[0].said) and not found.outlook["may_begin"]
    gone = brought(table, "document", by=cataloguer)
    assert "no storage place “Box 99”" in str(intake.faults_of(gone)[0].said)
