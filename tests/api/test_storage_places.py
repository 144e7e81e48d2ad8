"""Storage places over the API: read, made, moved and removed by curators' programs, and by nobody else."""

from __future__ import annotations

import json

import pytest

from catalog.models import ChangeSet, Shelving, StoragePlace
from tests.api.conftest import Asking, account, answered, body, key_of
from tests.models.conftest import make

pytestmark = pytest.mark.django_db

HERE = "/api/v1/storage-places/"


@pytest.fixture
def box():
    """The first of two boxes in a room, with a published letter in it."""
    room = StoragePlace.objects.create(name="Room 1")
    boxes = [
        StoragePlace.objects.create(name=f"Box {n}", code=f"B-{n}", part_of=room) for n in (1, 2)
    ]
    Shelving.objects.create(
        document=make("document", title="Letter"), place=boxes[0], part="leaf 1"
    )
    return boxes[0]


@pytest.fixture
def administrator(db):
    return Asking(key_of(account("root", "Administrator")))


def test_made_read_changed_removed_and_taken_back(administrator):
    room = answered(administrator.send("POST", HERE, {"name": "Room 1"}), 201)
    sent = {"name": "Box 12", "code": "B-12", "part_of": room["uuid"], "note": "Damp."}
    made = administrator.send("POST", HERE, sent)
    told = answered(made, 201)
    assert (told["path"], told["code"], told["note"]) == ("Room 1 / Box 12", "B-12", "Damp.")
    assert told["part_of"] == {key: room[key] for key in ("uuid", "url", "path", "code")}
    assert administrator.json(made["Location"]) == administrator.json(told["url"]) == told

    etag = made["ETag"]
    moved = administrator.send("PATCH", told["url"], {"part_of": None}, etag=etag)
    assert (answered(moved)["path"], answered(moved)["note"]) == ("Box 12", "Damp.")
    stale = administrator.send("PATCH", told["url"], {"note": ""}, etag=etag)
    assert (
        stale.status_code,
        administrator.send("DELETE", told["url"]).status_code,
    ) == (412, 428)
    back = administrator.send("PUT", told["url"], told, etag=moved["ETag"])
    assert answered(back) == told
    emptied = administrator.send("PUT", told["url"], {"name": "Box 12"}, etag=back["ETag"])
    assert (answered(emptied)["code"], answered(emptied)["part_of"]) == ("", None)

    gone = administrator.send("DELETE", told["url"], etag=emptied["ETag"])
    assert (gone.status_code, administrator.get(told["url"]).status_code) == (204, 404)
    deletion = ChangeSet.objects.latest("pk")
    assert deletion.door == "api"
    undone = administrator.send("POST", f"/api/v1/change-sets/{deletion.pk}/undo/")
    assert answered(undone) and administrator.json(told["url"]) == answered(emptied)


def test_found_by_words_and_by_what_they_stand_in_with_what_lies_there(cataloguer, box):
    def paths(query):
        return [one["path"] for one in cataloguer.json(f"{HERE}?{query}")["results"]]

    assert paths("") == ["Room 1 / Box 1", "Room 1 / Box 2", "Room 1"]
    assert paths("part_of=") == ["Room 1"]
    assert paths("q=room+1+box+2") == paths("q=b-2") == ["Room 1 / Box 2"]
    room = cataloguer.json(f"{HERE}?part_of=")["results"][0]
    for name in ("Room 1", room["uuid"]):
        assert paths(f"part_of={name}") == ["Room 1 / Box 1", "Room 1 / Box 2"]
    page = cataloguer.json(f"{HERE}?page_size=2")
    assert (page["count"], len(page["results"])) == (3, 2)
    assert len(cataloguer.json(page["next"])["results"]) == 1

    told = cataloguer.json(room["contents_url"])
    (lies,) = told["results"]
    assert (lies["record"]["title"], lies["part"], lies["place"]["code"]) == (
        "Letter",
        "leaf 1",
        "B-1",
    )
    assert cataloguer.json(f"{HERE}{box.uuid}/contents/")["results"] == [lies]


