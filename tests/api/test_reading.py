"""Reading: lists, records, parameters, paging, HTTP."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog import search
from catalog.api.openapi import SERIALIZERS
from catalog.api.paging import Cursor, Paging
from catalog.api.parameters import LIST_PARAMETERS
from catalog.documents import RELATIONS, feed
from catalog.filters import FILTERS, ORDERS
from catalog.models import (
    RECORD_MODELS,
    Document,
    Event,
    Person,
    PublicRecord,
    Status,
)
from catalog.uris import PLURALS
from tests.api.conftest import Asking
from tests.filters.small_museum import fill, made
from tests.plans import plan_of

KINDS = list(PLURALS)


def inner(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.mark.parametrize("kind", KINDS)
def test_list_and_detail_say_the_same(museum, api, kind):
    listed = api.json(f"/api/v1/{PLURALS[kind]}/?page_size=100")
    visible = RECORD_MODELS[kind].objects.visible_to(None)
    assert listed["count"] == len(listed["results"]) == visible.count()
    for item in listed["results"]:
        detail = api.json(inner(item["url"]))
        assert {name: detail[name] for name in item} == item
        assert list(detail) == [*item, *(spec.name for spec in RELATIONS[kind])]


@pytest.mark.parametrize("kind", KINDS)
def test_documents_have_the_fields_that_serializers_declare(museum, api, kind):
    names = set(SERIALIZERS[kind].pieces()) | {spec.name for spec in RELATIONS[kind]}
    for slug in RECORD_MODELS[kind].objects.visible_to(None).values_list("slug", flat=True):
        assert set(api.json(f"/api/v1/{PLURALS[kind]}/{slug}/")) == names


def test_relations_are_given_in_both_directions(museum, api):
    person = api.json("/api/v1/people/leon-trotsky/")
    event = api.json("/api/v1/events/assassination/")
    one = person["participations"]["results"][0]
    assert one in event["participations"]["results"]
    assert one["role"]["code"] == "victim"
    spouse = api.json("/api/v1/people/natalia-sedova/")["relationships"]
    assert spouse == {**person["relationships"], "url": spouse["url"]}


def test_hidden_records_are_no_end_of_a_relation(museum, api):
    village = api.json("/api/v1/places/village/")
    assert village["part_of"] is None
    assert api.json("/api/v1/people/bureau/")["relationships"]["count"] == 0
    assert api.json("/api/v1/events/moscow-trial/")["participations"]["count"] == 0
    assert api.get("/api/v1/people/agent/").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("paging", ["cursor=", "page=1"])
def test_pages_can_be_walked_forwards_and_backwards(museum, api, kind, paging):
    for order in ORDERS[kind]:
        path = f"/api/v1/{PLURALS[kind]}/?page_size=2&sort={order.name}&{paging}"
        forwards, pages = [], []
        while path:
            page = api.json(path)
            pages.append(page)
            forwards.append([one["id"] for one in page["results"]])
            path = inner(page["next"]) if page["next"] else ""
        flat = [one for page in forwards for one in page]
        assert len(flat) == len(set(flat)) == pages[0]["count"]
        assert pages[0]["previous"] is None
        backwards = [forwards[-1]]
        path = pages[-1]["previous"]
        while path:
            page = api.json(inner(path))
            backwards.insert(0, [one["id"] for one in page["results"]])
            path = page["previous"]
        assert [one for page in backwards for one in page] == flat
        last = api.json(f"/api/v1/{PLURALS[kind]}/?page_size=100&sort={order.name}")
        assert [one["id"] for one in last["results"]] == flat


@pytest.mark.parametrize("name", ["date", "-date"])
@pytest.mark.parametrize("backwards", [False, True])
def test_a_position_among_the_dated_is_found_in_an_index(museum, name, backwards):
    order = next(order for order in ORDERS["event"] if order.name == name)
    paging = Paging("event", order, 1, of_public=True)
    cursor = Cursor(backwards, name, 19370000, museum.moscow_trial.pk)
    with CaptureQueriesContext(connection) as queries:
        paging.after(Event.objects.all(), cursor, lambda **_changes: "")
    asked = queries[0]["sql"]
    plan = plan_of(asked)
    assert "event_by_date" in plan and "Sort" not in plan and "TEMP B-TREE" not in plan, plan
    # The index begins at the position.
    assert (
        "Index Cond: ((date_earliest" in plan
        or "date_earliest>" in plan
        or "date_earliest<" in plan
    )


def test_relevance_is_an_order_of_lists_with_words(museum, api, client):
    made(Document, "A letter that mentions life", description="Life and life.")
    for number in range(7):
        made(Document, f"Sheet {number} of a life")
    search.refresh(None)
    every = api.json("/api/v1/documents/?q=life&sort=relevance&page_size=100")
    slugs = [one["slug"] for one in every["results"]]
    # Its title is the query, except for one word; in order of title it is the second.
    assert slugs[0] == "my-life" and every["count"] == len(set(slugs)) == 9
    assert slugs != [one["slug"] for one in api.json("/api/v1/documents/?q=life")["results"]]
    shown = client.get("/documents/?q=life").context["listing"]
    assert [record.slug for record in shown.records] == slugs
    assert [order.name for order in shown.orders][:2] == ["relevance", "title"]
    path, walked = "/api/v1/documents/?q=life&sort=relevance&page_size=2", []
    while path:
        page = api.json(path)
        walked += [one["slug"] for one in page["results"]]
        path = inner(page["next"]) if page["next"] else ""
    assert walked == slugs
    # Limited by a filter, by ids and by the time of change, the order stays.
    thinned = api.json("/api/v1/documents/?q=life&sort=relevance&type=book")["results"]
    assert [one["slug"] for one in thinned] == ["my-life"]
    few = api.json(f"/api/v1/documents/?q=life&sort=relevance&ids={slugs[3]},{slugs[1]}")
    assert [one["slug"] for one in few["results"]] == [slugs[1], slugs[3]] and few["count"] == 2


@pytest.mark.parametrize(
    ("query", "parameter", "repair"),
    [
        ("sort=relevance", "sort", "Send q too"),
        ("sort=relevance&q=%20", "sort", "Send q too"),
        ("sort=relevance&q=life&cursor=", "cursor", "with another sort"),
        ("sort=relevance&q=life&page=2", "page", "the last is 1"),
    ],
)
def test_what_relevance_cannot_do_names_the_repair(museum, api, query, parameter, repair):
    answer = api.get(f"/api/v1/documents/?{query}")
    assert answer.status_code == (404 if parameter == "page" else 400)
    errors = {one["parameter"]: one for one in answer.json()["errors"]}
    assert repair in errors[parameter]["detail"]
    assert parameter == "page" or "sort=title" in errors[parameter]["allowed"]


def test_relevance_while_the_index_is_behind(museum, api):
    search.refresh(None)
    Document.objects.filter(pk=museum.undated.pk).update(status=Status.DRAFT)
    found = api.json("/api/v1/documents/?q=sheet&sort=relevance")
    assert [one["slug"] for one in found["results"]] == ["boxed-sheet"] and found["count"] == 1


def test_order_is_that_of_the_pages(museum, api, client):
    for order in ORDERS["event"]:
        if order.name == "updated":
            continue
        shown = order.of(RECORD_MODELS["event"].objects.visible_to(None))
        listed = api.json(f"/api/v1/events/?page_size=100&sort={order.name}")["results"]
        assert [one["slug"] for one in listed] == [event.slug for event in shown]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("persn=x", "persn"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=99999999999999999999", "page_size"),
        ("page_size=٣", "page_size"),
        ("page=0", "page"),
        ("page=a", "page"),
        ("page=1&page=2", "page"),
        ("page=1&cursor=", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=nonsense", "cursor"),
        ("cursor=W10", "cursor"),
        ("sort=colour", "sort"),
        ("fields=colour", "fields"),
        ("include=colour", "include"),
        ("facets=colour", "facets"),
        ("fields=", "fields"),
        ("include=,", "include"),
        ("ids=a%20b", "ids"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=0001-01-01T00:00:00%2B14:00", "updated_since"),
        ("deleted=include", "deleted"),
        ("deleted=yes", "deleted"),
        ("q=%00", "q"),
        ("date_from=1940-13", "date_from"),
        ("date_from=1940&date_to=1939", "date_to"),
        ("person=nobody-at-all", "person"),
        ("role=nonsense", "role"),
        ("kind=", "kind"),
        ("include=names,relationships,participations,contributions,depictions,mentions", "include"),
    ],
)
def test_unknown_or_malformed_parameters_are_named(museum, api, query, parameter):
    problem = api.json(f"/api/v1/people/?{query}", 400)
    assert problem["errors"][0]["parameter"] == parameter
    assert problem["errors"][0]["detail"]
    assert problem["status"] == 400


def test_every_refusal_is_told_at_once(museum, api):
    problem = api.json("/api/v1/people/?persn=x&page_size=0&sort=y", 400)
    assert {one["parameter"] for one in problem["errors"]} == {"persn", "page_size", "sort"}
    assert "Did you mean person?" in problem["detail"]


def test_fields_include_ids_and_facets(museum, api):
    page = api.json("/api/v1/people/?fields=slug,title&include=names&ids=leon-trotsky,bureau")
    assert [set(one) for one in page["results"]] == [{"slug", "title", "names"}] * 2
    uuid = museum.trotsky.uuid
    assert (
        api.json(f"/api/v1/people/?ids={uuid}&ids=http://x/id/{museum.sedova.uuid}")["count"] == 2
    )
    facet = api.json("/api/v1/documents/?facets=type")["facets"]["type"]
    for value in facet:
        assert api.json(inner(value["url"]))["count"] == value["count"]
    assert list(api.json("/api/v1/people/leon-trotsky/?fields=title")) == ["title"]
    only = api.json("/api/v1/people/leon-trotsky/?include=names")
    assert "names" in only and "relationships" not in only


def test_pages_and_api_agree(museum, api, client):
    for query in ("q=trotsky", "date_from=1936&date_to=1938", "place=mexico"):
        for kind in ("person", "event"):
            page = client.get(f"/{PLURALS[kind]}/?{query}")
            assert (
                api.json(f"/api/v1/{PLURALS[kind]}/?{query}")["count"]
                == page.context["listing"].total
            )


def test_cors_and_preflight(museum, api):
    got = api.get("/api/v1/people/", headers={"Origin": "https://example.org"})
    assert got["Access-Control-Allow-Origin"] == "*"
    assert "Link" in got["Access-Control-Expose-Headers"]
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    preflight = api.options("/api/v1/people/", headers=asked)
    assert preflight.status_code == 200 and "GET" in preflight["Access-Control-Allow-Methods"]
    assert "PATCH" not in preflight["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/", 404),
        ("GET", "/api/v1/nothing/", 404),
        ("POST", "/api/v1/nothing/", 404),
        ("GET", "/api/v2/people/", 404),
        ("GET", "/api/v1/people/" + "x" * 101 + "/", 404),
        ("GET", "/api/v1/people/a%00b/", 404),
        ("POST", "/api/v1/stats/", 405),
        ("DELETE", "/api/v1/people/", 405),
        ("GET", "/api/v1/people/leon-trotsky/publish/", 405),
        ("BREW", "/api/v1/people/", 405),
        ("POST", "/api/v1/people/", 401),
        ("PATCH", "/api/v1/people/leon-trotsky/", 401),
    ],
)
def test_everything_that_fails_is_a_problem(museum, api, method, path, status):
    answer = api.generic(method, path)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert problem["status"] == status and problem["detail"] and problem["title"]
    if status == 405:
        assert answer["Allow"]
    if status == 401:
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_fault_is_a_problem_without_a_trace(museum, api, monkeypatch):
    monkeypatch.setattr("catalog.api.base.RecordViewSet.document", lambda *_: 1 / 0)
    problem = api.json("/api/v1/people/leon-trotsky/", 500)
    assert "ZeroDivision" not in json.dumps(problem) and problem["number"]


def test_a_slash_is_added(museum, api):
    answer = api.get("/api/v1/people?q=a")
    assert answer.status_code == 301 and answer["Location"] == "/api/v1/people/?q=a"


def test_renamed_withdrawn_and_deleted_records(museum, api):
    museum.trotsky.slug = "lev-trotsky"
    museum.trotsky.save()
    moved = api.get("/api/v1/people/leon-trotsky/?fields=title")
    assert (moved.status_code, moved["Location"]) == (
        301,
        "/api/v1/people/lev-trotsky/?fields=title",
    )
    permanent = f"/id/{museum.trotsky.uuid}"
    assert (
        api.get(permanent, headers={"Accept": "application/json"})["Location"]
        == "/api/v1/people/lev-trotsky/"
    )
    assert api.get(permanent)["Location"] == "/people/lev-trotsky/"
    from catalog.actions import publish, withdraw

    withdraw(publish(museum.sedova, by=None), by=None)
    Person.objects.filter(pk=museum.sedova.pk).update(first_published="2020-01-01T00:00:00Z")
    problem = api.json("/api/v1/people/natalia-sedova/", 410)
    assert problem["removed"]
    gone = api.get(f"/id/{museum.sedova.uuid}", headers={"Accept": "application/json"})
    assert gone.status_code == 410 and json.loads(gone.content)["removed"]


def test_the_relations_of_a_renamed_record_are_found_under_its_new_name(museum, api):
    """The redirect led to the record itself, so that a list of works came back as a person."""
    museum.trotsky.slug = "lev-trotsky"
    museum.trotsky.save()
    moved = api.get("/api/v1/people/leon-trotsky/contributions/?page_size=2")
    new = "/api/v1/people/lev-trotsky/contributions/"
    assert (moved.status_code, moved["Location"]) == (301, f"{new}?page_size=2")
    uuid = api.json(new)["results"][0]["id"]
    moved = api.get(f"/api/v1/people/leon-trotsky/contributions/{uuid}/")
    assert (moved.status_code, moved["Location"]) == (301, f"{new}{uuid}/")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_cursor_beyond_the_years_of_utc_is_refused(museum, api, moment):
    cursor = Cursor(False, "updated", moment, 5).written()
    problem = api.json(f"/api/v1/people/?sort=updated&cursor={cursor}", 400)
    assert problem["errors"][0]["parameter"] == "cursor"


def test_links_of_a_record(museum, api):
    said = api.get("/api/v1/documents/my-life/")["Link"]
    for rel in ("canonical", "alternate", "cite-as", "describedby", "license"):
        assert f'rel="{rel}"' in said


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_queries_do_not_grow_with_the_page(museum, api, kind):
    path = f"/api/v1/{PLURALS[kind]}/"
    numbers = []
    for further in (1, 5):
        fill(museum, further)
        feed.catch_up()
        PublicRecord.objects.update(body=None, relations=None)
        with CaptureQueriesContext(connection) as queries:
            api.json(f"{path}?page_size=100")
        numbers.append(len(queries))
    assert numbers[1] == numbers[0]
    with CaptureQueriesContext(connection) as queries:
        api.json(f"{path}?page_size=99")
    assert len(queries) <= 5, [one["sql"][:200] for one in queries]
    slug = RECORD_MODELS[kind].objects.visible_to(None).values_list("slug", flat=True)[0]
    with CaptureQueriesContext(connection) as queries:
        api.json(f"{path}{slug}/")
    assert len(queries) == 1


class AnyAddressTests(TestCase):
    """No address causes an error."""

    @settings(max_examples=60, deadline=None)
    @given(
        st.sampled_from(KINDS),
        st.dictionaries(
            st.sampled_from([*LIST_PARAMETERS, "q", "person", "date_from", "kind", "type", "\x00"]),
            st.text(max_size=20),
            max_size=3,
        ),
    )
    def test_any_parameters(self, kind, query):
        answer = Asking().get(f"/api/v1/{PLURALS[kind]}/", query)
        assert answer.status_code in {200, 304, 400, 404}, answer.content
        json.loads(answer.content)


def test_filters_have_no_name_of_the_lists_own():
    for filters in FILTERS.values():
        assert not set(filters.names()) & set(LIST_PARAMETERS)
