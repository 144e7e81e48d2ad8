"""Where things are kept: in forms and lists, on the pages of storage places, and nowhere in public."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import actions
from catalog.history import Selection
from catalog.jobs import work_off
from catalog.models import (
    ChangeSet,
    PublicRecord,
    Shelving,
    Status,
    StoragePlace,
    Touched,
)
from tests.admin.conftest import form_of, make_curator
from tests.models.conftest import make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:catalog_storageplace_changelist")
LETTERS = reverse("admin:catalog_document_changelist")
SHELVE = reverse("admin:catalog_document_shelve")


@pytest.fixture
def boxes():
    """A room with a shelf of two boxes: 2 and 10."""
    house = StoragePlace.objects.create(name="House", code="H")
    shelf = StoragePlace.objects.create(name="Shelf 4", part_of=house)
    return [
        house,
        shelf,
        StoragePlace.objects.create(name="Box 2", code="B-0002", part_of=shelf),
        StoragePlace.objects.create(name="Box 10", code="=B-0010", part_of=shelf),
    ]


def kept(record):
    return sorted(map(str, record.shelvings.all()))


def shelve(record, place, part=""):
    return Shelving.objects.create(**{record.KIND: record}, place=place, part=part)


def change_address(record):
    return reverse(f"admin:catalog_{record.KIND}_change", args=[record.pk])


def contents(place):
    return reverse("admin:catalog_storageplace_contents", args=[place.pk])


# --- In the form ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["document", "image", "collection"])
def test_the_form_says_where_it_is_kept_and_the_history_who_moved_it(editor, boxes, kind):
    record = make(kind, title="Letter")
    modified = record.modified
    form = form_of(editor.get(change_address(record)).content.decode())
    form |= {"shelvings-TOTAL_FORMS": "1", "shelvings-0-place": boxes[2].pk}
    form |= {"shelvings-0-part": "leaves 1–40", "_reason": "Into the new box"}
    assert editor.post(change_address(record), form).status_code == 302
    assert kept(record) == ["House / Shelf 4 / Box 2 (leaves 1–40)"]
    record.refresh_from_db()
    assert record.modified == modified
    html = editor.get(change_address(record)).content.decode()
    assert "House / Shelf 4 / Box 2" in html
    history = reverse(f"admin:catalog_{kind}_history", args=[record.pk])
    assert "Into the new box" in editor.get(history).content.decode()

    form = form_of(html) | {"shelvings-0-place": boxes[3].pk}
    editor.post(change_address(record), form)
    assert kept(record) == ["House / Shelf 4 / Box 10 (leaves 1–40)"]
    actions.undo(Selection(ChangeSet.objects.latest("pk").pk), by=None)
    assert kept(record) == ["House / Shelf 4 / Box 2 (leaves 1–40)"]


def test_a_form_with_another_change_saves_both(editor, boxes):
    letter = make("document", title="Letter")
    modified = letter.modified
    form = form_of(editor.get(change_address(letter)).content.decode())
    form |= {"shelvings-TOTAL_FORMS": "1", "shelvings-0-place": boxes[2].pk, "title": "Telegram"}
    editor.post(change_address(letter), form)
    letter.refresh_from_db()
    assert letter.title == "Telegram" and letter.modified > modified and kept(letter)


def test_the_same_is_not_said_twice(editor, boxes):
    letter = make("document", title="Letter")
    shelve(letter, boxes[2])
    form = form_of(editor.get(change_address(letter)).content.decode())
    form |= {"shelvings-TOTAL_FORMS": "2", "shelvings-1-place": boxes[2].pk}
    assert "This row says the same" in editor.post(change_address(letter), form).content.decode()
    with pytest.raises(actions.StatedAlready):
        actions.shelve(Shelving(document=letter, place=boxes[2]), letter, by=None)


def test_places_are_chosen_by_path_and_barcode(editor, boxes):
    address = reverse("admin:catalog_document_choices")
    asked = {"app_label": "catalog", "model_name": "shelving", "field_name": "place"}
    for typed, found in (
        ("shelf box 10", "Box 10"),
        ("4 2", "Box 2"),
        ("house 4 box 2", "Box 2"),
        ("b-0002", "Box 2"),
        ("HOUSE box 2", "Box 2"),
    ):
        results = editor.get(address, asked | {"term": typed}).json()["results"]
        assert [one["text"].rpartition(" / ")[2].partition(" (")[0] for one in results] == [found]


def test_a_place_is_offered_before_what_stands_in_it(editor, boxes):
    """Box 1 on shelf 4 was offered first, and took in the box that belonged on the shelf."""
    address = reverse("admin:catalog_document_choices")
    asked = {"app_label": "catalog", "model_name": "shelving", "field_name": "place"}
    StoragePlace.objects.create(name="A shelf 4 of another house", part_of=boxes[0])
    for typed, first in (
        ("shelf 4", {"Shelf 4", "A shelf 4 of another house"}),
        ("house", {"House"}),
    ):
        results = editor.get(address, asked | {"term": typed}).json()["results"]
        names = [one["text"].rpartition(" / ")[2].partition(" (")[0] for one in results]
        assert {*names[: len(first)]} == first
        assert len(names) > len(first)


def test_a_revision_of_a_published_record_leaves_it_out(cataloguer, boxes):
    letter = make("document", title="Letter")
    shelve(letter, boxes[2])
    html = cataloguer.get(
        reverse("admin:catalog_document_revision", args=[letter.pk])
    ).content.decode()
    assert "shelvings-" not in html
    assert "Box 2" in cataloguer.get(change_address(letter)).content.decode()


# --- Nobody outside notices -------------------------------------------------------------------------


def test_moving_touches_nothing_that_is_public(boxes):
    letter = make("document", title="Letter")
    fonds = make("collection", title="Papers")
    curator = make_curator("someone", "Cataloguer")
    from catalog.documents import feed

    feed.current()
    Touched.objects.all().delete()
    before = list(PublicRecord.objects.order_by("pk").values_list("pk", "sequence", "etag"))
    with CaptureQueriesContext(connection) as written:
        actions.move_to(letter, boxes[2], by=curator)
        actions.move_to(letter, boxes[3], by=curator)
        actions.move_to(fonds, boxes[1], by=curator)
    assert not [one for one in written if 'UPDATE "catalog_document"' in one["sql"]]
    assert not Touched.objects.exists()
    feed.current()
    assert list(PublicRecord.objects.order_by("pk").values_list("pk", "sequence", "etag")) == before
    assert not Shelving.objects.visible_to(None).exists()
    assert not StoragePlace.objects.visible_to(None).exists()


def test_a_cataloguer_moves_what_is_published_and_takes_it_back(boxes):
    letter = make("document", title="Letter")
    curator = make_curator("someone", "Cataloguer")
    with actions.in_step(by=curator, reason="moved"):
        actions.move_to(letter, boxes[2], by=curator)
    moved = ChangeSet.objects.get(reason="moved").pk
    actions.undo(Selection(moved, "document", letter.pk), by=curator)
    assert not kept(letter)
    reader = make_curator("reader", "Reader")
    with pytest.raises(actions.Refused):
        actions.move_to(letter, boxes[2], by=reader)


def test_a_merged_record_brings_its_places_and_a_deleted_one_frees_them(boxes):
    one, other = make("document", title="Letter"), make("document", title="Letter")
    shelve(one, boxes[2]), shelve(other, boxes[2]), shelve(one, boxes[3], "leaf 3")
    actions.merge(one, into=other, by=None)
    assert kept(other) == ["House / Shelf 4 / Box 10 (leaf 3)", "House / Shelf 4 / Box 2"]
    actions.delete(other, by=None)
    assert not Shelving.objects.exists()
    actions.undo(Selection(ChangeSet.objects.latest("pk").pk), by=None)
    assert len(kept(other)) == 2


def test_a_copy_lies_nowhere(boxes):
    letter = make("document", title="Letter")
    shelve(letter, boxes[2])
    assert not kept(actions.copy_record(letter, by=None))


# --- Storage places ---------------------------------------------------------------------------------


def test_the_tree_says_what_each_holds_with_what_is_below(door, boxes):
    letter, fonds = make("document", title="Letter"), make("collection", title="Papers")
    shelve(letter, boxes[2]), shelve(letter, boxes[3], "leaf 3"), shelve(fonds, boxes[3])
    reader = door("Reader")
    html = reader.get(LIST).content.decode()
    assert html.index("Box 2") < html.index("Box 10")
    assert html.count("1 document, 1 collection") == 3
    with CaptureQueriesContext(connection) as few:
        reader.get(LIST)
    for number in range(30):
        shelve(letter, StoragePlace.objects.create(name=f"Folder {number}", part_of=boxes[2]))
    StoragePlace.objects.create(name="Vault")
    with CaptureQueriesContext(connection) as many:
        html = reader.get(LIST).content.decode()
    assert "Vault" in html and len(many) <= len(few) + 1


def test_a_large_tree_ends_where_there_is_no_room(editor, boxes, monkeypatch):
    monkeypatch.setattr("catalog.admin.storage_place.MOST_IN_TREE", 3)
    html = editor.get(LIST).content.decode()
    assert "Shelf 4" in html and "Box 2" not in html and "2 storage places in it" in html
    monkeypatch.setattr("catalog.admin.storage_place.MOST_IN_TREE", 1)
    assert "1 more is found by its name or code" in editor.get(contents(boxes[1])).content.decode()


def test_a_search_finds_by_name_path_and_barcode(editor, boxes):
    html = editor.get(f"{LIST}?q=shelf+box+10").content.decode()
    assert "House / Shelf 4 / Box 10" in html and "Box 2" not in html
    assert "Box 2" in editor.get(f"{LIST}?q=B-0002").content.decode()


def test_what_lies_there_and_below_as_a_page_and_as_csv(editor, boxes, monkeypatch):
    monkeypatch.setattr("catalog.admin.storage_place.ON_A_PAGE", 2)
    letter, fonds = make("document", title="=SUM(A1)"), make("collection", title="Papers")
    (
        shelve(fonds, boxes[3], "boxes 1–2"),
        shelve(letter, boxes[2]),
        shelve(letter, boxes[1], "the cover"),
    )
    html = editor.get(contents(boxes[0])).content.decode()
    assert html.index("the cover") < html.index("Shelf 4 / Box 2</a>") and "Papers" not in html
    assert "Page 1 of 2" in html
    assert "Papers" in editor.get(f"{contents(boxes[0])}?p=2").content.decode()
    assert "Papers" in editor.get(f"{contents(boxes[0])}?all").content.decode()
    answer = editor.get(f"{contents(boxes[1])}?format=csv")
    assert answer["Content-Disposition"].startswith("attachment")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[2] == f"House / Shelf 4 / Box 2,B-0002,document,{letter.identifier},'=SUM(A1),"
    assert lines[3].startswith("House / Shelf 4 / Box 10,'=B-0010,collection,")


def test_a_place_that_holds_something_stays_and_says_what(administrator, boxes):
    letter = make("document", title="Letter")
    shelve(letter, boxes[2])
    address = reverse("admin:catalog_storageplace_delete", args=[boxes[2].pk])
    answer = administrator.get(address, follow=True)
    assert "still holds something (1 document)" in answer.content.decode()
    with pytest.raises(actions.Refused, match="2 storage places, 1 document"):
        actions.remove_storage_place(boxes[1], by=None)
    assert (
        administrator.post(
            reverse("admin:catalog_storageplace_delete", args=[boxes[3].pk]), {"post": "yes"}
        ).status_code
        == 302
    )
    assert not StoragePlace.objects.filter(pk=boxes[3].pk).exists()


def test_editors_make_places_and_cataloguers_see_them(editor, cataloguer, boxes):
    add = reverse("admin:catalog_storageplace_add")
    assert cataloguer.get(add).status_code == 403
    made = {"name": "  Folder  1 ", "part_of": boxes[2].pk, "code": "", "note": ""}
    assert editor.post(add, made).status_code == 302
    folder = StoragePlace.objects.get(name="Folder 1")
    assert folder.code is None and str(folder) == "House / Shelf 4 / Box 2 / Folder 1"
    for wrong, said in (
        ({"name": "Folder 1"}, "of this name there already"),
        ({"name": "A / B"}, "between the names of a path"),
        ({"name": "Folder 2", "code": "B-0002"}, "has this code already"),
    ):
        assert said in editor.post(add, made | wrong).content.decode()
    house = reverse("admin:catalog_storageplace_change", args=[boxes[0].pk])
    moved = {"name": "House", "code": "H", "part_of": folder.pk}
    assert "loop" in editor.post(house, moved).content.decode()
    assert cataloguer.get(contents(folder)).status_code == 200


# --- Many at once -----------------------------------------------------------------------------------


@pytest.fixture
def letters():
    return [make("document", title=f"Letter {n}", status=Status.PUBLISHED) for n in range(3)]


def test_many_are_moved_as_one_change_set(cataloguer, boxes, letters):
    (
        shelve(letters[0], boxes[2], "leaf 1"),
        shelve(letters[1], boxes[2]),
        shelve(letters[1], boxes[3]),
    )
    chosen = {"action": "shelve", "_selected_action": [one.pk for one in letters]}
    html = cataloguer.post(f"{LETTERS}?status=published", chosen).content.decode()
    assert "3 records are selected" in html
    form = form_of(html) | {"place": boxes[3].pk, "_reason": "The flood", "_move": "x"}
    answer = cataloguer.post(SHELVE, form, follow=True)
    assert answer.redirect_chain == [(f"{LETTERS}?status=published", 302)]
    html = answer.content.decode()
    assert "2 records are now kept in “House / Shelf 4 / Box 10”" in html
    assert "It is kept in several places" in html
    assert kept(letters[0]) == ["House / Shelf 4 / Box 10 (leaf 1)"]
    assert kept(letters[2]) == ["House / Shelf 4 / Box 10"]
    actions.undo(Selection(ChangeSet.objects.get(reason="The flood").pk), by=None)
    assert kept(letters[0]) == ["House / Shelf 4 / Box 2 (leaf 1)"] and not kept(letters[2])


def test_very_many_are_moved_by_a_job(cataloguer, boxes, letters, monkeypatch):
    monkeypatch.setattr("catalog.bulk.MANY", 1)
    form = {"keys": ",".join(str(one.pk) for one in letters), "place": boxes[3].pk, "_move": "x"}
    assert "/job/" in cataloguer.post(SHELVE, form)["Location"]
    work_off()
    assert all(kept(one) for one in letters)


def test_the_list_finds_what_lies_in_a_place_and_below(editor, boxes, letters):
    shelve(letters[0], boxes[2]), shelve(letters[0], boxes[3]), shelve(letters[1], boxes[1])
    html = editor.get(f"{LETTERS}?storage={boxes[1].pk}&_facets=True").content.decode()
    assert "Letter 0" in html and "Letter 1" in html and "Letter 2" not in html
    assert "House / Shelf 4" in html
    html = editor.get(f"{LETTERS}?storage={boxes[2].pk}").content.decode()
    assert "Letter 0" in html and "Letter 1" not in html
    assert "2 results" not in html
    for nonsense in ("x", "99999999"):
        assert "Letter 0" not in editor.get(f"{LETTERS}?storage={nonsense}").content.decode()


def test_who_may_not_is_not_asked(door, letters):
    reader = door("Reader")
    assert reader.post(SHELVE, {"keys": str(letters[0].pk)}).status_code == 403
    assert "Move to a storage place" not in reader.get(LETTERS).content.decode()


def test_places_and_what_lies_there_are_dumped_and_loaded_by_name(boxes, tmp_path):
    letter = make("document", title="Letter")
    shelve(letter, boxes[3], "leaf 1")
    file = tmp_path / "storage.json"
    # Boxes come before the shelf on which they stand, and rows before their boxes.
    labels = ("catalog.shelving", "catalog.storageplace")
    named = {"use_natural_primary_keys": True, "use_natural_foreign_keys": True}
    call_command("dumpdata", *labels, output=str(file), verbosity=0, **named)
    rows = json.loads(file.read_text())
    file.write_text(json.dumps(rows[::-1]))
    Shelving.objects.all().delete()
    for box in boxes[::-1]:
        box.delete()
    call_command("loaddata", str(file), verbosity=0)
    assert kept(letter) == ["House / Shelf 4 / Box 10 (leaf 1)"]
