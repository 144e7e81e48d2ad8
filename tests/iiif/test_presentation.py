"""Manifests, collections and searches within: what they say, to whom, and with which headers."""

from __future__ import annotations

import json
import uuid
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.iiif.presentation import collection as collections
from catalog.iiif.presentation import content_search
from catalog.models import (
    Collection,
    Depiction,
    Document,
    Image,
    Page,
    Person,
    Status,
    Term,
    Topic,
    Transcription,
)
from tests.iiif.presentation_rules import problems

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MEDIA_TYPE = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'
BY = "http://creativecommons.org/licenses/by/4.0/"


def image(number: int, **more: Any) -> Image:
    """An image record whose file is only named: a manifest never opens it."""
    return Image.objects.create(**{
        "identifier": f"I {number}", "title": f"Leaf {number}", "slug": f"leaf-{number}",
        "status": Status.PUBLISHED, "rights": BY, "file": f"{number}.png", "media_type": "image/png",
        "width": 1000, "height": 1500 + number, "byte_size": 10, "sha256": f"{number:064d}", **more,
    })  # fmt: skip


@pytest.fixture
def museum() -> SimpleNamespace:
    """A fonds with a booklet of three public pages and one hidden, and a photograph with somebody in it."""
    fonds = Collection.objects.create(
        identifier="F", title="Fonds", slug="fonds", status=Status.PUBLISHED
    )
    booklet = Document.objects.create(
        identifier="B", title="Booklet", slug="booklet", status=Status.PUBLISHED, rights=BY,
        summary="About the exile", written="1929-02", collection=fonds, credit_line="The makers",
    )  # fmt: skip
    german = Term.objects.create(vocabulary="language", code="de", label="German")
    texts = ["Das Exil begann.", "Троцкий in Prinkipo, Prinkipo.", "L’exil à Barbizon"]
    for number, text in enumerate(texts, 1):
        leaf = image(number, collection=fonds)
        Page.objects.create(
            document=booklet, image=leaf, position=number, label="Cover" if number == 1 else ""
        )
        Transcription.objects.create(
            image=leaf, text=text, language=german if number == 1 else None
        )
    hidden = image(4, status=Status.DRAFT, title="Quokka")
    Page.objects.create(document=booklet, image=hidden, position=4)
    Transcription.objects.create(image=hidden, text="exil quokka")
    photograph = image(
        5, slug="photograph", title="A photograph", collection=fonds, date="1940", rights=""
    )
    person = Person.objects.create(
        identifier="P", title="Lev <Old Man>", slug="lev", status=Status.PUBLISHED
    )
    Depiction.objects.create(image=photograph, person=person, caption="Standing", left=99.99, top=0, width=0.01,
                             height=50)  # fmt: skip
    return SimpleNamespace(**locals())


def manifest(record: Any) -> str:
    return f"/iiif/manifest/{record.uuid}"


def read(path: str, client: Client | None = None) -> Any:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200, answer.content[:300]
    return json.loads(answer.content)


def inner(address: str) -> str:
    parts = urlsplit(address)
    assert parts.netloc == "testserver", address
    return parts.path + (f"?{parts.query}" if parts.query else "")


def test_a_document_is_a_manifest_of_its_pages(museum: SimpleNamespace) -> None:
    made = read(manifest(museum.booklet))
    assert problems(made) == []
    assert made["id"] == f"http://testserver{manifest(museum.booklet)}"
    assert [canvas["label"] for canvas in made["items"]] == [
        {"en": ["Cover"]},
        {"en": ["2"]},
        {"en": ["3"]},
    ]
    assert [canvas["height"] for canvas in made["items"]] == [1501, 1502, 1503]
    assert (made["rights"], made["navDate"]) == (BY, "1929-02-01T00:00:00Z")
    assert made["requiredStatement"]["value"] == {"en": ["The makers"]}
    assert made["requiredStatement"]["label"] == {"en": ["Credit"], "es": ["Crédito"]}
    assert [one["label"]["en"] for one in made["partOf"]] == [["Fonds"]]
    assert [one["label"]["en"] for one in made["structures"][0]["items"]] == [
        ["Leaf 1"],
        ["Leaf 2"],
        ["Leaf 3"],
    ]
    assert inner(made["seeAlso"][0]["id"]) == "/api/v1/documents/booklet/"
    assert [one["language"] for one in made["homepage"]] == [["en"], ["es"]]


