"""Where records are kept: for curators' programs, and for nobody else."""

from __future__ import annotations

import json

import pytest

from catalog.models import Shelving, StoragePlace
from tests.models.conftest import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    """A published letter in the first of two boxes."""
    room = StoragePlace.objects.create(name="Room 1")
    boxes = [
        StoragePlace.objects.create(name=f"Box {n}", code=f"B-{n}", part_of=room) for n in (1, 2)
    ]
    found = make("document", title="Letter")
    Shelving.objects.create(document=found, place=boxes[0], part="leaf 1")
    return found


def put(program, path, *storage, status=200, **more):
    sent = {"curation": {"storage": list(storage)}, **more}
    answer = program.send("PATCH", path, sent, etag=program.etag(path))
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def test_curators_read_it_and_move_what_is_published_and_nobody_else_notices(
    letter, api, cataloguer
):
    path = f"/api/v1/documents/{letter.slug}/"
    before = api.get(path)
    assert json.loads(before.content)["curation"] is None
    kept = {"place": "Room 1 / Box 1", "code": "B-1", "part": "leaf 1"}
    assert cataloguer.json(path)["curation"]["storage"] == [kept]
    moved = {"place": "room 1 / box 2", "part": "leaf 2"}
    made = put(cataloguer, path, kept, moved)["curation"]["storage"]
    assert made == [kept, {"place": "Room 1 / Box 2", "code": "B-2", "part": "leaf 2"}]
    assert put(cataloguer, path, {"code": "B-2"})["curation"]["storage"][0]["code"] == "B-2"
    assert put(cataloguer, path)["curation"]["storage"] == []
    after = api.get(path)
    assert (after["ETag"], after.content) == (before["ETag"], before.content)
    modified = letter.modified
    letter.refresh_from_db()
    assert letter.modified == modified


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"place": "Room 3"}, "No storage place is called “Room 3”"),
        ({"part": "leaf 1"}, "Name the storage place"),
        ({"place": "Room 1", "colour": "red"}, "Send an object"),
        ("Room 1", "Send an object"),
        ({"place": "Room 1", "part": "x" * 201}, "200"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(letter, editor, wrong, said):
    told = put(editor, f"/api/v1/documents/{letter.slug}/", wrong, status=422)
    assert said in json.dumps(told, ensure_ascii=False)
    assert letter.shelvings.get().part == "leaf 1"


def test_persons_lie_nowhere(letter, editor):
    person = make("person", title="Leon Trotsky")
    path = f"/api/v1/people/{person.slug}/"
    assert editor.json(path)["curation"]["storage"] is None
    assert "Only documents" in json.dumps(put(editor, path, {"place": "Room 1"}, status=422))


def test_a_cataloguer_changes_no_more_of_what_is_published(letter, cataloguer, editor):
    path = f"/api/v1/documents/{letter.slug}/"
    put(cataloguer, path, {"code": "B-2"}, status=403, title="Telegram")
    assert put(editor, path, {"code": "B-2"}, title="Telegram")["title"] == "Telegram"
    assert str(letter.shelvings.get()) == "Room 1 / Box 2"
