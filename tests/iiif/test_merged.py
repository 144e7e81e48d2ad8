"""Addresses of pictures whose record was merged redirect to the picture that stays, if the reader
may see it.
"""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth import get_user_model

from catalog import actions
from catalog.history import Selection
from catalog.models import ChangeSet, Document, Image, Page, Status, Transcription
from catalog.uris import (
    autocomplete_path,
    canvas_path,
    content_search_path,
    image_request_path,
    image_service_path,
    manifest_path,
    original_path,
    picture_path,
    text_path,
)
from tests.iiif.conftest import drawn, encoded

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def goes(hold):
    image = hold(encoded(drawn(), "JPEG"), identifier="I 1", title="Goes")
    Transcription.objects.create(image=image, text="Four corners")
    return image


@pytest.fixture
def stays(hold):
    return hold(encoded(drawn(1600, 1100), "JPEG"), identifier="I 2", title="Stays")


def addresses(image):
    """The addresses of an image's pictures and transcriptions."""
    return {
        "service": f"{image_service_path(image.uuid)}/info.json",
        "region": image_request_path(image.uuid, region="square", size="100,"),
        "original": original_path(image.uuid),
        "manifest": manifest_path(image.uuid),
        "canvas": canvas_path(image.uuid, image.uuid),
        "search": f"{content_search_path(image.uuid)}?q=corners",
        "completion": f"{autocomplete_path(image.uuid)}?q=cor",
        "writing": f"{canvas_path(image.uuid, image.uuid)}/text",
    }


def test_every_address_of_a_picture_leads_on_and_is_its_own_again(client, goes, stays):
    old, new = addresses(goes), addresses(stays)
    small = picture_path(goes.uuid, goes.version, 480)
    for address in (*old.values(), small, text_path("image", goes.slug)):
        assert client.get(address).status_code == 200, address
    actions.merge(goes, into=stays, by=None)
    for what, address in old.items():
        answer = client.get(address)
        assert (answer.status_code, answer["Location"]) == (301, new[what]), what
        assert answer["Cache-Control"] == "no-cache", "merging can be taken back"
        assert client.get(new[what]).status_code == 200, what
    written = client.get(text_path("image", goes.slug))
    assert (written.status_code, written["Location"]) == (301, text_path("image", stays.slug))
    service = client.get(old["service"])
    assert service["Access-Control-Allow-Origin"] == "*", "viewers on other sites follow it"
    assert client.get(small)["Location"] == picture_path(stays.uuid, stays.version, 480)
    actions.undo(Selection(ChangeSet.objects.latest("id").pk), by=None)
    for address in (*old.values(), small):
        assert client.get(address).status_code == 200, address


def test_the_next_width_that_there_is(client, goes, stays):
    wide = picture_path(stays.uuid, stays.version, 1600)
    assert client.get(wide).status_code == 200
    actions.merge(stays, into=goes, by=None)
    largest = client.get(wide)["Location"]
    assert largest == picture_path(goes.uuid, goes.version, 960)
    assert client.get(largest).status_code == 200


def test_a_version_stays_where_the_file_was_taken_over(client, goes, stays):
    address = image_request_path(goes.uuid, version=goes.version)
    actions.merge(goes, into=stays, by=None, take=["file"])
    assert client.get(address)["Location"] == image_request_path(stays.uuid, version=goes.version)
    actions.undo(Selection(ChangeSet.objects.latest("id").pk), by=None)
    actions.merge(goes, into=stays, by=None, take=[])
    assert client.get(address)["Location"] == image_request_path(stays.uuid)
    bare = client.get(image_service_path(goes.uuid))
    assert bare["Location"] == f"{image_service_path(stays.uuid)}/info.json"


def test_a_page_of_a_document_leads_on(client, goes, stays):
    book = Document.objects.create(identifier="D", title="Book", status=Status.PUBLISHED)
    Page.objects.create(document=book, image=goes, position=1)
    old = canvas_path(book.uuid, goes.uuid)
    assert client.get(old).status_code == 200
    actions.merge(goes, into=stays, by=None)
    assert client.get(old)["Location"] == canvas_path(book.uuid, stays.uuid)
    other = Document.objects.create(identifier="E", title="Other", status=Status.PUBLISHED)
    actions.merge(book, into=other, by=None)
    answer = client.get(old)
    assert answer["Location"] == canvas_path(other.uuid, stays.uuid), "both at once"
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("without", ["hidden", "file"])
def test_nothing_tells_of_a_picture_that_cannot_be_seen(client, goes, stays, without):
    old = {**addresses(goes), "small": picture_path(goes.uuid, goes.version, 480)}
    unknown = {
        what: address.replace(str(goes.uuid), str(uuid.uuid4())) for what, address in old.items()
    }
    actions.merge(goes, into=stays, by=None)
    if without == "hidden":
        Image.objects.filter(pk=stays.pk).update(status=Status.DRAFT, first_published=None)
    else:
        Image.objects.filter(pk=stays.pk).update(file="")
        for what in ("manifest", "canvas", "search", "completion", "writing"):
            old.pop(what)
    for what, address in old.items():
        answer, stranger = client.get(address), client.get(unknown[what])
        assert answer.status_code == stranger.status_code == 404, what
        assert str(stays.uuid) not in answer.content.decode()
        if "iiif/image" in address:
            assert answer.content == stranger.content
    user = get_user_model().objects.create_user("ada", password="x", is_staff=True)
    client.force_login(user)
    for what, address in old.items():
        answer = client.get(address)
        assert answer.status_code == (404 if without == "file" else 301), what
        if without == "hidden":
            assert answer["Cache-Control"] == "private, no-store", what
