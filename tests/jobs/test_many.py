"""A job over many records beside others who write, and killed in the middle."""

from __future__ import annotations

import random
import time

from catalog import actions, bulk
from catalog.bulk import Move
from catalog.history import Selection
from catalog.models import ChangeSet, Document, Job, JobState, Status
from tests.jobs.test_killed import wait_until

NUMBER = 1000


def begun():
    Document.objects.bulk_create(
        Document(identifier=f"D.{n}", slug=f"d-{n}", title=f"Letter {n}") for n in range(NUMBER)
    )
    keys = list(Document.objects.values_list("pk", flat=True))
    move = Move("document", "publish")
    return bulk.move_as_job(move, keys, by=None, reason="All", door="admin")


def public():
    return Document.objects.filter(status=Status.PUBLISHED).count()


def test_others_write_while_it_runs(start_worker):
    job = begun()
    start_worker()
    wait_until(lambda: 0 < public() < NUMBER)
    last = Document.objects.latest("pk")
    last.extent = "1 leaf"
    actions.edit(last, by=None)
    job.refresh_from_db()
    assert job.state == JobState.RUNNING, "the job held the database to its end"
    wait_until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).exists())
    last.refresh_from_db()
    assert (last.extent, last.status, public()) == ("1 leaf", Status.PUBLISHED, NUMBER)


def test_killed_again_and_again_it_does_all_once_in_one_change_set(start_worker):
    job = begun()
    chance = random.Random(7)
    for _ in range(3):
        before = public()
        worker = start_worker()
        wait_until(lambda before=before: public() > before)
        time.sleep(chance.uniform(0, 0.3))
        worker.kill()
        worker.wait()
        job.refresh_from_db()
        # What is public is what the job knows of: no slice is half written.
        assert job.place["done"]["changed"] == public()
        assert job.place["change_set"] == ChangeSet.objects.get(reason="All").pk
    assert start_worker("--until-empty").wait(60) == 0
    job.refresh_from_db()
    assert (job.state, public()) == (JobState.DONE, NUMBER)
    assert job.said == f"{NUMBER} records were published."
    change_set = ChangeSet.objects.get(reason="All")
    assert change_set.records == NUMBER
    actions.undo(Selection(change_set.pk), by=None)
    assert public() == 0
