"""Further details of a record: written in the form and over the API, shown on its page, found by the search."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog import search
from catalog.models import Detail, Status, Vocabulary
from tests.admin.conftest import door, form_of  # noqa: F401 - a fixture
from tests.api.conftest import editor  # noqa: F401 - a fixture
from tests.models.conftest import make, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def photograph():
    return make("image", title="At the gate", status=Status.PUBLISHED)


@pytest.fixture
def technique():
    return term(Vocabulary.DETAIL, "technique", scope_note="What it is made of.")


def page_of(record):
    return Client().get(record.get_absolute_url()).content.decode()


def test_a_cataloguer_writes_one_in_the_form(door, photograph, technique):  # noqa: F811
    anna = door("Editor")
    address = f"/admin/catalog/image/{photograph.pk}/change/"
    typed = form_of(anna.get(address).content) | {
        "details-TOTAL_FORMS": 1,
        "details-0-kind": technique.pk,
        "details-0-text": "Gelatin silver print, retouched",
        "details-0-position": "",
    }
    assert anna.post(address, typed).status_code == 302
    assert "<dt>technique</dt>" in page_of(photograph)
    assert "Gelatin silver print, retouched" in page_of(photograph)
    (hit,) = search.search(search.SearchQuery("gelatin")).hits
    assert hit.record == photograph
    assert (str(hit.snippet.label), str(hit.snippet)) == (
        "technique",
        "Gelatin silver print, retouched",
    )


def test_the_form_offers_sorts_of_detail_only(door, photograph):  # noqa: F811
    anna = door("Editor")
    address = f"/admin/catalog/image/{photograph.pk}/change/"
    typed = form_of(anna.get(address).content) | {
        "details-TOTAL_FORMS": 1,
        "details-0-kind": term(Vocabulary.SUBJECT).pk,
        "details-0-text": "x",
    }
    assert anna.post(address, typed).status_code == 200
    assert not Detail.objects.exists()


def test_details_of_one_sort_stand_together_in_their_order(photograph, technique):
    size = term(Vocabulary.DETAIL, "size")
    for place, (kind, text) in enumerate(
        [(technique, "Print, mounted"), (size, "18 × 24 cm"), (technique, "<b>Retouched</b>")]
    ):
        Detail.objects.create(image=photograph, kind=kind, text=text, position=place)
    page = page_of(photograph)
    places = [
        page.index(one)
        for one in (
            "technique</dt>",
            "Print, mounted",
            "&lt;b&gt;Retouched",
            "size</dt>",
            "18 × 24 cm",
        )
    ]
    assert places == sorted(places)


def test_a_program_writes_and_reads_them(editor, photograph, technique):  # noqa: F811
    address = f"/api/v1/images/{photograph.slug}/"
    said = {"kind": "technique", "text": "Daguerreotype"}
    answer = editor.send("POST", f"{address}details/", said, editor.etag(address))
    assert answer.status_code == 201, answer.content
    told = Client().get(address).json()["details"]["results"]
    assert [(one["kind"]["code"], one["text"]) for one in told] == [("technique", "Daguerreotype")]
    refused = editor.send(
        "POST", f"{address}details/", {"kind": "none", "text": ""}, editor.etag(address)
    )
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {"kind", "text"}
