"""The home page, the search box, the random record, and what programs request."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from catalog import search
from catalog.documents import feed
from catalog.models import Page
from catalog.pages import sitemaps
from catalog.pages.figures import figures
from catalog.pages.home import RECENT, decades

#: Namespace of sitemaps, as ElementTree puts it before a name.
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_an_empty_catalogue_has_a_home_page(client: Client, db) -> None:
    assert client.get("/").status_code == 200
    assert client.get("/random/").status_code == 404


def test_home_shows_size_and_ways_in(client: Client, make, django_assert_max_num_queries) -> None:
    make("event", "Early", date="1879")
    make("event", "Late", date="1940-08-20")
    make("event", "Hidden", date="2001", hidden=True)
    make("place", "Oslo", latitude=59.9, longitude=10.7)
    make("place", "Secret", latitude=1, longitude=1, hidden=True)
    feed.current()
    # The records are counted while the index is behind.
    with django_assert_max_num_queries(12):
        page = client.get("/").content.decode()
    assert "Events from 1879 to 1940" in page
    search.refresh(None)
    # A process reads the index once.
    search.search(search.SearchQuery())
    with django_assert_max_num_queries(10):
        assert "Events from 1879 to 1940" in client.get("/?again").text
    assert "/events/?date_from=1940&amp;date_to=1949" in page
    assert client.get("/events/?date_from=1940&date_to=1949").status_code == 200
    assert page.count("<h1") == 1
    assert 'aria-label="Oslo"' in page
    assert "Secret" not in page


def test_whoever_shares_the_home_page_shows_its_picture(client: Client, make) -> None:
    assert "og:image" not in client.get("/").text
    make(
        "image", "Poster", file="originals/x.png", media_type="image/png",
        width=800, height=600, byte_size=100, sha256="a" * 64,
    )  # fmt: skip
    feed.current()
    page = client.get("/").text
    assert page.count('property="og:image"') == 1
    assert page.count('property="og:image:alt"') == 1


def test_hidden_pictures_are_not_on_the_home_page(client: Client, make) -> None:
    for number, hidden in enumerate((True, False, True)):
        make(
            "image", f"Poster {number}", hidden=hidden, file=f"originals/{number}.png",
            media_type="image/png", width=800, height=600, byte_size=100, sha256=str(number) * 64,
        )  # fmt: skip
    page = client.get("/").text
    assert "Poster 1" in page
    assert "Poster 0" not in page and "Poster 2" not in page


def test_places_of_one_point_lead_from_home_to_their_list(client: Client, make) -> None:
    assert 'class="map"' not in client.get("/").text
    for title in ("House", "Garden"):
        make("place", title, latitude=19.3, longitude=-99.2)
    assert 'href="/places/?view=map#marker-1"' in client.get("/").text
    assert '<li id="marker-1"' in client.get("/places/?view=map").text


def test_pages_of_a_document_do_not_crowd_out_what_changed(client: Client, make) -> None:
    booklet = make("document", "Booklet")
    for number in range(RECENT):
        Page.objects.create(document=booklet, image=make("image", f"Leaf {number}"))
    make("image", "Poster")
    page = client.get("/").content.decode()
    assert "Booklet" in page
    assert "Poster" in page
    assert "Leaf" not in page.partition('id="recent"')[2]


@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        ("?kind=event&q=trial+of", "/search/?q=trial+of&kind=event"),
        ("?kind=nonsense&q=x", "/search/?q=x"),
        ("?kind=person", "/search/?kind=person"),
        ("", "/search/"),
        ("?q=%00%00", "/search/"),
    ],
)
def test_the_old_address_of_the_box_leads_to_the_search(
    client: Client, db, query, leads_to
) -> None:
    assert client.get("/find/" + query)["Location"] == leads_to


def test_a_record_by_chance_is_a_public_one(client: Client, make) -> None:
    make("person", "Seen")
    make("person", "Unseen", hidden=True)
    assert {client.get("/random/")["Location"] for _ in range(12)} == {"/people/seen/"}


def test_decades_have_no_gaps() -> None:
    found = decades([(1870, 1), (1900, 4)])
    assert [(one.year, one.events, one.height) for one in found] == [
        (1870, 1, 25.0),
        (1880, 0, 0.0),
        (1890, 0, 0.0),
        (1900, 4, 100.0),
    ]


def test_files_for_programs(client: Client, db) -> None:
    assert b"Disallow: /admin/" in client.get("/robots.txt").content
    assert b"Disallow: /*/random/" in client.get("/robots.txt").content
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/favicon.ico")["Location"].endswith("mark.svg")


def places(client: Client, path: str) -> list[str]:
    """The addresses in a file of the sitemap."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return [str(place.text) for place in ElementTree.fromstring(answer.content).iter(f"{MAP}loc")]