def test_every_address_of_a_manifest_on_this_site_is_answered(
    museum: SimpleNamespace, client: Client
) -> None:
    for record in (museum.booklet, museum.photograph):
        made = read(manifest(record))
        asked = [made["rendering"][0]["id"]] if "rendering" in made else []
        for key in ("homepage", "seeAlso", "partOf"):
            asked += [one["id"] for one in made[key]]
        for canvas in made["items"]:
            asked += [canvas["id"], *(one["id"] for one in canvas.get("annotations", []))]
        for address in asked:
            assert client.get(inner(address)).status_code == 200, address


def test_words_and_people_are_annotations_by_reference(museum: SimpleNamespace) -> None:
    canvas = read(manifest(museum.booklet))["items"][0]
    (layer,) = canvas["annotations"]
    page = read(inner(layer["id"]))
    assert problems(page) == []
    (words,) = page["items"]
    assert words["motivation"] == "supplementing"
    assert words["body"] == {
        "type": "TextualBody", "value": "Das Exil begann.", "format": "text/plain", "language": "de",
    }  # fmt: skip
    assert words["target"] == f"{canvas['id']}#xywh=0,0,1000,1501"
    (layer,) = read(manifest(museum.photograph))["items"][0]["annotations"]
    page = read(inner(layer["id"]))
    assert problems(page) == []
    (person,) = page["items"]
    assert person["body"]["value"] == "Lev <Old Man>, Standing"
    assert person["body"]["format"] == "text/plain"
    assert person["target"].endswith("#xywh=999,0,1,752"), (
        "inside the canvas, at least a pixel wide"
    )


def test_nothing_of_a_hidden_page_is_told(museum: SimpleNamespace) -> None:
    own, image = museum.booklet.uuid, museum.hidden.uuid
    told = json.dumps(read(manifest(museum.booklet)), ensure_ascii=False)
    assert "Quokka" not in told and str(image) not in told
    for path in (
        f"/iiif/manifest/{image}",
        f"/iiif/manifest/{own}/canvas/{image}",
        f"/iiif/manifest/{own}/canvas/{image}/text",
        f"/iiif/manifest/{own}/canvas/{museum.photograph.uuid}",
        f"/iiif/manifest/{uuid.uuid4()}",
        f"/iiif/collection/{uuid.uuid4()}",
    ):
        answer = Client().get(path, headers={"Origin": "https://viewer.example"})
        assert answer.status_code == 404, path
        assert answer["Access-Control-Allow-Origin"] == "*"
    assert read(f"/iiif/manifest/{own}/search?q=quokka")["items"] == []
    assert read(f"/iiif/manifest/{own}/autocomplete?q=quo")["items"] == []


def test_a_curator_sees_a_draft_and_nobody_keeps_it(
    museum: SimpleNamespace, client: Client
) -> None:
    Document.objects.update(status=Status.DRAFT)
    assert client.get(manifest(museum.booklet)).status_code == 404
    client.force_login(get_user_model().objects.create_user("ada", is_staff=True))
    answer = client.get(manifest(museum.booklet))
    assert len(json.loads(answer.content)["items"]) == 4
    assert answer["Cache-Control"] == "private, no-store"


