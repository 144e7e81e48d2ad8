"""Workers that are killed, stopped and doubled: nothing is lost, nothing is done twice.

``JOB_KILLS=100 pytest tests/jobs/test_killed.py`` kills more often.
"""

from __future__ import annotations

import os
import random
import signal
import time

from catalog.jobs import cancel, enqueue, progress_of
from catalog.models import Job, JobState, Person, PersonName
from tests.jobs import tasks

KILLS = int(os.environ.get("JOB_KILLS", "4"))
#: The number of jobs of each sort, and of notes that each makes.
JOBS, NOTES = 3, 15


def ask_for_work():
    person = Person.objects.create(identifier="P.1", title="Somebody")
    for task in (tasks.note_at_once, tasks.note_by_steps):
        for _ in range(JOBS):
            # More kills would use up the tries that a job has.
            enqueue(task, person=person.pk, number=NOTES, pause=0.02)


def everything_once():
    wanted = sorted(
        f"{job}-{note}" for job in Job.objects.values_list("pk", flat=True) for note in range(NOTES)
    )
    return sorted(PersonName.objects.values_list("name", flat=True)) == wanted


def wait_until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, list(Job.objects.values())
        time.sleep(0.02)
    return found


def open_jobs():
    return Job.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING])


def test_killed_at_random_moments(start_worker):
    ask_for_work()
    chance = random.Random(5)
    for number in range(KILLS):
        if not open_jobs().exists():
            ask = Person.objects.get().pk
            enqueue(tasks.note_by_steps, person=ask, number=NOTES, pause=0.02)
            enqueue(tasks.note_at_once, person=ask, number=NOTES, pause=0.02)
        before = sum(Job.objects.values_list("attempt", flat=True))
        worker = start_worker()
        # Killed in the middle of a job, not while it starts.
        wait_until(
            lambda before=before: sum(Job.objects.values_list("attempt", flat=True)) > before
        )
        time.sleep(chance.uniform(0, 0.6))
        worker.kill()
        worker.wait()
        Job.objects.update(tries=0)
        assert not Job.objects.filter(state=JobState.FAILED).exists(), f"after {number + 1} kills"
    assert start_worker("--until-empty").wait(60) == 0
    assert not open_jobs().exists()
    assert everything_once()


def test_two_workers_share_the_work(start_worker):
    ask_for_work()
    workers = [start_worker("--until-empty") for _ in range(2)]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    # The one that found nothing more may have ended while the other was still at its last job.
    assert not open_jobs().exists()
    assert everything_once()


def test_a_stopped_worker_puts_its_job_back_at_once(start_worker):
    person = Person.objects.create(identifier="P.1", title="Somebody")
    job = enqueue(tasks.note_at_once, person=person.pk, number=1000, pause=0.02)
    worker = start_worker()
    wait_until(lambda: Job.objects.filter(state=JobState.RUNNING).exists())
    worker.send_signal(signal.SIGTERM)
    _out, said = worker.communicate(timeout=20)
    assert (worker.returncode, said) == (0, "")
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert not PersonName.objects.exists()


def test_progress_and_cancelling_work_beside_one_open_transaction(start_worker):
    person = Person.objects.create(identifier="P.1", title="Somebody")
    job = enqueue(tasks.note_at_once, person=person.pk, number=3000, pause=0.02)
    start_worker()

    def now():
        job.refresh_from_db()
        return progress_of(job)

    at = wait_until(lambda: now().done and now())
    assert 0 < at.share < 1
    assert job.state == JobState.RUNNING
    assert not PersonName.objects.exists()
    cancel(job)
    wait_until(lambda: now() and job.state == JobState.CANCELLED)
    assert not PersonName.objects.exists()
