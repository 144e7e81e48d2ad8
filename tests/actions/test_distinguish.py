"""Two records that look alike and are not the same: recorded, kept sensible when one is merged or
deleted, and undone.
"""

from __future__ import annotations

import pytest

from catalog import actions, history
from catalog.actions import Refused
from catalog.history import Selection
from catalog.models import Change, ChangedRecord, ChangeSet, Distinction, Person, Status
from tests.models.conftest import KINDS, make, term

pytestmark = pytest.mark.django_db


def pairs(kind="person"):
    rows = Distinction.objects.filter(kind=kind).order_by("one", "other")
    return list(rows.values_list("one", "other"))


@pytest.fixture
def three():
    return [make("person", title="Ivan Ivanov") for _ in range(3)]


def test_each_pair_is_said_once_with_who_when_and_why(curator, three):
    by = curator("Editor")
    one, two, last = three
    assert actions.distinguish([two, one], by=by, note="Father and son.") == 1
    assert actions.distinguish(three, by=by) == 2
    assert pairs() == [(one.pk, two.pk), (one.pk, last.pk), (two.pk, last.pk)]
    row = Distinction.objects.get(one=one.pk, other=two.pk)
    assert (row.said_by, row.note) == (by.get_username(), "Father and son.")
    assert row.said_at is not None
    with pytest.raises(Refused, match="already recorded"):
        actions.distinguish(three, by=by)


@pytest.mark.parametrize("kind", [*KINDS, "term"])
def test_it_stands_in_the_history_of_each_and_is_taken_back(curator, kind):
    made = [term("subject") if kind == "term" else make(kind) for _ in range(2)]
    actions.distinguish(made, by=curator("Administrator"))
    change = Change.objects.get(model="distinction")
    assert set(
        ChangedRecord.objects.filter(change_id=change.pk).values_list("kind", "record_id")
    ) == {(kind, one.pk) for one in made}
    named = history.Names().of_row("distinction", change.row_id)
    assert named == f"{made[0]} – {made[1]}"
    actions.undo(Selection(change.change_set_id), by=None)
    assert not pairs(kind)
    actions.undo(Selection(ChangeSet.objects.latest("id").pk), by=None)
    assert pairs(kind) == [(made[0].pk, made[1].pk)]


def test_taking_back(curator, three):
    by = curator("Cataloguer")
    actions.distinguish(three, by=by)
    assert actions.stop_distinguishing(three[:2], by=by) == 1
    assert len(pairs()) == 2
    with pytest.raises(Refused, match="Nobody has recorded"):
        actions.stop_distinguishing(three[:2], by=by)


def test_who_may(curator, three):
    for group in ("Nobody", "Anonymous"):
        with pytest.raises(Refused):
            actions.distinguish(three, by=curator(group))
    with pytest.raises(Refused):
        actions.distinguish([term("subject"), term("subject")], by=curator("Cataloguer"))
    assert not Distinction.objects.exists()


def test_what_cannot_be_told_apart(three):
    for wrong in (three[:1], [three[0], three[0]], [three[0], make("place")]):
        with pytest.raises(Refused, match="one kind"):
            actions.distinguish(wrong, by=None)
    Person.objects.filter(pk=three[0].pk).delete()
    with pytest.raises(Refused, match="has since been deleted"):
        actions.distinguish(three, by=None)


def test_they_are_not_merged_before_that_is_taken_back(curator, three):
    one, two, last = three
    by = curator("Administrator")
    actions.distinguish([one, two], by=by)
    said = actions.why_not_merge(one, two, by)
    assert by.get_username() in said and "not the same" in said
    for records in ([one], [last, one]):
        with pytest.raises(Refused, match="not the same"):
            actions.merge_all(records, into=two, by=by)
    assert Person.objects.count() == 3
    actions.stop_distinguishing([one, two], by=by)
    actions.merge(one, into=two, by=by)
    terms = [term("subject"), term("subject")]
    actions.distinguish(terms, by=by)
    with pytest.raises(Refused, match="not the same"):
        actions.merge_terms(terms[0], into=terms[1], by=by)


def test_the_one_that_stays_is_told_apart_from_what_the_other_was(three):
    one, two, last = three
    further = make("person")
    actions.distinguish([one, further], by=None)
    actions.distinguish([last, further], by=None)
    actions.distinguish([two, last], by=None)
    before = pairs()
    actions.merge(last, into=one, by=None)
    assert pairs() == [(one.pk, two.pk), (one.pk, further.pk)], "each once, the smaller key first"
    actions.undo(Selection(ChangeSet.objects.latest("id").pk), by=None)
    assert pairs() == before
    terms = [term("subject") for _ in range(3)]
    actions.distinguish(terms[:2], by=None)
    actions.merge_terms(terms[0], into=terms[2], by=None)
    assert pairs("term") == [(terms[1].pk, terms[2].pk)]


def test_what_was_said_goes_and_comes_with_a_record(three):
    actions.distinguish(three[:2], by=None)
    Person.objects.update(status=Status.DRAFT)
    actions.delete(three[0], by=None)
    assert not pairs()
    actions.undo(Selection(ChangeSet.objects.latest("id").pk), by=None)
    assert pairs() == [(three[0].pk, three[1].pk)]
    unused = [term("subject"), term("subject")]
    actions.distinguish(unused, by=None)
    actions.remove_term(unused[0], by=None)
    assert not pairs("term")
