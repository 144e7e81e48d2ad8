"""Where things are kept, as a column of a table: by code or by path, and the way back."""

from __future__ import annotations

import pytest

from catalog import intake
from catalog.intake.naming import CellFault, Names
from catalog.intake.targets import STORAGE
from catalog.models import Document, Shelving, StoragePlace
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
