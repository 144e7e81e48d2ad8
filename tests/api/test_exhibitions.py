"""Exhibitions for programs: as JSON, and as a IIIF collection."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import search
from catalog.documents import feed
from catalog.models import ChangeSet, Event, Exhibition, ExhibitionPart, Image, Person, Status
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


def test_its_permanent_identifier_leads_programs_to_it(shown: Exhibition, api: Any) -> None:
    path = urlsplit(api.json(PATH)["id"]).path
    asked = api.get(path, headers={"Accept": "application/json"})
    assert (asked.status_code, asked["Location"]) == (303, PATH)
    assert api.get(path)["Location"] == "/exhibitions/the-way/"


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


def parts_of(exhibition: Exhibition) -> list[tuple[str, str, str]]:
    return [
        (part.heading, str(part.record or ""), part.text)
        for part in exhibition.parts.order_by("position")
    ]


def test_an_exhibition_is_created_and_published(shown: Exhibition, editor: Any, api: Any) -> None:
    sent = {
        "identifier": "X.2",
        "title": "On the way",
        "introduction": "How it *began*.",
        "credits": "Made by Ana.",
        "opening": "map",
        "order": 3,
        "parts": [
            {"heading": "Leaving", "text": "They left."},
            {"record": {"kind": "person", "slug": "ana"}, "text": "Who left"},
            {"record": str(Image.objects.get().uuid), "is_large": True},
            {"text": "And on."},
        ],
    }
    trial = editor.send("POST", "/api/v1/exhibitions/?dry_run=true", sent)
    assert trial.status_code == 200 and trial.json()["would"] == "create"
    assert Exhibition.objects.count() == 1
    made = editor.send("POST", "/api/v1/exhibitions/?reason=A+gift", sent)
    assert made.status_code == 201, made.content
    path = made["Location"].removeprefix("http://testserver")
    assert path == "/api/v1/exhibitions/on-the-way/"
    assert made.json() == editor.json(path) and made.json()["status"] == "draft"
    one = Exhibition.objects.get(slug="on-the-way")
    assert parts_of(one) == [
        ("Leaving", "", "They left."), ("", "Ana", "Who left"), ("", "Map", ""), ("", "", "And on."),
    ]  # fmt: skip
    assert (one.opening.slug, one.position, one.credit_line) == ("map", 3, "Made by Ana.")
    assert ChangeSet.objects.latest("pk").reason == "A gift"
    assert api.get(path).status_code == 404
    assert editor.send("POST", f"{path}publish/", {}, editor.etag(path)).status_code == 200
    assert api.json(path)["parts"][2]["is_large"]
    assert [one["slug"] for one in api.json("/api/v1/exhibitions/?q=began")["results"]] == [
        "on-the-way"
    ]
    assert editor.send("DELETE", path, etag=editor.etag(path)).status_code == 204
    assert api.get(path).status_code == 410


def test_curators_read_and_write_what_is_not_public(
    shown: Exhibition, editor: Any, api: Any
) -> None:
    before = api.get(PATH)
    assert before.json()["curation"] is None
    assert editor.json(PATH)["curation"]["status"] == "published"
    note = {"curation": {"internal_note": "Ask the lender."}}
    told = editor.send("PATCH", PATH, note, editor.etag(PATH))
    assert told.status_code == 200, told.content
    assert told.json()["curation"]["internal_note"] == "Ask the lender."
    assert ChangeSet.objects.latest("pk").door == "api"
    back = editor.send("PUT", PATH, told.json(), told["ETag"])
    shown.refresh_from_db()
    assert (back.status_code, shown.internal_note) == (200, "Ask the lender.")
    for asking in (
        api.get(PATH),
        api.get("/api/v1/exhibitions/"),
        api.get("/exhibitions/the-way/"),
    ):
        assert b"Ask the lender" not in asking.content
    for wrong in ({"internal_note": 5}, {"storage": [{"place": "Room 1"}]}, {"colour": "red"}):
        refused = editor.send("PATCH", PATH, {"curation": wrong}, editor.etag(PATH))
        assert refused.status_code == 422, wrong


def test_parts_stay_the_same_ones_when_they_move(shown: Exhibition, editor: Any) -> None:
    before = {part.uuid: part.pk for part in shown.parts.all()}
    read = editor.json(PATH)
    parts = [read["parts"][place] for place in (1, 0, 4)] + [{"heading": "After"}]
    answer = editor.send("PATCH", PATH, {"parts": parts}, editor.etag(PATH))
    assert answer.status_code == 200, answer.content
    assert parts_of(shown) == [
        ("", "Map", ""), ("Leaving", "", "They left."), ("", "", "And on."), ("After", "", ""),
    ]  # fmt: skip
    kept = {part.uuid: part.pk for part in shown.parts.all()}
    assert len(kept.items() & before.items()) == 3
    assert answer.json()["title"] == "The way"
    changes = ChangeSet.objects.count()
    whole = editor.json(PATH)
    assert editor.send("PUT", PATH, whole, editor.etag(PATH)).status_code == 200
    unchanged = {**editor.json(PATH), "updated": ""}
    assert unchanged == {**whole, "updated": ""}
    assert ChangeSet.objects.count() == changes
    emptied = {"identifier": "X.1", "title": "The way", "slug": "the-way"}
    assert editor.send("PUT", PATH, emptied, editor.etag(PATH)).status_code == 200
    assert not shown.parts.exists()
    assert not Exhibition.objects.get().summary


@pytest.mark.once
@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"parts": [{"heading": "A", "record": "ana"}]}, "parts/0/record"),
        ({"parts": [{"text": "a"}, {"is_large": True}]}, "parts/1"),
        ({"parts": [{"text": "a"}, {"record": "nobody"}]}, "parts/1/record"),
        ({"parts": [{"txt": "a"}]}, "parts/0/txt"),
        ({"parts": [{"id": "x", "text": "a"}]}, "parts/0/id"),
        ({"parts": [{"id": "0b8a2f0e-3f65-4d4a-9a53-0d3ff3b1a6b5", "text": "a"}]}, "parts/0/id"),
        ({"parts": {"text": "a"}}, "parts"),
        ({"parts": [3]}, "parts/0"),
        ({"opening": "ana"}, "opening"),
        ({"title": ""}, "title"),
        ({"status": "published"}, "status"),
        ({"subjects": []}, "subjects"),
    ],
)
def test_what_is_no_exhibition_is_refused_by_name(
    shown: Exhibition, editor: Any, sent: Any, field: str
) -> None:
    before = parts_of(shown)
    answer = editor.send("PATCH", PATH, sent, editor.etag(PATH))
    assert answer.status_code == 422, answer.content
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert parts_of(shown) == before


def test_only_those_who_may_write_and_nobody_over_another(
    shown: Exhibition, editor: Any, cataloguer: Any, api: Any
) -> None:
    etag = editor.etag(PATH)
    assert api.send("PATCH", PATH, {"title": "Mine"}, etag).status_code == 401
    assert cataloguer.send("PATCH", PATH, {"title": "Mine"}, etag).status_code == 403
    assert editor.send("PATCH", PATH, {"title": "Mine"}).status_code == 428
    assert editor.send("PATCH", PATH, {"title": "Ours"}, etag).status_code == 200
    refused = editor.send("PATCH", PATH, {"title": "Mine"}, etag)
    assert (refused.status_code, refused["Content-Type"]) == (412, "application/problem+json")
    assert Exhibition.objects.get().title == "Ours"
    made = cataloguer.send("POST", "/api/v1/exhibitions/", {"identifier": "X.3", "title": "Draft"})
    assert made.status_code == 201
    draft = "/api/v1/exhibitions/draft/"
    assert (
        cataloguer.send("POST", f"{draft}publish/", {}, cataloguer.etag(draft)).status_code == 403
    )
    assert cataloguer.send("POST", f"{draft}submit/", {}, cataloguer.etag(draft)).status_code == 200
