"""Writing: permissions, If-Match, trials, validation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import ApiToken, Document, Person, Scope
from tests.api.conftest import PERSON, Asking, account, body, key_of


def test_create_read_change_withdraw(museum, editor, api):
    made = editor.send("POST", "/api/v1/events/", {
        "identifier": "E 1", "title": "A congress", "date": "1927-12", "place": "oslo", "type": "trial",
        "subjects": ["exile"], "curation": {"internal_note": "check"},
    })  # fmt: skip
    assert made.status_code == 201, made.content
    path = made["Location"]
    assert path == "/api/v1/events/a-congress/"
    document = body(made)
    assert document["date"]["earliest"] == "1927-12-01" and document["place"]["slug"] == "oslo"
    assert (
        document["curation"]["status"] == "draft"
        and document["curation"]["internal_note"] == "check"
    )
    assert api.get(path).status_code == 404
    assert made["ETag"] == editor.etag(path)
    published = editor.send("POST", f"{path}publish/", etag=made["ETag"])
    assert published.status_code == 200, published.content
    assert api.json(path)["title"] == "A congress" and api.json(path)["curation"] is None
    changed = editor.send("PATCH", path, {"title": "The congress"}, etag=editor.etag(path))
    assert changed.status_code == 200 and body(changed)["place"]["slug"] == "oslo"
    assert api.json(path)["title"] == "The congress"
    gone = editor.send("DELETE", path, etag=editor.etag(path))
    assert gone.status_code == 204
    assert api.get(path).status_code == 410


def test_if_match_is_asked_for(museum, editor):
    assert editor.send("PATCH", PERSON, {"summary": "x"}).status_code == 428
    etag = editor.etag(PERSON)
    assert editor.send("PATCH", PERSON, {"summary": "x"}, etag=etag).status_code == 200
    late = editor.send("PATCH", PERSON, {"summary": "y"}, etag=etag)
    assert late.status_code == 412 and late["ETag"] == editor.etag(PERSON)
    weak = editor.send("PATCH", PERSON, {"summary": "y"}, etag=f"W/{editor.etag(PERSON)}")
    assert weak.status_code == 412
    assert editor.send("PATCH", PERSON, {"summary": "y"}, etag="*").status_code == 200


def test_put_replaces_and_takes_back_what_was_read(museum, editor):
    document = editor.json(PERSON)
    same = editor.send("PUT", PERSON, document, etag=editor.etag(PERSON))
    assert same.status_code == 200, same.content
    after = body(same)
    assert {**after, "updated": ""} == {**document, "updated": ""}
    bare = editor.send("PUT", PERSON, {"identifier": "X", "title": "T"}, etag=editor.etag(PERSON))
    assert bare.status_code == 200, bare.content
    assert (
        body(bare)["born"] is None
        and body(bare)["occupations"] == []
        and body(bare)["slug"] == "leon-trotsky"
    )
    assert body(bare)["names"]["count"] == 1


@pytest.mark.once
@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": None}, "title"),
        ({"title": 3}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"born": "the year after"}, "born"),
        ({"born": {"edtf": 3}}, "born"),
        ({"born": {"edtf": "1879", "about": True}}, "born/about"),
        ({"rights": {"uri": "", "lable": "Free"}}, "rights/lable"),
        ({"born": "1950", "died": "1940"}, ""),
        ({"born_place": "nowhere"}, "born_place"),
        ({"born_place": []}, "born_place"),
        ({"person_kind": "robot"}, "person_kind"),
        ({"occupations": ["nothing"]}, "occupations"),
        ({"occupations": "writer"}, "occupations"),
        ({"rights": "free"}, "rights"),
        ({"colour": "red"}, "colour"),
        ({"id": "x"}, "id"),
        ({"names": []}, "names"),
        ({"slug": "a b"}, "slug"),
        ({"curation": {"status": "published", "colour": 1}}, "curation/colour"),
        ({"curation": {"status": "draft"}}, "curation/status"),
        ([], ""),
    ],
)
def test_refusals_name_the_field(museum, editor, sent, field):
    answer = editor.send("PATCH", PERSON, sent, etag=editor.etag(PERSON))
    assert answer.status_code == 422, answer.content
    errors = body(answer)["errors"]
    assert errors[0]["detail"]
    if field:
        assert (errors[0]["field"] or "").startswith(field)
    assert Person.objects.get(pk=museum.trotsky.pk).title == "Leon Trotsky"


@pytest.mark.parametrize("field", ["born", "died"])
def test_nobody_is_born_or_dead_in_the_future_but_a_body_may_end_there(museum, editor, field):
    sent = {"identifier": "P 9", "title": "Somebody", field: "2950"}
    refused = editor.send("POST", "/api/v1/people/", sent)
    assert [one["field"] for one in body(refused)["errors"]] == [field]
    assert "lies in the future" in body(refused)["detail"]
    for other in ({field: f"{timezone.now():%Y}~"}, {"person_kind": "corporate body"}):
        trial = editor.send("POST", "/api/v1/people/?dry_run=true", {**sent, **other})
        assert trial.status_code == 200, trial.content


def test_identifiers_are_not_given_twice(museum, editor):
    answer = editor.send("POST", "/api/v1/people/", {"identifier": "TSS-P.2", "title": "Another"})
    assert answer.status_code == 422 and body(answer)["errors"][0]["field"] == "identifier"


def test_who_has_an_identifier_or_a_slug_is_told(museum, editor):
    """So a client that lost the answer to its POST finds the record that it made."""
    sent = {"identifier": "NEW.1", "title": "New"}
    made = body(editor.send("POST", "/api/v1/people/", sent))
    again = body(editor.send("POST", "/api/v1/people/", sent))
    assert [one.get("held_by") for one in again["errors"]] == [made["url"]]
    other = {"identifier": "NEW.2", "title": "", "slug": "new"}
    assert editor.send("POST", "/api/v1/people/", other).status_code == 422
    slug = body(editor.send("POST", "/api/v1/people/", {**other, "title": "Other"}))
    assert [(one["field"], one["held_by"]) for one in slug["errors"]] == [("slug", made["url"])]


def test_what_cannot_be_read(museum, editor):
    broken = editor.generic("POST", "/api/v1/people/", "{", content_type="application/json")
    assert broken.status_code == 400
    other = editor.generic("POST", "/api/v1/people/", "<a/>", content_type="text/xml")
    assert other.status_code == 415 and other["Accept"] == "application/json"
    deep = editor.generic("POST", "/api/v1/people/", "[" * 100_000, content_type="application/json")
    assert deep.status_code == 400 and "deeply" in body(deep)["detail"]


def test_what_is_too_large_is_told(museum, editor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    large = {"identifier": "L", "title": "x" * 2**20}
    answer = editor.send("POST", "/api/v1/people/", large)
    assert answer.status_code == 413 and "1 MB" in body(answer)["detail"]


def test_an_address_says_which_media_types_it_understands(museum, editor):
    path = "/api/v1/images/frida/file/"
    answer = editor.send("PUT", path, {}, etag="*")
    assert answer.status_code == 415 and answer["Accept"] == "multipart/form-data"
    assert "multipart/form-data" in body(answer)["detail"]
    answer = editor.generic("POST", "/api/v1/imports/", "a", content_type="text/plain")
    assert "text/csv" in answer["Accept"]


def test_the_status_of_a_new_record_is_not_sent(museum, editor):
    sent = {"identifier": "NEW.1", "title": "New", "curation": {"status": "published"}}
    answer = editor.send("POST", "/api/v1/people/", sent)
    assert answer.status_code == 422 and "publish" in body(answer)["detail"]
    sent["curation"] = {"status": "draft", "embargo_until": "2100-01-01T01:00:00+01:00"}
    made = editor.send("POST", "/api/v1/people/", sent)
    assert made.status_code == 201
    curation = body(made)["curation"]
    assert curation["embargo_until"] == "2100-01-01T00:00:00Z" and curation["created"][-1] == "Z"
    assert editor.send("POST", "/api/v1/people/?dry=1", {}).status_code == 400


def test_a_trial_changes_nothing(museum, editor):
    answer = editor.send(
        "PATCH", f"{PERSON}?dry_run=true", {"summary": "new"}, etag=editor.etag(PERSON)
    )
    said = body(answer)
    assert said["would"] == "change"
    assert said["changes"] == [{"field": "summary", "before": "", "after": "new"}]
    assert Person.objects.get(pk=museum.trotsky.pk).summary == ""
    made = editor.send("POST", "/api/v1/people/?dry_run=true", {"identifier": "N", "title": "New"})
    assert made.status_code == 200 and body(made)["would"] == "create"
    assert not Person.objects.filter(title="New").exists()


def test_who_may(museum, cataloguer, editor, api):
    etag = cataloguer.etag(PERSON)
    refused = cataloguer.send("PATCH", PERSON, {"summary": "x"}, etag=etag)
    assert refused.status_code == 403 and "editor" in body(refused)["detail"]
    draft = cataloguer.send("POST", "/api/v1/people/", {"identifier": "D", "title": "Draft"})
    assert draft.status_code == 201
    path = draft["Location"]
    assert cataloguer.send("POST", f"{path}publish/", etag=draft["ETag"]).status_code == 403
    assert cataloguer.send("POST", f"{path}submit/", etag=draft["ETag"]).status_code == 200
    assert cataloguer.send("POST", f"{path}submit/", etag=cataloguer.etag(path)).status_code == 409
    reader = Asking(key_of(account("reader", "Editor"), Scope.READ))
    assert reader.json(path)["curation"]["status"] == "in_review"
    refused = reader.send("PATCH", path, {}, etag=reader.etag(path))
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]
    assert reader.get(path)["Cache-Control"] == "private, no-store"


def test_tokens_end(museum):
    user = account("curator", "Editor")
    key = key_of(user)
    token = ApiToken.objects.get()
    assert key not in (token.key_hash, token.hint) and token.last_used is None
    asking = Asking(key)
    assert asking.get("/api/v1/people/agent/").status_code == 200
    assert ApiToken.objects.get().last_used is not None
    for change in (
        {"expires": timezone.now() - timedelta(1)},
        {"revoked": timezone.now(), "expires": None},
    ):
        ApiToken.objects.update(**change)
        answer = asking.get("/api/v1/people/agent/")
        assert answer.status_code == 401 and "admin" in body(answer)["detail"]
        assert 'error="invalid_token"' in answer["WWW-Authenticate"]
    ApiToken.objects.update(revoked=None)
    user.is_active = False
    user.save()
    assert asking.get("/api/v1/people/").status_code == 401


def test_a_session_needs_its_csrf_token(museum):
    user = account("curator", "Editor")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    etag = browser.get(PERSON)["ETag"]
    sent = {"data": "{}", "content_type": "application/json", "headers": {"If-Match": etag}}
    refused = browser.patch(PERSON, **sent)
    assert refused.status_code == 403 and refused["Content-Type"] == "application/problem+json"
    assert "X-CSRFToken" in body(refused)["detail"]
    browser.cookies["csrftoken"] = "a" * 32
    allowed = browser.patch(
        PERSON, **{**sent, "headers": {"If-Match": etag, "X-CSRFToken": "a" * 32}}
    )
    assert allowed.status_code == 200


def test_places_and_documents(museum, editor):
    made = editor.send("POST", "/api/v1/places/", {
        "identifier": "L 1", "title": "Barbizon",
        "coordinates": {"latitude": 48.4, "longitude": 2.6, "precision": "town"},
    })  # fmt: skip
    assert made.status_code == 201, made.content
    assert body(made)["coordinates"] == {"latitude": 48.4, "longitude": 2.6, "precision": "town"}
    for wrong, said in (
        ({"latitude": 95, "longitude": 0}, "A latitude is from -90"),
        ({"latitude": 1}, "coordinates/longitude"),
        ("here", "or null"),
    ):
        answer = editor.send(
            "PATCH", made["Location"], {"coordinates": wrong}, etag=editor.etag(made["Location"])
        )
        assert answer.status_code == 422 and said in answer.text, answer.content
    emptied = editor.send(
        "PATCH", made["Location"], {"coordinates": None}, etag=editor.etag(made["Location"])
    )
    assert body(emptied)["coordinates"] is None
    book = editor.send(
        "POST", "/api/v1/documents/", {"identifier": "B", "title": "Book", "link": "javascript:1"}
    )
    assert book.status_code == 422 and body(book)["errors"][0]["field"] == "link"
    loop = editor.send(
        "PATCH",
        "/api/v1/events/terror/",
        {"part_of": "moscow-trial"},
        etag=editor.etag("/api/v1/events/terror/"),
    )
    assert loop.status_code == 422 and "loop" in body(loop)["detail"]
    assert Document.objects.filter(identifier="B").count() == 0


def test_a_date_without_its_text_is_no_date(museum, editor):
    refused = editor.send("POST", "/api/v1/events/", {"identifier": "D", "title": "D", "date": {}})
    assert refused.status_code == 422 and body(refused)["errors"][0]["field"] == "date"
