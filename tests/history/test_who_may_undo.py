"""Who may undo what, and the command with which operators do it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError

from catalog import actions
from catalog.history import Selection
from catalog.models import ChangeSet, Person, Status, Term
from tests.actions.taking_back import newest
from tests.history.snapshots import snapshot
from tests.history.undoing import change

pytestmark = pytest.mark.django_db


def curator(group: str) -> Any:
    user = get_user_model().objects.create_user(f"{group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def test_whoever_may_edit_may_take_back_their_edit(museum: SimpleNamespace) -> None:
    made = change(museum.ana, title="Anna")
    cataloguer, whole = curator("Cataloguer"), Selection(made)
    of_ana = Selection(made, kind="person", record_id=museum.ana.pk)
    with pytest.raises(actions.Refused, match="a whole change"):
        actions.undo(whole, by=cataloguer)
    actions.undo(of_ana, by=cataloguer)
    assert ChangeSet.objects.first().by == cataloguer
    made = change(museum.ana, title="Anne")
    actions.publish(museum.ana, by=None)
    with pytest.raises(actions.Refused, match="an editor"):
        actions.undo(Selection(made, kind="person", record_id=museum.ana.pk), by=cataloguer)
    actions.undo(Selection(made), by=curator("Editor"))


def test_publishing_and_deleting_are_taken_back_by_those_who_may_do_them(
    museum: SimpleNamespace,
) -> None:
    cataloguer, editor = curator("Cataloguer"), curator("Editor")
    actions.publish(museum.ana, by=None)
    actions.withdraw(museum.ana, by=None)
    published = ChangeSet.objects.all()[1].pk
    of_ana = {"kind": "person", "record_id": museum.ana.pk}
    with pytest.raises(actions.Refused, match="an editor"):
        actions.undo(Selection(published, **of_ana), by=cataloguer)
    actions.undo(Selection(newest(), **of_ana), by=editor)
    assert Person.objects.get(pk=museum.ana.pk).status == Status.PUBLISHED
    with actions.in_step():
        new = Person.objects.create(identifier="P.3", title="Carla")
    of_new = Selection(newest(), kind="person", record_id=new.pk)
    with pytest.raises(actions.Refused, match="deletes"):
        actions.undo(of_new, by=editor)
    actions.undo(of_new, by=curator("Administrator"))


def test_terms_need_their_own_permission(museum: SimpleNamespace) -> None:
    with actions.in_step():
        Term.objects.filter(pk=museum.exile.pk).update(scope_note="x")
    chosen = Selection(newest(), kind="term", record_id=museum.exile.pk)
    with pytest.raises(actions.Refused, match="changes terms"):
        actions.undo(chosen, by=curator("Cataloguer"))
    actions.undo(chosen, by=curator("Editor"))


def test_the_command(museum: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    made = change(museum.ana, title="Anna", credit_line="X")
    change(museum.ana, title="Anne")
    before = snapshot()
    call_command("undo", str(made), "--preview")
    assert "would be undone: 1" in (said := capsys.readouterr().out) and "Anne" in said
    assert snapshot() == before
    call_command("undo", str(made), "--all-the-same", "--record", f"person:{museum.ana.pk}")
    assert Person.objects.get(pk=museum.ana.pk).title == "Ana"
    taken = ChangeSet.objects.first()
    assert (taken.door, taken.undoes_id, taken.reason) == ("command", made, f"undo {made}")
    for wrong in (["999"], [str(made)]):
        with pytest.raises(CommandError):
            call_command("undo", *wrong)


@pytest.mark.parametrize(
    "record", ["user:1", ":5", "person", "person:", "person:²", f"person:{9:0>30}"]
)
def test_the_command_takes_nothing_back_for_a_record_that_is_none(
    museum: SimpleNamespace, record: str
) -> None:
    made = change(museum.ana, title="Anna")
    with pytest.raises(CommandError, match="person:5"):
        call_command("undo", str(made), "--record", record)
    assert Person.objects.get(pk=museum.ana.pk).title == "Anna"
