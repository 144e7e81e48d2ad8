"""Many records by a job: slice by slice, one change set, continued after it was stopped, undone as one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.contrib.auth.models import Group, User
from django.db import OperationalError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog import actions, bulk
from catalog.bulk import FieldChange, How, Move, slices
from catalog.history import Selection, recorder
from catalog.jobs import cancel, retry, work_off
from catalog.models import ChangeSet, Document, Job, JobState, Place, Status, Tombstone
from tests.models.conftest import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_slices(monkeypatch):
    """Each slice ends after its first record."""
    monkeypatch.setattr("catalog.actions.slices.SLICE", -1.0)
    monkeypatch.setattr("catalog.jobs.run._PAUSE", 0.0)


@pytest.fixture
def editor():
    user = User.objects.create_user("anna", is_staff=True)
    user.groups.add(Group.objects.get(name="Editor"))
    return user


@pytest.fixture
def drafts():
    return [make("document", status=Status.DRAFT) for _ in range(6)]


def moved(verb, records, by):
    keys = [record.pk for record in records]
    return bulk.move_as_job(Move("document", verb), keys, by=by, reason="All", door="admin")


def done(job):
    work_off()
    job.refresh_from_db()
    return job


def stopped_after(monkeypatch, number, stop):
    """Make something happen once so many records were published."""
    real, counted = actions.publish, []

    def act(record, *, by):
        counted.append(record)
        if len(counted) == number + 1:
            stop()
        return real(record, by=by)

    verb = slices_verb("publish", act)
    monkeypatch.setitem(bulk.VERBS, "publish", verb)
    return counted


def slices_verb(name, act):
    old = bulk.VERBS[name]
    return type(old)(act, old.words, old.done)


def public():
    return Document.objects.filter(status=Status.PUBLISHED).count()


def test_published_in_slices_and_taken_back_as_one(editor, drafts):
    drafts.append(make("document"))
    job = done(moved("publish", drafts, editor))
    assert (job.state, job.said) == (
        JobState.DONE,
        "6 records were published. 1 needed no change.",
    )
    change_set = ChangeSet.objects.get(reason="All")
    assert (change_set.records, change_set.by_name, change_set.door) == (6, "anna", "admin")
    assert job.place["change_set"] == change_set.pk
    assert public() == 7
    actions.undo(Selection(change_set.pk), by=None)
    assert public() == 1


@pytest.mark.parametrize("fault", [OperationalError("database is locked"), RuntimeError("boom")])
def test_a_job_that_fails_in_the_middle_goes_on_in_its_change_set(
    editor, drafts, monkeypatch, fault
):
    def fail():
        raise fault

    stopped_after(monkeypatch, 3, fail)
    job = moved("publish", drafts, editor)
    done(job)
    assert public() == 3
    if isinstance(fault, RuntimeError):
        assert (job.state, job.said) == (JobState.FAILED, "3 records were published.")
        assert retry(job)
    else:
        assert job.state == JobState.WAITING
        Job.objects.update(due=job.created)
    assert done(job).said == "6 records were published."
    assert (public(), ChangeSet.objects.filter(reason="All").count()) == (6, 1)
    assert ChangeSet.objects.get(reason="All").records == 6


def test_what_was_cancelled_says_what_stands_and_is_taken_back(editor, drafts, monkeypatch):
    job = moved("publish", drafts, editor)
    counted = stopped_after(monkeypatch, 2, lambda: cancel(job))
    done(job)
    assert job.state == JobState.CANCELLED
    assert job.said == f"{public()} records were published."
    assert 0 < public() <= len(counted) < 6
    actions.undo(Selection(job.place["change_set"]), by=None)
    assert public() == 0


def test_a_change_set_that_a_job_still_writes_is_not_taken_back(editor, drafts, monkeypatch):
    def fail():
        raise OperationalError("database is locked")

    stopped_after(monkeypatch, 3, fail)
    job = done(moved("publish", drafts, editor))
    for by in (editor, None):
        with pytest.raises(actions.Refused, match="Cancel the job or wait"):
            actions.undo(Selection(job.place["change_set"]), by=by)
    cancel(job)
    actions.undo(Selection(job.place["change_set"]), by=editor)
    assert public() == 0


def test_each_record_is_judged_as_it_stands_by_then(editor, drafts):
    job = moved("withdraw", [*drafts, make("document")], editor)
    drafts[0].delete()
    said = done(job).said
    assert said.startswith(
        "1 record was withdrawn. 1 has since been deleted. 5 were left unchanged"
    )
    assert f"{drafts[1].identifier}: " in said
    assert "only published records can be withdrawn" in said


def test_rights_that_ended_meanwhile_are_not_used(editor, drafts):
    job = moved("publish", drafts, editor)
    editor.groups.clear()
    assert "Only editors may publish" in done(job).said
    again = moved("publish", drafts, editor)
    editor.delete()
    assert (done(again).state, public()) == (JobState.FAILED, 0)
    assert "account that requested this has been deleted" in again.error


def test_deleted_parts_before_their_whole_and_all_brought_back():
    whole = make("place", first_published=timezone.now())
    for _ in range(3):
        make("place", part_of=whole)
    keys = list(Place.objects.values_list("pk", flat=True))
    move = Move("place", "delete_selected")
    job = done(bulk.move_as_job(move, keys, by=None, reason="Gone", door="admin"))
    assert job.said == "4 records were deleted."
    assert (Place.objects.count(), Tombstone.objects.count()) == (0, 1)
    actions.undo(Selection(ChangeSet.objects.get(reason="Gone").pk), by=None)
    assert Place.objects.filter(part_of=whole.pk).count() == 3
    assert not Tombstone.objects.exists()


def test_a_field_is_changed_in_slices_too_and_others_in_between_stay(editor, drafts, monkeypatch):
    change = FieldChange("document", "credit_line", How.SET, "Ours")
    keys = [one.pk for one in drafts]
    job = bulk.make_as_job(change, keys, by=editor, reason="All", door="admin")
    in_between: list[Document] = []

    def other_writes():
        if not in_between:
            in_between.append(drafts[5])
            drafts[5].extent = "1 leaf"
            # As in another process, with a change set of its own.
            jobs_own = recorder._current.set(None)
            actions.edit(drafts[5], by=None)
            recorder._current.reset(jobs_own)

    monkeypatch.setattr("catalog.bulk.slices.let_others_write", other_writes)
    assert done(job).said == "6 records were changed."
    assert Document.objects.filter(credit_line="Ours", extent="1 leaf").count() == 1
    actions.undo(Selection(job.place["change_set"]), by=None)
    drafts[5].refresh_from_db()
    assert (drafts[5].credit_line, drafts[5].extent) == ("", "1 leaf")


def test_a_job_of_the_version_before_is_still_done(editor, drafts):
    """It named no account and each record separately, and its change set was not stored with its
    position.
    """
    change = FieldChange("document", "extent", How.SET, "1 leaf")
    job = bulk.make_as_job(change, [drafts[0].pk], by=editor, reason="", door="admin")
    del job.arguments["account"], job.arguments["spans"]
    job.arguments["keys"] = [drafts[0].pk]
    job.save()
    assert done(job).state == JobState.DONE


@pytest.mark.once
@given(st.sets(st.integers(1, 300)))
def test_chosen_keys_travel_as_spans(keys):
    listed = sorted(keys)
    spans = slices.spans_of(listed)
    assert slices.keys_of(spans) == listed
    assert all(other[0] > one[1] + 1 for one, other in pairwise(spans))
