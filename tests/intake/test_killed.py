"""A worker that is killed while it imports a table: the next one continues, nothing is lost or doubled.

``INTAKE_KILLS=20 pytest tests/intake/test_killed.py`` kills more often.
"""

from __future__ import annotations

import io
import os
import random
import time
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import OperationalError

from catalog import actions, history, intake
from catalog.history import Selection
from catalog.jobs import cancel, retry, work_off
from catalog.models import (
    ChangeSet,
    Contribution,
    Document,
    Intake,
    IntakeState,
    Job,
    JobState,
    Person,
    Term,
    Vocabulary,
)
from tests.intake.conftest import brought, curator
from tests.jobs.conftest import shared_database, start_worker

__all__ = ["shared_database", "start_worker"]

KILLS = int(os.environ.get("INTAKE_KILLS", "2"))
ROWS = 400


def table(rows):
    """Every third row has no identifier; each has an author."""
    lines = [
        f"{'' if number % 3 == 2 else f'D.{number:05d}'},Letter {number},P.1\n"
        for number in range(rows)
    ]
    return "identifier,title,author\n" + "".join(lines)


@pytest.fixture
def large(transactional_db):
    by = curator("edith", "Editor")
    Term.objects.create(vocabulary=Vocabulary.CONTRIBUTION_ROLE, code="author", label="author")
    Person.objects.create(identifier="P.1", title="Leon Trotsky")
    found = brought(table(ROWS), "document", by=by, first_identifier="X.1")
    work_off()
    found.refresh_from_db()
    assert found.outlook["fates"]["new"] == ROWS, found.outlook["faults"][:3]
    return found


def wait_until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, list(Job.objects.values("state", "place", "error"))
        time.sleep(0.02)


def whole(found):
    found.refresh_from_db()
    assert found.state == IntakeState.DONE, found.job.error
    titles = list(Document.objects.values_list("title", flat=True))
    assert sorted(titles) == sorted(f"Letter {number}" for number in range(ROWS))
    assert Contribution.objects.count() == ROWS
    change_set = ChangeSet.objects.get(pk=found.change_set)
    assert (change_set.size, change_set.records) == (2 * ROWS, ROWS + 1)
    assert f"{ROWS} records were created." in found.said


def test_a_worker_is_killed_at_any_moment(large, start_worker):
    intake.begin(large, by=large.by, reason="")
    chance = random.Random(7)
    for _kill in range(KILLS):
        before = Document.objects.count()
        worker = start_worker()
        wait_until(lambda before=before: Document.objects.count() > before)
        time.sleep(chance.uniform(0, 0.5))
        worker.kill()
        worker.wait()
        Job.objects.update(tries=0)
        if not Job.objects.filter(state=JobState.RUNNING).exists():
            break
    assert start_worker("--until-empty").wait(120) == 0
    whole(large)


def test_a_cancelled_table_goes_on_when_it_is_tried_again_and_is_taken_back_as_one(
    large, monkeypatch
):
    monkeypatch.setattr("catalog.actions.slices.SLICE", 0.05)
    monkeypatch.setattr("catalog.jobs.run._PAUSE", 0)
    intake.begin(large, by=large.by, reason="")
    job = Job.objects.latest("pk")
    written = intake.write_block
    asked: list[Job] = []

    def until_half(judge, rows, done, *, skip):
        written(judge, rows, done, skip=skip)
        if Document.objects.count() > ROWS / 2 and not asked:
            asked.append(job)
            cancel(job)

    monkeypatch.setattr("catalog.intake.bringing.write_block", until_half)
    work_off()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert 0 < Document.objects.count() < ROWS
    assert retry(job)
    work_off()
    whole(large)
    actions.undo(Selection(Intake.objects.get().change_set), by=None)
    assert not Document.objects.exists()
    assert not Contribution.objects.exists()


def test_all_or_nothing_holds_for_a_job_too(large, monkeypatch):
    monkeypatch.setattr("catalog.actions.slices.SLICE", 0.05)
    intake.begin(large, by=large.by, reason="")
    written = actions.edit_whole
    most: list[int] = []

    def refusing(record, **more):
        most.append(Document.objects.count())
        if record.title == "Letter 300":
            raise actions.Refused("No more letters.")
        return written(record, **more)

    monkeypatch.setattr(actions, "edit_whole", refusing)
    work_off()
    job = Job.objects.latest("pk")
    assert (job.state, max(most)) == (JobState.FAILED, 300)
    assert (
        "Nothing was kept. Something has changed since you checked: Row 302: No more" in job.error
    )
    assert not Document.objects.exists()
    large.refresh_from_db()
    assert large.state == IntakeState.RECEIVED


