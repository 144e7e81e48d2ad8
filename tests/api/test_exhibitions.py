"""Exhibitions for programs: as JSON, and as a IIIF collection."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import search
from catalog.documents import feed
from catalog.models import Event, Exhibition, ExhibitionPart, Image, Person, Status
from tests.iiif.presentation_rules import problems

pytestmark = pytest.mark.django_db

PATH = "/api/v1/exhibitions/the-way/"


@pytest.fixture
def shown() -> Exhibition:
    exhibition = Exhibition.objects.create(
        identifier="X.1", slug="the-way", title="The way", status=Status.PUBLISHED, summary="Away"
    )
    public = {"status": Status.PUBLISHED}
    image = Image.objects.create(
        identifier="I.1", slug="map", title="Map", file="originals/x.png", media_type="image/png",
        width=800, height=600, byte_size=100, sha256="a" * 64, **public,
    )  # fmt: skip
    person = Person.objects.create(identifier="P.1", slug="ana", title="Ana", **public)
    hidden = Event.objects.create(identifier="E.1", slug="secret", title="Secret")
    for number, part in enumerate(
        (
            {"heading": "Leaving", "text": "They left."},
            {"image": image, "is_wide": True},
            {"person": person, "text": "Who left"},
            {"event": hidden, "text": "Nobody knows"},
            {"text": "And on."},
        ),
        start=1,
    ):
        ExhibitionPart.objects.create(exhibition=exhibition, position=number, **part)
    feed.current()
    return exhibition


def test_an_exhibition_is_read_with_its_parts_in_order(shown: Exhibition, api: Any) -> None:
    found = api.json(PATH)
    assert (found["kind"], found["title"], found["summary"]) == ("exhibition", "The way", "Away")
    assert [(part["type"], part["heading"], part["text"]) for part in found["parts"]] == [
        ("heading", "Leaving", "They left."),
        ("exhibit", None, ""),
        ("exhibit", None, "Who left"),
        ("text", None, "And on."),
    ]
    assert found["parts"][1]["is_large"]
    assert found["parts"][2]["record"]["url"] == "http://testserver/api/v1/people/ana/"
    assert found["web_url"] == "http://testserver/exhibitions/the-way/"
    listed = api.json("/api/v1/exhibitions/")
    assert (listed["count"], listed["results"]) == (1, [found])
    assert api.json("/api/v1/")["exhibitions"] == "http://testserver/api/v1/exhibitions/"


def test_it_follows_what_is_written_and_costs_nothing_when_nothing_was(
    shown: Exhibition, api: Any
) -> None:
    etag = api.etag(PATH)
    assert api.get(PATH, headers={"If-None-Match": etag}).status_code == 304
    person = Person.objects.get(slug="ana")
    person.title = "Anna"
    person.save()
    feed.current()
    assert api.etag(PATH) != etag
    assert api.json(PATH)["parts"][2]["record"]["title"] == "Anna"
    for number in range(5):
        more = Person.objects.create(
            identifier=f"P.1{number}", title=f"More {number}", status=Status.PUBLISHED
        )
        ExhibitionPart.objects.create(exhibition=shown, position=9, person=more)
    feed.current()
    with CaptureQueriesContext(connection) as asked:
        api.json(PATH)
    assert len(asked) <= 6


def test_what_is_not_there_says_so(shown: Exhibition, api: Any) -> None:
    api.json("/api/v1/exhibitions/no-such/", 404)
    api.json("/api/v1/exhibitions/?page=2", 404)
    api.json("/api/v1/exhibitions/?kind=x", 400)
    shown.slug = "the-road"
    shown.save()
    assert api.get(PATH)["Location"] == "/api/v1/exhibitions/the-road/"
    Exhibition.objects.update(status=Status.DRAFT)
    api.json("/api/v1/exhibitions/the-road/", 404)
    assert api.json("/api/v1/exhibitions/")["count"] == 0


def test_its_works_are_a_iiif_collection(shown: Exhibition, api: Any) -> None:
    found = api.json(f"/iiif/collection/{shown.uuid}")
    assert found["label"] == {"en": ["The way"]}
    image = Image.objects.get()
    assert [one["id"] for one in found["items"]] == [
        f"http://testserver/iiif/manifest/{image.uuid}"
    ]
    assert not problems(found)


def test_the_search_gives_exhibitions_beside_the_records(shown: Exhibition, api: Any) -> None:
    search.refresh()
    found = api.json("/api/v1/search/?q=leaving+WAYS")
    (one,) = found["exhibitions"]
    assert (found["count"], one["url"]) == (0, f"http://testserver{PATH}")
    assert [piece["text"] for piece in one["match"]["title"] if piece["matched"]] == ["way"]
    assert api.json("/api/v1/search/?q=nobody")["exhibitions"] == []
    for query in ("q=way&kind=person", "q=", "q=way&date_to=1900"):
        assert api.json(f"/api/v1/search/?{query}")["exhibitions"] == [], query
    Exhibition.objects.update(status=Status.DRAFT)
    feed.current()
    assert api.json("/api/v1/search/?q=way")["exhibitions"] == []
