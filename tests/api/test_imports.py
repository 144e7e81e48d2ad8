"""Tables over the API: sent, corrected, run once, undone; nobody sees those of others."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.jobs import work_off
from catalog.models import ChangeSet, Document, Intake, Job, Person, Status, StoragePlace
from tests.api.conftest import Asking, account, answered, key_of
from tests.models.conftest import make

pytestmark = pytest.mark.django_db
HERE = "/api/v1/imports/"
MEGABYTE = 1024 * 1024


def send(asking, text, query="?kind=person&filename=list.csv", **more):
    content = text.encode() if isinstance(text, str) else text
    return asking.generic("POST", f"{HERE}{query}", content, content_type="text/csv", **more)


def sent(asking, text, **more):
    """The answer to a table, and its address and version."""
    answer = send(asking, text, **more)
    told = answered(answer, 201)
    return told, answer["Location"], answer["ETag"]


TABLE = "Name,Birth,Shelf\nAnna,1900,A\nBoris,about 1890,B\n"


def test_the_list_goes_on_as_other_lists_do(editor):
    for name in ("Anna", "Boris"):
        sent(editor, f"Name\n{name}\n")
    first = editor.get(f"{HERE}?page_size=1")
    following = answered(first)["next"]
    assert f'<{following}>; rel="next"' == first["Link"]
    last = editor.get(following.removeprefix("http://testserver"))
    assert answered(last)["next"] is None and "Link" not in last
    assert answered(first)["results"] != answered(last)["results"]


def test_sent_looked_at_run_once_and_undone(editor):
    make("person", identifier="P.9", title="Boris", born="1890~")
    told, path, etag = sent(editor, TABLE)
    assert [(one["header"], one["field"]) for one in told["columns"]] == [
        ("Name", "title"),
        ("Birth", "born"),
        ("Shelf", None),
    ]
    assert told["choices"]["recognise"] == "title"
    assert {name: number for name, number in told["report"]["counts"].items() if number} == {
        "new": 1,
        "left": 1,
    }
    assert told["report"]["may_run"] and told["change_set"] is None
    assert "internal_note" in {one["name"] for one in told["fields"]}
    assert Person.objects.count() == 1
    change = {"columns": {"Shelf": "internal_note"}, "existing": "update"}
    answer = editor.send("PATCH", path, change, etag)
    changed = answered(answer)
    assert changed["report"]["counts"]["changed"] == 1
    assert editor.send("POST", f"{path}run/", etag=etag).status_code == 412, (
        "another report was read"
    )
    ran = answered(editor.send("POST", f"{path}run/?reason=The+list", etag=answer["ETag"]))
    assert ran["state"] == "done" and "1 record was" in ran["result"]
    change_set = ChangeSet.objects.get(pk=ran["change_set"])
    assert (change_set.door, change_set.reason, change_set.by_name) == ("api", "The list", "editor")
    assert Person.objects.get(title="Anna").internal_note == "A"
    # Requested again, with any version, nothing happens.
    for version in (answer["ETag"], ""):
        again = answered(editor.send("POST", f"{path}run/", etag=version))
        assert (again["change_set"], again["state"]) == (change_set.pk, "done")
    assert Person.objects.count() == 2
    assert ran["change_set_url"].endswith(f"/api/v1/change-sets/{change_set.pk}/")
    administrator = Asking(key_of(account("administrator", "Administrator")))
    undone = answered(administrator.send("POST", f"/api/v1/change-sets/{change_set.pk}/undo/"))
    assert undone["rows"] and list(Person.objects.values_list("title", flat=True)) == ["Boris"]
    assert answered(editor.get(HERE))["results"][0]["number"] == told["number"]
    assert editor.send("DELETE", path, etag=editor.etag(path)).status_code == 204
    assert editor.get(path).status_code == 404


def test_missing_boxes_are_made_in_a_place(editor, cataloguer):
    room = StoragePlace.objects.create(name="Room 2")
    table = "Identifier,Title,Box\nD.1,Letter,Box 7\n"
    query = "?kind=document&filename=list.csv"
    told, path, etag = sent(editor, table, query=query)
    assert (told["choices"]["boxes_in"], told["report"]["new_places"]) == ("", [])
    assert told["report"]["number_of_errors"] == 1
    wrong = answered(editor.send("PATCH", path, {"boxes_in": "Room 3"}, etag), 422)
    assert wrong["errors"][0]["field"] == "boxes_in"
    answer = editor.send("PATCH", path, {"boxes_in": "Room 2"}, etag)
    told = answered(answer)
    assert told["choices"]["boxes_in"] == str(room.uuid)
    assert told["report"]["new_places"] == ["Room 2 / Box 7"]
    answered(editor.send("POST", f"{path}run/", etag=answer["ETag"]))
    assert str(Document.objects.get().shelvings.get()) == "Room 2 / Box 7"
    _told, path, etag = sent(cataloguer, table, query=query)
    refused = answered(cataloguer.send("PATCH", path, {"boxes_in": "Room 2"}, etag), 422)
    assert "Only editors" in refused["errors"][0]["detail"]


def test_the_row_that_names_the_columns_is_told_or_found(editor):
    text = "Collection list,2024\nA,B\nName,Identifier\nAnna,X.1\n"
    told, *_ = sent(editor, text)
    assert told["header_row"] is None and told["columns"][0]["header"] == "Collection list"
    told, *_ = sent(editor, text, query="?kind=person&header_row=3")
    assert told["header_row"] == 3
    assert [one["field"] for one in told["columns"]] == ["title", "identifier"]
    assert told["report"]["counts"]["new"] == 1
    for row, said in (("0", "from 1 to 1000"), ("9", "nothing from row 9 on")):
        refused = send(editor, text, query=f"?kind=person&header_row={row}")
        assert said in str(answered(refused, 400 if row == "0" else 422))


def test_each_row_that_resembles_a_record_can_be_chosen_for(editor):
    for number in (1, 2):
        make("person", identifier=f"P.{number}", title=f"Anna {number}", born="1900")
    told, path, etag = sent(editor, "identifier,title,born\nX.1,Anna 1,1900\nX.2,Anna 2,1900\n")
    assert told["report"]["counts"]["new"] == 2 and told["choices"]["rows_alike"] == {}
    answer = editor.send("PATCH", path, {"rows_alike": {"2": "same"}}, etag)
    told = answered(answer)
    assert told["choices"]["rows_alike"] == {"2": "same"} and told["report"]["counts"]["new"] == 1
    answer = editor.send("PATCH", path, {"rows_alike": {"2": None, "3": "same"}}, answer["ETag"])
    assert answered(answer)["choices"]["rows_alike"] == {"3": "same"}
    fates = {one["row"]: one["fate"] for one in editor.json(f"{path}rows/")["results"]}
    assert fates[2] == "new" and fates[3] != "new"


def test_the_result_says_what_became_of_every_row(editor):
    make("person", identifier="P.1", title="Anna")
    text = "kind,identifier,title\nperson,P.1,Anna\nperson,P.2,Boris\nplace,L.1,Odessa\n"
    _told, path, etag = sent(editor, text)
    assert answered(editor.send("POST", f"{path}run/", etag=etag))["result"] == (
        "1 record was created. 1 existing record was left as it is. 1 row of another kind was left out."
    )


def test_errors_are_told_by_row_and_column_and_every_row_in_pages(editor):
    person = make("person", identifier="P.1", title="Anna")
    rows = "".join(f",New {number},\n" for number in range(30))
    told, path, etag = sent(editor, f"identifier,title,born\nP.1,Anna,\n,Clara,3/4/1938\n{rows}")
    report = told["report"]
    assert not report["may_run"] and report["number_of_errors"] == 1
    error = report["errors"][0]
    assert (error["row"], error["column"], error["value"]) == (3, "born", "3/4/1938")
    assert "can be 3 April 1938 or 4 March 1938" in error["detail"]
    assert editor.send("POST", f"{path}run/", etag=etag).status_code == 409
    first = editor.json(f"{path}rows/?page_size=5")
    assert first["count"] == 32 and len(first["results"]) == 5
    assert first["results"][0] == {
        "row": 2,
        "line": 0,
        "kind": "person",
        "fate": "left",
        "title": "Anna",
        "identifier": "P.1",
        "recognised_by": "identifier",
        "resembles": None,
        "record": {
            "id": f"http://testserver{person.permanent_path}",
            "url": f"http://testserver/api/v1/people/{person.slug}/",
        },
        "errors": [],
    }
    assert first["results"][1]["errors"] == [error]
    seen = 5
    while first["next"]:
        first = editor.json(first["next"].removeprefix("http://testserver"))
        seen += len(first["results"])
    assert seen == 32
    assert [one["row"] for one in editor.json(f"{path}rows/?fate=faulty")["results"]] == [3]
    answer = editor.send("PATCH", path, {"faulty": "sound"}, etag)
    assert answered(answer)["report"]["may_run"]
    answered(editor.send("POST", f"{path}run/", etag=answer["ETag"]))
    assert Person.objects.count() == 31


def test_a_large_table_is_looked_at_and_run_by_jobs(editor, monkeypatch):
    monkeypatch.setattr("catalog.intake.bringing.MANY", 1)
    make("person", identifier="P.1", title="Clara")
    told, path, _etag = sent(editor, TABLE)
    assert (
        told["state"] == "looking" and told["report"] is None and told["job"]["state"] == "waiting"
    )
    assert editor.send("PATCH", path, {"faulty": "sound"}, editor.etag(path)).status_code == 409
    assert editor.send("DELETE", path, etag=editor.etag(path)).status_code == 409
    work_off()
    assert editor.json(path)["report"]["counts"]["new"] == 2
    etag = editor.etag(path)
    told = answered(editor.send("POST", f"{path}run/", etag=etag), 202)
    assert told["state"] == "writing"
    assert answered(editor.send("POST", f"{path}run/", etag=etag), 202)["job"] == told["job"]
    assert Job.objects.count() == 2
    work_off()
    told = answered(editor.send("POST", f"{path}run/", etag=etag))
    assert told["state"] == "done" and told["change_set"] and Person.objects.count() == 3


def test_a_form_and_an_encoding(editor):
    file = SimpleUploadedFile("list.csv", "title\nLeón\n".encode("windows-1252"))
    refused = answered(editor.post(f"{HERE}?kind=person", {"file": file}), 422)
    assert "not UTF-8" in refused["detail"] and "windows-1252: León" in json.dumps(
        refused, ensure_ascii=False
    )
    # A byte that is no letter in the encoding that is named, in a table and in what is none.
    for sent in ("title\nÁine\n", "Á"):
        wrong = SimpleUploadedFile("list.csv", sent.encode())
        refused = answered(
            editor.post(f"{HERE}?kind=person&encoding=windows-1252", {"file": wrong}), 422
        )
        assert "not windows-1252" in refused["detail"], refused
    assert not Intake.objects.exists()
    file.seek(0)
    told = answered(editor.post(f"{HERE}?kind=person&encoding=windows-1252", {"file": file}), 201)
    assert told["filename"] == "list.csv"
    assert editor.json(f"{HERE}{told['number']}/rows/")["results"][0]["title"] == "León"


@pytest.mark.parametrize(
    ("text", "query", "status", "said"),
    [
        (TABLE, "", 400, "Say which kind"),
        (TABLE, "?kind=thing", 400, "not recognised here"),
        (TABLE, "?kind=person&colour=red", 400, "no such parameter"),
        ("", "?kind=person", 422, "Send the table as the body"),
        ("\n", "?kind=person", 422, "The file is empty"),
        (b"PK\x03\x04", "?kind=person", 422, "a spreadsheet workbook"),
        ("x" * (2 * MEGABYTE + 1), "?kind=person", 422, "The file has 3 MB; the limit is 2 MB"),
    ],
)
def test_what_cannot_be_read_is_told(editor, monkeypatch, text, query, status, said):
    for place in ("catalog.intake", "catalog.intake.reading"):
        monkeypatch.setattr(f"{place}.MOST_BYTES", 2 * MEGABYTE)
    answer = send(editor, text, query)
    assert said in json.dumps(answered(answer, status), ensure_ascii=False)
    assert not Intake.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": {"Colour": "title"}}, "Columns: Name, Birth, Shelf"),
        ({"columns": {"Name": "colour"}}, "There is no field “colour”"),
        ({"columns": ["title"]}, "a list of 3 fields"),
        ({"columns": 7}, "a list of 3 fields"),
        ({"columns": {"Shelf": "title"}}, "would fill the same field"),
        ({"recognise": "outside"}, "but no column holds one"),
        ({"recognise": "colour"}, "Choose one of"),
        ({"empties": None}, "errors"),
        ({"inside": "\\"}, "errors"),
        ({"colour": 1}, "There is no such field"),
        ({"rows_alike": {"7": "other"}}, "Choose for row 7 one of: new, same; or null."),
        ({"rows_alike": {"first": "same"}}, "is not the number of a row"),
        ({"rows_alike": ["7"]}, "Send an object"),
        ([1], "Send one JSON object"),
    ],
)
def test_choices_that_make_no_sense_are_told_by_name(editor, change, said):
    _told, path, etag = sent(editor, TABLE)
    assert said in json.dumps(
        answered(editor.send("PATCH", path, change, etag), 422), ensure_ascii=False
    )
    assert editor.etag(path) == etag, "all is as it was"


def test_rights_are_those_of_the_admin(editor, cataloguer, api):
    _told, path, etag = sent(cataloguer, TABLE)
    for change in ({"publish": True}, {"new_terms": True}):
        assert cataloguer.send("PATCH", path, change, etag).status_code == 422
    assert cataloguer.send("PATCH", path, {"faulty": "sound"}).status_code == 428
    reader = Asking(key_of(account("reader", "Editor"), "read"))
    assert send(reader, TABLE).status_code == 403
    nobody = Asking(key_of(User.objects.create_user("nobody", is_staff=True)))
    assert send(nobody, TABLE).status_code == 403
    assert send(api, TABLE).status_code == 401
    for asking in (editor, nobody, reader):
        for method, address in (
            ("GET", path), ("GET", f"{path}rows/"), ("PATCH", path), ("POST", f"{path}run/"), ("DELETE", path),
        ):  # fmt: skip
            answer = asking.send(method, address, {}, etag)
            assert answer.status_code in {403, 404} and b"list.csv" not in answer.content
    assert editor.json(HERE)["results"] == []
    for address in (HERE, path, f"{path}rows/"):
        assert api.get(address).status_code == 401
    _told, path, etag = sent(editor, TABLE)
    answer = editor.send("PATCH", path, {"publish": True, "first_identifier": "P.1"}, etag)
    answered(editor.send("POST", f"{path}run/", etag=answer["ETag"]))
    assert Person.objects.filter(status=Status.PUBLISHED).count() == 2
    assert {"private, no-store"} == {
        editor.get(one)["Cache-Control"] for one in (HERE, path, f"{path}rows/")
    }
