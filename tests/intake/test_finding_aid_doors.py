"""A finding aid through the admin and the command; a job that is stopped and goes on."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from catalog import actions, intake
from catalog.history import Selection
from catalog.jobs import cancel, retry, work_off
from catalog.models import (
    ChangeSet,
    Collection,
    Document,
    Intake,
    IntakeState,
    Job,
    JobState,
    Person,
    Status,
    Term,
)
from tests.intake.aids import aid, looked, make_terms, sample
from tests.intake.conftest import curator

ADD = reverse("admin:catalog_intake_add")


@pytest.fixture
def museum(db):
    make_terms()


def client_of(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client, content, name="aid.xml"):
    # Whatever kind stands in the box: a finding aid says itself what it holds.
    return client.post(ADD, {"kind": "document", "file": SimpleUploadedFile(name, content)})


def page(found, name="change"):
    return reverse(f"admin:catalog_intake_{name}", args=[found.pk])


CHOICES = {
    "codes": "joined",
    "existing": "leave",
    "faulty": "nothing",
    "new_names": "on",
    "new_terms": "on",
}


def test_a_curator_imports_a_finding_aid_in_the_admin(museum, editor):
    client = client_of(editor)
    assert send(client, sample("atom")).status_code == 302
    found = Intake.objects.get()
    first = client.get(page(found)).content.decode()
    assert "Harbour Board fonds" in first and "(F12)" in first and "5 collections" in first
    # What the codes are was found out, and a choice that nobody has is not offered.
    assert re.search(r'value="joined"[^>]* checked', first) and 'name="whole"' not in first
    answer = client.post(page(found), {**CHOICES, "_look": "1"}, follow=True).content.decode()
    assert "10</strong> new records" in answer and "before the great storm" in answer
    assert not Collection.objects.exists()
    rows = client.get(page(found, "rows")).content.decode()
    assert "Letter to the harbour master" in rows and "<td>Document</td>" in rows
    report = client.get(page(found, "report")).getvalue().decode("utf-8-sig")
    assert ["78", "unitdate"] in [row[:2] for row in csv.reader(io.StringIO(report))]
    # Another plan than the one that was looked at is looked at first.
    client.post(page(found), {**CHOICES, "new_names": "", "_bring": "1"})
    assert not Collection.objects.exists()
    client.post(page(found), {**CHOICES, "_look": "1"})
    done = client.post(page(found), {**CHOICES, "_bring": "1", "_reason": "From AtoM"}, follow=True)
    assert "10 records were created." in done.content.decode()
    change_set = ChangeSet.objects.get(reason="From AtoM")
    assert (change_set.by, change_set.door) == (editor, "admin")
    again = client.get(page(found, "rows")).content.decode()
    assert "Letter to the harbour master" in again
    assert client.get(reverse("admin:catalog_intake_changelist")).status_code == 200


def test_the_code_of_the_whole_is_asked_for_where_the_file_has_none(museum, editor):
    client = client_of(editor)
    send(client, aid(did="<unittitle>The fonds</unittitle>"))
    found = Intake.objects.get()
    refused = client.post(page(found), {**CHOICES, "codes": "whole", "_look": "1"}).content.decode()
    assert "has no reference code" in refused
    seen = client.post(
        page(found), {**CHOICES, "codes": "whole", "whole": "M.1", "_look": "1"}, follow=True
    )
    assert "new records" in seen.content.decode()


def test_nobody_else_sees_the_file_and_faults_name_their_lines(museum, editor, cataloguer):
    client = client_of(editor)
    send(client, sample("atom"))
    found = Intake.objects.get()
    for name in ("change", "rows", "report"):
        assert client_of(cataloguer).get(page(found, name)).status_code in {302, 404}
    assert client.get(page(found, "faults")).status_code == 404
    for content in (
        b"<ead><archdesc>",
        b"<html><body/></html>",
        b"<?xml version='1.0'?><eac-cpf/>",
    ):
        answer = send(client, content)
        assert answer.status_code == 200 and b'class="errorlist"' in answer.content
    assert Intake.objects.count() == 1


def test_the_command_looks_and_then_writes_one_change_set(museum, editor, tmp_path):
    file = tmp_path / "aid.xml"
    file.write_bytes(sample("archivesspace"))

    def run(*words):
        out = io.StringIO()
        call_command("import_finding_aid", file, *words, stdout=out, stderr=out)
        return out.getvalue()

    report = tmp_path / "report.csv"
    said = run("--dry-run", f"--report={report}")
    assert "Persons: 2, new 2" in said and "new 8" in said and "line 4, index" in said
    assert "index" in report.read_text("utf-8-sig")
    assert not Collection.objects.exists() and not Intake.objects.exists()
    said = run("--by=edith", "--reason=Moving", "--publish")
    assert "8 records were created." in said
    assert ChangeSet.objects.get(reason="Moving").door == "command"
    assert Document.objects.get().status == Status.PUBLISHED
    assert "There is nothing to write." in run()
    file.write_text("title\nA table\n")
    with pytest.raises(CommandError, match="no finding aid"):
        run()
    assert not Intake.objects.exists()


LETTERS = 350


def letters():
    """Letters of many hands: a language and a subject that are new, in two series."""
    parts = "".join(
        f'<c level="item"><did><unittitle>Letter {number}</unittitle><langmaterial><language langcode="lat">Latin'
        f"</language></langmaterial><origination><persname>Name{number}, Ann</persname></origination></did></c>"
        for number in range(LETTERS)
    )
    return aid(
        f'<c level="series"><did><unittitle>Letters</unittitle><container>3</container></did>{parts}</c>'
    )


def test_a_large_finding_aid_is_a_job_that_goes_on_where_it_was(transactional_db, monkeypatch):
    """It is stopped among the persons and among the documents; nothing is lost, doubled or left after undoing."""
    monkeypatch.setattr("catalog.actions.slices.SLICE", 0.05)
    monkeypatch.setattr("catalog.jobs.run._PAUSE", 0)
    make_terms()
    by = curator("edith", "Editor")
    found = looked(letters(), by=by, new_terms=True)
    assert found.state == IntakeState.LOOKING
    work_off()
    found.refresh_from_db()
    assert found.outlook["fates"]["new"] == 2 * LETTERS + 2, found.outlook["faults"][:3]
    terms = Term.objects.count()
    intake.begin(found, by=by, reason="")
    job = Job.objects.latest("pk")
    written = intake.write_block
    stops = [
        lambda: Person.objects.count() > LETTERS / 2,
        lambda: Document.objects.count() > LETTERS / 2,
    ]

    def until(judge, rows, done, *, skip):
        written(judge, rows, done, skip=skip)
        if stops and stops[0]():
            stops.pop(0)
            cancel(job)

    monkeypatch.setattr("catalog.intake.bringing.write_block", until)
    while True:
        work_off()
        job.refresh_from_db()
        if job.state != JobState.CANCELLED:
            break
        assert retry(job)
    found.refresh_from_db()
    assert (found.state, stops) == (IntakeState.DONE, []), job.error
    assert f"{2 * LETTERS + 2} records were created." in found.said
    assert (Person.objects.count(), Document.objects.count(), Collection.objects.count()) == (
        LETTERS,
        LETTERS,
        2,
    )
    assert not Document.objects.exclude(languages__code="la").exists()
    assert len(set(Document.objects.values_list("contributions__person", flat=True))) == LETTERS
    actions.undo(Selection(found.change_set), by=None)
    assert not any(model.objects.exists() for model in (Person, Document, Collection))
    assert Term.objects.count() == terms
