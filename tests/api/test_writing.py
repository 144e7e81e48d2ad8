"""Writing: permissions, If-Match, trials, validation, relations, pictures."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO

import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from catalog.iiif import describe_file, judged
from catalog.models import (
    ApiToken,
    ChangeSet,
    Document,
    Door,
    Image,
    Person,
    ReviewNote,
    Scope,
    Status,
)
from catalog.uris import PLURALS
from tests.api.conftest import Asking, account, key_of

PERSON = "/api/v1/people/leon-trotsky/"


def body(answer):
    return json.loads(answer.content)


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


def test_statements(museum, editor, api):
    path = f"{PERSON}contributions/"
    before = api.json(path)["count"]
    made = editor.send(
        "POST", path, {"document": "undated-sheet", "role": "author", "date": "1930", "note": "n"}
    )
    assert made.status_code == 201, made.content
    one = made["Location"]
    assert api.json(path)["count"] == before + 1
    assert (
        api.json("/api/v1/documents/undated-sheet/")["contributions"]["results"][0]["person"][
            "slug"
        ]
        == "leon-trotsky"
    )
    assert api.json(one)["note"] == "n" and api.etag(one) == made["ETag"]
    assert editor.send("PATCH", one, {"note": "m"}).status_code == 428
    changed = editor.send("PATCH", one, {"note": "m"}, etag=made["ETag"])
    assert body(changed)["note"] == "m" and body(changed)["date"]["edtf"] == "1930"
    assert editor.send("DELETE", one, etag=made["ETag"]).status_code == 412
    assert editor.send("DELETE", one, etag=changed["ETag"]).status_code == 204
    assert api.get(one).status_code == 404


def test_who_created_a_fonds_is_written_and_read_from_both_ends(museum, editor, api):
    said = {"person": "natalia-sedova", "role": "author", "note": "Kept them."}
    made = editor.send("POST", "/api/v1/collections/papers/contributions/", said)
    assert made.status_code == 201, made.content
    told = api.json("/api/v1/collections/papers/")["contributions"]["results"][-1]
    assert (told["person"]["slug"], told["role"]["code"], told["note"]) == (
        "natalia-sedova", "author", "Kept them.",
    )  # fmt: skip
    theirs = api.json("/api/v1/people/natalia-sedova/contributions/")["results"]
    assert [one["collection"]["slug"] for one in theirs if one["id"] == told["id"]] == ["papers"]
    found = api.json("/api/v1/collections/?person=natalia-sedova&role=author")["results"]
    assert [one["slug"] for one in found] == ["papers"]
    gone = editor.send("DELETE", made["Location"], etag=made["ETag"])
    assert (
        gone.status_code == 204
        and not editor.json("/api/v1/collections/?person=natalia-sedova&role=author")["count"]
    )


def test_the_same_statement_is_refused_by_name(museum, editor):
    said = {"document": "undated-sheet", "role": "author"}
    made = body(editor.send("POST", f"{PERSON}contributions/", said))
    from_the_other_end = {"person": "leon-trotsky", "role": "author", "note": "again"}
    again = editor.send(
        "POST", "/api/v1/documents/undated-sheet/contributions/", from_the_other_end
    )
    assert again.status_code == 409
    assert body(again)["statement"] == made["id"] and "Change that one" in body(again)["detail"]


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("people/leon-trotsky/names", {"name": "Pero", "kind": "pseudonym"}, 201),
        ("people/leon-trotsky/names", {}, 422),
        ("people/leon-trotsky/names", {"name": "x", "person": "agent"}, 422),
        ("people/leon-trotsky/relationships", {"kind": "spouse", "related": "natalia-sedova", "date": "1903"}, 201),
        ("people/leon-trotsky/relationships", {"kind": "spouse", "related": "leon-trotsky"}, 422),
        ("people/leon-trotsky/participations", {"event": "terror", "role": "victim"}, 201),
        ("people/leon-trotsky/participations", {"event": "terror"}, 422),
        ("people/leon-trotsky/contributions", {"role": "author"}, 422),
        ("people/leon-trotsky/contributions", {"role": "author", "document": "my-life", "collection": "papers"}, 422),
        ("documents/my-life/contributions",
         {"person": "leon-trotsky", "role": "author", "document": "my-life", "date": "1929"}, 201),
        ("documents/my-life/contributions", {"person": "leon-trotsky", "role": "author", "document": "undated-sheet"},
         422),
        ("documents/my-life/contributions", {"person": "leon-trotsky", "role": "author", "document": None}, 422),
        ("people/leon-trotsky/relationships", {"kind": "spouse", "person": "agent", "related": "natalia-sedova"}, 422),
        ("people/leon-trotsky/citations", {"source": "my-life", "bearing": "states"}, 201),
        ("people/leon-trotsky/outside_identifiers", {"authority": "viaf", "value": "123", "verified_on": "2026-01-31"},
         201),
        ("people/leon-trotsky/outside_identifiers", {"authority": "wikidata", "value": "33391"}, 422),
        ("people/leon-trotsky/mentions", {"document": "my-life"}, 201),
        ("people/leon-trotsky/mentions", {"document": "my-life", "image": "x"}, 422),
        ("people/leon-trotsky/holdings", {}, 405),
        ("documents/my-life/topics", {"about": "leon-trotsky"}, 201),
        ("documents/my-life/topics", {"about": {"kind": "event", "slug": "terror"}}, 201),
        ("documents/my-life/topics", {"about": None}, 422),
        ("places/oslo/names", {"name": "Christiania", "period": "to 1877"}, 201),
    ],
)  # fmt: skip
def test_statements_of_every_sort(museum, editor, path, sent, status):
    answer = editor.send("POST", f"/api/v1/{path}/", sent)
    assert answer.status_code == status, answer.content
    if status == 201:
        assert editor.etag(answer["Location"]) == answer["ETag"]


def test_an_end_that_is_missing_or_names_another_record_is_told(museum, editor):
    path = "/api/v1/documents/my-life/contributions/"
    problem = body(editor.send("POST", path, {"role": "author"}))
    assert problem["errors"] == [{"field": "person", "detail": "This field is required."}]
    problem = body(
        editor.send(
            "POST", path, {"person": "leon-trotsky", "role": "author", "document": "undated-sheet"}
        )
    )
    assert [one["field"] for one in problem["errors"]] == ["document"]
    assert "The address names another record." in problem["detail"]


@pytest.mark.parametrize("relation", ["contributions", "relationships", "participations"])
def test_a_statement_can_be_sent_back_as_it_was_read_from_either_end(museum, editor, api, relation):
    statements = api.json(f"/api/v1/people/leon-trotsky/{relation}/")["results"]
    assert statements
    for one in statements:
        for name in ("person", "related", "document", "event"):
            if not one.get(name):
                continue
            kind = PLURALS[one[name]["kind"]]
            address = f"/api/v1/{kind}/{one[name]['slug']}/{relation}/{one['id']}/"
            answer = api.get(address)
            sent = {key: body(answer)[key] for key in ("person", "related", "note") if key in one}
            changed = editor.send("PATCH", address, sent, etag=answer["ETag"])
            assert changed.status_code == 200, changed.content
            assert body(changed) == body(answer)


def picture(width=40, height=30):
    kept = BytesIO()
    PIL.Image.new("RGB", (width, height), "red").save(kept, "PNG")
    return kept.getvalue()


def test_pictures(museum, editor, api):
    image = Image.objects.create(identifier="I 1", title="A red thing", status=Status.PUBLISHED)
    path = f"/api/v1/images/{image.slug}/"

    def send(content, query=""):
        file = SimpleUploadedFile("red.gif", content, content_type="image/gif")
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        sent = encode_multipart(BOUNDARY, {"file": file})
        headers = {"If-Match": editor.etag(path)}
        return editor.generic(
            "PUT", f"{path}file/{query}", sent, content_type=MULTIPART_CONTENT, headers=headers
        )

    assert send(b"<svg/>").status_code == 422
    trial = send(picture(), "?dry_run=true")
    assert trial.status_code == 200 and body(trial)["dry_run"]
    image.refresh_from_db()
    assert not image.file
    taken = send(picture())
    assert taken.status_code == 200, taken.content
    held = api.json(path)["picture"]
    assert (held["width"], held["height"], held["media_type"]) == (40, 30, "image/png")
    other = Image.objects.create(identifier="I 2", title="Another", status=Status.PUBLISHED)
    path = f"/api/v1/images/{other.slug}/"
    twice = send(picture())
    assert twice.status_code == 422 and "I 1" in body(twice)["detail"]
    path = f"/api/v1/images/{image.slug}/"
    assert editor.send("DELETE", f"{path}file/", etag=editor.etag(path)).status_code == 200
    assert api.json(path)["picture"] is None


@pytest.fixture
def negative(db, tmp_path, settings):
    """The draft of an image with a file whose rights nobody has stated."""
    settings.MEDIA_ROOT = tmp_path
    image = Image(identifier="N 1", title="Negative")
    file = SimpleUploadedFile("n.png", picture())
    describe_file(image, judged(file, image))
    image.file = file
    image.save()
    return image


def test_the_file_of_a_draft_is_read_by_curators(negative, editor, api):
    path = "/api/v1/images/negative/file/"
    answer = editor.get(path)
    assert answer.status_code == 200 and b"".join(answer) == picture()
    assert answer["Content-Type"] == "image/png" and "N-1.png" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    assert api.get(path).status_code == 404
    Image.objects.update(status=Status.PUBLISHED)
    refused = api.get(path)
    assert refused.status_code == 403 and "renditions" in body(refused)["detail"]
    Image.objects.update(rights="http://creativecommons.org/publicdomain/zero/1.0/")
    answer = api.get(path)
    assert answer.status_code == 200 and b"".join(answer) == picture()
    assert api.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert api.head(path)["Content-Length"] == str(len(picture()))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-9", 0, 9), ("10-", 10, None), ("-5", -5, None), ("3-99999999", 3, None)],
)
def test_an_interrupted_download_goes_on(negative, editor, asked, first, last):
    whole = picture()
    path = "/api/v1/images/negative/file/"
    part = editor.get(path, headers={"Range": f"bytes={asked}"})
    expected = whole[first : last + 1 if last is not None else None]
    assert part.status_code == 206 and b"".join(part) == expected
    start = first % len(whole)
    assert part["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(whole)}"
    assert part["Content-Length"] == str(len(expected))


def test_a_range_that_does_not_fit(negative, editor):
    path = "/api/v1/images/negative/file/"
    for asked in ("bytes=99999999-", "bytes=-0"):
        answer = editor.get(path, headers={"Range": asked})
        assert answer.status_code == 416 and body(answer)["title"], asked
        assert answer["Content-Range"] == f"bytes */{len(picture())}"
    etag = editor.get(path)["ETag"]
    for headers, status in (
        ({"Range": "bytes=0-1,4-5"}, 200),
        ({"Range": "lines=1-2"}, 200),
        ({"Range": "bytes=9-3"}, 200),
        ({"Range": "bytes=0-1", "If-Range": '"other"'}, 200),
        ({"Range": "bytes=0-1", "If-Range": etag}, 206),
    ):
        assert editor.get(path, headers=headers).status_code == status, headers


def test_places_and_documents(museum, editor):
    made = editor.send("POST", "/api/v1/places/", {
        "identifier": "L 1", "title": "Barbizon",
        "coordinates": {"latitude": 48.4, "longitude": 2.6, "precision": "town"},
    })  # fmt: skip
    assert made.status_code == 201, made.content
    assert body(made)["coordinates"] == {"latitude": 48.4, "longitude": 2.6, "precision": "town"}
    for wrong in ({"latitude": 95, "longitude": 0}, {"latitude": 1}, "here"):
        answer = editor.send(
            "PATCH", made["Location"], {"coordinates": wrong}, etag=editor.etag(made["Location"])
        )
        assert answer.status_code == 422, answer.content
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


def test_terms_are_added_changed_and_removed(museum, editor, api):
    made = editor.send("POST", "/api/v1/terms/", {
        "vocabulary": "subject", "code": "hunger-strike", "label": "Hunger strikes", "broader": "exile",
    })  # fmt: skip
    assert made.status_code == 201, made.content
    path = made["Location"]
    assert path == "/api/v1/terms/subject/hunger-strike/"
    assert body(made)["broader"]["code"] == "exile" and api.json(path) == body(made)
    used = editor.send("PATCH", PERSON, {"subjects": ["hunger-strike"]}, etag=editor.etag(PERSON))
    assert used.status_code == 200, used.content
    assert editor.send("PATCH", path, {"label": "Fasting"}).status_code == 428
    changed = editor.send("PATCH", path, {"label": "Fasting"}, etag=editor.etag(path))
    assert changed.status_code == 200 and body(changed)["broader"]["code"] == "exile"
    assert api.json(PERSON)["subjects"][0]["label"] == "Fasting"
    replaced = editor.send(
        "PUT", path, {**body(changed), "broader": None, "scope_note": "x"}, etag=editor.etag(path)
    )
    assert replaced.status_code == 200, replaced.content
    assert body(replaced)["broader"] is None and body(replaced)["scope_note"] == "x"
    least = {name: body(changed)[name] for name in ("vocabulary", "code", "label")}
    emptied = editor.send("PUT", path, least, etag=editor.etag(path))
    assert emptied.status_code == 200, emptied.content
    assert {name for name, value in body(emptied).items() if value} == {*least, "url"}


def test_a_term_is_sent_with_its_labels_in_other_languages(museum, editor, api):
    path = "/api/v1/terms/subject/exile/"
    sent = {
        "labels": {"es": "Exilio", "pt-br": "Exílio"},
        "alternatives": {"en": ["Banishment"], "es": ["Destierro"]},
    }
    changed = editor.send("PATCH", path, sent, etag=editor.etag(path))
    assert changed.status_code == 200, changed.content
    assert body(changed)["labels"] == {"es": "Exilio", "pt-BR": "Exílio"}
    assert body(changed)["alternatives"] == sent["alternatives"]
    editor.send("PATCH", PERSON, {"subjects": ["exile"]}, etag=editor.etag(PERSON))
    # A record names the term in every language, whatever language the reader asks for.
    assert api.json(PERSON)["subjects"][0]["labels"]["es"] == "Exilio"
    for word in ("destierro", "EXILIO", "banish"):
        assert [one["code"] for one in api.json(f"/api/v1/terms/?q={word}")["results"]] == ["exile"]
    same = editor.send("PUT", path, body(changed), etag=editor.etag(path))
    assert same.status_code == 200 and body(same) == body(changed)
    emptied = editor.send(
        "PATCH", path, {"labels": None, "alternatives": {}}, etag=editor.etag(path)
    )
    assert body(emptied)["labels"] == body(emptied)["alternatives"] == {}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"vocabulary": "subject", "code": "exile", "label": "Twice"}, None),
        ({"vocabulary": "subject", "code": "no blanks", "label": "x"}, "code"),
        ({"vocabulary": "nothing", "code": "a", "label": "x"}, "vocabulary"),
        ({"vocabulary": "subject", "code": "a"}, "label"),
        ({"vocabulary": "subject", "code": "a", "label": "x", "broader": "none"}, "broader"),
        ({"vocabulary": "subject", "code": "a", "label": "x", "colour": "red"}, "colour"),
        ({"vocabulary": "subject", "code": "a", "label": "x", "uri": "nonsense"}, "uri"),
        ({"vocabulary": "subject", "code": "a", "label": "x\x00"}, "label"),
        ({"vocabulary": "subject", "code": "a", "label": "x", "labels": "es: y"}, "labels"),
        (
            {"vocabulary": "subject", "code": "a", "label": "x", "labels": {"Spanish": "y"}},
            "labels",
        ),
        ({"vocabulary": "subject", "code": "a", "label": "x", "labels": {"en": "y"}}, "labels"),
        (
            {"vocabulary": "subject", "code": "a", "label": "x", "alternatives": {"es": "y"}},
            "alternatives",
        ),
        (
            {"vocabulary": "subject", "code": "a", "label": "x", "inverse_labels": {"es": "y"}},
            "inverse_labels",
        ),
    ],
)
def test_a_term_that_cannot_be_is_refused_by_field(museum, editor, sent, field):
    refused = editor.send("POST", "/api/v1/terms/", sent)
    assert refused.status_code == 422, refused.content
    assert field in [one["field"] for one in body(refused)["errors"]]


def test_a_term_keeps_its_code_and_stays_while_it_is_used(museum, editor, cataloguer):
    path = "/api/v1/terms/subject/exile/"
    etag = editor.etag(path)
    moved = editor.send("PATCH", path, {"code": "banishment"}, etag=etag)
    assert moved.status_code == 422 and body(moved)["errors"][0]["field"] == "code"
    boss = Asking(key_of(account("boss", "Administrator")))
    Person.objects.get(slug="leon-trotsky").subjects.add(museum.exile)
    used = boss.send("DELETE", path, etag=etag)
    assert used.status_code == 409 and "used" in body(used)["detail"]
    loop = boss.send("PATCH", path, {"broader": "exile"}, etag=etag)
    assert loop.status_code == 422, loop.content
    trial = boss.send("POST", "/api/v1/terms/?dry_run=true", {
        "vocabulary": "subject", "code": "tried", "label": "Tried",
    })  # fmt: skip
    assert body(trial)["dry_run"] and boss.get("/api/v1/terms/subject/tried/").status_code == 404
    boss.send("POST", "/api/v1/terms/", {"vocabulary": "subject", "code": "idle", "label": "Idle"})
    idle = "/api/v1/terms/subject/idle/"
    assert editor.send("DELETE", idle, etag=editor.etag(idle)).status_code == 403
    assert boss.send("DELETE", idle, etag=boss.etag(idle)).status_code == 204
    assert boss.get(idle).status_code == 404


def test_a_date_without_its_text_is_no_date(museum, editor):
    refused = editor.send("POST", "/api/v1/events/", {"identifier": "D", "title": "D", "date": {}})
    assert refused.status_code == 422 and body(refused)["errors"][0]["field"] == "date"


# --- Steps with their notes, dates and reasons ---


def test_a_step_takes_a_note_a_date_and_a_reason(museum, cataloguer, editor, api):
    made = cataloguer.send("POST", "/api/v1/people/", {"identifier": "N.1", "title": "Nobody"})
    path = made["Location"]
    why = {"note": "Dates from the letter"}
    cataloguer.send("POST", f"{path}submit/?reason=Box%2012", why, etag=made["ETag"])
    editor.send("POST", f"{path}send-back/", {"note": "Which letter?"}, etag=editor.etag(path))
    later = "2090-01-01T00:00:00Z"
    answer = editor.send(
        "POST", f"{path}publish/", {"publish_from": later, "note": ""}, etag=editor.etag(path)
    )
    assert answer.status_code == 200, answer.content
    assert body(answer)["curation"]["publish_from"].startswith("2090-01-01")
    assert api.get(path).status_code == 404
    notes = ReviewNote.objects.order_by("pk").values_list("step", "text", "by__username")
    assert list(notes) == [
        ("submitted", "Dates from the letter", "cataloguer"),
        ("sent_back", "Which letter?", "editor"),
        ("published", "", "editor"),
    ]
    reasons = ChangeSet.objects.order_by("pk").values_list("reason", "door")
    assert ("Box 12", Door.API) in list(reasons)


def test_an_embargo_is_set_and_lifted(museum, editor, cataloguer, api):
    until = (timezone.now() + timedelta(days=9)).isoformat()
    path = f"{PERSON}embargo/"
    refused = cataloguer.send("POST", path, {"embargo_until": until}, etag="*")
    assert refused.status_code == 403
    trial = editor.send("POST", f"{path}?dry_run=true", {"embargo_until": until}, etag="*")
    assert body(trial)["would"] == "embargo"
    assert api.get(PERSON).status_code == 200
    assert editor.send("POST", path, {"embargo_until": until}, etag="*").status_code == 200
    assert api.get(PERSON).status_code == 404
    assert editor.send("POST", path, {"embargo_until": None}, etag="*").status_code == 200
    assert api.get(PERSON).status_code == 200
    passed = editor.send("POST", path, {"embargo_until": "2020-01-01T00:00:00Z"}, etag="*")
    assert passed.status_code == 422
    assert body(passed)["errors"][0]["field"] == "embargo_until"
    assert "has passed" in body(passed)["detail"]


@pytest.mark.parametrize(
    ("verb", "sent", "field"),
    [
        ("embargo", None, "embargo_until"),
        ("embargo", {"embargo_until": "tomorrow"}, "embargo_until"),
        ("publish", {"publish_on": "2090-01-01T00:00:00Z"}, "publish_on"),
        ("publish", {"publish_from": 3}, "publish_from"),
        ("withdraw", {"note": "x" * 2001}, "note"),
        ("withdraw", {"note": ["x"]}, "note"),
        ("withdraw", ["x"], ""),
    ],
)
def test_what_goes_with_a_step_is_judged_field_by_field(museum, editor, api, verb, sent, field):
    answer = editor.send("POST", f"{PERSON}{verb}/", sent, etag="*")
    assert answer.status_code == 422, answer.content
    assert (body(answer)["errors"][0]["field"] or "").startswith(field)
    assert api.get(PERSON).status_code == 200


def test_a_reason_goes_with_every_change(museum, editor):
    answer = editor.send("PATCH", f"{PERSON}?reason=Misprint", {"summary": "x"}, etag="*")
    assert answer.status_code == 200
    assert ChangeSet.objects.all()[0].reason == "Misprint"
    long = editor.send("PATCH", f"{PERSON}?reason={'x' * 1001}", {"summary": "y"}, etag="*")
    assert long.status_code == 400
    assert body(long)["errors"][0]["parameter"] == "reason"