def test_headers_let_every_viewer_read_and_keep_it(museum: SimpleNamespace, client: Client) -> None:
    answer = client.get(manifest(museum.booklet), headers={"Origin": "https://viewer.example"})
    assert answer["Content-Type"] == MEDIA_TYPE
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "public, no-cache"
    assert "Cookie" not in answer.get("Vary", "")
    again = client.get(manifest(museum.booklet), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    Transcription.objects.all().delete()
    assert (
        client.get(manifest(museum.booklet), headers={"If-None-Match": answer["ETag"]}).status_code
        == 200
    )
    assert client.post(manifest(museum.booklet)).status_code == 405


def test_pages_cost_no_queries(museum: SimpleNamespace, client: Client) -> None:
    with CaptureQueriesContext(connection) as few:
        client.get(manifest(museum.booklet))
    for number in range(20, 40):
        Page.objects.create(document=museum.booklet, image=image(number), position=number)
    with CaptureQueriesContext(connection) as many:
        assert len(read(manifest(museum.booklet))["items"]) == 23
    assert len(many) == len(few) <= 10


def test_a_document_without_pages_shows_the_pictures_about_it(museum: SimpleNamespace) -> None:
    book = Document.objects.create(
        identifier="K", title="Book", slug="book", status=Status.PUBLISHED
    )
    assert Client().get(manifest(book)).status_code == 404
    Topic.objects.create(image=museum.photograph, about_document=book)
    assert [one["label"]["en"] for one in read(manifest(book))["items"]] == [["1"]]


def test_text_that_looks_like_markup_stays_text(museum: SimpleNamespace) -> None:
    museum.booklet.summary, museum.booklet.credit_line = "<script>alert(1)</script>", "<b>"
    museum.booklet.save()
    made = read(manifest(museum.booklet))
    assert problems(made) == []
    assert made["summary"]["en"] == ["<span>&lt;script&gt;alert(1)&lt;/script&gt;</span>"]


@pytest.mark.parametrize(("written", "expected"), [
    ("1940-08-20", "1940-08-20T00:00:00Z"), ("1929/1932", "1929-01-01T00:00:00Z"), ("-0043", None), ("", None),
])  # fmt: skip
def test_the_date_of_navigation_is_the_first_day(
    museum: SimpleNamespace, written: str, expected: str | None
) -> None:
    museum.booklet.written = written or None
    museum.booklet.save()
    assert read(manifest(museum.booklet)).get("navDate") == expected


def test_a_turned_picture_is_a_turned_canvas(museum: SimpleNamespace) -> None:
    Image.objects.filter(pk=museum.photograph.pk).update(rotation=90)
    made = read(manifest(museum.photograph))
    assert problems(made) == []
    canvas = made["items"][0]
    assert (canvas["width"], canvas["height"]) == (1505, 1000)
    (person,) = read(inner(canvas["annotations"][0]["id"]))["items"]
    assert person["target"].endswith("#xywh=1504,0,1,500")


def test_a_restricted_picture_is_named_in_the_size_that_visitors_get(
    museum: SimpleNamespace,
) -> None:
    in_copyright = "http://rightsstatements.org/vocab/InC/1.0/"
    Image.objects.filter(pk=museum.photograph.pk).update(rights=in_copyright)
    made = read(manifest(museum.photograph))
    assert problems(made) == []
    body = made["items"][0]["items"][0]["items"][0]["body"]
    assert body["width"] < made["items"][0]["width"] == 1000


# --- Collections ------------------------------------------------------------------------------------


def test_collections_lead_from_the_top_to_every_manifest(museum: SimpleNamespace) -> None:
    Collection.objects.create(identifier="S", title="Series", slug="series", parent=museum.fonds,
                              status=Status.PUBLISHED)  # fmt: skip
    Collection.objects.create(identifier="H", title="Quokka", slug="h", parent=museum.fonds)
    top = read("/iiif/collection/top")
    assert problems(top) == []
    assert [one["label"]["en"] for one in top["items"]] == [["Fonds"]]
    fonds = read(inner(top["items"][0]["id"]))
    assert problems(fonds) == []
    # The booklet's pages are reached through the booklet.
    assert [one["label"]["en"][0] for one in fonds["items"]] == [
        "Series",
        "Booklet",
        "A photograph",
    ]
    assert inner(fonds["items"][1]["thumbnail"][0]["service"][0]["id"]).endswith(
        str(Image.objects.get(slug="leaf-1").uuid)
    )
    assert inner(fonds["partOf"][0]["id"]) == "/iiif/collection/top"


def test_a_large_collection_comes_in_parts(
    museum: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collections, "MOST", 2)
    for number in (50, 51, 52):
        image(number, collection=museum.fonds)
    path, seen = f"/iiif/collection/{museum.fonds.uuid}", []
    while path:
        made = read(path)
        assert problems(made) == []
        seen += [one["label"]["en"][0] for one in made["items"] if one["type"] == "Manifest"]
        further = [one["id"] for one in made["items"] if one["type"] == "Collection"]
        path = inner(further[0]) if further else ""
    assert sorted(seen) == ["A photograph", "Booklet", "Leaf 50", "Leaf 51", "Leaf 52"]
    for wrong in ("9", "0", "-1", "x", "٣", "99999999"):
        assert (
            Client().get(f"/iiif/collection/{museum.fonds.uuid}?part={quote(wrong)}").status_code
            == 404
        )


def test_results_of_a_search_are_a_collection(museum: SimpleNamespace) -> None:
    from catalog.search import refresh

    refresh()
    made = read("/iiif/search?q=exil")
    assert problems(made) == []
    assert "Booklet" in [one["label"]["en"][0] for one in made["items"]]
    assert all(one["thumbnail"] for one in made["items"])
    assert read("/iiif/search?q=quokka")["items"] == []
    assert read("/iiif/search?kind=person")["items"] == []
    assert [one["label"]["en"][0] for one in read("/iiif/search?kind=document")["items"]] == [
        "Booklet"
    ]
    assert Client().get("/iiif/search?page=7").status_code == 404


# --- Words within -----------------------------------------------------------------------------------


def test_words_are_found_in_any_spelling_and_marked(museum: SimpleNamespace) -> None:
    service = read(manifest(museum.booklet))["service"][0]
    assert (service["type"], service["service"][0]["type"]) == (
        "SearchService2",
        "AutoCompleteService2",
    )
    found = read(
        f"{inner(service['id'])}?q=PRINKIPO%20%D1%82%D1%80%D0%BE%D1%86%D0%BA%D0%B8%D0%B9&motivation=painting&user=x"
    )
    assert found["@context"] == "http://iiif.io/api/search/2/context.json"
    assert found["ignored"] == ["motivation", "user"]
    (hit,) = found["items"]
    assert hit["body"]["value"] == "Троцкий in Prinkipo, Prinkipo."
    marks = found["annotations"][0]["items"]
    selectors = [one["target"]["selector"][0] for one in marks]
    assert [one["exact"] for one in selectors] == ["Троцкий", "Prinkipo", "Prinkipo"]
    assert {one["target"]["source"] for one in marks} == {hit["id"]}
    assert (
        selectors[1]["prefix"] + selectors[1]["exact"] + selectors[1]["suffix"]
        in hit["body"]["value"]
    )
    assert read(f"{inner(service['id'])}?q=barbizon%20prinkipo")["items"] == [], (
        "one text has to have all words"
    )


@pytest.mark.parametrize(
    "question",
    ["", "?q=", "?q=%00", "?q=nowhere", "?q=%ED%A0%80", "?q=" + "x" * 5000, "?q=%3Cq%3E"],
)
def test_no_question_is_an_error(museum: SimpleNamespace, question: str) -> None:
    for door in ("search", "autocomplete"):
        assert read(f"{manifest(museum.booklet)}/{door}{question}")["items"] == []


def test_a_long_answer_has_pages(museum: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_search, "PAGE", 1)
    first = read(f"{manifest(museum.booklet)}/search?q=exil")
    assert (first["partOf"]["total"], first["startIndex"]) == (2, 0)
    assert "prev" not in first
    second = read(inner(first["next"]["id"]))
    assert second["startIndex"] == 1 and "next" not in second
    assert inner(second["prev"]["id"]) == inner(first["id"])
    assert first["items"][0]["id"] != second["items"][0]["id"]
    assert Client().get(f"{manifest(museum.booklet)}/search?q=exil&page=3").status_code == 404


def test_beginnings_are_completed_with_their_numbers(museum: SimpleNamespace) -> None:
    offered = read(f"{manifest(museum.booklet)}/autocomplete?q=das%20PRI")["items"]
    assert [(one["value"], one["total"]) for one in offered] == [("prinkipo", 2)]
    assert read(inner(offered[0]["service"][0]["id"]))["items"]


# --- As plain text ----------------------------------------------------------------------------------


def test_the_text_of_a_document_can_be_taken_along(museum: SimpleNamespace, client: Client) -> None:
    answer = client.get("/documents/booklet/text")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("Booklet\n") and "quokka" not in text
    assert f"http://testserver/id/{museum.booklet.uuid}" in text
    assert (
        text.index("[Page Cover]")
        < text.index("Das Exil")
        < text.index("[Page 2]")
        < text.index("Троцкий")
    )
    assert client.get("/images/leaf-1/text").status_code == 200
    assert client.get("/images/photograph/text").status_code == 404
    assert client.get("/images/leaf-4/text").status_code == 404
