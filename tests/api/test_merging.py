"""Merging over the API: the same action, the same errors, undoing."""

from __future__ import annotations

import pytest

from catalog.jobs import work_off
from catalog.models import ChangeSet, Contribution, Person, Status
from tests.api.conftest import Asking, account, body, key_of
from tests.models.conftest import make, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db):
    return Asking(key_of(account("administrator", "Administrator")))


@pytest.fixture
def two():
    stays = make("person", title="Leon Trotsky", slug="trotsky", born="1879-11-07")
    goes = make("person", title="Leo Trotzki", slug="trotzki", died="1940")
    Contribution.objects.create(
        person=goes, document=make("document"), role=term("contribution_role", "author")
    )
    return stays, goes


PATH = "/api/v1/people/trotzki/"


def merge(asking, sent, query="", etag=None):
    etag = asking.etag(PATH) if etag is None else etag
    return asking.send("POST", f"{PATH}merge/{query}", sent, etag=etag)


def test_merged_told_and_taken_back(administrator, api, two):
    stays, goes = two
    last = api.json("/api/v1/changes/")["last"]
    tried = merge(administrator, {"into": "trotsky"}, "?dry_run=true")
    assert tried.status_code == 200, tried.content
    assert body(tried)["dry_run"] and body(tried)["change_set"] is None
    assert Person.objects.count() == 2
    version = administrator.etag("/api/v1/people/trotsky/")
    sent = {"into": str(stays.uuid), "called": "transliteration", "into_version": version}
    answer = merge(administrator, sent, "?reason=Twice")
    assert answer.status_code == 200, answer.content
    told = body(answer)
    assert told["into"]["slug"] == "trotsky" and told["taken"] == ["died"]
    assert {line["sort"]: line["moved"] for line in told["rows"]} == {"contributions": 1}
    assert told == body(tried) | {"dry_run": False, "change_set": told["change_set"]}
    change_set = ChangeSet.objects.get(pk=told["change_set"])
    assert (change_set.reason, change_set.door, change_set.by_name) == (
        "Twice", "api", "administrator",
    )  # fmt: skip
    moved = api.get(PATH)
    assert (moved.status_code, moved["Location"]) == (301, "/api/v1/people/trotsky/")
    changes = api.json(f"/api/v1/changes/?since={last}")["results"]
    gone = next(one for one in changes if one["uuid"] == str(goes.uuid))
    assert gone["change"] == "deleted" and gone["merged_into"].endswith(f"/id/{stays.uuid}")
    assert all(one["merged_into"] is None for one in changes if one is not gone)
    undone = administrator.send("POST", f"/api/v1/change-sets/{told['change_set']}/undo/", {})
    assert undone.status_code == 200, undone.content
    assert api.json(PATH)["title"] == "Leo Trotzki"


def test_where_it_went_is_not_told_of_a_hidden_record(administrator, api, two):
    stays, goes = two
    Person.objects.filter(pk=goes.pk).update(first_published=goes.created)
    api.json("/api/v1/changes/")
    merge(administrator, {"into": "trotsky"})
    Person.objects.filter(pk=stays.pk).update(status=Status.WITHDRAWN)
    changes = api.json("/api/v1/changes/")["results"]
    assert [one["merged_into"] for one in changes if one["uuid"] == str(goes.uuid)] == [None]
    assert api.get(PATH).status_code == 410


@pytest.mark.once
@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({}, 422, "into"),
        ([], 422, ""),
        ({"into": "nobody"}, 422, "into"),
        ({"into": None}, 422, "into"),
        ({"into": "trotsky", "take": ["slug"]}, 422, "take"),
        ({"into": "trotsky", "take": "born"}, 422, "take"),
        ({"into": "trotsky", "take": [[]]}, 422, "take"),
        ({"into": "trotsky", "called": "x"}, 422, "called"),
        ({"into": "trotsky", "colour": 1}, 422, "colour"),
        ({"into": "trotzki"}, 409, ""),
        ({"into": "trotsky", "into_version": "old"}, 412, ""),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_done(administrator, two, sent, status, field):
    answer = merge(administrator, sent)
    assert answer.status_code == status, answer.content
    assert not field or field in answer.content.decode()
    assert Person.objects.count() == 2


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_the_version_that_stays_is_the_etag_as_it_was_sent(administrator, two, encoding):
    read = administrator.get("/api/v1/people/trotsky/", headers={"Accept-Encoding": encoding})
    for etag in (read["ETag"], read["ETag"].strip('"')):
        sent = {"into": "trotsky", "into_version": etag}
        assert merge(administrator, sent, "?dry_run=true").status_code == 200


def test_impossible_values_versions_and_rights(administrator, editor, two):
    stays, goes = two
    assert merge(administrator, {"into": "trotsky"}, etag="").status_code == 428
    assert merge(administrator, {"into": "trotsky"}, etag='"old"').status_code == 412
    refused = merge(editor, {"into": "trotsky"})
    assert refused.status_code == 403 and "administrator" in body(refused)["detail"]
    old = {"into": "trotsky", "into_version": '"old"'}
    assert merge(administrator, old).status_code == 412
    goes.died = "1800"
    goes.save()
    assert merge(administrator, {"into": "trotsky"}).status_code == 422
    Person.objects.filter(pk=stays.pk).update(status=Status.DRAFT)
    assert merge(administrator, {"into": "trotsky"}).status_code == 409
    assert Person.objects.count() == 2


def test_much_is_a_job(administrator, two, monkeypatch):
    monkeypatch.setattr("catalog.actions.MANY", 0)
    answer = merge(administrator, {"into": "trotsky", "take": []}, "?reason=Twice")
    assert answer.status_code == 202 and body(answer)["job"]
    work_off()
    assert Person.objects.get().died is None
    written = ChangeSet.objects.get(reason="Twice")
    assert written.door == "api"
    job = administrator.json(body(answer)["job_url"])
    assert (job["state"], job["change_set"]) == ("done", written.pk)
