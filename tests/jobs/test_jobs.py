"""Jobs in one process: the promises, whatever becomes of the job."""

from __future__ import annotations

import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone, translation

from catalog.jobs import (
    Run,
    Worker,
    cancel,
    clear_away,
    enqueue,
    progress_of,
    queue,
    retry,
    title_of,
    work_off,
)
from catalog.jobs.pulse import pulse
from catalog.jobs.task import Task
from catalog.jobs.worker import attempt
from catalog.models import Job, JobState, Person, PersonName
from tests.jobs import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return Person.objects.create(identifier="P.1", title="Somebody").pk


def done(job):
    work_off()
    job.refresh_from_db()
    return job


def noted():
    return list(PersonName.objects.order_by("pk").values_list("name", flat=True))


@pytest.mark.parametrize("task", [tasks.note_at_once, tasks.note_by_steps])
def test_a_job_is_done_once_and_says_what_came_of_it(task, person):
    job = enqueue(task, subject="Somebody", person=person, number=3)
    assert (job.state, title_of(job)) == (JobState.WAITING, task.title)
    assert done(job).state == JobState.DONE
    assert (job.said, job.error, progress_of(job).share) == ("3 noted.", "", 1.0)
    assert len(noted()) == 3
    assert work_off() == 0


def test_a_job_stands_with_the_transaction_that_asked_for_it(person):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue(tasks.note_at_once, person=person, number=3)
        raise ZeroDivisionError
    assert not Job.objects.exists()


def test_a_job_is_not_begun_before_it_is_due(person):
    job = enqueue(
        tasks.note_at_once, due=timezone.now() + timedelta(hours=1), person=person, number=1
    )
    assert done(job).state == JobState.WAITING
    Job.objects.update(due=timezone.now())
    assert done(job).state == JobState.DONE


def test_at_most_one_of_a_key_waits(person):
    first = enqueue(tasks.note_at_once, key="once", person=person, number=1)
    assert enqueue(tasks.note_at_once, key="once", person=person, number=1) == first
    assert done(first).state == JobState.DONE
    second = enqueue(tasks.note_at_once, key="once", person=person, number=1)
    assert second != first
    Job.objects.filter(pk=first.pk).update(state=JobState.FAILED)
    assert not retry(first)
    assert done(second).state == JobState.DONE
    assert retry(first)


def test_what_failed_is_told_in_words_and_nothing_of_it_is_kept(person):
    job = done(enqueue(tasks.fail_in_words, person=person))
    assert (job.state, job.error) == (JobState.FAILED, "The file is gone. Upload it again.")
    assert noted() == []
    assert done(enqueue(tasks.refuse)).error == "Only editors may do that."
    stumbled = done(enqueue(tasks.stumble))
    assert "This is an error in the program" in stumbled.error
    assert "ZeroDivisionError: nothing to divide by" in stumbled.error
    assert "tasks.py" in stumbled.traceback


def test_words_are_in_the_language_of_whoever_asked():
    with translation.override("es"):
        job = enqueue(tasks.stumble)
    assert "Es un error del programa" in done(job).error


def test_a_cancelled_job_is_not_begun(person):
    job = enqueue(tasks.note_at_once, person=person, number=1)
    cancel(job)
    assert done(job).state == JobState.CANCELLED
    assert retry(job)
    assert done(job).state == JobState.DONE


def test_a_running_job_is_cancelled_at_its_next_word(person):
    whole = done(enqueue(tasks.cancelled_as_a_whole, person=person))
    # A request to stop that is written into the job's own row by its own transaction is rolled back with it.
    assert whole.state == JobState.CANCELLED
    assert noted() == []
    steps = done(enqueue(tasks.cancelled_on_the_way, person=person))
    assert steps.state == JobState.CANCELLED
    assert len(noted()) == 2
    assert retry(steps)
    assert not Job.objects.get(pk=steps.pk).cancel_asked


def test_trying_a_running_job_again_does_not_take_its_cancelling_back():
    job = running(queue.worker_name())
    cancel(job)
    assert not retry(job)
    assert pulse().is_asked_to_stop(job)
    pulse().forget(job)  # a later test may have a job with this number


def test_a_job_that_was_cancelled_while_its_worker_stops_does_not_wait_again(person):
    enqueue(tasks.note_at_once, person=person, number=1)
    job = queue.claim("a worker")
    assert job is not None
    cancel(job)
    attempt(Run(job, stopping=lambda: True))
    pulse().forget(job)
    job.refresh_from_db()
    assert (job.state, noted()) == (JobState.CANCELLED, [])


def test_a_worker_that_was_given_up_writes_nothing_more(person):
    robbed = done(enqueue(tasks.robbed, person=person))
    assert noted() == []
    assert robbed.state == JobState.RUNNING
    done(enqueue(tasks.robbed_between_steps, person=person))
    assert len(noted()) == 1


