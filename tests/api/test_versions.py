"""Versions of what was read: conditional requests, tags, dates, and what reading again costs."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import (
    FeedState,
    Person,
    PublicRecord,
    Term,
)


def changed_ago(api, seconds):
    """The public catalogue as if its last change, and that of every record, were so long ago."""
    api.get("/api/v1/changes/")
    moment = timezone.now() - timedelta(seconds=seconds)
    FeedState.objects.update(changed_at=moment)
    PublicRecord.objects.update(changed_at=moment)


@pytest.mark.parametrize("path", ["/api/v1/people/", "/api/v1/people/leon-trotsky/"])
def test_a_date_names_a_version_only_when_its_second_is_over(museum, api, path):
    """Until then another change may get the same date, which is of whole seconds."""
    changed_ago(api, -5)
    assert "Last-Modified" not in api.get(path) and "ETag" in api.get(path)
    changed_ago(api, 5)
    dated = api.get(path)["Last-Modified"]
    assert api.get(path, headers={"If-Modified-Since": dated}).status_code == 304


def test_conditional_requests_cost_one_query(museum, api):
    changed_ago(api, 60)
    for path in ("/api/v1/people/", "/api/v1/people/leon-trotsky/"):
        first = api.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            again = api.get(path, headers={"If-None-Match": f"W/{first['ETag']}"})
        assert again.status_code == 304 and not again.content and again["ETag"] == first["ETag"]
        assert len(queries) == 1, [one["sql"] for one in queries]
        later = {"If-Modified-Since": first["Last-Modified"]}
        assert api.get(path, headers=later).status_code == 304
        assert api.get(path, headers={**later, "If-None-Match": '"other"'}).status_code == 200


def asked_of_the_database(api, path, status, **headers):
    with CaptureQueriesContext(connection) as queries:
        answer = api.get(path, headers=headers)
    assert answer.status_code == status
    return answer, [one["sql"] for one in queries]


def reads_a_document(sql):
    return "r.body, " in sql or "r.body AS" in sql or "relations" in sql


@pytest.mark.parametrize("query", ["", "?fields=title", "?include=names"])
def test_a_document_is_read_only_when_it_must_be_sent(museum, api, query):
    changed_ago(api, 60)
    path = f"/api/v1/people/leon-trotsky/{query}"
    first = api.get(path)
    for headers in (
        {"If-None-Match": first["ETag"]},
        {"If-None-Match": f'"other", W/{first["ETag"]}'},
        {"If-Modified-Since": first["Last-Modified"]},
        {},
    ):
        status = 304 if headers else 200
        again, asked = asked_of_the_database(api, path, status, **headers)
        assert len(asked) == 1 and not reads_a_document(asked[0]), asked
        assert again["ETag"] == first["ETag"] and again["Last-Modified"] == first["Last-Modified"]
        assert again.content == (b"" if headers else first.content)
    assert again.headers.items() >= {"Link": first["Link"], "Vary": first["Vary"]}.items()
    # Another host has other addresses, so its answer is made from the document: by one query, which reads it.
    other, asked = asked_of_the_database(api, path, 200, host="127.0.0.1")
    assert len(asked) == 1 and reads_a_document(asked[0]), asked
    assert "http://127.0.0.1/" in other["Link"] and "testserver" not in other["Link"]
    assert b"testserver" not in other.content


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": '"other"'}])
def test_what_was_sent_before_is_never_out_of_step(museum, api, editor, headers):
    path = "/api/v1/people/leon-trotsky/"
    before = api.get(path, headers=headers)
    conditional = {"If-None-Match": before["ETag"]}
    # Curators are shown what only they may see, and leave nothing of it for others.
    assert editor.json(path)["curation"]["status"] == "published"
    assert api.get(path, headers=headers).content == before.content
    museum.sedova.title = "Another name"
    museum.sedova.save()
    for asked in (conditional, headers):
        after = api.get(path, headers=asked)
        assert after.status_code == 200 and after["ETag"] != before["ETag"]
        assert "Another name" in after.content.decode()
    Person.objects.filter(pk=museum.sedova.pk).update(status="withdrawn")
    assert "Another name" not in api.get(path, headers=headers).content.decode()
    Person.objects.filter(pk=museum.trotsky.pk).update(status="withdrawn")
    for asked in (conditional, {"If-None-Match": "*"}, headers):
        assert api.get(path, headers=asked).status_code in {404, 410}
    Person.objects.filter(pk=museum.trotsky.pk).update(status="published")
    again = api.get(path, headers=headers)
    assert again.status_code == 200 and "Another name" not in again.content.decode()


def test_a_change_makes_another_version(museum, api):
    path = "/api/v1/events/assassination/"
    first = api.get(path)
    museum.trotsky.title = "Lev Trotsky"
    museum.trotsky.save()
    second = api.get(path, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200 and "Lev Trotsky" in second.content.decode()
    Person.objects.filter(pk=museum.trotsky.pk).update(status="withdrawn")
    assert "Lev Trotsky" not in api.get(path).content.decode()


def test_a_term_that_no_record_has_makes_another_list_of_terms(museum, api):
    path = "/api/v1/terms/?vocabulary=subject"
    first = api.get(path)
    Term.objects.create(vocabulary="subject", code="unheard-of", label="Unheard of")
    second = api.get(path, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200 and "Unheard of" in second.content.decode()


def test_compressed_answers_have_their_own_tag(museum, api):
    path = "/api/v1/people/"
    plain, packed = api.get(path), api.get(path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    for tag in (plain["ETag"], packed["ETag"]):
        headers = {"If-None-Match": tag, "Accept-Encoding": "gzip"}
        assert api.get(path, headers=headers).status_code == 304
    assert "Content-Encoding" not in api.get(path, headers={"Accept-Encoding": "gzip;q=0"})


def test_head_says_what_get_says(museum, api):
    for path in (
        "/api/v1/",
        "/api/v1/people/",
        "/api/v1/people/leon-trotsky/",
        "/api/v1/people/x/",
    ):
        got, head = api.get(path), api.head(path)
        assert head.status_code == got.status_code and not head.content
        for name in ("Content-Type", "ETag", "Last-Modified", "Link", "Content-Length"):
            if got.status_code == 200:
                assert head.get(name) == got.get(name), name


def test_the_reference_is_sent_again_only_if_it_differs(api):
    first = api.get("/api/v1/docs/")
    again = api.get("/api/v1/docs/", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content
