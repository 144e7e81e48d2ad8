"""Terms by the API."""

from __future__ import annotations

import pytest

from catalog.models import Person
from tests.api.conftest import PERSON, Asking, account, body, key_of


def test_terms_are_added_changed_and_removed(museum, editor, api):
    made = editor.send("POST", "/api/v1/terms/", {
        "vocabulary": "subject", "code": "hunger-strike", "label": "Hunger strikes", "broader": "exile",
    })  # fmt: skip
    assert made.status_code == 201, made.content
    path = made["Location"]
    assert path == "/api/v1/terms/subject/hunger-strike/"
    assert body(made)["broader"]["code"] == "exile" and api.json(path) == body(made)
    used = editor.send("PATCH", PERSON, {"subjects": ["hunger-strike"]}, etag=editor.etag(PERSON))
    assert used.status_code == 200, used.content
    assert editor.send("PATCH", path, {"label": "Fasting"}).status_code == 428
    changed = editor.send("PATCH", path, {"label": "Fasting"}, etag=editor.etag(path))
    assert changed.status_code == 200 and body(changed)["broader"]["code"] == "exile"
    assert api.json(PERSON)["subjects"][0]["label"] == "Fasting"
    replaced = editor.send(
        "PUT", path, {**body(changed), "broader": None, "scope_note": "x"}, etag=editor.etag(path)
    )
    assert replaced.status_code == 200, replaced.content
    assert body(replaced)["broader"] is None and body(replaced)["scope_note"] == "x"
    least = {name: body(changed)[name] for name in ("vocabulary", "code", "label")}
    emptied = editor.send("PUT", path, least, etag=editor.etag(path))
    assert emptied.status_code == 200, emptied.content
    assert {name for name, value in body(emptied).items() if value} == {*least, "url"}


def test_a_term_is_sent_with_its_labels_in_other_languages(museum, editor, api):
    path = "/api/v1/terms/subject/exile/"
    sent = {
        "labels": {"es": "Exilio", "pt-br": "Exílio"},
        "alternatives": {"en": ["Banishment"], "es": ["Destierro"]},
    }
    changed = editor.send("PATCH", path, sent, etag=editor.etag(path))
    assert changed.status_code == 200, changed.content
    assert body(changed)["labels"] == {"es": "Exilio", "pt-BR": "Exílio"}
    assert body(changed)["alternatives"] == sent["alternatives"]
    editor.send("PATCH", PERSON, {"subjects": ["exile"]}, etag=editor.etag(PERSON))
    # A record names the term in every language, whatever language the reader asks for.
    assert api.json(PERSON)["subjects"][0]["labels"]["es"] == "Exilio"
    for word in ("destierro", "EXILIO", "banish"):
        assert [one["code"] for one in api.json(f"/api/v1/terms/?q={word}")["results"]] == ["exile"]
    same = editor.send("PUT", path, body(changed), etag=editor.etag(path))
    assert same.status_code == 200 and body(same) == body(changed)
    emptied = editor.send(
        "PATCH", path, {"labels": None, "alternatives": {}}, etag=editor.etag(path)
    )
    assert body(emptied)["labels"] == body(emptied)["alternatives"] == {}


@pytest.mark.once
@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"vocabulary": "subject", "code": "exile", "label": "Twice"}, None),
        ({"vocabulary": "subject", "code": "no blanks", "label": "x"}, "code"),
        ({"vocabulary": "nothing", "code": "a", "label": "x"}, "vocabulary"),
        ({"vocabulary": "subject", "code": "a"}, "label"),
        ({"vocabulary": "subject", "code": "a", "label": "x", "broader": "none"}, "broader"),
        ({"vocabulary": "subject", "code": "a", "label": "x", "colour": "red"}, "colour"),
        ({"vocabulary": "subject", "code": "a", "label": "x", "uri": "nonsense"}, "uri"),
        ({"vocabulary": "subject", "code": "a", "label": "x\x00"}, "label"),
        ({"vocabulary": "subject", "code": "a", "label": "x", "labels": "es: y"}, "labels"),
        (
            {"vocabulary": "subject", "code": "a", "label": "x", "labels": {"Spanish": "y"}},
            "labels",
        ),
        ({"vocabulary": "subject", "code": "a", "label": "x", "labels": {"en": "y"}}, "labels"),
        (
            {"vocabulary": "subject", "code": "a", "label": "x", "alternatives": {"es": "y"}},
            "alternatives",
        ),
        (
            {"vocabulary": "subject", "code": "a", "label": "x", "inverse_labels": {"es": "y"}},
            "inverse_labels",
        ),
    ],
)
def test_a_term_that_cannot_be_is_refused_by_field(museum, editor, sent, field):
    refused = editor.send("POST", "/api/v1/terms/", sent)
    assert refused.status_code == 422, refused.content
    assert field in [one["field"] for one in body(refused)["errors"]]


def test_a_term_keeps_its_code_and_stays_while_it_is_used(museum, editor, cataloguer):
    path = "/api/v1/terms/subject/exile/"
    etag = editor.etag(path)
    moved = editor.send("PATCH", path, {"code": "banishment"}, etag=etag)
    assert moved.status_code == 422 and body(moved)["errors"][0]["field"] == "code"
    boss = Asking(key_of(account("boss", "Administrator")))
    Person.objects.get(slug="leon-trotsky").subjects.add(museum.exile)
    used = boss.send("DELETE", path, etag=etag)
    assert used.status_code == 409 and "used" in body(used)["detail"]
    loop = boss.send("PATCH", path, {"broader": "exile"}, etag=etag)
    assert loop.status_code == 422, loop.content
    trial = boss.send("POST", "/api/v1/terms/?dry_run=true", {
        "vocabulary": "subject", "code": "tried", "label": "Tried",
    })  # fmt: skip
    assert body(trial)["dry_run"] and boss.get("/api/v1/terms/subject/tried/").status_code == 404
    boss.send("POST", "/api/v1/terms/", {"vocabulary": "subject", "code": "idle", "label": "Idle"})
    idle = "/api/v1/terms/subject/idle/"
    assert editor.send("DELETE", idle, etag=editor.etag(idle)).status_code == 403
    assert boss.send("DELETE", idle, etag=boss.etag(idle)).status_code == 204
    assert boss.get(idle).status_code == 404
