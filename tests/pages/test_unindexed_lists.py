"""List pages of a catalogue that holds nothing, or whose index is behind: the records themselves are asked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from catalog.models import Document
from catalog.uris import KINDS, Kind, list_path
from tests.filters.small_museum import made, small_museum
from tests.pages.test_lists import ADDRESSES, curator, text_of

__all__ = ["curator"]


@pytest.fixture
def museum(db: None) -> SimpleNamespace:
    """A few records of every kind, none of which is in the index."""
    return small_museum()


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_catalogue_says_so(db: None, client: Client, kind: Kind) -> None:
    assert "Nothing has been published here yet" in text_of(client.get(list_path(kind)))


def test_hidden_records_are_named_nowhere(
    museum: SimpleNamespace, client: Client, curator: Any
) -> None:
    for kind in KINDS:
        for query in ADDRESSES:
            page = text_of(client.get(list_path(kind) + query))
            for secret in ("Secret", "Agent", "Plot", "Hidden photo", "Closed series"):
                assert secret not in page
    client.force_login(curator)
    response = client.get("/people/")
    assert "Agent" in text_of(response) and "Draft" in text_of(response)
    assert "no-store" in response["Cache-Control"]


def test_pages_follow_each_other(db: None, client: Client, settings: Any) -> None:
    settings.CATALOG = {"PAGE_SIZE": 2}
    for number in range(5):
        made(Document, f"Letter {number}")
    first, second = client.get("/documents/"), client.get("/documents/?page=2")
    assert "Letter 0" in text_of(first) and "Letter 2" not in text_of(first)
    assert "Letter 2" in text_of(second)
    html = second.content.decode()
    assert '<link rel="prev" href="/documents/">' in html
    assert '<link rel="next" href="/documents/?page=3">' in html
    assert 'rel="next"' not in client.get("/documents/?page=3").content.decode()


def test_events_stand_under_their_decades(museum: SimpleNamespace, client: Client) -> None:
    page = text_of(client.get("/events/"))
    assert (
        page.index("1930s")
        < page.index("Moscow trial")
        < page.index("1940s")
        < page.index("Assassination")
    )
    assert page.index("Without a date") < page.index("Rumour")
    assert "1 of these has no date and is listed at the end" in page
    assert "1930s" not in text_of(client.get("/events/?sort=title"))
