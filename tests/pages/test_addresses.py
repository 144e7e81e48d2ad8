"""The answers of old, removed, hidden and impossible addresses."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from catalog import actions
from catalog.documents import feed
from catalog.models import Contribution, PastSlug, Status, Tombstone
from catalog.uris import KINDS, PLURALS


@pytest.mark.parametrize("kind", KINDS)
def test_an_old_name_leads_to_the_new_one(client: Client, make, kind) -> None:
    record = make(kind, "Old name")
    record.slug = "new-name"
    record.save()
    answer = client.get(f"/{PLURALS[kind]}/old-name/")
    assert (answer.status_code, answer["Location"]) == (301, f"/{PLURALS[kind]}/new-name/")


def test_the_old_name_of_a_hidden_record_tells_nothing(client: Client, make) -> None:
    record = make("person", "Old name", hidden=True)
    record.slug = "new-name"
    record.save()
    assert client.get("/people/old-name/").status_code == 404


def test_what_people_type_leads_to_the_list_in_that_view(client: Client, db) -> None:
    for typed, address in (
        ("/timeline/", "/events/?view=timeline"),
        ("/map/", "/places/?view=map"),
        ("/es/timeline/?date_from=1936", "/es/events/?date_from=1936&view=timeline"),
    ):
        answer = client.get(typed)
        assert (answer.status_code, answer["Location"]) == (302, address)
        assert client.get(address).status_code == 200
    answer = client.get("/network/")
    assert answer.status_code == 404 and "Show connections" in answer.text
    assert "Show connections" not in client.get("/network/nobody/").text


def test_what_a_draft_was_called_tells_nothing(client: Client, make, admin_user) -> None:
    record = make("collection", "Working title", status=Status.DRAFT)
    record.slug = "second-title"
    record.save()
    record = actions.publish(record, by=None)
    record.slug = "third-title"
    record.save()
    feed.catch_up()
    sets = "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=holdings:"
    for address in ("/collections/{}/", "/api/v1/collections/{}/", "/es/collections/{}/"):
        assert client.get(address.format("second-title")).status_code == 301, address
        assert client.get(address.format("working-title")).status_code == 404, address
    for address in ("/documents/?collection={}", "/api/v1/documents/?collection={}"):
        assert client.get(address.format("second-title")).status_code == 200, address
        assert client.get(address.format("working-title")).status_code == 400, address
    assert "<error" not in client.get(f"{sets}second-title").text
    assert "<error" in client.get(f"{sets}working-title").text
    client.force_login(admin_user)
    assert client.get("/collections/working-title/").status_code == 301


@pytest.mark.parametrize("kind", KINDS)
def test_withdrawn_says_so_and_since_when(client: Client, make, kind) -> None:
    record = make(
        kind,
        "Marked title",
        slug="gone",
        status=Status.WITHDRAWN,
        first_published=timezone.now(),
        withdrawn_at=timezone.datetime(2025, 3, 1, 12, tzinfo=timezone.get_current_timezone()),
    )
    for address in (
        f"/{PLURALS[kind]}/gone/",
        f"/id/{record.uuid}",
        f"/id/{record.uuid}.bib",
    ):
        answer = client.get(address)
        assert answer.status_code == 410
        page = answer.content.decode()
        assert "1 March 2025" in page and "Marked title" not in page


def test_withdrawn_before_it_was_ever_public_is_unknown(client: Client, make) -> None:
    record = make("person", "Never", status=Status.WITHDRAWN)
    never = client.get("/people/never/")
    # A cache that kept it would hide a record of that name when it is published.
    assert (never.status_code, never["Cache-Control"]) == (404, "no-cache")
    assert client.get(f"/id/{record.uuid}").status_code == 404


def test_a_deleted_record_leaves_a_tombstone(client: Client, db) -> None:
    uuid = uuid4()
    Tombstone.objects.create(kind="person", slug="buried", record_uuid=uuid)
    PastSlug.objects.create(kind="person", slug="earlier", record_uuid=uuid)
    for address in ("/people/buried/", "/people/earlier/", f"/id/{uuid}"):
        assert client.get(address).status_code == 410, address
    assert client.get("/events/buried/").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_hidden_answers_exactly_as_unknown(client: Client, make, kind) -> None:
    record = make(kind, "Draft", hidden=True)
    hidden = client.get(f"/{PLURALS[kind]}/draft/")
    unknown = client.get(f"/{PLURALS[kind]}/wraft/")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content.replace(b"draft", b"wraft") == unknown.content
    assert client.get(f"/id/{record.uuid}").status_code == 404


def test_every_page_says_which_methods_it_has(client: Client, make) -> None:
    make("person", "Leon Trotsky")
    make("person", "Draft", hidden=True)
    for address in ("/people/", "/people/leon-trotsky/", "/people/draft/"):
        answer = client.options(address)
        assert (answer.status_code, answer["Allow"]) == (200, "GET, HEAD, OPTIONS"), address


@pytest.mark.parametrize("kind", KINDS)
def test_the_permanent_link_leads_to_the_page(client: Client, make, kind) -> None:
    record = make(kind, "Something")
    answer = client.get(f"/id/{record.uuid}")
    assert (answer.status_code, answer["Location"]) == (303, record.get_absolute_url())


def test_an_address_without_its_last_stroke(client: Client, make) -> None:
    make("person", "Leon Trotsky")
    assert client.get("/people/leon-trotsky").headers["Location"] == "/people/leon-trotsky/"


def test_names_of_other_scripts(client: Client, make) -> None:
    make("person", "Лев Троцкий")
    answer = client.get("/people/лев-троцкий/")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/people/%00/",
        "/people/a%00b/",
        "/people/%ff%fe/",
        "/people/" + "a" * 101 + "/",
        "/people/" + "9" * 5000 + "/",
        "/people/../../etc/passwd",
        "/people/%2e%2e/",
        "/people/a--b/",
        "/people/a%20b/",
        "/people/%F0%9F%92%A5/",
        "/id/1",
        "/id/" + "f" * 400,
        "/id/00000000-0000-0000-0000-000000000000",
        "/xx/people/",
        "/people/-/",
    ],
)
def test_impossible_addresses_are_not_found(client: Client, db, path) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b'class="masthead"' in answer.content


def test_the_missing_page_offers_the_words_of_the_address(client: Client, db) -> None:
    page = client.get("/people/leon-trotzki/").content.decode()
    assert 'value="leon trotzki"' in page and 'action="/search/"' in page
    assert 'value=""' in client.get("/12345678/").content.decode()


def test_an_address_for_programs_is_found_without_its_language(client: Client, db) -> None:
    for path in ("/api/v1/docs/?x=%C3%A9", "/robots.txt"):
        answer = client.get(f"/es{path}")
        assert (answer.status_code, answer["Location"]) == (302, path)
    for path in ("/es/people/nobody/", "/es/people/nobody/nothing", "/es//evil.example/"):
        assert client.get(path).status_code == 404, path


def test_a_strange_host_gets_a_page_too(client: Client, db) -> None:
    answer = client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400 and b'class="masthead"' in answer.content


def test_a_fault_gets_a_number_and_asks_no_database(
    client: Client, settings, monkeypatch, make
) -> None:
    make("person", "Leon Trotsky")

    def fail(*args: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("catalog.pages.person.PersonDetail.fill", fail)
    client.raise_request_exception = False
    answer = client.get("/people/leon-trotsky/")
    assert answer.status_code == 500
    assert b"quote this number" in answer.content and b"on purpose" not in answer.content


def test_a_fault_is_told_even_where_static_files_were_never_collected(
    client: Client, settings, tmp_path, db, caplog
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    client.raise_request_exception = False
    answer = client.get("/es/")
    assert answer.status_code == 500 and '<html lang="es">' in answer.text
    number = re.search(r"\b[0-9a-f]{8}\b", answer.text)[0]
    assert f"Fault {number}: its own page failed" in caplog.text


@pytest.mark.once
@pytest.mark.parametrize("kind", PLURALS)
def test_what_search_engines_are_told_is_a_document_of_its_own(client: Client, make, kind) -> None:
    record = make(kind, "</script> & more")
    path = f"/id/{record.uuid}.jsonld"
    asked = client.get(f"/id/{record.uuid}", headers={"Accept": "application/ld+json"})
    assert (asked.status_code, asked["Location"]) == (303, path)
    answer = client.get(path)
    assert answer["Content-Type"] == "application/ld+json"
    assert answer.json()["name"] == "</script> & more"
    page = client.get(record.get_absolute_url())
    assert answer.text in page.text
    assert f'{path}>; rel="describedby"; type="application/ld+json"' in page["Link"]


SUFFIXES = {
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl.json": "application/vnd.citationstyles.csl+json",
}


@pytest.mark.once
@pytest.mark.parametrize("kind", PLURALS)
def test_every_record_can_be_taken_along_as_a_citation(client: Client, make, kind) -> None:
    record = make(kind, "Cited")
    page = client.get(record.get_absolute_url())
    for suffix, media_type in SUFFIXES.items():
        path = f"/id/{record.uuid}.{suffix}"
        assert f'href="{path}"' in page.text
        assert f'{path}>; rel="describedby"; type="{media_type}"' in page["Link"]
        answer = client.get(path)
        assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
        assert f"http://testserver/id/{record.uuid}" in answer.text
        assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
        asked = client.get(f"/id/{record.uuid}", headers={"Accept": f"{media_type}, */*;q=.1"})
        assert (asked.status_code, asked["Location"]) == (303, path)
        assert "Accept," in asked["Vary"]
    assert client.get(f"/id/{record.uuid}.docx").status_code == 404


def test_a_citation_names_the_makers_that_a_reader_may_know(client: Client, make, term) -> None:
    book = make("document", "My Life", written="1929", type=term("document_type", "book"))
    for position, (name, role, hidden) in enumerate(
        [
            ("Trotsky, Leon", "author", False),
            ("Hidden, Ivy", "author", True),
            ("A, B", "actor", False),
        ]
    ):
        person = make("person", name, sort_name=name, hidden=hidden)
        Contribution.objects.create(
            document=book, person=person, role=term("contribution_role", role), position=position
        )
    answer = client.get(f"/id/{book.uuid}.bib")
    assert "author = {Trotsky, Leon}," in answer.text
    assert "Ivy" not in answer.text


def test_the_citation_of_a_hidden_record_is_unknown(client: Client, make) -> None:
    hidden = make("person", "Unseen", hidden=True)
    assert client.get(f"/id/{hidden.uuid}.ris").status_code == 404