def test_the_sitemap_names_every_public_page(client: Client, make, settings) -> None:
    site = "https://museum.example"
    settings.CATALOG = {"BASE_URL": site}
    make("person", "Seen & shown", slug="seen")
    make("person", "Unseen", hidden=True)
    make("place", "Unseen", hidden=True)
    assert f"Sitemap: {site}/sitemap.xml" in client.get("/robots.txt").text
    files = [address.removeprefix(site) for address in places(client, "/sitemap.xml")]
    # PostgreSQL counts on after earlier tests, so the number of the file is not always 0.
    assert files[0] == "/sitemaps/pages.xml"
    assert re.fullmatch(r"/sitemaps/people-\d+\.xml", files[1]) and len(files) == 2
    listed = [address.removeprefix(site) for path in files for address in places(client, path)]
    assert "/people/seen/" in listed
    assert "/people/unseen/" not in listed
    for path in listed:
        assert client.get(path).status_code == 200
    for name in (f"people-{9**9}", "horses-0", "places-0", f"people-{9**30}"):
        assert client.get(f"/sitemaps/{name}.xml").status_code == 404


def test_files_of_the_sitemap_part_the_records_by_their_numbers(
    client: Client, make, monkeypatch
) -> None:
    monkeypatch.setattr(sitemaps, "RANGE", 2)
    made = [make("event", f"Event {number}", hidden=number == 2) for number in range(5)]
    files = [
        address.removeprefix("http://testserver")
        for address in places(client, "/sitemap.xml")
        if "/events-" in address
    ]
    assert len(files) > 1
    listed = [address for path in files for address in places(client, path)]
    shown = [event for event in made if event.is_public]
    assert listed == [f"http://testserver{event.get_absolute_url()}" for event in shown]


def test_the_size_is_the_same_by_the_index_and_by_the_records(make, django_user_model) -> None:
    """The index counts for the home page while it is in step, the records while it is not."""
    dates = [
        "-0043-03-15",
        "1879",
        "1936/1938",
        "1938/..",
        "../1941",
        "19XX",
        "1940-08-20",
        "1940~",
        "0009",
        "0010",
    ]
    for number, date in enumerate([*dates, ""]):
        make("event", f"Event {number}", date=date)
    make("event", "Hidden", date="2001", hidden=True)
    make("person", "Leon Trotsky")
    make("place", "Oslo", hidden=True)
    readers = (None, django_user_model(is_staff=True, is_superuser=True))
    assert search.holdings() is None
    by_records = [figures(reader) for reader in readers]
    assert (by_records[0].first_year, by_records[1].decades[-1]) == (9, (2000, 1))
    search.refresh(None)
    assert search.holdings() is not None
    assert [figures(reader) for reader in readers] == by_records


def test_the_size_is_counted_in_one_query(make, django_assert_num_queries) -> None:
    make("event", "Trial", date="1937")
    search.refresh(None)
    figures(None)
    with django_assert_num_queries(1):
        figures(None)
