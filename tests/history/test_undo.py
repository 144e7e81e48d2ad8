"""What undoing restores: fields, relations, records, deletions, whole change sets."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
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
    Tombstone,
)
from tests.actions.taking_back import newest
from tests.history.snapshots import snapshot, without_addresses
from tests.history.undoing import change, everything, undo

pytestmark = pytest.mark.django_db


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
