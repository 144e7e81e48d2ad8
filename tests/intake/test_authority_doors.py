"""Authority records through the admin, the command and the API; a job that is stopped and goes on."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from catalog import actions, intake
from catalog.history import Selection
from catalog.jobs import cancel, retry, work_off
from catalog.models import ChangeSet, Intake, IntakeState, Job, JobState, Person, Relationship
from tests.api.conftest import Asking, key_of
from tests.intake.aids import aid
from tests.intake.authorities import looked, make_terms, record, related, sample
from tests.intake.conftest import curator

ADD = reverse("admin:catalog_intake_add")
CHOICES = {"existing": "leave", "faulty": "nothing", "new_names": "on", "new_terms": "on"}


@pytest.fixture
def museum(db):
    make_terms()


def client_of(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client, *files):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(ADD, {"kind": "document", "file": uploads})


def page(found, name="change"):
    return reverse(f"admin:catalog_intake_{name}", args=[found.pk])


def test_a_curator_imports_several_files_at_once_in_the_admin(museum, editor):
    client = client_of(editor)
    sent = send(client, ("atom.xml", sample("atom")), ("eac2.xml", sample("eac2")))
    assert sent.status_code == 302
    found = Intake.objects.get()
    assert found.filename == "atom.xml and 1 more"
    first = client.get(page(found)).content.decode()
    assert "2 authority records" in first and "1 corporate body" in first and "1 family" in first
    answer = client.post(page(found), {**CHOICES, "_look": "1"}, follow=True).content.decode()
    assert "6</strong> new records" in answer and "Import 6 records" in answer
    assert not Person.objects.exists()
    report = client.get(page(found, "report")).getvalue().decode("utf-8-sig")
    elements = {row[1] for row in csv.reader(io.StringIO(report))}
    assert "resourceRelation (atom.xml)" in elements and "resourceRelation (eac2.xml)" in elements
    assert "Harbour Board" in client.get(page(found, "rows")).content.decode()
    done = client.post(page(found), {**CHOICES, "_bring": "1", "_reason": "From AtoM"}, follow=True)
    assert "6 records were created." in done.content.decode()
    change_set = ChangeSet.objects.get(reason="From AtoM")
    assert (change_set.by, change_set.door) == (editor, "admin")
    listed = client.get(reverse("admin:catalog_intake_changelist")).content.decode()
    assert "Authority records" in listed


def test_only_authority_records_come_several_at_once(museum, editor):
    client = client_of(editor)
    for other in (("aid.xml", aid()), ("table.csv", b"title\nOne\n")):
        answer = send(client, ("1.xml", record("Quill, Ada")), other)
        assert answer.status_code == 200 and other[0] in answer.content.decode()
    assert client.post(ADD, {"kind": "person"}).status_code == 200
    assert not Intake.objects.exists()


def test_the_command_looks_and_then_writes_one_change_set(museum, editor, tmp_path):
    for name in ("atom", "eac2"):
        (tmp_path / f"{name}.xml").write_bytes(sample(name))

    def run(*words, path=tmp_path):
        out = io.StringIO()
        call_command("import_authority_records", path, *words, stdout=out, stderr=out)
        return out.getvalue()

    report = tmp_path / "report.csv"
    said = run("--dry-run", f"--report={report}")
    assert "2 authority records: persons 0, families 1, corporate bodies 1" in said
    assert "Person: 2, new 2" in said and "resourceRelation (atom.xml)" in said
    assert not Person.objects.exists() and not Intake.objects.exists()
    said = run("--by=edith", "--reason=Moving")
    assert "6 records were created." in said
    assert ChangeSet.objects.get(reason="Moving").door == "command"
    assert "There is nothing to write." in run()
    with pytest.raises(CommandError, match="no authority record"):
        run(path=report)
    assert not Intake.objects.exists()


def test_a_zip_over_the_api_is_sent_corrected_run_and_undone(museum, editor):
    asking = Asking(key_of(editor))
    contents = (sample("archivesspace"), record("Quill, Rose"))
    files = [(f"{number}.xml", intake.HeldFile(one)) for number, one in enumerate(contents, 1)]
    answer = asking.generic(
        "POST",
        "/api/v1/imports/?filename=agents.zip",
        intake.packed(files).part(0, 1_000_000),
        content_type="application/zip",
    )
    assert answer.status_code == 201, answer.content
    told, path = json.loads(answer.content), answer["Location"]
    assert (told["format"], told["kind"], told["finding_aid"]) == ("eac", "person", None)
    records = told["authority_records"]
    assert (records["records"], records["individual"], records["relations"]) == (2, 2, 1)
    assert records["choices"]["existing"] == "leave" and "codes" not in records["choices"]
    refused = asking.send("PATCH", path, {"codes": "whole"}, answer["ETag"])
    assert refused.status_code == 422
    answer = asking.send("PATCH", path, {"new_terms": True, "new_names": False}, answer["ETag"])
    report = json.loads(answer.content)["report"]
    assert report["may_run"] and {"label": "Person", "rows": 2, "new": 2} in report["levels"]
    ran = json.loads(asking.send("POST", f"{path}run/", etag=answer["ETag"]).content)
    assert ran["state"] == "done" and "2 records were created." in ran["result"]
    actions.undo(Selection(ran["change_set"]), by=None)
    assert not Person.objects.exists()


def test_who_may_not_make_persons_imports_none(museum, editor):
    editor.groups.clear()
    with pytest.raises(actions.Refused):
        looked(record("Quill, Ada"), by=editor)


PERSONS = 330


def test_many_records_are_a_job_that_goes_on_where_it_was(transactional_db, monkeypatch):
    """Stopped among the named persons and among the described, with relations across the stop."""
    monkeypatch.setattr("catalog.actions.slices.SLICE", 0.05)
    monkeypatch.setattr("catalog.jobs.run._PAUSE", 0)
    make_terms()
    by = curator("edith", "Editor")
    files = [
        record(
            f"Name{number}, Ann", code=f"A-{number}",
            relations=related(f"Name{number + 1}, Ann", "parent of") + related(f"Other{number // 2}, Bea", "child of"),
        )
        for number in range(PERSONS)
    ]  # fmt: skip
    found = looked(*files, by=by)
    work_off()
    found.refresh_from_db()
    named = PERSONS // 2 + 1
    assert found.outlook["fates"]["new"] == PERSONS + named, found.outlook["faults"][:3]
    intake.begin(found, by=by, reason="")
    job = Job.objects.latest("pk")
    written = intake.write_block
    stops = [
        lambda: Person.objects.count() > named / 2,
        lambda: Person.objects.count() > named + PERSONS / 2,
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
    assert f"{PERSONS + named} records were created." in found.said
    assert Person.objects.count() == PERSONS + named
    assert Relationship.objects.count() == 2 * PERSONS
    (one,) = Relationship.objects.filter(related__title="Ann Name200")
    assert one.person.title == "Ann Name201"
    actions.undo(Selection(found.change_set), by=None)
    assert not Person.objects.exists()
