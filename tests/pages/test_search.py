"""The search page and its suggestions, as a visitor sees them."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import html5lib
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import search
from catalog.documents import feed
from catalog.models import (
    Contribution,
    Depiction,
    Document,
    Event,
    Image,
    Page,
    Person,
    Status,
    Term,
    Topic,
)
from catalog.search import memory, view
from tests.filters.small_museum import held, made

#: Queries of a page, whatever it shows and whether or not its words were asked before; one more if
#: a process reads the index for the first time, or another version of it, if only a transcription
#: explains why a record was found, or if words have to be taken as beginnings.
MOST_QUERIES, ONE_MORE = 12, 13
#: Queries for the exhibitions of the sample, if nothing but words is asked for.
EXHIBITIONS = 2


@pytest.fixture(autouse=True)
def _with_collection(sample_collection: None, db: None) -> None:
    """Every test here has the collection, and what it writes is rolled back."""


def page(client: Client, query: str = "", path: str = "/search/") -> str:
    response = client.get(path + query)
    assert response.status_code == 200
    return response.content.decode()


def titles(html: str) -> list[str]:
    return [
        unescape(re.sub(r"<[^>]+>", "", found))
        for found in re.findall(r'<a class="title"[^>]*>(.*?)</a>', results(html), re.S)
    ]


def records(html: str) -> list[str]:
    return re.findall(r'<a class="title" href="([^"]+)"', results(html))


def results(html: str) -> str:
    """The part of a page that follows the exhibitions."""
    return html.rpartition('id="count"')[2]


def total(html: str) -> int:
    return int(re.search(r'id="count">(\d+)', html)[1])


# --- What people expect to find ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["trotsky", "Троцкий", "trotskij", "TROTZKI", "TRÓTSKY", "Leon Trotsky"]
)
def test_the_person_comes_first_in_any_spelling(client: Client, words: str) -> None:
    assert records(page(client, f"?q={words}"))[0] == "/people/trotsky/"


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("tomb", {"/images/tomb-photo/", "/events/burial/"}),
        ("pact", {"/documents/pact/", "/events/pact-signing/", "/images/pact-signing-photo/"}),
        ("frank jacson", {"/people/mercader/"}),
        ("casa azul", {"/places/casa-azul/"}),
    ],
)
def test_words_give_what_people_mean(client: Client, words: str, first: set[str]) -> None:
    assert set(records(page(client, f"?q={words}"))[: len(first)]) == first


def test_a_result_says_what_matched_and_where(client: Client) -> None:
    html = page(client, "?q=jacson")
    assert "<mark>Jacson</mark>" in html
    assert "Other names" in html


def test_text_of_records_is_never_markup(client: Client) -> None:
    Person.objects.create(
        identifier="X.1", title="<b>Bold</b> quetzal", summary="<script>", status=Status.PUBLISHED
    )
    search.refresh()
    html = page(client, "?q=quetzal")
    assert "&lt;b&gt;Bold&lt;/b&gt; <mark>quetzal</mark>" in html
    assert "<script>" not in html


def test_results_show_their_makers_and_pictures(client: Client) -> None:
    photograph = Term.objects.get(vocabulary="image_type", code="photograph")
    author = Term.objects.get(vocabulary="contribution_role", code="author")
    leaf, likeness, draft = (
        made(Image, title, type=photograph, hidden=title == "Draft", **held())
        for title in ("Leaf", "Likeness", "Draft")
    )
    person, event = made(Person, "Ada Quetzal"), made(Event, "Quetzal hearing")
    letter, leaflet = made(Document, "Quetzal letter"), made(Document, "Quetzal leaflet")
    for image in (draft, likeness):
        Depiction.objects.create(image=image, person=person)
        Topic.objects.create(image=image, about_event=event)
        Topic.objects.create(image=image, about_document=letter)
    Page.objects.create(document=leaflet, image=leaf)
    Contribution.objects.create(document=letter, person=person, role=author)
    search.refresh()
    pictures = {person: likeness, event: likeness, letter: likeness, leaflet: leaf}
    for view_of in ("list", "grid"):
        html = page(client, f"?q=quetzal&view={view_of}")
        results = {path: result for result in html.split("<li") for path in records(result)}
        for record, image in pictures.items():
            assert f"/pictures/{image.uuid}/" in results[record.get_absolute_url()]
        assert str(draft.uuid) not in html
    # What belongs to one kind alone is queried in another way.
    assert f"/pictures/{likeness.uuid}/" in page(client, "?q=quetzal&kind=event")
    assert "Ada Quetzal (author)" in page(client, "?q=quetzal&kind=document")


# --- Kinds, facets, orders ---------------------------------------------------------------------------


def test_kinds_have_counts_that_are_found(client: Client) -> None:
    html = page(client, "?q=trotsky")
    links = re.findall(
        r'<a href="([^"]+)"[^>]*>(\w+) <span class="kinds__count figures">(\d+)', html
    )
    assert [name for _url, name, _count in links][:3] == ["All", "People", "Documents"]
    for url, _name, count in links:
        assert total(page(client, path=unescape(url))) == int(count)


def test_counts_of_values_are_found(client: Client) -> None:
    html = page(client, "?q=moscow")
    options = re.findall(
        r'type="checkbox" name="(\w+)" value="([^"]+)".*?facet__count figures">(\d+)', html, re.S
    )
    assert {name for name, _code, _count in options} >= {"decade", "type", "person", "place"}
    for name, code, count in options[::9]:
        assert total(page(client, f"?q=moscow&{name}={code}")) == int(count), (name, code)


def test_values_of_a_facet_are_or_and_facets_are_and(client: Client) -> None:
    russian, german = (total(page(client, f"?language={code}")) for code in ("ru", "de"))
    both = total(page(client, "?language=ru&language=de"))
    assert max(russian, german) < both <= russian + german
    assert total(page(client, "?language=ru&decade=1930")) < russian


def test_chosen_values_are_chips_that_can_be_taken_off(client: Client) -> None:
    html = page(client, "?q=trotsky&decade=1930&date_from=1936")
    chips = re.findall(r'<a class="chip" href="([^"]+)" rel="nofollow"', html)
    assert [unescape(url) for url in chips] == [
        "/search/?q=trotsky&date_from=1936",
        "/search/?q=trotsky&decade=1930",
    ]
    assert "Clear all" in html


def test_eight_values_are_open_and_the_others_folded(client: Client) -> None:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree = parser.parse(page(client))
    for facet in tree.findall(".//fieldset"):
        assert len(facet.findall("./ul/li")) <= 10


def test_a_facet_with_more_values_than_it_shows_says_so_and_shows_all(client: Client) -> None:
    for number in range(30):
        person = made(Person, f"Correspondent {number:02}")
        Contribution.objects.create(
            document=made(Document, f"Telegram {number:02}"),
            person=person,
            role=Term.objects.get(vocabulary="contribution_role", code="author"),
        )
    search.refresh(limit=None)
    html = page(client, "?q=telegram")
    assert html.count('name="person"') == view.MOST_VALUES
    assert "The 24 most frequent are shown." in html
    whole = unescape(re.search(r'href="([^"]+whole=person[^"]*)"', html)[1])
    html = page(client, whole.partition("/search/")[2].partition("#")[0])
    assert html.count('name="person"') == 30
    assert "most frequent" not in html


def test_the_heading_says_what_was_searched_for(client: Client) -> None:
    assert re.search(r'id="count">\d+ records for “tomb”</h2>', page(client, "?q=tomb"))
    assert re.search(r'id="count">\d+ records</h2>', page(client))


def test_dates_are_typed_as_people_say_them(client: Client) -> None:
    html = page(client, "?date_from=August+1940&date_to=August+1940&kind=event")
    assert total(html) == total(page(client, "?date_from=1940-08&date_to=1940-08&kind=event"))
    assert "date_from=1940-08" in html


def test_orders(client: Client) -> None:
    by_title = titles(page(client, "?kind=person&sort=title"))
    filed = Person.objects.visible_to(None).order_by("sort_key", "pk")
    assert by_title == [person.title for person in filed[:24]]
    earliest, latest = (records(page(client, f"?sort={name}")) for name in ("date", "-date"))
    assert earliest != latest
    assert records(page(client, "?sort=nonsense")) == records(page(client))


def test_pages_have_links_and_do_not_overlap(client: Client) -> None:
    first, second = page(client), page(client, "?page=2")
    assert len(records(first)) == 24
    assert not set(records(first)) & set(records(second))
    assert '<link rel="next" href="/search/?page=2">' in first
    assert '<link rel="prev" href="/search/">' in second


# --- Nothing found --------------------------------------------------------------------------------------


def test_a_slip_is_answered_with_a_spelling(client: Client) -> None:
    html = page(client, "?q=trotksy&kind=event")
    assert 'Did you mean <a href="/search/?q=trotsky"' in html


def test_a_widened_search_says_so(client: Client) -> None:
    assert "have at least one of them" in page(client, "?q=trotsky+qqqzzz")
    assert "have words that begin with it" in page(client, "?q=trots")


def test_nothing_found_shows_ways_on(client: Client) -> None:
    html = page(client, "?q=casa+azul&language=zzz")
    ways = re.findall(r'<a href="([^"]+)" rel="nofollow">without', html)
    assert [unescape(way) for way in ways] == ["/search/?q=casa+azul"]
    assert 'href="/people/">People</a>' in html


# --- No input is an error -------------------------------------------------------------------------------

INPUTS = [
    "?q=%00",
    "?q=" + "a" * 10_000,
    "?q=" + "word+" * 2_000,
    '?q="',
    "?q=AND+OR+NOT+NEAR(a*+b)",
    "?q=%22%27%3B--+%25_%5C*",
    "?q=%ED%A0%80%ff",
    "?q=%F0%9F%98%80",
    "?page=99999999999999999999",
    "?page=-1",
    "?page=400",
    "?page=x",
    "?decade=abc&decade=%00&decade=-99990&decade=1935",
    "?kind=nonsense&sort=%00&view=%00",
    "?" + "&".join(f"subject={number}" for number in range(500)),
    "?person=%00&place=../..&rights=x",
    "?date_from=x&date_to=1936-13-45",
    "?date_from=1950&date_to=1940",
    "?date_from=1940/..&date_to=1930",
    "?date_from=99999999999",
    "?q=a&q=b&format=exe",
]


@pytest.mark.parametrize("query", INPUTS)
def test_no_input_is_an_error(client: Client, query: str) -> None:
    html = page(client, query)
    html5lib.HTMLParser(strict=True).parse(html)
    assert len(html) < 200_000
    assert client.get("/search/suggestions" + query).status_code == 200
    assert b"".join(client.get(f"/search/{query}&format=csv").streaming_content)
    json.loads(b"".join(client.get(f"/search/{query}&format=json").streaming_content))


def test_a_date_that_cannot_be_read_is_told(client: Client) -> None:
    html = page(client, "?date_from=soon&date_to=1940")
    assert 'id="refusals"' in html
    assert 'value="soon"' in html
    assert 'aria-invalid="true"' in html


# --- Crawlers and caches -------------------------------------------------------------------------------


@pytest.mark.once
def test_answers_are_not_for_search_engines(client: Client) -> None:
    assert "noindex" not in page(client)
    for query in (
        "?q=pact",
        "?decade=1930",
        "?kind=person&decade=1930",
        "?sort=title",
        "?view=grid",
    ):
        html = page(client, query)
        assert '<meta name="robots" content="noindex,nofollow">' in html
    one, other = (
        re.search(r'rel="canonical" href="([^"]+)"', page(client, query))[1]
        for query in ("?language=ru&decade=1930&x=1", "?decade=1930&language=ru&language=ru")
    )
    assert one == other
    assert b"Disallow: /search/?" in client.get("/robots.txt").content


def test_an_answer_that_did_not_change_costs_nothing(client: Client) -> None:
    first = client.get("/search/?q=pact")
    again = client.get("/search/?q=pact", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304


def test_queries_do_not_grow_with_what_is_shown(client: Client) -> None:
    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client, query)
        return len(asked)

    feed.current()
    view.forget()
    memory.forget()
    assert queries("?q=trotsky") <= ONE_MORE + EXHIBITIONS
    # The state of the catalogue; the page is kept.
    assert queries("?q=trotsky") == 1
    for query in (
        "?q=trotsky&page=2",
        "?q=exile&date_from=1936-05-02&date_to=1938-02-03",
        "?q=exile&person=trotsky&place=coyoacan&collection=trotskys-struggle",
    ):
        view.forget()
        assert queries(query) <= MOST_QUERIES, query
    for query in (
        "?q=trotsky&view=grid",
        "?q=trotsky&sort=title",
        "?q=moscow",
        "?q=stalin&sort=date",
        "?q=mosscow",
    ):
        view.forget()
        assert queries(query) <= MOST_QUERIES + EXHIBITIONS, query
    for query in ("?q=norway", "?q=tr"):
        view.forget()
        assert queries(query) <= ONE_MORE + EXHIBITIONS, query


# --- Hidden records ---------------------------------------------------------------------------------------


@pytest.fixture
def draft() -> Any:
    person = Person.objects.create(identifier="X.9", title="Zyxwv Quetzal", summary="Veryhidden")
    search.refresh()
    return person


@pytest.mark.parametrize(
    "path",
    [
        "/search/?q=zyxwv",
        "/search/?q=X.9",
        "/search/?sort=newest",
        "/search/?person=zyxwv-quetzal",
        "/search/?q=zyxwv&format=csv",
        "/search/?q=zyxwv&format=json",
        "/search/suggestions?q=zyx",
    ],
)
def test_drafts_are_nowhere(client: Client, draft: Any, path: str) -> None:
    response = client.get(path)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert b"Quetzal" not in body
    assert b"Veryhidden" not in body


def test_curators_find_drafts_and_nobody_keeps_the_answer(client: Client, draft: Any) -> None:
    curator = get_user_model().objects.create_user("curator", password="x", is_staff=True)
    client.force_login(curator)
    response = client.get("/search/?q=zyxwv")
    assert "Draft" in response.content.decode()
    for path in ("/search/?q=zyxwv", "/search/suggestions?q=zyx", "/search/?q=zyxwv&format=json"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_what_is_withdrawn_leaves_the_search(client: Client) -> None:
    from catalog import actions

    actions.withdraw(Person.objects.get(slug="mercader"), by=None)
    assert "/people/mercader/" not in records(page(client, "?q=mercader"))


# --- Suggestions -----------------------------------------------------------------------------------------


def test_suggestions(client: Client) -> None:
    response = client.get("/search/suggestions?q=jac")
    assert response["Cache-Control"] == "public, max-age=60"
    assert {
        "title": "Ramón Mercader",
        "name": "Frank Jacson",
        "kind": "Person",
        "url": "/people/mercader/",
    } in response.json()["suggestions"]


@pytest.mark.parametrize("path", ["/", "/search/", "/people/leon-trotzki/"])
def test_the_box_leads_to_the_search(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert 'action="/search/"' in html
    assert 'data-suggestions="/search/suggestions"' in html
    assert '<a href="/search/"' in html


def test_the_page_says_what_is_not_up_to_date(client: Client) -> None:
    search.refresh(limit=None)
    assert "records changed at once" not in page(client, "?q=trotsky")
    Person.objects.update(description="x")
    assert "records changed at once" in page(client, "?q=trotsky")
    search.refresh(limit=None)
    assert "records changed at once" not in page(client, "?q=trotsky")