@pytest.mark.parametrize("query", ["part_of=Room+3", "part_of=%00", f"q={'a' * 1001}", "in=Room+1"])
def test_odd_questions_are_answered_in_words(cataloguer, box, query):
    told = cataloguer.json(f"{HERE}?{query}", 400)
    assert told["errors"][0]["parameter"] == query.partition("=")[0]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Room / Box"}, "name"),
        ({"name": "Room 1", "colour": "red"}, "colour"),
        ({"name": "Room 2", "path": "Room 2"}, "path"),
        ({"name": "Box 3", "code": "B-2"}, "code"),
        ({"name": "Box 3", "part_of": "Room 9"}, "part_of"),
        ({"name": "Box 3", "part_of": 9}, "part_of"),
        ({"name": "Box 3", "part_of": "Room 1 / Box 1"}, "part_of"),
        ({"name": "Box 2"}, None),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(editor, box, sent, field):
    path = f"{HERE}{box.uuid}/"
    refused = editor.send("PATCH", path, sent, etag=editor.etag(path))
    told = answered(refused, 422)
    assert [one["field"] for one in told["errors"]] == [field]
    box.refresh_from_db()
    assert str(box) == "Room 1 / Box 1"


def test_no_place_is_moved_into_itself(administrator, box):
    loop = administrator.send(
        "PATCH", f"{HERE}{box.part_of.uuid}/", {"part_of": box.path}, etag="*"
    )
    assert "“Room 1” cannot be placed under “Room 1 / Box 1”" in answered(loop, 422)["detail"]


def test_a_place_that_holds_something_stays(administrator, box):
    for place, holds in ((box, "1 document"), (box.part_of, "2 storage places")):
        path = f"{HERE}{place.uuid}/"
        told = answered(administrator.send("DELETE", path, etag=administrator.etag(path)), 409)
        assert holds in told["detail"]


def test_a_trial_changes_nothing(administrator, box):
    path = f"{HERE}{StoragePlace.objects.get(code='B-2').uuid}/"
    etag = administrator.etag(path)
    for method, where, sent in (
        ("POST", HERE, {"name": "Room 2"}),
        ("PATCH", path, {"name": "Box 3"}),
        ("DELETE", path, None),
    ):
        told = answered(administrator.send(method, f"{where}?dry_run=true", sent, etag=etag))
        assert told["dry_run"], method
    assert {*StoragePlace.objects.values_list("name", flat=True)} == {"Room 1", "Box 1", "Box 2"}


def test_each_may_what_their_group_may(api, cataloguer, editor, box, django_user_model):
    """Everybody without a right gets the same answer, whether there is such a place or not."""
    nobody = Asking()
    nobody.force_login(django_user_model.objects.create_user("visitor"))
    unknown = "00000000-0000-4000-8000-000000000000"
    for address in (HERE, f"{HERE}?q=box", f"{HERE}{box.uuid}/", f"{HERE}{box.uuid}/contents/"):
        for asking, status in ((api, 401), (nobody, 403)):
            told = asking.json(address, status)
            told.pop("instance")
            other = asking.json(address.replace(str(box.uuid), unknown), status)
            other.pop("instance")
            assert told == other
            assert "Box" not in json.dumps(told)
    path = f"{HERE}{box.uuid}/"
    etag = editor.etag(path)
    new = {"name": "Room 2"}
    assert api.send("POST", HERE, new).status_code == 401
    for asking in (cataloguer, nobody):
        assert asking.send("POST", HERE, new).status_code == 403
        assert asking.send("PATCH", path, new, etag=etag).status_code == 403
    assert editor.send("POST", HERE, new).status_code == 201
    refused = editor.send("DELETE", path, etag=etag)
    assert (refused.status_code, "administrators" in body(refused)["detail"]) == (403, True)
    reading = Asking(key_of(account("reader", "Editor"), scope="read"))
    assert reading.send("POST", HERE, {"name": "Room 3"}).status_code == 403


def test_the_public_notices_nothing(api, editor, box):
    record = box.shelvings.get().document
    path = f"/api/v1/documents/{record.slug}/"
    before, changes = api.get(path), api.get("/api/v1/changes/")
    here = f"{HERE}{box.uuid}/"
    moved = editor.send("PATCH", here, {"part_of": None, "name": "X"}, etag=editor.etag(here))
    assert answered(moved)["path"] == "X"
    after = api.get(path)
    assert (after["ETag"], after.content) == (before["ETag"], before.content)
    assert api.get("/api/v1/changes/").content == changes.content
