"""What the page of a record tells machines that read pages: its head, and linked data for search engines."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.utils.html import escape

from catalog.uris import KINDS
from tests.pages.conftest import HELD, linked_data, text_of


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_the_head_names_the_page_for_machines(client: Client, make, kind) -> None:
    title = 'A "title" & </script><b>'
    record = make(kind, title, slug="it", summary="One line", internal_note="hush")
    html = text_of(client.get(record.get_absolute_url()))
    assert "hush" not in html
    assert f"<title>{escape(title)} – " in html
    assert f'<link rel="canonical" href="http://testserver{record.get_absolute_url()}">' in html
    assert f'hreflang="es" href="http://testserver/es{record.get_absolute_url()}"' in html
    assert '<meta name="description" content="One line">' in html
    assert '<meta property="og:title"' in html
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert found and json.loads(found[1])["name"] == title
    assert f"http://testserver/id/{record.uuid}" in html and record.identifier in html


def test_search_engines_are_told_when_and_where_it_happened(client: Client, make) -> None:
    mexico = make("place", "Mexico", latitude=23, longitude=-102)
    house = make("place", "House </script><b>", part_of=mexico, latitude=19.3, longitude=-99.2)
    exile = make("event", "Exile", date="1929-02/1940-08-21")
    make("event", "Hearings", date="1937-04-10/1937-04-17", place=house, part_of=exile)
    said = linked_data(client, "/events/hearings/")
    assert (said["startDate"], said["endDate"]) == ("1937-04-10", "1937-04-17")
    assert said["location"] == {"@type": "Place", "name": "House </script><b>"}
    assert said["superEvent"] == {"@type": "Event", "name": "Exile"}
    said = linked_data(client, house.get_absolute_url())
    assert said["geo"] == {"@type": "GeoCoordinates", "latitude": 19.3, "longitude": -99.2}
    assert said["containedInPlace"] == {"@type": "Place", "name": "Mexico"}


@pytest.mark.once
@pytest.mark.parametrize(
    ("date", "start", "end"),
    [
        ("1917", "1917", None),
        ("1937-04/..", "1937-04", None),
        ("../1940", None, "1940"),
        ("[1936,1938]", None, None),
        ("1936-21/1938", None, "1938"),
        ("", None, None),
    ],
)
def test_a_date_that_search_engines_cannot_read_is_left_out(
    client: Client, make, date: str, start: str | None, end: str | None
) -> None:
    make("event", "Happening", date=date)
    said = linked_data(client, "/events/happening/")
    assert (said.get("startDate"), said.get("endDate")) == (start, end)


def test_search_engines_are_told_nothing_hidden(client: Client, make) -> None:
    hidden = make("place", "Secret", hidden=True)
    make("event", "Meeting", place=hidden, part_of=make("event", "Plot", hidden=True))
    make("place", "Room", part_of=hidden)
    for path in ("/events/meeting/", "/places/room/"):
        assert not {"location", "superEvent", "containedInPlace"} & set(linked_data(client, path))


def test_search_engines_are_told_of_what_a_collection_is_a_part(client: Client, make) -> None:
    fonds, hidden = make("collection", "Fonds"), make("collection", "Secret", hidden=True)
    make("collection", "Letters", parent=fonds)
    make("collection", "Papers", parent=hidden)
    said = linked_data(client, "/collections/letters/")
    assert said["@type"] == "ArchiveComponent"
    assert said["isPartOf"] == {"@type": "Collection", "name": "Fonds"}
    said = linked_data(client, "/collections/papers/")
    assert said["@type"] == "Collection" and "isPartOf" not in said


def test_search_engines_are_told_the_picture_of_a_record(client: Client, make) -> None:
    make("image", "Portrait", **HELD)
    image = linked_data(client, "/images/portrait/")["image"]
    assert image.startswith("http://testserver/pictures/")
    make("image", "Not held")
    assert "image" not in linked_data(client, "/images/not-held/")
