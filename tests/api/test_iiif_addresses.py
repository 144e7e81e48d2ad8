"""From the API to IIIF: a record names its manifest or its collection exactly if there is one."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from catalog.models import Document, Image, Page, Status, Topic
from tests.api.conftest import Asking
from tests.filters.small_museum import held, made


@pytest.fixture
def pictured(museum: SimpleNamespace) -> dict[str, Document]:
    """Documents with a page that is held, with a hidden one, with a picture about them, and with none."""
    found = {name: made(Document, name.title()) for name in ("paged", "hidden", "shown", "bare")}
    leaf = made(Image, "Leaf", **held())
    Page.objects.create(document=found["paged"], image=leaf)
    Page.objects.create(document=found["hidden"], image=museum.hidden_photo)
    Page.objects.create(document=found["bare"], image=made(Image, "Not held"))
    Topic.objects.create(image=museum.portrait, about_document=found["shown"])
    return found


def test_a_record_names_its_manifest_if_there_is_one(
    pictured: dict[str, Document], api: Asking
) -> None:
    has = {one["slug"]: one["iiif"] for one in api.json("/api/v1/documents/")["results"]}
    assert has["paged"] and has["shown"] and not has["hidden"] and not has["bare"]
    for plural in ("documents", "images", "collections"):
        for one in api.json(f"/api/v1/{plural}/")["results"]:
            kind = "collection" if plural == "collections" else "manifest"
            uuid = one["id"].rsplit("/", 1)[1]
            answer = api.get(urlsplit(one["iiif"] or f"/iiif/{kind}/{uuid}").path)
            assert answer.status_code == (200 if one["iiif"] else 404), one["slug"]
            if one["iiif"]:
                assert answer.json()["id"] == one["iiif"]


def test_a_manifest_that_ends_is_no_longer_named(
    pictured: dict[str, Document], api: Asking
) -> None:
    assert api.json("/api/v1/documents/paged/")["iiif"]
    Image.objects.filter(slug="leaf").update(status=Status.DRAFT)
    assert api.json("/api/v1/documents/paged/")["iiif"] is None
