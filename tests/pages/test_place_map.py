"""Places on a map: the map and the list below it say the same, without script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from catalog.pages import place_map

ENTRY = re.compile(r'<li id="marker-\d+"[^>]*>(.*?)</li>', re.DOTALL)
MARKER = re.compile(r'<a href="([^"]*)"[^>]* aria-label="([^"]*)"')


@pytest.fixture
def places(make) -> dict[str, Any]:
    positions = {
        "Moscow": (55.752, 37.618),
        "Coyoacán": (19.35, -99.162),
        "Casa Azul": (19.355, -99.1625),
        "Paris": (48.857, 2.352),
        "Nowhere": (None, None),
    }
    found = {
        title: make("place", title, latitude=latitude, longitude=longitude)
        for title, (latitude, longitude) in positions.items()
    }
    make("place", "Hidden", latitude=50, longitude=14, hidden=True)
    make("place", "Hidden nowhere", hidden=True)
    return found


def chart(page: str, width: str = "wide") -> str:
    """The map as it is drawn for wide screens or for narrow ones."""
    return page.partition(f'<svg class="chart chart--{width}"')[2].partition("</svg>")[0]


def test_a_map_and_its_list_say_the_same(client: Client, places) -> None:
    page = client.get("/places/?view=map").text
    assert [re.sub(r"<[^>]+>", "", one) for one in ENTRY.findall(page)] == [
        "2 places Casa Azul, Coyoacán",
        "Moscow",
        "Paris",
    ]
    markers = dict(reversed(pair) for pair in MARKER.findall(chart(page)))
    assert markers["Moscow"] == "/places/moscow/"
    assert set(markers) == {"Casa Azul, Coyoacán", "Moscow", "Paris"}
    assert "Without a known position" in page
    assert "/places/nowhere/" in page
    assert "Hidden" not in page


def test_narrow_screens_see_the_same_places_with_fewer_markers(
    client: Client, places, make
) -> None:
    """They had to be moved sideways, and without script began at the left edge: in the Americas."""
    make("place", "Rouen", latitude=49.44, longitude=-9)
    page = client.get("/places/?view=map").text
    wide, narrow = (
        dict(reversed(pair) for pair in MARKER.findall(chart(page, width)))
        for width in ("wide", "narrow")
    )
    assert set(wide) == {"Casa Azul, Coyoacán", "Moscow", "Paris", "Rouen"}
    assert set(narrow) == {"Casa Azul, Coyoacán", "Moscow", "Paris, Rouen"}
    assert narrow["Paris, Rouen"].startswith("/places/?view=map&amp;part=")
    box = re.compile(r'viewBox="([^"]*)"')
    assert (
        box.findall(page.partition("chart--wide")[2])[0]
        == box.findall(page.partition("chart--narrow")[2])[0]
    )


def test_what_lies_close_together_leads_to_a_closer_map(client: Client, places) -> None:
    markers = dict(reversed(pair) for pair in MARKER.findall(client.get("/places/?view=map").text))
    closer = markers["Casa Azul, Coyoacán"].replace("&amp;", "&")
    assert closer.startswith("/places/?view=map&part=")
    page = client.get(closer).text
    assert "2 places are in this area." in page
    assert 'href="/places/?view=map" rel="nofollow">The whole map' in page
    # A house and its street are one point on any map of coasts; the list distinguishes them.
    assert MARKER.findall(chart(page)) == [("#marker-1", "Casa Azul, Coyoacán")]
    assert "Moscow" not in page.partition('id="marker-1"')[2].partition("</ul>")[0]
    assert '<link rel="canonical" href="http://testserver/places/?view=map">' in page
    assert "Without a known position" not in page


@pytest.mark.once
def test_names_stand_beside_their_marks_while_there_is_room(client: Client, places, make) -> None:
    name = re.compile(r'<text class="chart__name([^"]*)" x="[^"]*"[^>]*>([^<]*)</text>')
    page = client.get("/places/?view=map").text
    named = dict(reversed(pair) for pair in name.findall(chart(page)))
    assert named == {"Moscow": "", "Paris": ""}
    for number in range(70):
        make(
            "place", f"Village {number}", latitude=-60 + number % 7 * 15, longitude=5 * number - 180
        )
    assert not name.findall(chart(client.get("/places/?view=map").text))


def test_the_map_keeps_the_filters(client: Client, places, term) -> None:
    places["Paris"].countries.add(term("country", "fr"))
    page = client.get("/places/?country=fr&view=map").text
    assert [one for _, one in MARKER.findall(chart(page))] == ["Paris"]
    assert "Without a known position" not in page
    assert 'name="view" value="map"' in page


def test_spanish_numbers_do_not_break_the_map(client: Client, places) -> None:
    page = chart(client.get("/es/places/?view=map").text)
    assert re.search(r'cx="-?\d+\.\d\d"', page)
    assert not re.search(r'(?:c[xy]|r|x|y|font-size)="[^"]*,', page)


@pytest.mark.once
@pytest.mark.parametrize("part", ["1,2,3", "5,5,1,9", "a,b,c,d", "nan,0,1,1", "-200,0,10,10", "\0"])
def test_a_part_that_is_none_is_refused_in_words(client: Client, places, part: str) -> None:
    answer = client.get("/places/", {"view": "map", "part": part})
    assert answer.status_code == 400
    assert "west,south,east,north in degrees" in answer.text


def test_a_map_of_nothing_and_a_list_without_a_map(client: Client, make) -> None:
    assert client.get("/places/?view=map").status_code == 200
    make("place", "Nowhere")
    page = client.get("/places/?view=map").text
    assert "/places/nowhere/" in page
    assert "<svg" not in page
    assert client.get("/places/?view=map&page=2").status_code == 404
    assert client.get("/events/?view=map").status_code == 400


def test_more_places_than_can_be_named_are_all_counted(
    client: Client, places, make, monkeypatch, django_assert_max_num_queries
) -> None:
    for number in range(40):
        make("place", f"Village {number:02}", latitude=number % 8 * 9, longitude=number * 4 - 60)
    monkeypatch.setattr(place_map, "MOST", 6)
    client.get("/places/")
    with django_assert_max_num_queries(12):
        page = client.get("/places/?view=map").text
    assert "44 places are in this area, too many to list." in page
    assert '<a href="/places/">See all in the list</a>' in page
    markers = MARKER.findall(chart(page))
    numbers = [
        int(number) for number in re.findall(r'class="chart__number"[^>]*>(\d+)<', chart(page))
    ]
    assert numbers and len(markers) < 44
    assert sum(numbers) + len(markers) - len(numbers) == 44
    assert "Hidden" not in page
    # A single one has its name; several are named after one of them, also in the list below.
    assert ("/places/moscow/", "Moscow") in markers
    closer, said = next(
        (href, said) for href, said in markers if "Casa Azul" in said or "Coyo" in said
    )
    entry = next(one for one in ENTRY.findall(page) if "Casa Azul" in one or "Coyo" in one)
    assert said.endswith("and 1 more") and "and 1 more" in entry
    # Closer, where there are few enough, each has its name again.
    named = client.get(closer.replace("&amp;", "&")).text
    assert "2 places are in this area." in named
    assert ENTRY.findall(named)[0].count("<a ") == 2
    assert "Without a known position" in page and "Without a known position" not in named


def test_the_map_asks_a_fixed_number_of_questions(
    client: Client, make, django_assert_max_num_queries
) -> None:
    for number in range(30):
        make("place", f"Place {number}", latitude=number, longitude=2 * number)
    client.get("/places/")
    with django_assert_max_num_queries(10):
        client.get("/places/?view=map")


def test_a_place_and_what_happened_there_show_where_it_lies(client: Client, make, places) -> None:
    label = "Map of the part of the world in which Paris lies"
    assert label in client.get("/places/paris/").text
    make("event", "Congress", place=places["Paris"])
    assert label in client.get("/events/congress/").text
    assert 'class="locator"' not in client.get("/places/nowhere/").text
    hidden = make("place", "Secret", latitude=1, longitude=1, hidden=True)
    make("event", "Meeting", place=hidden)
    assert 'class="locator"' not in client.get("/events/meeting/").text
