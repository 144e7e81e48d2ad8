"""Undoing: fields, relations, records, deletions, whole change sets; nothing is overwritten silently."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog import actions, history, search
from catalog.history import Selection
from catalog.models import (
    ChangeSet,
    Citation,
    Contribution,
    Image,
    PastSlug,
    Person,
    PersonName,
    Place,
    PlaceName,
    Status,
    Term,
    Tombstone,
)
from tests.actions.taking_back import newest
from tests.history.snapshots import snapshot, without_addresses

pytestmark = pytest.mark.django_db


def undo(change_set: int | None = None, **chosen: Any) -> history.Undone:
    choice = chosen.pop("choice", history.keep_later)
    return actions.undo(Selection(change_set or newest(), **chosen), by=None, choice=choice)


def change(row: Any, **values: Any) -> int:
    """Change a record through the action; returns the change set."""
    row.refresh_from_db()
    for name, value in values.items():
        setattr(row, name, value)
    with actions.in_step():
        row.save()
    return newest()


def everything(conflict: history.Conflict) -> bool:
    return True


# --- What is restored -----------------------------------------------------------------------------------


def test_one_change_of_a_record(museum: SimpleNamespace) -> None:
    before = snapshot()
    change(museum.ana, title="Anna", born="1901", description="One four three.")
    assert undo().rows == 1
    assert snapshot() == before
    ana = Person.objects.get(pk=museum.ana.pk)
    assert (ana.sort_key, ana.born_earliest) == ("ana", 19000101)
    assert ana.modified > museum.ana.modified, "Forms that are open must notice."


def test_an_undo_is_a_change_set_and_can_be_undone(museum: SimpleNamespace) -> None:
    made = change(museum.ana, title="Anna")
    after = snapshot()
    undo()
    taken = ChangeSet.objects.first()
    assert (taken.undoes_id, taken.size) == (made, 1)
    undo(taken.pk)
    assert snapshot() == after


def test_one_field(museum: SimpleNamespace) -> None:
    made = change(museum.ana, title="Anna", born="1901")
    undo(made, model="person", row_id=museum.ana.pk, column="born")
    ana = Person.objects.get(pk=museum.ana.pk)
    assert (ana.title, str(ana.born), ana.born_earliest) == ("Anna", "1900", 19000101)


def test_one_relation(museum: SimpleNamespace) -> None:
    before = snapshot()
    with actions.in_step():
        PersonName.objects.create(person=museum.ana, name="Anuschka")
        museum.contribution.note = "first draft"
        museum.contribution.save()
    undo(model="contribution", row_id=museum.contribution.pk)
    assert Contribution.objects.get().note == ""
    assert PersonName.objects.count() == 2
    undo(ChangeSet.objects.all()[1].pk)
    assert snapshot() == before


def test_a_deleted_record_with_all_that_hung_on_it(museum: SimpleNamespace) -> None:
    actions.publish(museum.ana, by=None)
    before = snapshot()
    actions.delete(museum.ana, by=None)
    assert not Citation.objects.exists()
    assert Tombstone.objects.exists()
    actions.restore("person", museum.ana.pk, by=None)
    assert snapshot() == before
    assert not Tombstone.objects.exists()
    assert [hit.record for hit in search.search(search.SearchQuery("Anita")).hits] == [museum.ana]
    assert not search.staleness()
    undo()
    assert Tombstone.objects.get().record_uuid == museum.ana.uuid
    undo()
    assert snapshot() == before


def test_a_deleted_image_with_its_picture(museum: SimpleNamespace) -> None:
    before = snapshot()
    actions.delete(museum.portrait, by=None)
    actions.restore("image", museum.portrait.pk, by=None)
    assert snapshot() == before
    assert Image.objects.get().file.name == "originals/a.png"


def test_a_picture_that_was_replaced_is_still_mentioned(museum: SimpleNamespace) -> None:
    assert not history.mentions_file("originals/a.png"), "Only the record names it."
    change(museum.portrait, file="originals/b.png")
    assert set(history.mentioned_files()) == {"originals/a.png", "originals/b.png"}
    assert history.mentions_file("originals/a.png")
    assert not history.mentions_file("originals/a.pn")
    undo()
    assert Image.objects.get().file.name == "originals/a.png"


def test_a_whole_change_set_of_many_sorts(museum: SimpleNamespace) -> None:
    before = snapshot()
    with actions.in_step(reason="much"):
        new = Person.objects.create(identifier="P.3", title="Carla", born_place=museum.place)
        PersonName.objects.create(person=new, name="Carlita")
        museum.contribution.person = new
        museum.contribution.save()
        museum.exile.label = "Banishment"
        museum.exile.save()
        museum.berta.delete()
        museum.ana.subjects.clear()
    undo()
    assert snapshot() == before
    undo()
    assert Person.objects.get(title="Carla").pk == new.pk
    assert not Person.objects.filter(title="Berta").exists()


def test_what_took_the_place_of_another_goes_first(museum: SimpleNamespace) -> None:
    before = snapshot()
    with actions.in_step():
        museum.berta.identifier = "P.9"
        museum.berta.save()
        Person.objects.create(identifier="P.2", title="In her place")
    undo()
    assert snapshot() == before


def test_an_address_that_the_public_saw_leads_on(museum: SimpleNamespace) -> None:
    actions.publish(museum.ana, by=None)
    before = snapshot()
    change(museum.ana, slug="anna")
    undo()
    assert without_addresses(snapshot()) == without_addresses(before)
    assert PastSlug.objects.get().slug == "anna"
    for _again in range(2):
        undo()
    assert without_addresses(snapshot()) == without_addresses(before)
    with actions.in_step():
        new = actions.edit(Person(identifier="P.4", title="Dora"), by=None)
    made = newest()
    actions.publish(new, by=None)
    undo(made, choice=everything)
    assert Tombstone.objects.get().slug == "dora"


def test_a_draft_leaves_no_address_behind(museum: SimpleNamespace) -> None:
    before = snapshot()
    change(museum.berta, slug="bertha")
    assert PastSlug.objects.exists()
    undo()
    assert snapshot() == before


def test_every_row_of_many_batches(museum: SimpleNamespace, monkeypatch: Any) -> None:
    from catalog.history import undo as room

    monkeypatch.setattr(room, "AT_ONCE", 7)
    before = snapshot()
    with actions.in_step():
        rows = [Person(identifier=f"M.{n}", slug=f"m-{n}", title=f"M {n}") for n in range(30)]
        Person.objects.bulk_create(rows)
        PersonName.objects.bulk_create([PersonName(person=row, name=row.title) for row in rows])
        Person.objects.filter(identifier__startswith="M.").update(status="in_review")
        museum.ana.delete()
    after = snapshot()
    told: list[tuple[int, int]] = []
    made = newest()
    actions.undo(Selection(made), by=None, progress=lambda done, total: told.append((done, total)))
    assert snapshot() == before
    assert told[-1][0] == told[-1][1] == ChangeSet.objects.get(pk=made).size
    undo()
    assert snapshot() == after


def test_values_of_every_sort_come_back_together(museum: SimpleNamespace) -> None:
    """Written by one statement on PostgreSQL, in which each value must have the type of its column."""
    moment = datetime(2030, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    rows = [
        Place(
            identifier=f"M.{n}", slug=f"m-{n}", title="“M” ' % \\ {n}", latitude=n / 3, longitude=0.1,
            precision="city", publish_from=moment if n % 2 else None, description="x" * 1000,
        )
        for n in range(8)
    ]  # fmt: skip
    with actions.in_step():
        Place.objects.bulk_create(rows)
        for row in rows:
            PlaceName.objects.create(place=row, name="И́мя", period="today" if row.pk % 2 else "")
        people = [
            Person(identifier=f"M.{n}", slug=f"m-{n}", title="M", born="1900") for n in range(4)
        ]
        Person.objects.bulk_create(people)
    before = snapshot()
    with actions.in_step():
        Place.objects.filter(identifier__startswith="M.").update(
            latitude=None, longitude=None, publish_from=None, embargo_until=moment, precision="", description="",
            part_of=museum.place,
        )  # fmt: skip
        PlaceName.objects.filter(place__in=rows).delete()
        Person.objects.filter(title="M").update(born="1905~/1910", born_place=museum.place)
    after = snapshot()
    undo()
    assert snapshot() == before
    undo()
    assert snapshot() == after


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite's triggers run row by row")
def test_many_rows_are_written_by_few_statements(museum: SimpleNamespace) -> None:
    rows = [Person(identifier=f"M.{n}", slug=f"m-{n}", title=f"M {n}") for n in range(40)]
    with actions.in_step():
        Person.objects.bulk_create(rows)
    with actions.in_step():
        Person.objects.filter(identifier__startswith="M.").update(credit_line="Me")
    for verb in ("UPDATE", "DELETE", "INSERT"):
        with CaptureQueriesContext(connection) as asked:
            undo() if verb != "DELETE" else undo(ChangeSet.objects.order_by("-pk")[2].pk)
        begins = {"INSERT": "INSERT INTO", "DELETE": "DELETE FROM"}.get(verb, verb)
        written = [one for one in asked if one["sql"].startswith(f'{begins} "catalog_person"')]
        assert len(written) == 1, verb


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="PostgreSQL's functions are planned")
def test_functions_that_were_laid_before_are_planned_as_they_should_be(db: None) -> None:
    def planned() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = 'history_person_update'")
            return list(cursor.fetchone()[0] or ())

    assert planned() == ["jit=off", "enable_nestloop=off"]
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION history_person_update() RESET ALL")
    history.lay_triggers()
    assert planned() == ["jit=off", "enable_nestloop=off"]


# --- Conflicts --------------------------------------------------------------------------------------------


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


# --- Permissions -----------------------------------------------------------------------------------------------


def curator(group: str) -> Any:
    user = get_user_model().objects.create_user(f"{group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def test_whoever_may_edit_may_take_back_their_edit(museum: SimpleNamespace) -> None:
    made = change(museum.ana, title="Anna")
    cataloguer, whole = curator("Cataloguer"), Selection(made)
    of_ana = Selection(made, kind="person", record_id=museum.ana.pk)
    with pytest.raises(actions.Refused, match="whole change sets"):
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
