"""Addresses of a record that was merged into another redirect to it, if the reader may see it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from catalog import actions
from catalog.history import Selection
from catalog.models import ChangeSet, Contribution, Status
from catalog.uris import (
    PLURALS,
    api_path,
    file_path,
    iiif_collection_path,
    manifest_path,
    permanent_path,
    record_path,
)
from tests.models.conftest import KINDS, make, term

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def published(kind, **fields):
    record = make(kind, status=Status.DRAFT, **fields)
    return actions.publish(record, by=None)


def addresses(record, slug=""):
    """The former addresses of a record."""
    slug = slug or record.slug
    return {
        "page": record_path(record.KIND, slug),
        "api": api_path(record.KIND, slug),
        "permanent": permanent_path(record.uuid),
        "citation": file_path(record.uuid, "bib"),
    }


def merged(goes, stays):
    old = addresses(goes)
    actions.merge(goes, into=stays, by=None)
    return old


@pytest.mark.parametrize("kind", KINDS)
def test_every_address_leads_to_the_other_and_is_its_own_again(client, kind):
    goes, stays = published(kind), published(kind)
    goes.slug, past = f"{goes.slug}-new", goes.slug
    goes.save()
    old, new = merged(goes, stays), addresses(stays)
    for what, address in old.items():
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (301, new[what]), what
        assert answer["Cache-Control"] == "no-cache", "merging can be taken back"
    for what in ("page", "api"):
        assert client.get(addresses(goes, past)[what])["Location"] == new[what]
    answer = client.get(old["api"], {"fields": "title"})
    assert answer["Location"].endswith("?fields=title")
    actions.undo(Selection(ChangeSet.objects.values_list("pk", flat=True)[0]), by=None)
    assert [client.get(old[what]).status_code for what in old] == [200, 200, 303, 200]


@pytest.mark.parametrize(
    ("kind", "path_of"),
    [("image", manifest_path), ("document", manifest_path), ("collection", iiif_collection_path)],
)
def test_manifests_lead_on(client, kind, path_of):
    goes, stays, hidden = published(kind), published(kind), make(kind, status=Status.DRAFT)
    assert client.get(path_of(hidden.uuid)).status_code == 404
    merged(goes, stays)
    answer = client.get(path_of(goes.uuid), {"part": 1})
    assert (answer.status_code, answer["Location"]) == (301, f"{path_of(stays.uuid)}?part=1")
    merged(hidden, stays)
    type(stays).objects.filter(pk=stays.pk).update(status=Status.WITHDRAWN)
    for one in (goes, hidden):
        assert client.get(path_of(one.uuid)).status_code == 404


def test_lists_are_filtered_by_old_names(client):
    goes, stays = published("person"), published("person")
    letter = published("document", title="The letter")
    Contribution.objects.create(
        person=goes, document=letter, role=term("contribution_role", "author")
    )
    merged(goes, stays)
    for slug in (goes.slug, stays.slug):
        assert "The letter" in client.get("/documents/", {"person": slug}).content.decode()


def test_a_chain_resolves(client):
    one, two, three = (published("person") for _ in range(3))
    old = merged(one, two)
    merged(two, three)
    assert client.get(old["page"])["Location"] == three.get_absolute_url()
    assert client.get(old["permanent"])["Location"] == three.permanent_path


HIDDEN = {
    "draft": {"status": Status.DRAFT},
    "withdrawn": {"status": Status.WITHDRAWN},
    "embargoed": {"embargo_until": timezone.now() + timedelta(days=9)},
}


@pytest.mark.parametrize("hidden", HIDDEN)
def test_nothing_tells_of_a_record_that_is_hidden(client, hidden):
    """What was public answers that it is gone; what never was, as if it had never existed."""
    public, draft = published("person"), make("person", status=Status.DRAFT)
    stays = published("person", title="Quokkageheim")
    was, never = merged(public, stays), merged(draft, stays)
    type(stays).objects.filter(pk=stays.pk).update(first_published=None, **HIDDEN[hidden])
    for what, address in was.items():
        answer = client.get(address)
        assert answer.status_code == 410, what
        assert "Quokkageheim" not in answer.content.decode()
    for what, address in never.items():
        assert client.get(address).status_code == 404, what
    curator = Client()
    curator.force_login(User.objects.create_superuser("root"))
    for what, address in was.items():
        answer = curator.get(address)
        assert (answer.status_code, answer["Location"]) == (301, addresses(stays)[what])
        assert answer["Cache-Control"] == "private, no-store"


def test_harvesters_and_copies_are_told_that_it_went(client):
    goes, stays = published("person"), published("person", description="Stays.")
    last = client.get("/api/v1/changes/").json()["last"]
    merged(goes, stays)
    changes = client.get("/api/v1/changes/", {"since": last}).json()["results"]
    told = {one["uuid"]: one["change"] for one in changes}
    assert told == {str(goes.uuid): "deleted", str(stays.uuid): "changed"}
    oai = client.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").content.decode()
    assert oai.count('status="deleted"') == 1
    listed = client.get(f"/api/v1/{PLURALS['person']}/").json()
    assert json.dumps(listed).count(str(goes.uuid)) == 0
    assert client.get(f"/{PLURALS['person']}/").content.decode().count(goes.title) == 0
