"""Feeds of what is new, as a feed reader follows them; and the description by which browsers use
the search.
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import search
from catalog.documents import feed as changes
from catalog.models import (
    Depiction,
    Exhibition,
    Page,
    Participation,
    Person,
    Status,
    Vocabulary,
)
from catalog.pages import atom
from catalog.pages.news import _shown_by_the_clock
from tests.pages.conftest import Make

NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "os": "http://a9.com/-/spec/opensearch/1.1/",
}
#: The feed of the whole catalogue.
ALL = "/search/?format=atom"

pytestmark = pytest.mark.django_db


def read(client: Client, url: str) -> ElementTree.Element:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def titles(feed: ElementTree.Element) -> list[str | None]:
    return [entry.findtext("a:title", None, NAMES) for entry in feed.findall("a:entry", NAMES)]


def link(element: ElementTree.Element, rel: str) -> str | None:
    found = element.find(f"a:link[@rel='{rel}']", NAMES)
    return None if found is None else found.get("href")


def written(record: Any, ago: timedelta) -> Any:
    """The record as if it had been changed and published some time ago."""
    then = timezone.now() - ago
    type(record).objects.filter(pk=record.pk).update(modified=then, first_published=then)
    record.refresh_from_db()
    return record


def picture(make: Make, title: str, **fields: Any) -> Any:
    held = {"file": "x.jpg", "sha256": "ab" * 32, "width": 800, "height": 600}
    return make("image", title, **held, **fields)


# --- What the pages offer ----------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("page", ["/", "/people/", "/images/?has_file=yes", "/search/?q=a", "/es/"])
def test_each_page_names_its_feed_in_head_and_in_words(
    client: Client, make: Make, page: str
) -> None:
    make("person", "Anna")
    picture(make, "A portrait")
    search.refresh()
    html = client.get(page).content.decode()
    head, body = html.split("<body", 1)
    (address,) = re.findall(r'type="application/atom\+xml" href="([^"]+)"', head)
    assert f'href="{address}" rel="nofollow"' in body
    feed = read(client, unescape(address))
    assert link(feed, "self") == "http://testserver" + unescape(address)


def test_the_feed_of_the_whole_catalogue_has_exhibitions(client: Client, make: Make) -> None:
    make("person", "Somebody")
    Exhibition.objects.create(identifier="X.1", title="The Pact", status=Status.PUBLISHED)
    Exhibition.objects.create(identifier="X.2", title="Not yet", status=Status.DRAFT)
    assert set(titles(read(client, ALL))) == {"Somebody", "The Pact"}


def test_the_feed_of_a_filtered_list_tells_what_fits_alone(
    client: Client, make: Make, term: Make
) -> None:
    mexico = make("place", "Mexico")
    wedding = make("event", "A wedding in Mexico", place=mexico)
    make("event", "A wedding in Norway")
    feed = read(client, "/events/?place=mexico&format=atom")
    assert titles(feed) == [wedding.title]
    assert "Mexico" in (feed.findtext("a:title", "", NAMES))
    assert link(feed, "alternate") == "http://testserver/events/?place=mexico"


def test_an_address_is_written_back_in_one_form(client: Client, make: Make) -> None:
    make("person", "Anna")
    feed = read(client, "/people/?utm=1&view=grid&sort=title&format=atom&page=x&kind=individual")
    assert link(feed, "self") == "http://testserver/people/?kind=individual&format=atom"


def test_a_filter_that_means_nothing_is_refused_with_the_reason(client: Client, make: Make) -> None:
    answer = client.get("/events/?place=no-such-place&format=atom")
    assert answer.status_code == 400
    assert "no-such-place" in answer.content.decode()


# --- What an entry says --------------------------------------------------------------------------------


def test_an_entry_says_what_when_and_where(client: Client, make: Make) -> None:
    person = make(
        "person", "Anna <Seghers>\x0b", summary="Writer & chemist", first_published=timezone.now()
    )
    written(person, timedelta(days=3))
    Person.objects.filter(pk=person.pk).update(modified=timezone.now() - timedelta(days=1))
    person.refresh_from_db()
    feed = read(client, "/people/?format=atom")
    (entry,) = feed.findall("a:entry", NAMES)
    assert entry.findtext("a:title", "", NAMES) == "Anna <Seghers>"
    assert entry.findtext("a:summary", "", NAMES) == "Writer &amp; chemist"
    assert entry.findtext("a:id", "", NAMES) == f"http://testserver/id/{person.uuid}"
    assert link(entry, "alternate") == f"http://testserver{person.get_absolute_url()}"
    updated, published = (
        entry.findtext(f"a:{name}", "", NAMES) for name in ("updated", "published")
    )
    assert updated.startswith(f"{person.modified:%Y-%m-%dT%H:%M}")
    assert published.startswith(f"{person.first_published:%Y-%m-%dT%H:%M}")
    assert feed.findtext("a:updated", "", NAMES) == updated
    assert feed.findtext("a:author/a:name", "", NAMES)


def test_a_picture_is_shown_to_whom_it_may_be(client: Client, make: Make, term: Make) -> None:
    photograph = term(Vocabulary.IMAGE_TYPE, "photograph")
    seen, unseen = make("person", "Seen"), make("person", "Unseen")
    shown = picture(make, "Shown", type=photograph)
    Depiction.objects.create(person=seen, image=shown)
    Depiction.objects.create(
        person=unseen, image=picture(make, "A draft", type=photograph, hidden=True)
    )
    feed = read(client, "/people/?format=atom")
    thumbnails = {
        entry.findtext("a:title", "", NAMES): [
            one.get("url") for one in entry.findall("media:thumbnail", NAMES)
        ]
        for entry in feed.findall("a:entry", NAMES)
    }
    assert thumbnails["Unseen"] == []
    (address,) = thumbnails["Seen"]
    assert str(address).startswith(f"http://testserver/pictures/{shown.uuid}/")


# --- The order -------------------------------------------------------------------------------------------


def test_what_the_clock_shows_is_new_on_its_day(client: Client, make: Make) -> None:
    hour = timedelta(hours=1)
    now = timezone.now()
    old = written(make("person", "Written long ago", embargo_until=now - hour), 90 * 24 * hour)
    planned = written(make("person", "Planned", publish_from=now - 3 * hour), 50 * 24 * hour)
    written(make("person", "Changed"), 2 * hour)
    written(make("person", "Still waiting", publish_from=now + hour), hour)
    feed = read(client, "/people/?format=atom")
    assert titles(feed) == [old.title, "Changed", planned.title]
    assert titles(read(client, ALL)) == titles(feed)
    entry = feed.findall("a:entry", NAMES)[2]
    for name in ("updated", "published"):
        assert entry.findtext(f"a:{name}", "", NAMES).startswith(
            f"{planned.publish_from:%Y-%m-%dT%H:%M}"
        )


@pytest.mark.parametrize("address", ["/people/?format=atom", ALL])
def test_pages_lead_through_everything_once(
    client: Client, make: Make, address: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(atom, "ENTRIES", 2)
    for number in range(5):
        make("person", f"Person {number}")
    seen: list[Any] = []
    following: str | None = address
    back = None
    while following is not None:
        feed = read(client, following)
        assert link(feed, "previous") == back
        back = link(feed, "self")
        seen += titles(feed)
        following = link(feed, "next")
    assert seen == [f"Person {number}" for number in reversed(range(5))]


def test_a_feed_ends_where_harvesting_begins(client: Client, make: Make, monkeypatch: Any) -> None:
    monkeypatch.setattr(atom, "ENTRIES", 2)
    monkeypatch.setattr(atom, "MOST", 4)
    for number in range(6):
        make("person", f"Person {number}")
    feed = read(client, "/people/?format=atom&page=2")
    assert len(titles(feed)) == 2
    assert link(feed, "next") is None


def test_the_pages_of_a_document_are_told_by_the_document(client: Client, make: Make) -> None:
    Page.objects.create(document=make("document", "Diary"), image=picture(make, "Leaf 1"))
    assert titles(read(client, ALL)) == ["Diary"]
    assert titles(read(client, "/images/?format=atom")) == ["Leaf 1"]


# --- What it costs -----------------------------------------------------------------------------------------


@pytest.mark.once
def test_the_number_of_queries_stands(client: Client, make: Make, term: Make) -> None:
    role = term(Vocabulary.PARTICIPATION_ROLE, "guest")

    def asked(address: str) -> int:
        changes.current()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(client, address)
        return len(queries)

    def some() -> None:
        for kind in ("document", "place", "collection"):
            make(kind, kind)
        Participation.objects.create(
            person=make("person", "A"), event=make("event", "B"), role=role
        )
        picture(make, "C")

    for address, most in (("/people/?format=atom&kind=individual", 6), (ALL, 20)):
        for _again in range(2):
            for _number in range(4):
                some()
            assert (number := asked(address)) <= most, (address, number)


def test_what_the_clock_has_shown_is_looked_up_in_the_small_indexes(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads the small tables of a test whole")
    plan = _shown_by_the_clock({"person": Person.objects.visible_to(None)}).explain()
    assert "person_scheduled" in plan and "person_embargoed" in plan, plan
    assert "person_changed" not in plan, plan


def test_an_answer_that_is_there_already_is_not_sent_again(client: Client, make: Make) -> None:
    for address in ("/people/?format=atom", ALL, "/search/?q=nothing&format=atom"):
        answer = client.get(address)
        assert (
            answer["Cache-Control"] == "public, no-cache" or "no-cache" in answer["Cache-Control"]
        )
        again = client.get(address, HTTP_IF_NONE_MATCH=answer["ETag"])
        assert (again.status_code, again.content) == (304, b"")
    make("person", "Somebody new")
    etag = client.get("/people/?format=atom")["ETag"]
    make("person", "Somebody newer")
    assert client.get("/people/?format=atom", HTTP_IF_NONE_MATCH=etag).status_code == 200


@pytest.mark.parametrize(
    "address", ["/people/?format=atom", ALL, "/search/?format=csv", "/search/?format=json"]
)
def test_who_asks_too_often_is_told_to_wait(
    client: Client, settings: Any, tmp_path: Any, address: str
) -> None:
    settings.VAR_DIR = tmp_path
    settings.CATALOG = {**settings.CATALOG, "HARVESTS_A_MINUTE": 1}
    answers = [client.get(address) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    # Pages of other sites may read it, and that they have to wait.
    assert all(answer["Access-Control-Allow-Origin"] == "*" for answer in answers)


def test_search_engines_stay_out(client: Client, make: Make) -> None:
    for address in ("/people/?format=atom", ALL, "/events/?place=x&format=atom"):
        assert client.get(address)["X-Robots-Tag"] == "noindex, nofollow"
    assert "Disallow: /*format=atom" in client.get("/robots.txt").content.decode()


def test_a_curator_gets_the_feed_of_the_public(admin_client: Client, make: Make) -> None:
    make("person", "Public")
    make("person", "A draft", status=Status.DRAFT)
    for address in ("/people/?format=atom", ALL):
        assert titles(read(admin_client, address)) == ["Public"]


# --- OpenSearch -----------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("prefix", ["", "/es"])
def test_browsers_learn_how_to_ask_the_search(
    client: Client, make: Make, settings: Any, prefix: str
) -> None:
    make("person", "Anna Seghers")
    search.refresh()
    html = client.get(f"{prefix}/people/").content.decode()
    (address,) = re.findall(
        r'rel="search" type="application/opensearchdescription\+xml" href="([^"]+)"', html
    )
    answer = client.get(address)
    assert answer["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    described = ElementTree.fromstring(answer.content)
    assert 0 < len(described.findtext("os:ShortName", "", NAMES)) <= 16
    assert 0 < len(described.findtext("os:LongName", "", NAMES)) <= 48
    found = {
        url.get("type"): str(url.get("template")).replace("{searchTerms}", "seghers")
        for url in described.findall("os:Url", NAMES)
    }
    assert all(url.startswith(f"http://testserver{prefix}/search/") for url in found.values())
    asked = {media: url.replace("{startPage?}", "") for media, url in found.items()}
    assert f"{prefix}/people/anna-seghers/" in client.get(asked["text/html"]).content.decode()
    assert titles(read(client, asked["application/atom+xml"])) == ["Anna Seghers"]
    suggested = client.get(asked["application/x-suggestions+json"]).json()
    assert suggested[:2] == ["seghers", ["Anna Seghers"]]
    assert suggested[3] == [f"http://testserver{prefix}/people/anna-seghers/"]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Museum", "Museum"),
        ("Trotsky’s struggle against Stalin", "Trotsky’s"),
        ("Exactly sixteen!", "Exactly sixteen!"),
        ("Donaudampfschifffahrtsmuseum", "Donaudampfschiff"),
    ],
)
def test_a_long_name_is_cut_after_a_word(
    client: Client, settings: Any, name: str, short: str
) -> None:
    settings.CATALOG = {**settings.CATALOG, "NAME": name}
    described = ElementTree.fromstring(client.get("/search/opensearch.xml").content)
    assert described.findtext("os:ShortName", "", NAMES) == short
