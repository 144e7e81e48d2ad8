"""More like this on the pages of records, and the reference that Zotero finds in them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import search
from catalog.documents import feed
from catalog.models import Contribution, Topic
from catalog.uris import KINDS, file_path


def row(client: Client, address: str) -> str:
    """The words of the row on a page, or nothing."""
    html = client.get(address).content.decode()
    found = re.search(r'aria-labelledby="like-this".*?</section>', html, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def test_the_row_says_what_is_shared(client: Client, make, term) -> None:
    trotsky, sedova = make("person", "Leon Trotsky"), make("person", "Natalia Sedova")
    city = make("place", "Coyoacán")
    exile = term("subject", "exile")
    own = make("document", "Testament", place=city, written="1940")
    other = make("image", "Their house", place=city, date="1939")
    for work in (own, other):
        work.subjects.add(exile)
        for person in (trotsky, sedova):
            Topic.objects.create(about_person=person, **{work.KIND: work})
    for number in range(9):
        make("document", f"Also there {number}", place=city)
    search.refresh(None)
    said = row(client, own.get_absolute_url())
    assert "More like this" in said
    assert "Picture Their house 1939 In common: Leon Trotsky , Natalia Sedova , Exile" in said
    assert "Exile and 1 more" in said
    assert said.count("In common: ") == 6
    in_spanish = row(client, f"/es{own.get_absolute_url()}")
    assert "Parecidos a este" in in_spanish and "En común: Leon Trotsky" in in_spanish
    # Nothing is like a record that shares nothing, and then there is no row.
    assert row(client, make("event", "Alone").get_absolute_url()) == ""


def test_decades_are_named_as_one_span(client: Client, make, term) -> None:
    exile = term("subject", "exile")
    for name in "AB":
        make("person", name, born="1879", died="1940").subjects.add(exile)
    search.refresh(None)
    said = row(client, "/people/a/")
    assert re.search(r"B 1879–1940 In common: (1870s–1940s , Exile|Exile , 1870s–1940s)", said)


def test_neighbours_in_the_collection_are_not_named_twice(client: Client, make) -> None:
    series = make("collection", "Series")
    works = [make("document", f"Letter {n}", collection=series, position=n) for n in range(5)]
    search.refresh(None)
    said = row(client, works[2].get_absolute_url())
    assert re.findall(r"Letter \d", said) in (["Letter 0", "Letter 4"], ["Letter 4", "Letter 0"])


def test_a_kept_page_follows_what_is_like_it(client: Client, make, term) -> None:
    exile = term("subject", "exile")
    own, other = make("event", "Own"), make("event", "Other")
    own.subjects.add(exile)
    feed.current()
    # While the index is behind, the page is shown without the row, and not kept like that.
    assert row(client, own.get_absolute_url()) == ""
    search.refresh(None)
    assert row(client, own.get_absolute_url()) == ""
    other.subjects.add(exile)
    search.refresh(None)
    feed.current()
    assert "Other" in row(client, own.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        assert "Other" in row(client, own.get_absolute_url())
    assert len(queries) == 1
    other.status = "withdrawn"
    other.save()
    search.refresh(None)
    assert row(client, own.get_absolute_url()) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_the_row_costs_at_most_five_questions(client: Client, make, term, kind: str) -> None:
    records = [make(kind, f"{kind} {n}") for n in range(3)]
    for record in [*records, make("image", "An image"), make("document", "A document")]:
        record.subjects.add(term("subject", "exile"))
    feed.current()
    with CaptureQueriesContext(connection) as without:
        assert not row(client, records[0].get_absolute_url())
    search.refresh(None)
    # A process that reads the index for the first time needs a query for that too.
    search.holdings()
    with CaptureQueriesContext(connection) as queries:
        assert row(client, records[0].get_absolute_url())
    assert len(queries) <= len(without) - 1 + 5


def pairs_of(html: str) -> list[tuple[str, str]]:
    """The keys and values of the reference in a page."""
    (title,) = re.findall(r'<span class="Z3988" title="([^"]*)"', html)
    return parse_qsl(unescape(title), strict_parsing=True)


#: Each tag of RIS with the key that has the same value in the page, if there is one.
SAME = {
    "AU": "rft.creator", "TI": "rft.title", "LA": "rft.language", "AB": "rft.description", "UR": "rft.identifier",
    "DB": "rft.relation",
}  # fmt: skip
#: Types of RIS by their names in Zotero.
TYPES = {"PCOMM": "letter", "ENCYC": "encyclopediaArticle", "FIGURE": "artwork", "GEN": "document"}


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "date"),
    [
        ("document", "1936-08-19"),
        ("document", "1936-08/1938"),
        ("document", "193X"),
        ("image", "1936"),
        ("collection", "1890~"),
        ("person", ""),
        ("event", ""),
        ("place", ""),
    ],
)
def test_the_reference_in_the_page_is_that_of_the_ris_file(
    client: Client, make, term, kind: str, date: str
) -> None:
    fields: dict[str, Any] = {"document": {"written": date}, "event": {}}.get(
        kind, {"date": date} if date else {}
    )
    record = make(kind, "Ein “Brief” & mehr; 100 %", summary="A\nsummary <of> it", **fields)
    if kind in {"document", "image"}:
        hidden = make("person", "Nobody", hidden=True)
        first = make("person", "Leon Trotsky", sort_name="Trotsky, Leon")
        for person, role in ((first, "author"), (hidden, "author"), (first, "editor")):
            Contribution.objects.create(
                person=person, role=term("contribution_role", role), **{kind: record}
            )
        body = make("person", "The Party")
        body.kind, body.sort_name = "corporate_body", "Party, The"
        body.save()
        Contribution.objects.create(
            person=body, role=term("contribution_role", "sender"), **{kind: record}
        )
    if kind == "document":
        record.type = term("document_type", "letter")
        record.languages.add(term("language", "ru"), term("language", "de"))
        record.save()
    pairs = pairs_of(client.get(record.get_absolute_url()).content.decode())
    text = client.get(file_path(record.uuid, "ris")).content.decode()
    ris = [line.split("  - ", 1) for line in text.split("\r\n") if "  - " in line]
    for tag, key in SAME.items():
        assert [value for name, value in pairs if name == key] == [
            value for name, value in ris if name == tag
        ], tag
    plain, in_ris = dict(pairs), dict(ris)
    assert plain["ctx_ver"] == "Z39.88-2004"
    assert plain["rft_val_fmt"] == "info:ofi/fmt:kev:mtx:dc"
    assert plain["rft_id"] == in_ris["UR"]
    assert plain["rft.type"] == TYPES[in_ris["TY"]]
    assert plain["rft.source"] == f"{in_ris['DP']}, {in_ris['AN']}"
    year, month, day, words = [*in_ris.get("DA", "///").split("/", 3)][:4]
    numbers = "-".join(filter(None, (year, month, day)))
    # RIS has words if only one date can be in numbers; the page has the span in numbers too.
    wanted = {"1936-08/1938": "1936-08/1938"}.get(date, numbers or words)
    assert plain.get("rft.date", "") == wanted


def test_the_reference_of_a_work_by_many_has_those_that_the_page_shows(
    client: Client, make, term
) -> None:
    work, role = make("document", "By many"), term("contribution_role", "author")
    for n in range(51):
        person = make("person", f"Person {n:02}")
        Contribution.objects.create(document=work, person=person, role=role)
    pairs = pairs_of(client.get(work.get_absolute_url()).content.decode())
    named = [value for key, value in pairs if key == "rft.creator"]
    assert named == [f"Person {n:02}" for n in range(50)]


def test_a_renamed_place_is_named_so_in_the_row(client: Client, make) -> None:
    city = make("place", "Coyoacán")
    own = make("document", "Own", place=city)
    make("document", "Other", place=city)
    search.refresh(None)
    assert "In common: Coyoacán" in row(client, own.get_absolute_url())
    city.title = "Villa Coyoacán"
    city.save()
    search.refresh(None)
    assert "In common: Villa Coyoacán" in row(client, own.get_absolute_url())
