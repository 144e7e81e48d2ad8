"""What a search found, as a file and as a feed."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from catalog import search
from catalog.models import (
    Person,
)
from tests.pages.test_search import page, total

#: Every test here has the collection, and what it writes is rolled back.
pytestmark = pytest.mark.usefixtures("sample_collection", "db")


def body(response: Any) -> str:
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_results_as_csv(client: Client) -> None:
    response = client.get("/search/?q=trotsky&format=csv")
    assert response["Content-Disposition"] == 'attachment; filename="search.csv"'
    rows = list(csv.DictReader(io.StringIO(body(response))))
    assert len(rows) == total(page(client, "?q=trotsky"))
    assert rows[0]["title"] == "Leon Trotsky"
    assert rows[0]["url"] == "http://testserver/people/trotsky/"


def test_a_row_says_who_what_and_where_it_belongs(client: Client) -> None:
    response = client.get("/search/?q=history+of+the+russian+revolution&kind=document&format=csv")
    row = next(csv.DictReader(io.StringIO(body(response))))
    assert row["type"] == "Book"
    assert row["people"] == "Leon Trotsky (Author)"
    assert row["collection"] == "Writings of Trotsky"
    assert row["rights"].startswith("http://rightsstatements.org/")
    assert row["date"] == "1929–1932"


def test_results_as_json(client: Client) -> None:
    answer = json.loads(body(client.get("/search/?q=pact&format=json")))
    assert answer["total"] == len(answer["results"]) == total(page(client, "?q=pact"))
    assert answer["results"][0]["found_in"]


def test_results_are_references_for_reference_managers(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    found = page(client, "?q=history+of+the+russian+revolution&kind=document")
    assert "format=bib" in found and ">RIS</a>" in found
    with django_assert_max_num_queries(36):
        bib = body(client.get("/search/?q=trotsky&format=bib"))
    keys = re.findall(r"^@\w+\{([^,]+),$", bib, re.MULTILINE)
    assert len(keys) == len(set(keys)) == total(page(client, "?q=trotsky"))
    assert "author = {Trotsky, Leon}" in bib
    answer = client.get("/documents/?q=revolution&format=ris")
    assert answer["Content-Disposition"] == 'attachment; filename="documents.ris"'
    ris = body(answer)
    assert "AU  - Trotsky, Leon\r\n" in ris and "\r\nUR  - http://testserver/id/" in ris
    listed = body(client.get("/documents/?q=revolution&format=csv"))
    assert ris.count("ER  - ") == len(list(csv.DictReader(io.StringIO(listed)))) > 1


ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_the_results_are_a_feed_the_newest_first(client: Client) -> None:
    html = page(client, "?q=trotsky&sort=title")
    url = unescape(re.search(r'type="application/atom\+xml" href="([^"]+)"', html)[1])
    assert url == "/search/?q=trotsky&format=atom"
    record = Person.objects.get(slug="mercader")
    record.summary = "Changed a moment ago, about Trotsky."
    record.save()
    search.refresh()
    answer = client.get(url)
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    first = feed.find("a:entry", ATOM)
    assert first.find("a:title", ATOM).text == record.title
    assert first.find("a:id", ATOM).text == f"http://testserver/id/{record.uuid}"
    assert feed.find("a:link[@rel='self']", ATOM).get("href").endswith(url)


def test_a_long_feed_has_pages(client: Client) -> None:
    feed = ElementTree.fromstring(client.get("/search/?kind=person&kind=event&format=atom").content)
    seen = len(feed.findall("a:entry", ATOM))
    while (following := feed.find("a:link[@rel='next']", ATOM)) is not None:
        feed = ElementTree.fromstring(client.get(following.get("href")).content)
        seen += len(feed.findall("a:entry", ATOM))
    assert seen == total(page(client, "?kind=person&kind=event"))


@pytest.mark.parametrize("query", ["page=99", "page=x", "date_from=x", "kind=x", "q=%00"])
def test_no_address_of_the_feed_is_an_error(client: Client, query: str) -> None:
    ElementTree.fromstring(client.get(f"/search/?format=atom&{query}").content)
