"""Large files: kept in pieces, checked at once for what can be said at once, and read to the end by a job."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog import intake
from catalog.intake import EncodingUnknown, HeldFile, TableRefused, read_table
from catalog.intake.file import KeptFile
from catalog.jobs import work_off
from catalog.models import Document, Intake, IntakePiece, IntakeState
from tests.api.conftest import Asking, key_of
from tests.intake.aids import sample

pytestmark = pytest.mark.django_db
ROWS = "".join(f"D.{number},Letter {number},a b c\n" for number in range(40))
TABLE = f"identifier,title,summary\n{ROWS}"
BROKEN = f'{TABLE}D.41,"never closed\n'
NOT_UTF_8 = f"{TABLE}D.41,León,\n".encode("windows-1252")


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    """What is large here: more than half a kilobyte, in pieces of 100 bytes, of which five rows are judged at once."""
    monkeypatch.setattr("catalog.intake.receiving.LARGE", 500)
    monkeypatch.setattr("catalog.intake.file.PIECE", 100)
    for room in ("reading", "receiving"):
        monkeypatch.setattr(f"catalog.intake.{room}.JUDGED_FIRST", 5)


@pytest.fixture
def client(editor):
    signed_in = Client()
    signed_in.force_login(editor)
    return signed_in


def send(client, content, kind="document"):
    file = SimpleUploadedFile("list.csv", content.encode() if isinstance(content, str) else content)
    return client.post(reverse("admin:catalog_intake_add"), {"kind": kind, "file": file})


def sent(client, content):
    answer = send(client, content)
    assert answer.status_code == 302, answer.content.decode()
    return Intake.objects.get()


def page(found):
    return reverse("admin:catalog_intake_change", args=[found.pk])


def shown(client, found):
    return client.get(page(found)).content.decode()


def test_a_large_table_is_read_by_a_job_and_then_goes_on_as_any(client, editor, terms):
    found = sent(client, TABLE)
    assert (found.state, found.rows) == (IntakeState.READING, 0)
    assert found.plan["columns"] == ["identifier", "title", "summary"]
    assert "a job is reading it" in shown(client, found)
    assert client.get(reverse("admin:catalog_intake_faults", args=[found.pk])).status_code == 404
    work_off()
    found.refresh_from_db()
    assert (found.state, found.rows) == (IntakeState.RECEIVED, 40)
    assert "40 rows" in shown(client, found)
    intake.look(found, intake.plan_of(found), by=editor)
    intake.begin(found, by=editor, reason="")
    assert Document.objects.count() == 40
    assert Document.objects.get(identifier="D.39").title == "Letter 39"


def test_a_fault_far_down_is_told_by_the_job_and_on_the_page(client):
    found = sent(client, BROKEN)
    work_off()
    found.refresh_from_db()
    assert found.state == IntakeState.READING and "row 42" in found.job.error
    told = shown(client, found)
    assert "row 42" in told and "Correct the file and upload it again" in told
    assert f"{reverse('admin:catalog_intake_add')}?kind=document" in told
    # And it can be thrown away.
    client.post(reverse("admin:catalog_intake_delete", args=[found.pk]), {"post": "yes"})
    assert not IntakePiece.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"PK\x03\x04{TABLE}", "a spreadsheet workbook"),
        (f'identifier,"title\n{ROWS}', "do not match"),
        (f"{TABLE}D.41,\x00,\n", "Line 42 contains a NUL byte"),
        (f"<?xml version='1.0'?><mods>{TABLE}</mods>", "neither a finding aid nor"),
        (TABLE * 3, "the limit is 0 MB"),
    ],
)
def test_what_can_be_said_at_once_is_said_at_once(client, monkeypatch, content, said):
    monkeypatch.setattr("catalog.intake.reading.MOST_BYTES", 2 * len(TABLE))
    answer = send(client, content)
    assert answer.status_code == 200 and said in answer.content.decode()
    assert not Intake.objects.exists()


def test_the_encoding_is_asked_for_at_once_and_the_rest_read_by_a_job(client):
    found = sent(client, NOT_UTF_8)
    assert found.state == IntakeState.RECEIVED and "León" in shown(client, found)
    client.post(page(found), {"_read": "1", "encoding": "windows-1252"})
    found.refresh_from_db()
    assert found.state == IntakeState.READING
    work_off()
    found.refresh_from_db()
    assert (found.state, found.rows) == (IntakeState.RECEIVED, 41)


def test_over_the_api_a_large_file_is_read_and_then_looked_at(editor):
    asking = Asking(key_of(editor))

    def sent_as(sort, content, query):
        address = f"/api/v1/imports/?{query}"
        answer = asking.generic("POST", address, content, content_type=sort)
        assert answer.status_code == 201, answer.content.decode()
        told = json.loads(answer.content)
        assert told["state"] == "reading" and told["report"] is None
        work_off()
        return told, asking.json(answer["Location"])

    first, then = sent_as("text/csv", TABLE, "kind=document")
    assert first["rows"] == 0 and first["columns"][1]["field"] == "title"
    assert then["state"] == "looked_at" and then["report"]["counts"]["new"] == 40
    first, then = sent_as("application/xml", sample("atom"), "")
    assert first["finding_aid"] is None and first["format"] == "aid"
    assert then["state"] == "looked_at" and then["finding_aid"]["title"]
    _first, then = sent_as("text/csv", BROKEN, "kind=document")
    assert then["state"] == "reading" and "row 42" in then["job"]["error"]


def test_no_more_of_a_file_is_asked_for_than_a_megabyte(editor, monkeypatch):
    class Watched(HeldFile):
        def part(self, start, most):
            assert most <= 1024 * 1024
            return super().part(start, most)

    monkeypatch.setattr("catalog.intake.file.PIECE", 1024 * 1024)
    for content in (TABLE.encode(), NOT_UTF_8, sample("atom")):
        intake.receive(Watched(content), "file", "document", by=editor)
        intake.receive(Watched(content), "file", "document", by=editor, at_once=True)


def test_a_kept_file_is_as_it_came_from_any_place_on(editor):
    found = intake.receive(TABLE.encode(), "list.csv", "document", by=editor)
    file = KeptFile(found)
    assert found.pieces.count() == -(-len(TABLE) // 100)
    assert b"".join(file.chunks(7)).decode() == TABLE
    with file.open() as one, file.open() as other:
        one.seek(-5, 2)
        other.seek(250)
        assert one.read() == TABLE[-5:].encode() and other.read(3) == TABLE[250:253].encode()
    assert file.is_like(HeldFile(TABLE.encode()))
    assert not file.is_like(HeldFile(TABLE[:-1].encode() + b"!"))


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_characters_may_lie_across_two_reads(monkeypatch, size):
    monkeypatch.setattr("catalog.intake.characters._CHUNK", size)
    assert read_table("titel\nТроцкий 🙂\n".encode()).encoding == "utf-8"
    assert read_table("a,b\nЛ,1\n".encode("utf-16")).encoding == "utf-16"
    with pytest.raises(EncodingUnknown, match="line 3") as asked:
        read_table(b"title\nTrotsky\nLe\xf3n 1\n")
    assert {one.text for one in asked.value.samples} >= {"León"}
    with pytest.raises(EncodingUnknown, match="line 2"):
        read_table("title\nЛ".encode()[:-1])


def test_a_line_without_an_end_is_refused(monkeypatch):
    monkeypatch.setattr("catalog.intake.characters._LONGEST_LINE", 1000)
    with pytest.raises(TableRefused, match="Line 2 has more than 1000 characters"):
        read_table(b"title\n" + b"x," * 600)
