"""``/api/v1/search/``: what the search page finds, as JSON, complete, and with errors by name."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from catalog import actions, search
from catalog.documents import feed
from catalog.models import Contribution, Person, Status
from catalog.search import orders
from tests.api.conftest import Asking
from tests.filters.small_museum import made, term

pytestmark = pytest.mark.django_db

PATH = "/api/v1/search/"


@pytest.fixture(autouse=True)
def _in_step(museum: SimpleNamespace) -> None:
    """What the tests' museum holds is in the index."""


def inner(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def titles(page: dict) -> list[str]:
    return [one["title"] for one in page["results"]]


def test_every_kind_is_found_by_one_question(api: Asking) -> None:
    page = api.json(f"{PATH}?page_size=100")
    assert page["count"] == len(page["results"]) > 15
    assert {one["kind"] for one in page["results"]} == {
        "person", "document", "image", "event", "place", "collection",
    }  # fmt: skip
    assert page["facets"] == {} and page["suggestion"] is None and page["widened"] is None


def test_a_result_is_the_document_and_says_what_matched(api: Asking) -> None:
    found = api.json(f"{PATH}?q=trotsky")["results"][0]
    match = found.pop("match")
    whole = api.json(urlsplit(found["url"]).path)
    assert found == {name: whole[name] for name in found}
    assert "".join(piece["text"] for piece in match["title"]) == found["title"] == "Leon Trotsky"
    assert [piece["text"] for piece in match["title"] if piece["matched"]] == ["Trotsky"]


def test_a_snippet_names_its_field(api: Asking) -> None:
    record = Person.objects.get(slug="leon-trotsky")
    record.description = "He was met at the quay by a *brass band* of Coyoacán."
    record.save()
    search.refresh(None)
    match = api.json(f"{PATH}?q=brass+band&kind=person")["results"][0]["match"]
    assert (match["field"], match["label"]) == ("description", "Description")
    marked = [piece["text"] for piece in match["snippet"] if piece["matched"]]
    assert marked == ["brass", "band"]


FACETS = "kind,has_image,decade,type,person,role,place,collection,subject,language,rights"


@pytest.mark.parametrize(
    "query", ["", "q=life", "kind=document", "type=book&decade=1930", "date_from=1930"]
)
def test_a_count_is_what_its_address_finds(api: Asking, query: str) -> None:
    facets = api.json(f"{PATH}?{query}&facets={FACETS}&sort=title")["facets"]
    assert list(facets) == FACETS.split(",")
    buckets = [bucket for values in facets.values() for bucket in values]
    assert len(buckets) > 5
    for bucket in buckets:
        assert api.json(inner(bucket["url"]))["count"] == bucket["count"], bucket


def test_a_facet_keeps_its_other_values_in_sight(api: Asking) -> None:
    kinds = api.json(f"{PATH}?kind=person&facets=kind")["facets"]["kind"]
    assert len(kinds) == 6
    assert [one["value"] for one in kinds if one["chosen"]] == ["person"]


@pytest.mark.parametrize("sort", ["title", "date", "-date", "newest"])
def test_pages_and_cursors_lead_through_everything_once(api: Asking, sort: str) -> None:
    whole = titles(api.json(f"{PATH}?sort={sort}&page_size=100"))
    for start in ("cursor=", "page=1"):
        page = api.json(f"{PATH}?sort={sort}&page_size=3&{start}")
        seen = titles(page)
        while page["next"]:
            page = api.json(inner(page["next"]))
            seen += titles(page)
        assert seen == whole
        backwards = [*titles(page)]
        while page["previous"]:
            page = api.json(inner(page["previous"]))
            backwards = [*titles(page), *backwards]
        assert backwards == whole


@pytest.mark.parametrize("few", [0, 2000])
@pytest.mark.parametrize("sort", ["title", "date", "-date", "newest"])
def test_a_walk_can_begin_at_the_end(
    api: Asking, sort: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # For few results the keys are sorted, for many the index of the order is walked.
    monkeypatch.setattr(orders, "FEW", few)
    whole = titles(api.json(f"{PATH}?sort={sort}&page_size=100"))
    answer = api.get(f"{PATH}?sort={sort}&page_size=4&cursor=")
    last = re.search(r'<([^>]*)>; rel="last"', answer["Link"])
    assert last
    page = api.json(inner(last[1]))
    assert page["next"] is None and titles(page) == whole[-4:]
    seen = titles(page)
    while page["previous"]:
        page = api.json(inner(page["previous"]))
        seen = [*titles(page), *seen]
    assert seen == whole


def test_a_cursor_shifts_nothing_when_records_come(api: Asking) -> None:
    first = api.json(f"{PATH}?sort=title&page_size=5&cursor=")
    rest = titles(api.json(inner(first["next"])))
    Person.objects.create(identifier="A.0", title="Aaron", status=Status.PUBLISHED)
    search.refresh(None)
    assert titles(api.json(inner(first["next"]))) == rest


def test_pages_are_linked_in_the_header_too(api: Asking) -> None:
    answer = api.get(f"{PATH}?page_size=5&page=2")
    assert re.findall(r'rel="(\w+)"', answer["Link"]) == ["first", "prev", "next", "last"]


def test_widening_and_spelling_are_told(api: Asking) -> None:
    assert api.json(f"{PATH}?q=trots")["widened"] == "beginnings"
    assert api.json(f"{PATH}?q=trotsky+zzzzzz")["widened"] == "any"
    page = api.json(f"{PATH}?q=natalja+sedowa+trotskyyy&kind=image")
    assert page["count"] == 0 or page["widened"]
    suggestion = api.json(f"{PATH}?q=coyoakan")["suggestion"]
    assert suggestion["q"] == "coyoacan"
    assert api.json(inner(suggestion["url"]))["count"] > 0


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("kinds=person", "kinds"),
        ("kind=persona", "kind"),
        ("type=", "type"),
        ("type=nothing", "type"),
        ("person=no-such-person", "person"),
        ("decade=193X", "decade"),
        ("decade=1935", "decade"),
        ("rights=mine", "rights"),
        ("has_image=no", "has_image"),
        ("facets=colour", "facets"),
        ("sort=best", "sort"),
        ("page=0", "page"),
        ("page_size=101", "page_size"),
        ("q=%00", "q"),
        ("q=" + "a" * 1001, "q"),
        ("date_from=soon", "date_from"),
        ("date_from=1940&date_to=1930", "date_to"),
        ("cursor=", "cursor"),
        ("cursor=abc&sort=title", "cursor"),
        ("cursor=&page=1&sort=title", "cursor"),
        ("cursor=WyJ0aXRsZSIsIlx1ZDgwMCIsMV0&sort=title", "cursor"),
        ("cursor=WyJkYXRlIiwiYSIsMV0&sort=date", "cursor"),
        ("&".join(f"place=p{number}" for number in range(21)), "place"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(api: Asking, query: str, parameter: str) -> None:
    problem = api.json(f"{PATH}?{query}", status=400)
    assert [error["parameter"] for error in problem["errors"]] == [parameter]


def test_a_page_that_there_is_not_says_how_many_there_are(api: Asking) -> None:
    assert "the last is 1" in api.json(f"{PATH}?q=trotsky&page=9", status=404)["detail"]


def test_the_same_question_is_answered_by_304_until_the_catalogue_changes(api: Asking) -> None:
    etag = api.get(f"{PATH}?q=life")["ETag"]
    assert api.get(f"{PATH}?q=life", headers={"If-None-Match": etag}).status_code == 304
    record = Person.objects.get(slug="leon-trotsky")
    record.summary = "The life of a revolutionary."
    record.save()
    search.refresh(None)
    assert api.get(f"{PATH}?q=life", headers={"If-None-Match": etag}).status_code == 200


def test_a_question_asked_before_costs_two_until_the_catalogue_changes(
    api: Asking, django_assert_num_queries: Any
) -> None:
    asked = f"{PATH}?q=life&facets=kind,person"
    feed.current()
    before = api.get(asked)
    with django_assert_num_queries(2):
        again = api.get(asked)
    assert (again.content, dict(again.headers)) == (before.content, dict(before.headers))
    record = Person.objects.get(slug="leon-trotsky")
    record.summary = "The life of a revolutionary."
    record.save()
    search.refresh(None)
    assert api.json(asked)["count"] == json.loads(before.content)["count"] + 1


def test_curators_find_drafts_and_nobody_else_does(api: Asking, editor: Asking) -> None:
    asked = f"{PATH}?q=secret&facets=kind,place"
    assert api.json(asked)["count"] == 0
    found = editor.json(asked)
    assert found["count"] > 0
    assert editor.get(asked)["Cache-Control"] == "private, no-store"
    assert api.json(f"{PATH}?place=secret-region", status=400)
    assert editor.json(f"{PATH}?place=secret-region")["count"] > 0


def test_a_count_does_not_tell_of_what_is_hidden(
    api: Asking, editor: Asking, museum: SimpleNamespace
) -> None:
    role = term("contribution_role", "informer")
    hidden = made(Person, "Hidden informer", hidden=True)
    Contribution.objects.create(person=hidden, document=museum.life, role=role)
    search.refresh(None)

    def told(asking: Asking) -> tuple[list[int], int]:
        page = asking.json(f"{PATH}?kind=document&facets=role")
        numbers = [one["count"] for one in page["facets"]["role"] if one["value"] == "informer"]
        return numbers, asking.json(f"{PATH}?kind=document&role=informer")["count"]

    assert (told(api), told(editor)) == (([], 0), ([1], 1))
    actions.publish(hidden, by=None)
    assert told(api) == ([1], 1)
    actions.withdraw(hidden, by=None)
    assert (told(api), told(editor)) == (([], 0), ([1], 1))