def test_a_database_that_fails_for_a_moment_is_tried_again():
    job = enqueue(tasks.database_fails)
    for tries in range(1, queue.MOST_TRIES):
        Job.objects.update(due=timezone.now())
        assert done(job).state == JobState.WAITING
        assert job.tries == tries
        assert job.due > timezone.now()
    Job.objects.update(due=timezone.now())
    assert done(job).state == JobState.FAILED
    assert "database is locked" in job.error


def test_only_tasks_can_be_named_by_a_job(person):
    for name in ("tests.jobs.tasks.no_task", "os.getcwd", "no.such.thing", "nonsense"):
        job = Job.objects.create(task=name)
        assert done(job).state == JobState.FAILED
        assert name in job.error
    assert Person.objects.exists()


def test_two_workers_never_take_the_same_job(person):
    enqueue(tasks.note_at_once, person=person, number=1)
    assert queue.claim("one") is not None
    assert queue.claim("two") is None


def running(worker, **columns):
    return Job.objects.create(
        task=tasks.note_at_once.name,
        state=JobState.RUNNING,
        worker=worker,
        attempt=1,
        tries=1,
        started=timezone.now() - timedelta(hours=1),
        **columns,
    )


def test_jobs_of_workers_that_are_gone_are_taken_over():
    me = queue.worker_name()
    machine, process = me.split(":")[:2]
    now = timezone.now()
    gone = [
        running(f"{machine}:999999:ab:1", seen_alive=now),  # its process is gone
        running(f"{machine}:{process}:ab:1", seen_alive=now),  # an earlier process with our number
        running(me, seen_alive=now),  # our own, which could not be settled
        running("elsewhere:1:ab:1", seen_alive=now - timedelta(hours=1)),
    ]
    alive = [running(f"{machine}:{os.getppid()}:ab:1", seen_alive=now)]
    Job.objects.filter(pk=alive[0].pk).update(started=now)
    assert queue.take_over(me) == len(gone)
    assert set(Job.objects.filter(state=JobState.WAITING)) == set(gone)
    assert list(Job.objects.filter(state=JobState.RUNNING)) == alive


def test_a_job_that_takes_its_workers_down_is_given_up():
    job = running("gone:1:ab:1")
    Job.objects.update(tries=queue.MOST_TRIES)
    assert queue.take_over("me") == 1
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "5 times" in job.error


def test_an_idle_worker_only_reads(person, django_assert_max_num_queries):
    worker = Worker()
    worker.look_after()
    with django_assert_max_num_queries(1) as asked:
        worker.look_after()
        assert not worker.work_one()
    assert all(query["sql"].startswith("SELECT") for query in asked.captured_queries)


def test_old_jobs_go_by_themselves():
    for state, days in ((JobState.DONE, 31), (JobState.FAILED, 31), (JobState.FAILED, 181)):
        Job.objects.create(task="x", state=state, finished=timezone.now() - timedelta(days=days))
    Job.objects.create(task="x")
    assert clear_away() == 2
    assert clear_away() == 0


def command(*words):
    said = StringIO()
    call_command("jobs", *words, stdout=said)
    return said.getvalue()


def test_the_operators_command(person):
    assert "There are no jobs" in command("list")
    job = enqueue(tasks.fail_in_words, subject="Somebody", person=person)
    assert "is cancelled" in command("cancel", str(job.pk))
    assert "is waiting for the worker" in command("retry", str(job.pk))
    work_off()
    line = command("list")
    assert "failed  Fail in words – Somebody: The file is gone. Upload it again." in line
    for words in (("retry",), ("cancel", "99999"), ("retry", "99999")):
        with pytest.raises(CommandError):
            command(*words)
    done_job = done(enqueue(tasks.note_at_once, person=person, number=1))
    with pytest.raises(CommandError, match="only failed and cancelled"):
        command("retry", str(done_job.pk))


def test_every_task_of_the_program_is_found_by_its_name():
    from catalog.bulk.making import change_field
    from catalog.bulk.moving import move_records
    from catalog.search import bring_in_step

    for one in (bring_in_step, change_field, move_records):
        assert isinstance(one, Task)
        assert title_of(Job(task=one.name)) == str(one.title)


def test_what_a_large_change_left_of_the_search_is_made_anew(monkeypatch):
    from catalog import search
    from catalog.search import keeping_in_step

    monkeypatch.setattr(keeping_in_step, "AT_ONCE", 5)
    monkeypatch.setattr(keeping_in_step, "STEP", 4)
    Person.objects.bulk_create(
        Person(identifier=f"B.{index}", title=f"Anna {index}", slug=f"anna-{index}")
        for index in range(11)
    )
    search.look_after()
    search.look_after()
    job = Job.objects.get()
    assert done(job).state == JobState.DONE
    assert job.said == "11 entries were rebuilt."
    assert not search.staleness()
    assert list(search.check()) == []
    Person.objects.filter(identifier__in=["B.1", "B.2"]).update(credit_line="Changed")
    assert search.staleness()
    search.look_after()
    assert not search.staleness()
    assert Job.objects.count() == 1
