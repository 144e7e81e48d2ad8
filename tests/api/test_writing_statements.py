"""Statements by the API: written and read from either end, and refused by name."""

from __future__ import annotations

import pytest

from catalog.uris import PLURALS
from tests.api.conftest import PERSON, body


def test_statements(museum, editor, api):
    path = f"{PERSON}contributions/"
    before = api.json(path)["count"]
    made = editor.send(
        "POST", path, {"document": "undated-sheet", "role": "author", "date": "1930", "note": "n"}
    )
    assert made.status_code == 201, made.content
    one = made["Location"]
    assert api.json(path)["count"] == before + 1
    assert (
        api.json("/api/v1/documents/undated-sheet/")["contributions"]["results"][0]["person"][
            "slug"
        ]
        == "leon-trotsky"
    )
    assert api.json(one)["note"] == "n" and api.etag(one) == made["ETag"]
    assert editor.send("PATCH", one, {"note": "m"}).status_code == 428
    changed = editor.send("PATCH", one, {"note": "m"}, etag=made["ETag"])
    assert body(changed)["note"] == "m" and body(changed)["date"]["edtf"] == "1930"
    assert editor.send("DELETE", one, etag=made["ETag"]).status_code == 412
    assert editor.send("DELETE", one, etag=changed["ETag"]).status_code == 204
    assert api.get(one).status_code == 404


def test_who_created_a_fonds_is_written_and_read_from_both_ends(museum, editor, api):
    said = {"person": "natalia-sedova", "role": "author", "note": "Kept them."}
    made = editor.send("POST", "/api/v1/collections/papers/contributions/", said)
    assert made.status_code == 201, made.content
    told = api.json("/api/v1/collections/papers/")["contributions"]["results"][-1]
    assert (told["person"]["slug"], told["role"]["code"], told["note"]) == (
        "natalia-sedova", "author", "Kept them.",
    )  # fmt: skip
    theirs = api.json("/api/v1/people/natalia-sedova/contributions/")["results"]
    assert [one["collection"]["slug"] for one in theirs if one["id"] == told["id"]] == ["papers"]
    found = api.json("/api/v1/collections/?person=natalia-sedova&role=author")["results"]
    assert [one["slug"] for one in found] == ["papers"]
    gone = editor.send("DELETE", made["Location"], etag=made["ETag"])
    assert (
        gone.status_code == 204
        and not editor.json("/api/v1/collections/?person=natalia-sedova&role=author")["count"]
    )


def test_the_same_statement_is_refused_by_name(museum, editor):
    said = {"document": "undated-sheet", "role": "author"}
    made = body(editor.send("POST", f"{PERSON}contributions/", said))
    from_the_other_end = {"person": "leon-trotsky", "role": "author", "note": "again"}
    again = editor.send(
        "POST", "/api/v1/documents/undated-sheet/contributions/", from_the_other_end
    )
    assert again.status_code == 409
    assert body(again)["statement"] == made["id"] and "Change that one" in body(again)["detail"]


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("people/leon-trotsky/names", {"name": "Pero", "kind": "pseudonym"}, 201),
        ("people/leon-trotsky/names", {}, 422),
        ("people/leon-trotsky/names", {"name": "x", "person": "agent"}, 422),
        ("people/leon-trotsky/relationships", {"kind": "spouse", "related": "natalia-sedova", "date": "1903"}, 201),
        ("people/leon-trotsky/relationships", {"kind": "spouse", "related": "leon-trotsky"}, 422),
        ("people/leon-trotsky/participations", {"event": "terror", "role": "victim"}, 201),
        ("people/leon-trotsky/participations", {"event": "terror"}, 422),
        ("people/leon-trotsky/contributions", {"role": "author"}, 422),
        ("people/leon-trotsky/contributions", {"role": "author", "document": "my-life", "collection": "papers"}, 422),
        ("documents/my-life/contributions",
         {"person": "leon-trotsky", "role": "author", "document": "my-life", "date": "1929"}, 201),
        ("documents/my-life/contributions", {"person": "leon-trotsky", "role": "author", "document": "undated-sheet"},
         422),
        ("documents/my-life/contributions", {"person": "leon-trotsky", "role": "author", "document": None}, 422),
        ("people/leon-trotsky/relationships", {"kind": "spouse", "person": "agent", "related": "natalia-sedova"}, 422),
        ("people/leon-trotsky/citations", {"source": "my-life", "bearing": "states"}, 201),
        ("people/leon-trotsky/outside_identifiers", {"authority": "viaf", "value": "123", "verified_on": "2026-01-31"},
         201),
        ("people/leon-trotsky/outside_identifiers", {"authority": "wikidata", "value": "33391"}, 422),
        ("people/leon-trotsky/mentions", {"document": "my-life"}, 201),
        ("people/leon-trotsky/mentions", {"document": "my-life", "image": "x"}, 422),
        ("people/leon-trotsky/holdings", {}, 405),
        ("documents/my-life/topics", {"about": "leon-trotsky"}, 201),
        ("documents/my-life/topics", {"about": {"kind": "event", "slug": "terror"}}, 201),
        ("documents/my-life/topics", {"about": None}, 422),
        ("places/oslo/names", {"name": "Christiania", "period": "to 1877"}, 201),
    ],
)  # fmt: skip
def test_statements_of_every_sort(museum, editor, path, sent, status):
    answer = editor.send("POST", f"/api/v1/{path}/", sent)
    assert answer.status_code == status, answer.content
    if status == 201:
        assert editor.etag(answer["Location"]) == answer["ETag"]


def test_an_end_that_is_missing_or_names_another_record_is_told(museum, editor):
    path = "/api/v1/documents/my-life/contributions/"
    problem = body(editor.send("POST", path, {"role": "author"}))
    assert problem["errors"] == [{"field": "person", "detail": "This field is required."}]
    problem = body(
        editor.send(
            "POST", path, {"person": "leon-trotsky", "role": "author", "document": "undated-sheet"}
        )
    )
    assert [one["field"] for one in problem["errors"]] == ["document"]
    assert "The address names another record." in problem["detail"]


@pytest.mark.parametrize("relation", ["contributions", "relationships", "participations"])
def test_a_statement_can_be_sent_back_as_it_was_read_from_either_end(museum, editor, api, relation):
    statements = api.json(f"/api/v1/people/leon-trotsky/{relation}/")["results"]
    assert statements
    for one in statements:
        for name in ("person", "related", "document", "event"):
            if not one.get(name):
                continue
            kind = PLURALS[one[name]["kind"]]
            address = f"/api/v1/{kind}/{one[name]['slug']}/{relation}/{one['id']}/"
            answer = api.get(address)
            sent = {key: body(answer)[key] for key in ("person", "related", "note") if key in one}
            changed = editor.send("PATCH", address, sent, etag=answer["ETag"])
            assert changed.status_code == 200, changed.content
            assert body(changed) == body(answer)
