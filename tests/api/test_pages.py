"""Pages of documents and their transcriptions, as programs read and write them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from catalog.models import Document, Image, Page, Status, Term, Transcription
from tests.api.conftest import Asking


@pytest.fixture
def booklet(museum: SimpleNamespace) -> Document:
    """A document of two pages, the second with its text; the third page's image is a draft."""
    document = Document.objects.create(
        identifier="P 1", title="Booklet", slug="booklet", status=Status.PUBLISHED
    )
    for number, status in enumerate((Status.PUBLISHED, Status.PUBLISHED, Status.DRAFT), 1):
        image = Image.objects.create(
            identifier=f"P 1.{number}", title=f"Leaf {number}", slug=f"leaf-{number}", status=status
        )
        # Entered from the last to the first: the order is that of the positions.
        Page.objects.create(document=document, image=image, position=10 - number, label=f"{number}")
        german = Term.objects.get_or_create(
            vocabulary="language", code="de", defaults={"label": "German"}
        )[0]
        Transcription.objects.create(
            image=image, language=german, text=f"Text {number}", transcribed_by="A. Reader"
        )
    return document


def test_a_document_has_its_pages_in_order_with_their_words(booklet: Document, api: Asking) -> None:
    pages = api.json("/api/v1/documents/booklet/")["pages"]
    assert pages["count"] == 2
    assert [one["image"]["slug"] for one in pages["results"]] == ["leaf-2", "leaf-1"]
    written = pages["results"][0]["transcriptions"]
    assert [(one["text"], one["language"]["code"], one["transcribed_by"]) for one in written] == [
        ("Text 2", "de", "A. Reader")
    ]
    image = api.json("/api/v1/images/leaf-1/")
    assert [one["text"] for one in image["transcriptions"]["results"]] == ["Text 1"]
    assert [one["document"]["slug"] for one in image["page_of"]["results"]] == ["booklet"]


def test_corrected_words_are_in_the_document_at_once(booklet: Document, api: Asking) -> None:
    path = "/api/v1/documents/booklet/"
    before = api.etag(path)
    Transcription.objects.filter(text="Text 2").update(text="Corrected")
    assert api.etag(path) != before
    assert api.json(path)["pages"]["results"][0]["transcriptions"][0]["text"] == "Corrected"


def test_curators_add_order_and_take_out_pages(
    booklet: Document, cataloguer: Asking, editor: Asking
) -> None:
    path = "/api/v1/documents/booklet/pages/"
    Image.objects.create(identifier="P 1.9", title="Leaf 9", slug="leaf-9", status=Status.PUBLISHED)
    assert cataloguer.send("POST", path, {"image": "leaf-9"}).status_code == 403
    made = editor.send("POST", path, {"image": "leaf-9", "label": "back"})
    assert made.status_code == 201, made.content
    assert editor.json(path)["results"][0]["label"] == "back"
    own = json.loads(made.content)["id"]
    moved = editor.send(
        "PATCH", f"{path}{own}/", {"position": 99}, etag=editor.etag(f"{path}{own}/")
    )
    assert moved.status_code == 200, moved.content
    assert editor.json(path)["results"][-1]["label"] == "back"
    again = editor.send("POST", path, {"image": "leaf-9"})
    assert again.status_code == 422 and b"already a page of this document" in again.content
    gone = editor.send("DELETE", f"{path}{own}/", etag=editor.etag(f"{path}{own}/"))
    assert gone.status_code == 204
    assert Image.objects.filter(slug="leaf-9").exists()


@pytest.mark.parametrize("sent", [{}, {"text": " "}, {"text": "x", "language": "klingon"}])
def test_words_without_text_or_in_no_language_are_refused(
    booklet: Document, editor: Asking, sent: dict[str, Any]
) -> None:
    answer = editor.send("POST", "/api/v1/images/leaf-1/transcriptions/", sent)
    assert answer.status_code == 422
    assert Transcription.objects.filter(image__slug="leaf-1").count() == 1
