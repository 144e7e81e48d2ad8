"""Distinctions over the API: recorded, read and withdrawn by curators' programs, and by nobody else."""

from __future__ import annotations

import pytest

from catalog.models import ChangeSet, Distinction, Status
from tests.api.conftest import Asking, account, body, key_of
from tests.models.conftest import KINDS, make, term

pytestmark = pytest.mark.django_db

HERE = "/api/v1/distinctions/"


@pytest.fixture
def three():
    return [make("person", title="Ivan Ivanov") for _ in range(3)]


def said(kind, *names, **more):
    return {"kind": kind, "entries": list(names), **more}


@pytest.mark.parametrize("kind", [*KINDS, "term"])
def test_recorded_read_and_withdrawn(editor, kind):
    if kind == "term":
        editor = Asking(key_of(account("root", "Administrator")))
        two = [term("subject") for _ in range(2)]
        names = [f"{one.vocabulary}/{one.code}" for one in two]
    else:
        two = [make(kind) for _ in range(2)]
        names = [two[0].slug, str(two[1].uuid)]
    sent = editor.send("POST", HERE, said(kind, *names, note="Father and son."))
    assert sent.status_code == 200, sent.content
    told = body(sent)
    (made,) = told["distinctions"]
    assert (made["kind"], made["note"], told["dry_run"]) == (kind, "Father and son.", False)
    assert {one["title"] for one in made["entries"]} == {str(one) for one in two}
    assert all(editor.get(one["url"]).status_code == 200 for one in made["entries"])
    assert ChangeSet.objects.get(pk=told["change_set"]).door == "api"
    assert editor.json(made["url"]) == made
    again = editor.send("POST", HERE, said(kind, *names))
    assert (again.status_code, "already recorded" in body(again)["detail"]) == (409, True)
    of_one = f"{HERE}?kind={kind}&entry={made['entries'][0]['slug']}"
    assert editor.json(of_one)["results"] == editor.json(HERE)["results"] == [made]
    gone = body(editor.send("DELETE", made["url"]))
    assert gone["distinctions"] == [made]
    assert not Distinction.objects.exists()
    assert editor.json(made["url"], 404)
    undo = editor.send("POST", f"/api/v1/change-sets/{gone['change_set']}/undo/")
    assert undo.status_code == 200 and Distinction.objects.count() == 1


def test_several_at_once_and_page_by_page(editor, three):
    told = body(editor.send("POST", HERE, said("person", *(one.slug for one in three))))
    numbers = [one["number"] for one in told["distinctions"]]
    assert len(numbers) == 3
    found, address = [], f"{HERE}?page_size=2"
    while address:
        page = editor.json(address)
        found += [one["number"] for one in page["results"]]
        address = page["next"]
    assert found == sorted(numbers, reverse=True)


def test_a_trial_changes_nothing(editor, three):
    told = body(
        editor.send("POST", f"{HERE}?dry_run=true", said("person", three[0].slug, three[1].slug))
    )
    (made,) = told["distinctions"]
    assert (made["number"], told["change_set"]) == (None, None)
    assert not Distinction.objects.exists()
    number = body(editor.send("POST", HERE, said("person", three[0].slug, three[1].slug)))
    number = number["distinctions"][0]["number"]
    assert body(editor.send("DELETE", f"{HERE}{number}/?dry_run=true"))["dry_run"]
    assert Distinction.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "kind"),
        ({"kind": "person"}, "entries"),
        (said("ship", "a", "b"), "kind"),
        (said("person", "a"), "entries"),
        (said("person", "nobody", "no-one"), "entries"),
        (said("person", "a\x00b", "c"), "entries"),
        (said("term", "subject", "/"), "entries"),
        ({"kind": "person", "entries": [1, 2]}, "entries"),
        ({"kind": "person", "entries": "ab"}, "entries"),
        ({**said("person", "a", "b"), "because": "x"}, "because"),
        (said("person", "a", "b", note="x" * 1001), "note"),
    ],
)
def test_what_cannot_be_recorded_is_named(editor, sent, field):
    refused = editor.send("POST", HERE, sent)
    assert refused.status_code == 422
    assert field in {one["field"] for one in body(refused)["errors"]}


def test_one_and_the_same_is_refused(editor, three):
    refused = editor.send("POST", HERE, said("person", three[0].slug, str(three[0].uuid)))
    assert (refused.status_code, "one and the same" in refused.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "query", ["entry=x", "kind=ship", "kind=person&entry=nobody", "before=x", "odd=1"]
)
def test_odd_questions_are_answered_in_words(editor, query):
    assert editor.json(f"{HERE}?{query}", 400)["errors"]


def test_only_curators_may(api, editor, three):
    number = body(editor.send("POST", HERE, said("person", three[0].slug, three[1].slug)))
    one = f"{HERE}{number['distinctions'][0]['number']}/"
    reader = Asking(key_of(account("reader", "Cataloguer", is_active=True), "read"))
    for address in (HERE, one):
        assert api.json(address, 401)["type"].endswith("sign-in")
        assert reader.json(address)
    assert api.send("DELETE", one).status_code == 401
    assert api.send("POST", HERE, said("person", "a", "b")).status_code == 401
    assert reader.send("DELETE", one).status_code == 403
    cataloguer = Asking(key_of(account("cat", "Cataloguer")))
    terms = [term("subject") for _ in range(2)]
    named = said("term", *(f"subject/{one.code}" for one in terms))
    assert cataloguer.send("POST", HERE, named).status_code == 403
    assert Distinction.objects.count() == 1


def test_a_distinction_of_what_is_gone_is_passed_over(editor, three):
    told = body(editor.send("POST", HERE, said("person", *(one.slug for one in three))))
    type(three[0]).objects.filter(pk=three[0].pk).delete()
    numbers = {one["number"] for one in editor.json(HERE)["results"]}
    assert len(numbers) == 1 and numbers < {one["number"] for one in told["distinctions"]}


def test_drafts_can_be_told_apart_by_who_sees_them(editor):
    two = [make("document", status=Status.DRAFT) for _ in range(2)]
    told = editor.send("POST", HERE, said("document", *(one.slug for one in two)))
    assert told.status_code == 200
