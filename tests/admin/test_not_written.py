"""What the admin says if nothing could be written, and that nothing typed is lost."""

from __future__ import annotations

import errno
import json
from contextlib import contextmanager

import pytest
from django.contrib.admin import ModelAdmin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from catalog.models import ChangeSet, Image, Person
from tests.admin.conftest import form_of, make_curator
from tests.api.conftest import Asking, key_of

pytestmark = pytest.mark.django_db


def fill_the_disk() -> None:
    """Make the database itself report that it has no space."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA max_page_count = 1")  # as many pages as there are
            try:
                cursor.execute("CREATE TABLE beyond AS SELECT zeroblob(100000000) AS room")
            finally:
                cursor.execute("PRAGMA max_page_count = 1073741823")
        else:
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$")


def test_a_full_disk_is_told_and_what_was_typed_is_sent_again(monkeypatch):
    editor = make_curator("editor", "Editor")
    person = Person.objects.create(identifier="P.1", title="Somebody")
    browser, program = Client(), Asking(key_of(editor))
    browser.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:catalog_person_change", args=[person.pk])
    entries = form_of(browser.get(address).content) | {"summary": "Typed <b>", "_continue": "x"}
    with monkeypatch.context() as full:
        full.setattr(Person, "save", lambda *_args, **_named: fill_the_disk())
        told = browser.post(address, entries)
        problem = program.send(
            "PATCH", f"/api/v1{person.get_absolute_url()}", {"title": "New"}, etag="*"
        )
    assert told.status_code == problem.status_code == 503
    assert int(told["Retry-After"]) >= 60
    assert "The catalogue’s disk is full" in told.content.decode()
    said = json.loads(problem.content)
    assert said["type"].endswith("#problem-full")
    assert "Nothing was saved" in said["detail"]
    assert not ChangeSet.objects.filter(by=editor).exists()
    again = told.content.decode().replace(
        '<form method="post"', '<form id="again_form" method="post"'
    )
    assert browser.post(address, form_of(again)).status_code == 302
    person.refresh_from_db()
    assert person.summary == "Typed <b>"


def test_nothing_is_said_to_be_saved_that_was_not(monkeypatch):
    """The database may only notice at the end, when the form has already said that it was saved."""
    browser = Client()
    editor = make_curator("editor", "Editor")
    browser.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:catalog_person_add")
    entries = form_of(browser.get(address).content) | {"identifier": "P.1", "title": "Somebody"}
    added = ModelAdmin.response_add

    def late(*args, **named):
        added(*args, **named)
        fill_the_disk()

    with monkeypatch.context() as full:
        full.setattr(ModelAdmin, "response_add", late)
        assert browser.post(address, entries).status_code == 503
    assert "was added successfully" not in browser.get("/admin/").content.decode()
    assert not Person.objects.exists()


def test_a_full_disk_takes_no_file_and_what_was_typed_beside_it_is_sent_again(monkeypatch):
    editor = make_curator("editor", "Editor")
    browser, program = Client(enforce_csrf_checks=True), Asking(key_of(editor))
    browser.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:catalog_image_add")
    entries = form_of(browser.get(address).content) | {"identifier": "I.1", "title": "Typed <b>"}
    image = Image.objects.create(identifier="I.2", title="Without a file")

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(TemporaryFileUploadHandler, "receive_data_chunk", full)
        told = browser.post(address, entries | {"file": large_file()})
        sent = encode_multipart(BOUNDARY, {"file": large_file()})
        problems = [
            program.generic(method, path, sent, MULTIPART_CONTENT, headers={"If-Match": "*"})
            for method, path in (
                ("PUT", f"/api/v1{image.get_absolute_url()}file/"),
                ("POST", "/api/v1/imports/?kind=person"),
            )
        ]
    assert told.status_code == 503
    html = told.content.decode()
    assert "Files have to be chosen again" in html
    for problem in problems:
        assert problem.status_code == 503, problem.content
        assert json.loads(problem.content)["type"].endswith("#problem-full")
    assert not Image.objects.filter(identifier="I.1").exists()
    again = html.replace('<form method="post"', '<form id="again_form" method="post"')
    assert browser.post(address, form_of(again)).status_code == 302
    assert Image.objects.get(identifier="I.1").title == "Typed <b>"


def large_file():
    """A picture that is too large to be kept in memory while it comes in."""
    return SimpleUploadedFile("large.png", b"\x89PNG" + bytes(3 * 1024 * 1024))


@contextmanager
def read_only():
    """Make the database itself refuse every write, as on a disk that is mounted read-only."""
    sqlite = connection.vendor == "sqlite"
    on, off = (
        ("PRAGMA query_only = 1", "PRAGMA query_only = 0")
        if sqlite
        else ("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",) * 2
    )
    off = off if sqlite else "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"
    with connection.cursor() as cursor:
        cursor.execute(on)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(off)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_can_only_be_read_is_shown_and_told():
    editor = make_curator("editor", "Administrator")
    person = Person.objects.create(identifier="P.1", title="Somebody", status="published")
    browser, program = Client(), Asking(key_of(editor))
    browser.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:catalog_person_change", args=[person.pk])
    entries = form_of(browser.get(address).content) | {"summary": "Typed", "_continue": "x"}
    lists = reverse("admin:catalog_person_changelist")
    path = person.get_absolute_url()
    with read_only():
        for shown in ("/", "/people/", path, "/search/?q=somebody", "/admin/", lists, address):
            assert browser.get(shown).status_code == 200, shown
        for one in ("changeset", "job", "term"):
            shown = reverse(f"admin:catalog_{one}_changelist")
            assert browser.get(shown).status_code == 200, shown
        assert program.get(f"/api/v1{path}").status_code == 200
        told = browser.post(address, entries)
        chosen = {"action": "withdraw", "_selected_action": person.pk, "index": 0}
        lists_told = browser.post(lists, chosen)
        login = Client().post(
            "/admin/login/", {"username": "editor", "password": "a long password"}
        )
        problem = program.send("PATCH", f"/api/v1{path}", {"title": "New"}, etag="*")
    for answer in (told, lists_told, login, problem):
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) >= 60
    html = told.content.decode()
    assert "cannot write to its disk or database: please tell the people who run it" in html
    assert 'value="Typed"' in html
    assert json.loads(problem.content)["type"].endswith("#problem-read-only")
    again = html.replace('<form method="post"', '<form id="again_form" method="post"')
    assert browser.post(address, form_of(again)).status_code == 302


def test_a_form_of_an_earlier_login_is_told_with_the_way_back():
    browser = Client(enforce_csrf_checks=True)
    editor = make_curator("editor", "Editor")
    browser.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:catalog_person_add")
    answer = browser.post(address, {"title": "Somebody", "csrfmiddlewaretoken": "x" * 64})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert "Nothing was saved" in html
    assert f'href="{address}"' in html
    assert not Person.objects.exists()
