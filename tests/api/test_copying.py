"""Copying over the API: a draft, with its title and the parts to be copied."""

from __future__ import annotations

import json

import pytest

from catalog.models import ChangeSet, Contribution, Document, Status
from tests.api.conftest import Asking, account, key_of
from tests.models.conftest import make, term

pytestmark = pytest.mark.django_db

PATH = "/api/v1/documents/letter/"


@pytest.fixture
def cataloguer(db):
    return Asking(key_of(account("cataloguer", "Cataloguer")))


@pytest.fixture
def letter(db):
    letter = make(
        "document", title="Letter", slug="letter", credit_line="The archive", identifier="L.9"
    )
    Contribution.objects.create(
        document=letter,
        person=make("person", slug="trotsky"),
        role=term("contribution_role", "sender"),
    )
    return letter


def copy(asking, sent=None, query="", path=PATH):
    return asking.send("POST", f"{path}copy/{query}", {} if sent is None else sent)


def test_copied_as_a_draft(cataloguer, api, letter):
    tried = copy(cataloguer, {"title": "Second"}, "?dry_run=true")
    assert tried.status_code == 200, tried.content
    assert json.loads(tried.content)["document"]["title"] == "Second"
    assert Document.objects.count() == 1
    answer = copy(cataloguer, {"title": "Second"}, "?reason=Series")
    assert answer.status_code == 201, answer.content
    document = json.loads(answer.content)
    made = Document.objects.exclude(pk=letter.pk).get()
    assert answer["Location"] == f"/api/v1/documents/{made.slug}/" and answer["ETag"]
    assert (made.status, made.identifier, document["title"]) == (Status.DRAFT, "L.10", "Second")
    assert document["credit_line"] == "The archive"
    assert [one["person"]["slug"] for one in document["contributions"]["results"]] == ["trotsky"]
    made_in = ChangeSet.objects.latest("id")
    assert (made_in.reason, made_in.door, made_in.by_name) == ("Series", "api", "cataloguer")
    assert api.get(answer["Location"]).status_code == 404, "no visitor sees a draft"


def test_only_what_is_named(cataloguer, letter):
    sent = {"identifier": "X 1", "parts": ["contribution"]}
    document = json.loads(copy(cataloguer, sent).content)
    assert (document["identifier"], document["credit_line"]) == ("X 1", "")
    assert (
        document["title"] == "Copy of “Letter”" and len(document["contributions"]["results"]) == 1
    )


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ([], 422, ""),
        ({"parts": ["slug"]}, 422, "parts"),
        ({"parts": "title"}, 422, "parts"),
        ({"title": "x" * 501}, 422, "title"),
        ({"identifier": "L.9"}, 422, "identifier"),
        ({"colour": 1}, 422, "colour"),
    ],
)
def test_what_cannot_be_read_is_named(cataloguer, letter, sent, status, field):
    answer = copy(cataloguer, sent)
    assert answer.status_code == status, answer.content
    named = [one.get("field", "") for one in json.loads(answer.content)["errors"]]
    assert not field or field in named
    assert Document.objects.count() == 1


def test_who_may(api, cataloguer, letter):
    Document.objects.update(status=Status.DRAFT)
    assert copy(api).status_code in {401, 403}
    assert copy(cataloguer, path="/api/v1/documents/nothing/").status_code == 404
    user = account("nobody", "Cataloguer")
    user.groups.clear()
    assert copy(Asking(key_of(user))).status_code == 403
    assert Document.objects.count() == 1