def test_taking_back_a_table_goes_on_where_it_was_stopped(large, monkeypatch):
    monkeypatch.setattr("catalog.actions.slices.SLICE", -1.0)
    monkeypatch.setattr("catalog.jobs.run._PAUSE", 0.0)
    monkeypatch.setattr(history, "AT_ONCE", 50)
    monkeypatch.setattr(import_module("catalog.actions.undo"), "_BATCH", 50)
    intake.begin(large, by=large.by, reason="")
    written, taken = actions.edit_whole, history.take_back_next
    left: list[int] = []

    def refusing(record, **more):
        if record.title == "Letter 300":
            raise actions.Refused("No more letters.")
        return written(record, **more)

    def failing(*words, **more):
        left.append(Document.objects.count())
        if len(left) == 3:
            raise OperationalError("database is locked")
        return taken(*words, **more)

    monkeypatch.setattr(actions, "edit_whole", refusing)
    monkeypatch.setattr(history, "take_back_next", failing)
    work_off()
    job = Job.objects.latest("pk")
    large.refresh_from_db()
    assert (job.state, large.state) == (JobState.WAITING, IntakeState.WRITING)
    assert 0 < Document.objects.count() == left[2] < left[0]
    Job.objects.update(due=job.created)
    work_off()
    job.refresh_from_db()
    assert (job.state, Document.objects.count()) == (JobState.FAILED, 0)
    assert "Nothing was kept" in job.error and left[3] == left[2]
    large.refresh_from_db()
    assert large.state == IntakeState.RECEIVED


def test_what_an_earlier_attempt_made_is_not_taken_for_the_record_of_a_later_row(
    transactional_db, monkeypatch
):
    """Row by row, so that each attempt writes one block: the undated letters come after dated ones
    that were made.
    """
    monkeypatch.setattr("catalog.intake.bringing.MANY", 3)
    monkeypatch.setattr("catalog.actions.slices.SLICE", 0)
    by = curator("edith", "Editor")
    dated = "".join(f"Letter,{1900 + number}\n" for number in range(4))
    found = brought(f"title,written\n{dated}Letter,\n", "document", by=by, first_identifier="X.1")
    work_off()
    found.refresh_from_db()
    assert found.outlook["fates"]["new"] == 5, found.outlook["faults"]
    intake.begin(found, by=by, reason="")
    job = Job.objects.latest("pk")
    monkeypatch.setattr("catalog.intake.bringing.let_others_write", lambda: cancel(job))
    monkeypatch.setattr("catalog.intake.bringing.in_blocks", lambda rows: intake.in_blocks(rows, 1))
    attempts = work_off()
    while retry(job):
        attempts += work_off()
    found.refresh_from_db()
    assert (found.state, Document.objects.count()) == (IntakeState.DONE, 5), found.said
    assert attempts == 5


def test_a_command_that_is_stopped_goes_on_when_it_is_given_again(
    transactional_db, monkeypatch, tmp_path
):
    Term.objects.create(vocabulary=Vocabulary.CONTRIBUTION_ROLE, code="author", label="author")
    Person.objects.create(identifier="P.1", title="Leon Trotsky")
    monkeypatch.setattr("catalog.actions.slices.SLICE", 0)
    others: list[int] = []
    stopped: list[int] = []

    def let_others_write():
        """Between two slices another saves; after the second the command is stopped."""
        others.append(Person.objects.create(identifier=f"O.{len(others)}", title="Another").pk)
        if len(others) == 2:
            stopped.append(Document.objects.count())
            raise KeyboardInterrupt

    monkeypatch.setattr("catalog.intake.bringing.let_others_write", let_others_write)
    file = tmp_path / "list.csv"
    file.write_text(table(ROWS))
    words = ("import_table", file, "--kind=document", "--first-identifier=X.1", "--reason=The list")
    with pytest.raises(KeyboardInterrupt):
        call_command(*words, stdout=io.StringIO())
    assert stopped == [Document.objects.count()] and 0 < stopped[0] < ROWS
    # The process is gone, which cannot be had in a test of one process.
    gone = Job.objects.get().worker.split(":")
    Job.objects.update(worker=":".join([gone[0], gone[1], "an earlier birth", "1"]))
    monkeypatch.setattr("catalog.jobs.worker.INTERVAL", 0.01)
    out = io.StringIO()
    call_command(*words, stdout=out)
    assert "Going on where it was." in out.getvalue()
    assert f"{ROWS} records were" in out.getvalue()
    titles = list(Document.objects.values_list("title", flat=True))
    assert sorted(titles) == sorted(f"Letter {number}" for number in range(ROWS))
    change_set = ChangeSet.objects.get(reason="The list")
    assert (change_set.door, change_set.size) == ("command", 2 * ROWS)
    assert len(others) >= 3 and not Intake.objects.exists()
