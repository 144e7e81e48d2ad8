"""List pages, as a visitor sees them."""

from __future__ import annotations

import csv
import io
import json
import re
from copy import deepcopy
from html import unescape
from types import SimpleNamespace
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
    Collection,
    Document,
    Event,
    Image,
    Person,
    Status,
)
from catalog.pages.paging import Paging
from catalog.uris import KINDS, Kind, list_path
from tests.filters.small_museum import fill, made, term

#: Queries of a list page, whatever it shows, if the index was asked for the same before, and
#: otherwise (docs/architecture.md); and those that find out who is signed in.
MOST_QUERIES, MOST_AT_FIRST, SIGNED_IN = 8, 10, 2


@pytest.fixture
def museum(standing_museum: SimpleNamespace, db: None) -> SimpleNamespace:
    """A few records of every kind, in an index that is up to date."""
    return deepcopy(standing_museum)


@pytest.fixture
def curator(db: None) -> Any:
    return get_user_model().objects.create_user("curator", password="x", is_staff=True)


def text_of(response: Any) -> str:
    """The words of a page."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", bare)


def links(response: Any) -> list[str]:
    return [
        link.replace("&amp;", "&")
        for link in re.findall(r'href="([^"]*)"', response.content.decode())
    ]


ADDRESSES = [
    "",
    "?view=grid",
    "?view=list",
    "?view=timeline",
    "?sort=updated",
    "?q=e",
    "?q=nowhere-at-all&subject=exile",
    "?subject=none",
    "?page=7",
    "?date_from=x&date_to=y",
]


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("query", ADDRESSES)
def test_every_list_is_valid_html_in_every_state(
    museum: SimpleNamespace, client: Client, kind: Kind, query: str
) -> None:
    response = client.get(list_path(kind) + query)
    assert response.status_code in {200, 400, 404}
    html = response.content.decode()
    html5lib.HTMLParser(strict=True).parse(html)
    assert html.count("<h1") == 1
    assert " style=" not in html and not re.search(r"<script(?! type=\"module\" src=)", html)


def test_results_say_who_what_when_where(museum: SimpleNamespace, client: Client) -> None:
    page = text_of(client.get("/documents/"))
    for words in (
        "5 documents",
        "Book",
        "My Life",
        "1929",
        "Leon Trotsky (author)",
        "Natalia Sedova (editor)",
        "Oslo",
    ):
        assert words in page
    assert "1879–1940" in text_of(client.get("/people/"))


def test_chips_take_one_value_away(museum: SimpleNamespace, client: Client) -> None:
    response = client.get("/documents/?language=ru&nonsense=1&type=book&type=letter&sort=date")
    assert {
        "/documents/?type=letter&language=ru&sort=date",
        "/documents/?type=book&language=ru&sort=date",
        "/documents/?type=book&type=letter&sort=date",
        "/documents/?sort=date",
    } <= set(links(response))


def test_the_form_carries_along_what_it_does_not_show(
    museum: SimpleNamespace, client: Client
) -> None:
    html = client.get("/documents/?person=leon-trotsky&sort=date&view=grid").content.decode()
    for name, value in (("person", "leon-trotsky"), ("sort", "date"), ("view", "grid")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html


def test_one_list_has_one_canonical_address(museum: SimpleNamespace, client: Client) -> None:
    def canonical(address: str) -> str:
        found = re.search(r'rel="canonical" href="([^"]+)"', client.get(address).content.decode())
        assert found
        return found[1].replace("&amp;", "&")

    assert canonical("/documents/?page=1&q=&view=list&sort=title") == "http://testserver/documents/"
    one, other = (
        canonical("/documents/?type=book&language=ru"),
        canonical("/documents/?language=ru&type=book&x=1"),
    )
    assert one == other


def test_many_filters_are_kept_from_search_engines(museum: SimpleNamespace, client: Client) -> None:
    assert b"noindex" not in client.get("/documents/?type=book&language=ru").content
    html = client.get("/documents/?type=book&language=ru&subject=exile").content.decode()
    assert '<meta name="robots" content="noindex,nofollow">' in html
    assert all('rel="nofollow"' in link for link in re.findall(r'<a class="chip" [^>]*>', html))


@pytest.mark.parametrize(
    ("query", "label", "says"),
    [
        ("?type=novel", "Type", "“novel” is not one of the choices: Book"),
        ("?date_from=yesterday", "From", "“yesterday” was not understood as a date"),
        ("?person=agent", "Person", "no record"),
        ("?q=%00", "Words", "NUL"),
        ("?q=" + "x" * 10_000, "Words", "10000 characters"),
        ("?sort=colour", "Order", "Title, Oldest first"),
        ("?view=map", "View", "List, Grid"),
    ],
)
def test_a_wrong_value_is_told_and_kept(
    museum: SimpleNamespace, client: Client, query: str, label: str, says: str
) -> None:
    response = client.get("/documents/" + query)
    assert response.status_code == 400
    html = response.content.decode()
    assert f"<strong>{label}</strong>" in html and says in html
    assert "5 documents" in html
    if label == "From":
        assert 'value="yesterday"' in html and "aria-invalid" in html


@pytest.mark.parametrize("page", ["0", "-1", "2", "99999999999999999999", "x", "%00", "1.0", "٣"])
def test_a_page_that_is_not_there_leads_to_the_last(
    museum: SimpleNamespace, client: Client, page: str
) -> None:
    response = client.get(f"/documents/?page={page}&type=book")
    assert response.status_code == 404
    assert "no such page" in text_of(response)
    assert "/documents/?type=book" in links(response)


def test_numbers_of_pages_have_gaps() -> None:
    paging = Paging.read("50", 24 * 100, 24, lambda page: f"?page={page}")
    assert [link.number for link in paging.links()] == [1, None, 49, 50, 51, None, 100]
    paging = Paging.read("3", 24 * 5, 24, lambda page: f"?page={page}")
    assert [link.number for link in paging.links()] == [1, 2, 3, 4, 5]


def test_leafing_ends_where_filters_help_more() -> None:
    paging = Paging.read("417", 1_000_000, 24, lambda page: f"?page={page}")
    assert (paging.number, paging.last, paging.goes_on) == (417, 417, True)
    assert not Paging.read("418", 1_000_000, 24, lambda page: "").exists


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        ("date_from=1936", "Events: from 1936"),
        ("date_from=1936&date_to=1938", "Events: from 1936, to 1938"),
        ("has_image=no", "Events: has a picture: no"),
    ],
)
def test_the_title_says_what_a_date_or_a_yes_is_about(
    museum: SimpleNamespace, client: Client, chosen: str, name: str
) -> None:
    assert f"<title>{name} – " in client.get(f"/events/?{chosen}").text


def test_a_word_that_a_list_has_not_is_searched_for_everywhere(
    museum: SimpleNamespace, client: Client
) -> None:
    response = client.get("/people/?q=zzz")
    page = text_of(response)
    assert "No record matches this" in page and "Remove one" not in page
    assert "/search/?q=zzz" in links(response)
    # The list that is empty is not offered as another.
    assert page.split("Or try")[1].count("/people/") == 0
    assert "view=grid" not in text_of(client.get("/places/"))


def test_an_empty_list_offers_ways_out(museum: SimpleNamespace, client: Client) -> None:
    response = client.get("/documents/?type=letter&language=ru")
    page = text_of(response)
    assert "No record matches all of these" in page and "Letter" in page and "Ru" in page
    assert "/documents/?language=ru" in links(response) and "/documents/?type=letter" in links(
        response
    )
    assert "/documents/" in links(response)


def test_words_put_the_best_first_and_another_order_can_be_chosen(
    museum: SimpleNamespace, client: Client, settings: Any
) -> None:
    settings.CATALOG = {"PAGE_SIZE": 2}
    made(Person, "Anna Trotsky-Smith")
    made(Person, "Trotsky")
    search.refresh(None)
    response = client.get("/people/?q=trotsky")
    assert [card.record.title for card in response.context["listing"].cards] == [
        "Trotsky",
        "Leon Trotsky",
    ]
    assert "/people/?q=trotsky&sort=title" in links(response)
    others = client.get("/people/?q=trotsky&page=2").context["listing"]
    assert {one.record.title for one in others.cards} == {"Anna Trotsky-Smith", "Natalia Sedova"}
    by_name = client.get("/people/?q=trotsky&sort=title").context["listing"]
    assert by_name.cards[0].record.title == "Anna Trotsky-Smith"
    # Without words there is nothing to rank.
    assert client.get("/people/?sort=relevance").status_code == 400


def test_collections_are_a_tree_until_something_is_asked(
    museum: SimpleNamespace, client: Client, curator: Any
) -> None:
    page = text_of(client.get("/collections/"))
    assert page.index("Papers") < page.index("Letters")
    assert "1900–1940 · 2 documents" in page
    assert "0 pictures" not in page
    assert "in Papers" in text_of(client.get("/collections/?level=series"))
    made(Collection, "Orphan file", level="file", parent=museum.closed)
    assert "Orphan file" in text_of(
        client.get("/collections/")
    )  # below a hidden series: at the top
    client.force_login(curator)
    assert "3 documents" in text_of(client.get("/collections/"))


def test_pictures_that_are_not_held_say_so(museum: SimpleNamespace, client: Client) -> None:
    html = client.get("/images/").content.decode()
    assert "not-held" in html and "No picture is held" in html
    assert f"/pictures/{museum.portrait.uuid}/" in html


def test_a_list_that_did_not_change_is_not_sent_again(
    museum: SimpleNamespace, client: Client
) -> None:
    first = client.get("/events/")
    assert client.get("/events/", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert client.post("/events/").status_code == 405
    assert client.head("/events/").status_code == 200


def test_the_list_speaks_the_language_of_its_path(museum: SimpleNamespace, client: Client) -> None:
    html = client.get("/es/people/?sort=date").content.decode()
    assert '<html lang="es"' in html and "/es/people/?sort=-date" in html


# --- Queries ------------------------------------------------------------------------------------------


#: The plain list; and one with as many filters as it has, so that every look-up is made and the
#: deepest statement stays within what SQLite can parse (its stack has 100 entries).
LOADED = {
    "person": "?q=w1&kind=individual&occupation=writer&event=assassination&role=victim&place=mexico"
    "&person=natalia-sedova&document=my-life&image=portrait&has_image=yes&subject=exile&date_from=1800",
    "document": "?q=b1&type=book&language=ru&subject=exile&person=leon-trotsky&role=author&place=mexico"
    "&event=terror&document=diary-100-true&collection=papers&has_image=yes&rights=cne&date_from=1900&sort=date",
    "image": "?q=p1&type=photograph&person=leon-trotsky&role=photographer&place=mexico&event=terror"
    "&document=my-life&collection=papers&has_image=yes&subject=exile&date_to=1999&view=list",
    "event": "?q=h1&type=trial&person=leon-trotsky&role=victim&place=mexico&event=terror&document=my-life"
    "&image=portrait&has_image=yes&subject=exile&date_from=1900&view=timeline",
    "place": "?q=t1&country=mx&place=mexico&person=leon-trotsky&document=my-life&image=portrait&subject=exile",
    "collection": "?q=l1&level=series&collection=papers&subject=exile&date_from=1900",
}


def test_a_timeline_stands_in_order_of_time_with_a_bar_for_each_date(
    museum: SimpleNamespace, client: Client
) -> None:
    for number, date in enumerate(("1936-08-19", "1936-08-24", "1937-01", "1938~", None)):
        made(Event, f"Hearing {number}", date=date)
    search.refresh()
    response = client.get("/events/?view=timeline&q=hearing&sort=-date")
    assert response.status_code == 200
    page = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    said = [
        "".join(one.itertext()).strip()
        for one in page.iter()
        if one.get("class", "").split(" ")[0] in {"timeline__heading", "moment__title"}
    ]
    hearings = [one for one in said if one.startswith(("Hearing", "19", "Without"))]
    assert hearings == [
        "1938", "Hearing 3", "1937", "Hearing 2", "1936", "Hearing 1", "Hearing 0",
        "Without a date", "Hearing 4",
    ]  # fmt: skip
    assert response.content.count(b'class="moment__bar"') == 4
    assert response.content.count(b'fill="url(#fades-both)"') == 1
    assert "style=" not in response.content.decode().partition("<main")[2]


def test_views_lead_to_each_other_in_orders_that_they_have(
    museum: SimpleNamespace, client: Client
) -> None:
    assert "/documents/?type=book&view=timeline" in links(
        client.get("/documents/?type=book&sort=updated")
    )
    shown = links(client.get("/documents/?type=book&view=timeline"))
    assert {"/documents/?type=book", "/documents/?type=book&view=grid"} <= set(shown)
    assert "/documents/?type=book&sort=-date&view=timeline" in shown
    assert not [link for link in shown if "sort=title" in link]
    refused = client.get("/documents/?view=timeline&sort=title")
    assert refused["Cache-Control"] == "public, no-cache"
    assert refused.status_code == 400 and "Oldest first, Newest first" in text_of(refused)
    assert client.get("/places/?view=timeline").status_code == 400


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_queries_do_not_grow_with_the_results(
    museum: SimpleNamespace, client: Client, curator: Any, settings: Any, kind: Kind
) -> None:
    settings.CATALOG = {"PAGE_SIZE": 60, "ANSWERS_IN_MEMORY": 0}
    addresses = ("", LOADED[kind].partition("&")[0], LOADED[kind])

    def queries(query: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(list_path(kind) + query).status_code == 200
        return len(asked)

    def counted() -> tuple[list[int], list[int]]:
        """For each address: when the current index was never asked for it, and when it was."""
        search.refresh(None)
        feed.current()
        return [queries(one) for one in addresses], [queries(one) for one in addresses]

    fill(museum, 3)
    _at_first, few = counted()
    fill(museum, 9)
    at_first, many = counted()
    assert many == few
    assert max(many) <= MOST_QUERIES and max(at_first) <= MOST_AT_FIRST
    client.force_login(curator)
    at_first, many = counted()
    assert max(many) <= MOST_QUERIES + SIGNED_IN and max(at_first) <= MOST_AT_FIRST + SIGNED_IN


def test_withdrawn_records_leave_the_list(museum: SimpleNamespace, client: Client) -> None:
    museum.life.status = Status.WITHDRAWN
    museum.life.save()
    assert "My Life" not in text_of(client.get("/documents/"))


def test_a_list_of_dated_records_shows_its_decades(museum: SimpleNamespace, client: Client) -> None:
    search.refresh(None)
    shown = client.get("/documents/").context["listing"]
    assert len(shown.bars) > 1
    for bar in shown.bars:
        query = f"?date_from={bar.year}&date_to={bar.year + 9}"
        found = client.get(f"/documents/{query}").context["listing"]
        assert found.total == bar.events, bar
        assert [one.events for one in found.bars] == [one.events for one in shown.bars]


def test_an_open_date_reaches_no_further_than_the_others(
    museum: SimpleNamespace, client: Client
) -> None:
    made(Image, "A late picture", date="2019")
    made(Event, "Begun and never ended", date="1941..")
    search.refresh(None)
    assert client.get("/events/").context["listing"].bars[-1].year == 1940


def test_a_long_facet_can_be_searched(museum: SimpleNamespace, client: Client) -> None:
    for number in range(14):
        made(Document, f"Paper {number}", type=term("document_type", f"type-{number}"))
    html = client.get("/documents/").content.decode()
    assert 'data-filter-label="Find in Type"' in html
    assert "js/suggestions.js" in html


def test_dates_are_typed_as_people_say_them(museum: SimpleNamespace, client: Client) -> None:
    august = made(Document, "In August", written="1940-08-20")
    may = made(Document, "In May", written="1940-05-02")
    shown = client.get("/documents/?date_from=August+1940&date_to=August+1940")
    listing = shown.context["listing"]
    records = [card.record for card in listing.cards]
    assert august in records
    assert may not in records
    assert listing.address.url() == "/documents/?date_from=1940-08&date_to=1940-08"
    assert 'value="August 1940"' in shown.content.decode()


def test_an_empty_list_has_no_order_and_no_view(museum: SimpleNamespace, client: Client) -> None:
    assert 'id="order-label"' in client.get("/documents/").content.decode()
    html = client.get("/documents/?q=quetzalcoatl").content.decode()
    assert 'id="order-label"' not in html
    assert 'id="view-label"' not in html


def test_a_list_can_be_saved_as_a_table(museum: SimpleNamespace, client: Client) -> None:
    for number in range(3):
        made(Document, f"Paper {number}", written=f"194{number}", summary="=1+1")
    made(Document, "Elsewhere", written="1801")
    draft = made(Document, "Not yet", hidden=True, written="1941")
    address = "/documents/?date_from=1940&date_to=1949&sort=-date"
    shown = client.get(address)
    link = re.search(r'href="([^"]+format=csv[^"]*)"', shown.content.decode())[1]
    answer = client.get(unescape(link))
    assert answer["Content-Disposition"] == 'attachment; filename="documents.csv"'
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == shown.context["listing"].total
    assert [row["title"] for row in rows if row["title"].startswith("Paper")] == [
        "Paper 2", "Paper 1", "Paper 0",
    ]  # fmt: skip
    assert draft.title not in text
    assert all(row["summary"] == "'=1+1" for row in rows if row["title"].startswith("Paper"))
    answer = client.get(f"{address}&format=json")
    found = json.loads(b"".join(answer.streaming_content))
    assert found["total"] == len(found["results"]) == len(rows)
    assert found["results"][0]["url"].startswith("http://testserver/documents/")
    assert client.get("/documents/?date_from=never&format=csv").status_code == 400


def test_the_collections_can_be_saved_as_a_table(museum: SimpleNamespace, client: Client) -> None:
    answer = client.get("/collections/?format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    total = client.get("/collections/?sort=title").context["listing"].total
    assert len(list(csv.DictReader(io.StringIO(text)))) == total


def test_what_the_index_has_not_caught_up_with_is_not_kept(
    museum: SimpleNamespace, client: Client
) -> None:
    search.refresh(None)
    museum.life.summary = "A quetzal is mentioned."
    museum.life.save()
    feed.current()
    assert client.get("/documents/?q=quetzal").context["listing"].total == 0
    search.refresh(None)
    assert client.get("/documents/?q=quetzal").context["listing"].total == 1
