"""A job over many records beside others who write, and killed in the middle."""

from __future__ import annotations

import random
import time

from catalog import actions, bulk
from catalog.bulk import Move
from catalog.history import Selection
from catalog.models import ChangeSet, Document, Job, JobState, Person, Status
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


def back_of_all():
    """A job that undoes a change set of several slices, which is written at once."""
    rows = [
        Document(identifier=f"D.{n}", slug=f"d-{n}", title=f"Letter {n}") for n in range(NUMBER)
    ]
    with actions.in_step(reason="All"):
        Document.objects.bulk_create(rows)
        for note in range(5):
            Document.objects.update(internal_note=f"note {note}")
    number = ChangeSet.objects.get(reason="All").pk
    return actions.undo_as_job(
        Selection(number), by=None, keys=(), all_the_same=False, reason="Back", door="admin"
    )


def steps_of(job):
    job.refresh_from_db()
    return job.place.get("undone", {}).get("changes", 0)


def test_others_write_while_much_is_undone_and_killing_it_loses_nothing(start_worker):
    job = back_of_all()
    worker = start_worker()
    wait_until(lambda: steps_of(job))
    person = Person.objects.create(identifier="P.1", slug="p-1", title="Between")
    actions.edit(person, by=None)
    worker.kill()
    worker.wait()
    assert 0 < steps_of(job) < NUMBER * 6, "the job held the database to its end"
    assert start_worker("--until-empty").wait(240) == 0
    assert (steps_of(job), job.state) == (NUMBER * 6, JobState.DONE), job.error
    assert not Document.objects.exists() and Person.objects.get() == person
    assert ChangeSet.objects.get(reason="Back").pk == job.place["change_set"]
