"""“Save and add another”: what the next form has already, said before and after, and cleared in one move."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from catalog.models import Collection, Document
from tests.admin.conftest import form_of, term

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def words(answer: Any, mark: str) -> str:
    """The words of the part of a page that has a class."""
    found = re.search(rf'<(div|p) class="{mark}".*?</\1>', answer.content.decode(), re.DOTALL)
    return (
        html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[0]))).strip()
        if found
        else ""
    )


def saved(client: Client, address: str, **entries: Any) -> str:
    """Save a form with “Save and add another”; where that leads."""
    page = form_of(client.get(address).content)
    answer = client.post(address, page | entries | {"_addanother": "x"})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"])


ADD = "/admin/catalog/document/add/"


def test_it_is_said_before_and_after(cataloguer: Client) -> None:
    series = Collection.objects.create(identifier="F.1", title="Letters & notes")
    letter = term("document_type", "letter", label="Letter")
    first = cataloguer.get(ADD)
    assert words(first, "carries-over") == (
        "“Save and add another” keeps for the next form: type, collection, place of writing, holding "
        "institution, rights statement and credit line. It proposes the next free identifier."
    )
    assert words(first, "carried") == ""
    lead = saved(
        cataloguer, ADD, identifier="D.07", title="To Natalia", collection=series.pk, type=letter.pk,
        rights="http://rightsstatements.org/vocab/InC/1.0/",
    )  # fmt: skip
    then = cataloguer.get(lead)
    page = form_of(then.content)
    assert (page["collection"], page["type"], page["identifier"]) == (
        str(series.pk),
        str(letter.pk),
        "D.08",
    )
    said = words(then, "carried")
    assert said.startswith(
        "Carried over from “To Natalia”: Type – Letter; Collection – Letters & notes; "
    )
    assert "Rights statement – In copyright" in said and "Next free identifier: D.08." in said
    empty = re.search(r'<a class="button" href="([^"]+)">Clear what was', then.content.decode())
    assert empty
    page = form_of(cataloguer.get(html.unescape(empty[1])).content)
    assert (page.get("collection", ""), page.get("type", ""), page["rights"]) == ("", "", "")
    assert page["identifier"] == "D.08"


def test_what_was_emptied_is_not_carried_on(cataloguer: Client) -> None:
    series = Collection.objects.create(identifier="F.1", title="Letters")
    lead = saved(cataloguer, ADD, identifier="D.1", title="One", collection=series.pk)
    lead = saved(cataloguer, lead, title="Two", collection="")
    assert Document.objects.get(title="Two").collection is None
    assert form_of(cataloguer.get(lead).content).get("collection", "") == ""
    said = words(cataloguer.get(lead), "carried")
    assert said.startswith("Nothing was carried over from “Two”.")
    assert "Next free identifier: D.3." in said


def test_a_changed_record_leads_to_the_next_too(cataloguer: Client) -> None:
    series = Collection.objects.create(identifier="F.1", title="Letters")
    work = Document.objects.create(identifier="D.1", title="One", collection=series)
    lead = saved(cataloguer, f"/admin/catalog/document/{work.pk}/change/?_changelist_filters=q%3Dx")
    assert lead.startswith(ADD) and "_changelist_filters=q%3Dx" in lead
    assert form_of(cataloguer.get(lead).content)["collection"] == str(series.pk)


@pytest.mark.parametrize(
    "query", ["_carried=999999", "_carried=x", "_carried=1&collection=x", "collection=5"]
)
def test_an_odd_address_says_nothing_and_opens_the_form(cataloguer: Client, query: str) -> None:
    answer = cataloguer.get(f"{ADD}?{query}")
    assert answer.status_code == 200 and words(answer, "carried") == ""


def test_a_window_of_another_form_says_nothing(cataloguer: Client) -> None:
    assert words(cataloguer.get(f"{ADD}?_popup=1"), "carries-over") == ""
