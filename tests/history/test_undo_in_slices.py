"""Undoing large change sets: in slices that let others write, in one change set that is continued
after a stop.
"""

from __future__ import annotations

from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, OperationalError

from catalog import actions, history
from catalog.history import Selection
from catalog.jobs import cancel, retry, work_off
from catalog.models import ChangeSet, Job, JobState, Person, PersonName, Tombstone
from tests.history.snapshots import snapshot

pytestmark = pytest.mark.django_db

#: Changes of one slice.
SLICE = 7


@pytest.fixture(autouse=True)
def _short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each slice takes a few changes, and no pause follows it."""
    monkeypatch.setattr(history, "AT_ONCE", SLICE)
    monkeypatch.setattr(import_module("catalog.actions.undo"), "_BATCH", SLICE)
    monkeypatch.setattr("catalog.actions.slices.SLICE", -1.0)
    monkeypatch.setattr("catalog.jobs.run._PAUSE", 0.0)


@pytest.fixture
def made() -> tuple[Any, Any, int]:
    """The catalogue before and after a change set that adds, changes and deletes; and its number."""
    with actions.in_step():
        old = [Person(identifier=f"O.{n}", slug=f"o-{n}", title=f"O {n}") for n in range(5)]
        Person.objects.bulk_create(old)
        PersonName.objects.bulk_create(PersonName(person=row, name=row.title) for row in old)
    before = snapshot()
    with history.change_set(reason="Much"), actions.in_step():
        rows = [Person(identifier=f"M.{n}", slug=f"m-{n}", title=f"M {n}") for n in range(15)]
        Person.objects.bulk_create(rows)
        PersonName.objects.bulk_create(PersonName(person=row, name=row.title) for row in rows)
        Person.objects.filter(identifier__startswith="O.").update(credit_line="changed")
        Person.objects.get(identifier="O.0").delete()
    return before, snapshot(), ChangeSet.objects.get(reason="Much").pk


def asked(number: int, **said: Any) -> Job:
    said = {"by": None, "keys": (), "all_the_same": False, "reason": "Back", "door": "admin"} | said
    return actions.undo_as_job(Selection(number), **said)


def done(job: Job) -> Job:
    work_off()
    job.refresh_from_db()
    return job


def stopped_at(monkeypatch: pytest.MonkeyPatch, slice_: int, stop: Any) -> None:
    """Make something happen once in the middle of a slice."""
    real, begun = history.take_back_next, []

    def take(*args: Any, **kwargs: Any) -> Any:
        begun.append(1)
        below = real(*args, **kwargs)
        if len(begun) == slice_:
            stop()
        return below

    monkeypatch.setattr(history, "take_back_next", take)


def test_slice_by_slice_all_of_it_comes_back_in_one_change_set(made: Any) -> None:
    before, after, number = made
    job = done(asked(number))
    assert job.state == JobState.DONE, job.error
    assert snapshot() == before
    taken = ChangeSet.objects.get(undoes=number)
    assert (job.place["change_set"], taken.reason) == (taken.pk, "Back")
    assert taken.size == history.counted(taken.pk)[0] > 0
    assert job.said == f"Undone in {taken.records} records." and taken.records == 20
    assert done(asked(taken.pk)).state == JobState.DONE
    assert snapshot() == after


@pytest.mark.parametrize(
    "fault", [OperationalError("database is locked"), RuntimeError("boom"), IntegrityError("taken")]
)
def test_what_fails_in_the_middle_goes_on_in_its_change_set(
    made: Any, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    before, _after, number = made

    def fail() -> None:
        raise fault

    stopped_at(monkeypatch, 3, fail)
    job = done(asked(number))
    assert job.place["undone"]["changes"] == 2 * SLICE
    if isinstance(fault, OperationalError):
        assert job.state == JobState.WAITING
        Job.objects.update(due=job.created)
    else:
        assert job.state == JobState.FAILED
        assert job.said.startswith(f"{job.place['undone']['rows']} rows were undone")
        assert retry(job)
    with pytest.raises(actions.Refused, match="Cancel the job or wait"):
        actions.undo(Selection(job.place["change_set"]), by=None)
    assert done(job).state == JobState.DONE
    assert snapshot() == before
    assert ChangeSet.objects.filter(undoes=number).count() == 1


def test_cancelled_in_the_middle_it_says_what_was_undone_and_that_is_undone_too(
    made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _before, after, number = made
    job = asked(number)
    stopped_at(monkeypatch, 3, lambda: cancel(job))
    assert done(job).state == JobState.CANCELLED
    assert job.said.startswith(f"{job.place['undone']['rows']} rows were undone")
    assert done(asked(job.place["change_set"])).state == JobState.DONE
    assert snapshot() == after


def test_a_job_that_ended_before_it_was_marked_as_done_does_nothing_twice(made: Any) -> None:
    before, _after, number = made
    job = done(asked(number))
    said, sets = job.said, ChangeSet.objects.count()
    Job.objects.filter(pk=job.pk).update(state=JobState.WAITING)
    assert done(job).said == said
    assert (snapshot(), ChangeSet.objects.count()) == (before, sets)


def test_what_was_changed_since_stays_whatever_its_slice(made: Any) -> None:
    _before, _after, number = made
    for person in Person.objects.filter(identifier__in=("M.1", "M.14", "O.3")):
        with actions.in_step():
            person.credit_line = "later"
            person.save()
    job = done(asked(number))
    assert job.state == JobState.DONE
    undone = actions.undone_by(job.place)
    assert undone.number_kept == 3
    assert {conflict.model for conflict in undone.kept} == {"person"}
    assert set(Person.objects.values_list("identifier", flat=True)) >= {"M.1", "M.14", "O.3"}
    again = done(asked(number, all_the_same=True))
    assert again.state == JobState.DONE, again.error
    assert not Person.objects.filter(identifier__startswith="M.").exists()
    assert Person.objects.get(identifier="O.3").credit_line == ""


def test_the_command_works_in_slices_and_tells_what_stays(
    made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _before, _after, number = made
    monkeypatch.setattr(actions, "MANY", 10)
    with actions.in_step():
        person = Person.objects.get(identifier="M.2")
        person.credit_line = "later"
        person.save()
    out = StringIO()
    call_command("undo", str(number), "--reason", "Wrong list", stdout=out)
    assert (
        "Records taken back: 20 (rows: 35)" in out.getvalue()
        and "stays: “M 2” was changed" in out.getvalue()
    )
    assert ChangeSet.objects.get(undoes=number).reason == "Wrong list"
    assert list(Person.objects.filter(identifier__startswith="M.")) == [person]
    with pytest.raises(CommandError, match="Nothing was undone"):
        call_command("undo", str(number), stdout=StringIO())


def test_records_that_were_seen_leave_a_tombstone_slice_by_slice(made: Any) -> None:
    _before, _after, number = made
    for person in Person.objects.filter(identifier__startswith="M."):
        actions.publish(person, by=None)
    assert done(asked(number, all_the_same=True)).state == JobState.DONE
    assert Tombstone.objects.count() == 15
