"""History over the API: change sets read and undone by curators' programs, and by nobody else."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from catalog import actions
from catalog.jobs import work_off
from catalog.models import ChangeSet, Job, Person, PersonName
from tests.api.conftest import PERSON, account, body, key_of

SETS = "/api/v1/change-sets/"


@pytest.fixture
def mistake(museum, editor):
    """A change set with two mistakes and a name; its number."""
    with actions.in_step(reason="From the index card"):
        person = museum.trotsky
        person.summary, person.credit_line = "A mistake", "Another one"
        actions.edit(person, by=None)
        actions.attach(PersonName(person=person, name="Leo"), person, by=None)
    return ChangeSet.objects.all()[0].pk


def test_the_history_of_a_record_is_read(museum, editor, mistake):
    uuid = museum.trotsky.uuid
    listed = editor.json(f"{SETS}?record={uuid}")["results"]
    assert (listed[0]["number"], listed[0]["reason"]) == (mistake, "From the index card")
    assert (listed[0]["records"], listed[0]["rows"], listed[0]["undoes"]) == (1, 2, None)
    one = editor.json(f"{SETS}{mistake}/")
    (record,) = one["changed"]
    assert (record["record"], record["title"]) == (f"person:{museum.trotsky.pk}", "Leon Trotsky")
    assert record["url"].endswith(PERSON)
    own, name = record["rows"]
    said = {one["field"]: (one["before"], one["after"]) for one in own["fields"]}
    assert said["summary"] == ("empty", "A mistake")
    assert (name["change"], name["name"]) == ("inserted", "Leo")
    pages, address = [], f"{SETS}?page_size=1"
    while address:
        page = editor.json(address.removeprefix("http://testserver"))
        pages += [found["number"] for found in page["results"]]
        address = page["next"]
    assert pages == list(ChangeSet.objects.values_list("pk", flat=True))


def test_one_field_one_row_and_the_whole_are_taken_back(museum, editor, mistake):
    record = editor.json(f"{SETS}{mistake}/")["changed"][0]
    own, name = (row["row"] for row in record["rows"])
    undo = f"{SETS}{mistake}/undo/"
    trial = body(editor.send("POST", f"{undo}?dry_run=true"))
    assert (trial["dry_run"], trial["rows"], trial["change_set"]) == (True, 2, None)
    assert Person.objects.get(pk=museum.trotsky.pk).summary == "A mistake"
    done = body(editor.send("POST", f"{undo}?reason=Wrong", {"row": own, "field": "summary"}))
    assert (done["records"], done["rows"], done["left"]) == (1, 1, 0)
    person = Person.objects.get(pk=museum.trotsky.pk)
    assert (person.summary, person.credit_line) == ("", "Another one")
    made = editor.json(f"{SETS}{done['change_set']}/")
    assert (made["undoes"], made["reason"], made["by"]) == (mistake, "Wrong", "editor")
    assert body(editor.send("POST", undo, {"row": name}))["rows"] == 1
    assert not PersonName.objects.filter(name="Leo").exists()
    assert body(editor.send("POST", undo))["rows"] == 1
    again = editor.send("POST", undo)
    assert again.status_code == 409
    assert "There is nothing left to undo" in body(again)["detail"]


def test_what_was_changed_later_stays_unless_it_is_named(museum, editor, mistake):
    editor.send("PATCH", PERSON, {"summary": "Later"}, etag="*")
    undo = f"{SETS}{mistake}/undo/"
    done = body(editor.send("POST", undo))
    assert done["left"] == 1
    (conflict,) = done["conflicts"]
    assert conflict["can_be_taken_back"] is True
    assert "is now “Later”" in conflict["said"]
    assert Person.objects.get(pk=museum.trotsky.pk).summary == "Later"
    forced = editor.send("POST", undo, {"take_back": [conflict["key"]]})
    assert body(forced)["rows"] == 1
    assert Person.objects.get(pk=museum.trotsky.pk).summary == ""


def test_a_deleted_record_comes_back(museum, editor, api):
    person = museum.trotsky
    actions.delete(person, by=None)
    number = ChangeSet.objects.all()[0].pk
    assert api.get(PERSON).status_code == 404
    key = f"person:{person.pk}"
    assert editor.json(f"{SETS}?record={key}")["results"][0]["number"] == number
    changed = {one["record"]: one for one in editor.json(f"{SETS}{number}/")["changed"]}
    assert (changed[key]["title"], changed[key]["url"]) == ("Leon Trotsky", None)
    boss = type(editor)(key_of(account("boss", "Administrator")))
    assert boss.send("POST", f"{SETS}{number}/undo/", {"record": key}).status_code == 200
    assert api.get(PERSON).status_code == 200


def test_much_is_a_job(museum, editor, mistake, monkeypatch):
    monkeypatch.setattr(actions, "MANY", 1)
    answer = editor.send("POST", f"{SETS}{mistake}/undo/")
    assert answer.status_code == 202
    assert body(answer)["job"] == Job.objects.get().pk
    path = body(answer)["job_url"].removeprefix("http://testserver")
    waiting = editor.get(path)
    assert body(waiting)["state"] == "waiting" and waiting["Retry-After"]
    work_off()
    done = editor.get(path)
    assert body(done)["state"] == "done" and body(done)["said"] and "Retry-After" not in done
    assert editor.json(body(done)["change_set_url"])["undoes"] == mistake


def test_a_job_is_told_to_whom_it_belongs(museum, api, editor, cataloguer, mistake, monkeypatch):
    monkeypatch.setattr(actions, "MANY", 1)
    path = body(editor.send("POST", f"{SETS}{mistake}/undo/"))["job_url"]
    assert api.get(path).status_code == 401
    assert cataloguer.get(path).status_code == 404
    assert editor.get("/api/v1/jobs/9999999/").status_code == 404


def test_who_may(museum, api, editor, cataloguer, mistake):
    nobody = get_user_model().objects.create_user("nobody", is_staff=True)
    outsider = type(editor)(key_of(nobody))
    for path in (SETS, f"{SETS}{mistake}/"):
        assert api.get(path).status_code == 401
        assert outsider.get(path).status_code == 403
        assert cataloguer.get(path)["Cache-Control"] == "private, no-store"
    assert outsider.send("POST", f"{SETS}{mistake}/undo/").status_code == 403
    assert api.send("POST", f"{SETS}{mistake}/undo/").status_code == 401
    whole = cataloguer.send("POST", f"{SETS}{mistake}/undo/")
    assert whole.status_code == 403
    assert "Only editors may undo a whole change" in body(whole)["detail"]
    public = cataloguer.send("POST", f"{SETS}{mistake}/undo/", {"record": str(museum.trotsky.uuid)})
    assert public.status_code == 403, "the record is public: an editor has to take it back"
    assert Person.objects.get(pk=museum.trotsky.pk).summary == "A mistake"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"record": "nothing"}, "record"),
        ({"row": "person"}, "row"),
        ({"row": 5}, "row"),
        ({"field": "summary"}, "field"),
        ({"take_back": "x"}, "take_back"),
        ({"all_the_same": "yes"}, "all_the_same"),
        ({"records": 1}, "records"),
        (["x"], ""),
    ],
)
def test_refusals_name_the_field(museum, editor, mistake, sent, field):
    answer = editor.send("POST", f"{SETS}{mistake}/undo/", sent)
    assert answer.status_code == 422, answer.content
    assert (body(answer)["errors"][0]["field"] or "").startswith(field)


@pytest.mark.parametrize("query", ["record=x", "record=person:-1", "door=window", "before=0"])
def test_parameters_that_make_no_sense(museum, editor, query):
    assert editor.get(f"{SETS}?{query}").status_code == 400


def test_numbers_that_are_none(museum, editor):
    for number in (0, 999_999_999, 10**30):
        assert editor.get(f"{SETS}{number}/").status_code == 404
    assert editor.send("POST", f"{SETS}{10**30}/undo/").status_code == 404
