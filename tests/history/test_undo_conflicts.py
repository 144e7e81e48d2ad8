"""Undoing what something else depends on by now: nothing is overwritten silently, and what cannot be is said."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from catalog import actions, history
from catalog.history import Selection
from catalog.models import ChangeSet, Contribution, Person, PersonName, Place
from tests.actions.taking_back import newest
from tests.history.snapshots import snapshot
from tests.history.undoing import change, everything, undo

pytestmark = pytest.mark.django_db


def test_what_was_changed_later_stays_unless_chosen(museum: SimpleNamespace) -> None:
    made = change(museum.ana, title="Anna", credit_line="X")
    later = change(museum.ana, title="Anne")
    found = history.preview(Selection(made))
    (conflict,) = found.kept
    assert (conflict.key, conflict.later) == (f"person:{museum.ana.pk}:title", later)
    assert "Anne" in conflict.said and conflict.can_force
    undone = undo(made)
    assert undone.number_kept == 1
    ana = Person.objects.get(pk=museum.ana.pk)
    assert (ana.title, ana.credit_line) == ("Anne", "")
    undo(made, choice=actions.chooser([conflict.key]))
    assert Person.objects.get(pk=museum.ana.pk).title == "Ana"


def test_a_preview_writes_nothing(museum: SimpleNamespace) -> None:
    made = change(museum.ana, title="Anna")
    before, sets = snapshot(), ChangeSet.objects.count()
    history.preview(Selection(made), everything)
    assert (snapshot(), ChangeSet.objects.count()) == (before, sets)


def test_a_record_that_others_need_stays(museum: SimpleNamespace) -> None:
    with actions.in_step():
        place = Place.objects.create(identifier="L.2", title="Prinkipo")
    made = newest()
    change(museum.berta, born_place=place)
    for choice in (history.keep_later, everything):
        with pytest.raises(actions.Refused, match="Berta"):
            undo(made, choice=choice)
    assert Place.objects.filter(pk=place.pk).exists()


def test_what_was_added_since_goes_along_when_chosen(museum: SimpleNamespace) -> None:
    with actions.in_step():
        new = Person.objects.create(identifier="P.3", title="Carla")
    made, before = newest(), snapshot()
    with actions.in_step():
        PersonName.objects.create(person=new, name="Carlita")
    with pytest.raises(actions.Refused, match="Carlita"):
        undo(made)
    undo(made, choice=everything)
    assert not PersonName.objects.filter(name="Carlita").exists()
    undo(newest())
    undo(ChangeSet.objects.get(size=1, undoes=None, pk=made + 1).pk)
    assert snapshot() == before


def test_what_a_changed_relation_hangs_on_stays_with_it(museum: SimpleNamespace) -> None:
    with actions.in_step():
        new = Person.objects.create(identifier="P.3", title="Carla")
        made = Contribution.objects.create(
            person=new, document=museum.letter, role=museum.role, note="first"
        )
        PersonName.objects.create(person=new, name="Carlita")
    change_set = newest()
    with actions.in_step():
        Contribution.objects.filter(pk=made.pk).update(note="second")
    undone = undo(change_set)
    connection.check_constraints()
    assert {conflict.model for conflict in undone.kept} == {"person", "contribution"}
    assert Contribution.objects.get(pk=made.pk).person == new
    undo(change_set, choice=everything)
    connection.check_constraints()
    assert not Person.objects.filter(pk=new.pk).exists()


def test_an_identifier_that_another_has_by_now(museum: SimpleNamespace) -> None:
    actions.delete(museum.ana, by=None)
    with actions.in_step():
        Person.objects.create(identifier="P.1", title="Usurper")
    with pytest.raises(actions.Refused, match=r"Usurper.*P\.1"):
        actions.restore("person", museum.ana.pk, by=None, choice=everything)
    made = change(museum.berta, identifier="P.7")
    with actions.in_step():
        Person.objects.create(identifier="P.2", title="Second usurper")
    with pytest.raises(actions.Refused, match="Second usurper"):
        undo(made, choice=everything)


def test_a_relation_whose_other_end_is_gone_stays_away(museum: SimpleNamespace) -> None:
    actions.delete(museum.ana, by=None)
    deletion = newest()
    actions.delete(museum.berta, by=None)
    undone = actions.restore("person", museum.ana.pk, by=None)
    assert "Berta" in undone.kept[0].said
    assert not museum.ana.relationships.exists()
    assert museum.ana.names.get().name == "Anita"
    actions.restore("person", museum.berta.pk, by=None)
    undo(deletion)
    assert museum.ana.relationships.get().related == museum.berta


def test_a_place_that_is_gone_can_be_left_out(museum: SimpleNamespace) -> None:
    change(museum.ana, born_place=None)
    actions.delete(museum.place, by=None)
    with actions.in_step():
        Person.objects.filter(pk=museum.ana.pk).update(credit_line="last")
    made = ChangeSet.objects.all()[2].pk
    with pytest.raises(actions.Refused, match="Coyoacán"):
        undo(made)


def test_a_row_that_is_gone_is_not_invented(museum: SimpleNamespace) -> None:
    made = change(museum.berta, title="Bertha")
    actions.delete(museum.berta, by=None)
    with pytest.raises(actions.Refused, match="since been removed"):
        undo(made)


def test_nothing_left_is_said(museum: SimpleNamespace) -> None:
    made = change(museum.ana, title="Anna")
    undo(made)
    with pytest.raises(actions.Refused, match="nothing left to undo"):
        undo(made)
    with pytest.raises(actions.Refused, match="no deletion"):
        actions.restore("person", museum.ana.pk, by=None)
    actions.delete(museum.ana, by=None)
    actions.restore("person", museum.ana.pk, by=None)
    with pytest.raises(actions.Refused, match="has not been deleted"):
        actions.restore("person", museum.ana.pk, by=None)


def test_what_fails_in_the_middle_leaves_nothing(museum: SimpleNamespace) -> None:
    made = change(museum.ana, title="Anna")
    before, sets = snapshot(), ChangeSet.objects.count()

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        actions.undo(Selection(made), by=None, progress=stop)
    assert (snapshot(), ChangeSet.objects.count()) == (before, sets)
    assert not connection.needs_rollback
