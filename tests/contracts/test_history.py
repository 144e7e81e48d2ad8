"""No way of writing escapes the history, and no table of the catalogue is left out of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import actions, history
from catalog.models import (
    ApiToken,
    Change,
    ChangedRecord,
    ChangeSet,
    Citation,
    Contribution,
    Depiction,
    Document,
    Door,
    Image,
    Person,
    PersonName,
    Scope,
    Term,
    Tombstone,
    What,
)
from tests.history.snapshots import last_change, snapshot, without_changes_since

pytestmark = pytest.mark.django_db


def test_every_table_is_recorded_or_declined_with_a_reason() -> None:
    models = {
        str(model._meta.model_name)
        for model in apps.get_app_config("catalog").get_models(include_auto_created=True)
    }
    declined = set(history.NOT_RECORDED)
    assert declined <= models, "Declined, but no model any more."
    assert models - declined == set(history.recorded())
    assert all(history.NOT_RECORDED.values())


def test_every_recorded_table_has_its_triggers() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
            )
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        laid = {name for (name,) in cursor.fetchall()}
    events = ["insert", "update", "delete"]
    if connection.vendor == "postgresql":
        events.append("truncate")
    wanted = {f"history_{name}_{event}" for name in history.recorded() for event in events}
    assert wanted <= laid


def test_a_second_laying_changes_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        history.lay_triggers()
    assert not [one for one in asked if "TRIGGER" in one["sql"] or "FUNCTION" in one["sql"]]


# --- Every way of writing -----------------------------------------------------------------------------


@pytest.fixture
def museum() -> dict[str, Any]:
    role = Term.objects.create(vocabulary="contribution_role", code="author", label="Author")
    subject = Term.objects.create(vocabulary="subject", code="exile", label="Exile")
    person = Person.objects.create(identifier="P.1", title="Ana", born="1900")
    other = Person.objects.create(
        identifier="P.2", title="Berta", summary="“quoted” \\ and\nnew line"
    )
    document = Document.objects.create(identifier="D.1", title="Letter")
    image = Image.objects.create(identifier="I.1", title="Portrait", date="1937~")
    contribution = Contribution.objects.create(person=person, document=document, role=role)
    Citation.objects.create(source=document, contribution=contribution, locator="p. 1")
    person.subjects.add(subject)
    return {
        "role": role, "subject": subject, "person": person, "other": other,
        "document": document, "image": image, "contribution": contribution,
    }  # fmt: skip


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def saved(row: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def by_deletion(museum: dict[str, Any]) -> None:
    actions.publish(museum["person"], by=None)
    actions.delete(museum["person"], by=None)


def by_bulk_create(museum: dict[str, Any]) -> None:
    rows = [Person(identifier=f"B.{n}", slug=f"b-{n}", title=f"B {n}") for n in range(3)]
    Person.objects.bulk_create(rows)
    PersonName.objects.bulk_create([PersonName(person=museum["person"], name="Anita")])


def by_upsert(museum: dict[str, Any]) -> None:
    row = museum["person"]
    row.title = "Ana by upsert"
    Person.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["identifier"], update_fields=["title"]
    )


def by_bulk_update(museum: dict[str, Any]) -> None:
    rows = list(Person.objects.all())
    for row in rows:
        row.born = "1888"
    Person.objects.bulk_update(rows, ["born"])


def by_loaddata(museum: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    fields = {"identifier": "P.1", "slug": museum["person"].slug, "title": "Ana, loaded"}
    file.write_text(json.dumps([{"model": "catalog.person", "fields": fields}]))
    call_command("loaddata", str(file), verbosity=0)


def by_primary_key(museum: dict[str, Any]) -> None:
    sql("UPDATE catalog_personname SET id = id + 1000")
    sql("UPDATE catalog_contribution SET note = 'moved' WHERE id = %s", museum["contribution"].pk)


def by_replace(museum: dict[str, Any]) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    sql(
        "REPLACE INTO catalog_term (id, vocabulary, code, label, inverse_label, scope_note, uri, sort_key,"
        " labels, inverse_labels, alternatives, other_names)"
        " VALUES (%s, 'subject', 'exile', 'Banishment', '', '', '', 'banishment', '', '', '', '')",
        museum["subject"].pk,
    )


def by_truncate(museum: dict[str, Any]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("TRUNCATE catalog_depiction, catalog_citation")


def by_depiction(museum: dict[str, Any]) -> None:
    row = Depiction.objects.create(
        image=museum["image"], person=museum["person"],
        left=100 / 3, top=0.1 + 0.2, width=1e-7, height=20,
    )  # fmt: skip
    Depiction.objects.filter(pk=row.pk).update(left=2 / 3)


MEANS: dict[str, Callable[..., Any]] = {
    "save": lambda m: saved(m["person"], title="Ana María"),
    "save with a new slug": lambda m: saved(m["person"], slug="new"),
    "update()": lambda m: Person.objects.filter(pk=m["person"].pk).update(credit_line="by update"),
    "update() of many": lambda m: Person.objects.update(status="withdrawn"),
    "bulk_create": by_bulk_create,
    "bulk_create over rows that exist": by_upsert,
    "bulk_update": by_bulk_update,
    "get_or_create": lambda m: Person.objects.get_or_create(identifier="N.1", title="N", slug="n"),
    "SQL insert": lambda m: sql(
        "INSERT INTO catalog_tombstone (kind, slug, record_uuid, removed_at) VALUES"
        " ('person', 'gone', 'd5bd1d3a-3a0c-4f5a-9d4b-0d8d0ddc0a11', '2026-01-01 00:00:00')"
    ),
    "SQL update": lambda m: sql("UPDATE catalog_person SET summary = 'by hand' || id"),
    "SQL delete": lambda m: sql("DELETE FROM catalog_citation"),
    "SQL over primary keys": by_primary_key,
    "SQL REPLACE": by_replace,
    "SQL TRUNCATE": by_truncate,
    "many to many, add": lambda m: m["other"].subjects.add(m["subject"]),
    "many to many, set": lambda m: m["person"].subjects.set([]),
    "many to many, clear": lambda m: m["subject"].persons_about.clear(),
    "queryset.delete()": lambda m: Contribution.objects.all().delete(),
    "delete() with all that hangs on it": lambda m: m["person"].delete(),
    "regions": by_depiction,
    "picture columns": lambda m: Image.objects.filter(pk=m["image"].pk).update(
        file="originals/a.png", media_type="image/png", width=2, height=3, byte_size=4, sha256="f" * 64
    ),
    "a term": lambda m: saved(m["subject"], label="Banishment"),
    "an action": lambda m: actions.publish(m["person"], by=None),
    "the deleting action": by_deletion,
}  # fmt: skip


@pytest.mark.parametrize("means", MEANS)
def test_every_means_of_writing_is_recorded(means: str, museum: dict[str, Any]) -> None:
    before, number = snapshot(), last_change()
    MEANS[means](museum)
    assert snapshot() != before, "Nothing was written."
    assert without_changes_since(number) == before
    assert not Change.objects.exclude(change_set__in=ChangeSet.objects.all()).exists()


def test_loaddata_is_recorded_with_its_files(museum: dict[str, Any], tmp_path: Path) -> None:
    before, number = snapshot(), last_change()
    by_loaddata(museum, tmp_path)
    assert without_changes_since(number) == before
    made = ChangeSet.objects.first()
    assert (made.door, made.reason) == (Door.COMMAND, "loaddata one.json")


def test_what_is_written_past_the_actions_says_so(museum: dict[str, Any]) -> None:
    with actions.in_step():
        """Closes what the fixture wrote past the actions, in the transaction of this test."""
    sql("UPDATE catalog_person SET summary = 'by hand'")
    made = ChangeSet.objects.first()
    assert (made.door, made.by) == (Door.OUTSIDE, None)
    assert history.counted(made.pk) == (2, 2)


def test_a_write_that_changes_nothing_leaves_nothing(museum: dict[str, Any]) -> None:
    number, sets = last_change(), ChangeSet.objects.count()
    museum["person"].save()
    with actions.in_step():
        museum["person"].save()
    assert (last_change(), ChangeSet.objects.count()) == (number, sets)


def test_history_grows_with_what_changed(museum: dict[str, Any]) -> None:
    Person.objects.filter(pk=museum["person"].pk).update(description="x" * 100_000)
    Person.objects.filter(pk=museum["person"].pk).update(internal_note="short")
    change = Change.objects.order_by("id").last()
    assert json.loads(change.before) == {"internal_note": ""}
    assert json.loads(change.after) == {"internal_note": "short"}
    inserted = Change.objects.filter(what=What.INSERTED)
    assert not inserted.exclude(before=None, after=None).exists()


def test_a_change_belongs_to_every_record_that_it_hangs_on(museum: dict[str, Any]) -> None:
    number = last_change()
    contribution = museum["contribution"]
    contribution.person = museum["other"]
    contribution.save()
    citation = contribution.citations.get()
    citation.locator = "p. 2"
    citation.save()
    moved, cited = Change.objects.filter(id__gt=number).order_by("id")

    def records(change: Change) -> set[tuple[str, int]]:
        rows = ChangedRecord.objects.filter(change=change)
        return {(row.kind, row.record_id) for row in rows}

    person, other, document = (museum[name].pk for name in ("person", "other", "document"))
    assert records(moved) == {("person", person), ("person", other), ("document", document)}
    assert records(cited) == {("person", other), ("document", document)}


# --- Who, when, why, through which door ------------------------------------------------------------------


def test_the_admin_says_who_and_why(client: Client, museum: dict[str, Any]) -> None:
    chief = get_user_model().objects.create_superuser("chief", password="x")
    client.force_login(chief)
    form = {
        "label": "Exiles", "inverse_label": "", "broader": "", "scope_note": "", "uri": "",
        "_reason": "As the thesaurus has it",
    }  # fmt: skip
    client.post(f"/admin/catalog/term/{museum['subject'].pk}/change/", form)
    made = ChangeSet.objects.first()
    assert (made.by, made.by_name, made.door) == (chief, "chief", Door.ADMIN)
    assert (made.reason, made.size, made.records) == ("As the thesaurus has it", 1, 1)


def test_a_list_action_is_one_change_set(client: Client, museum: dict[str, Any]) -> None:
    client.force_login(get_user_model().objects.create_superuser("chief", password="x"))
    sets = ChangeSet.objects.count()
    chosen = [museum["person"].pk, museum["other"].pk]
    client.post("/admin/catalog/person/", {"action": "publish", "_selected_action": chosen})
    assert Person.objects.filter(status="published").count() == 2
    assert ChangeSet.objects.count() == sets + 1
    made = ChangeSet.objects.first()
    assert (made.size, made.records, made.by_name) == (2, 2, "chief")


def test_the_api_says_who(client: Client, museum: dict[str, Any]) -> None:
    chief = get_user_model().objects.create_superuser("chief", password="x")
    token = ApiToken(user=chief, name="t", scope=Scope.WRITE)
    key = token.make_key()
    token.save()
    place = f"/api/v1/people/{museum['person'].slug}/"
    head = {"HTTP_AUTHORIZATION": f"Bearer {key}"}
    found = client.get(place, **head)
    answer = client.patch(
        place, {"title": "Ana by API"}, "application/json", HTTP_IF_MATCH=found["ETag"], **head
    )
    assert answer.status_code == 200, answer.content
    made = ChangeSet.objects.first()
    assert (made.by, made.door) == (chief, Door.API)


def test_what_is_taken_back_by_the_database_leaves_no_change_set(museum: dict[str, Any]) -> None:
    sets = list(ChangeSet.objects.values_list("pk", flat=True))
    with pytest.raises(actions.Refused):
        actions.send_back(museum["person"], by=None)
    with history.change_set(door=Door.COMMAND, reason="two steps"):
        with pytest.raises(ZeroDivisionError), actions.in_step():
            museum["person"].summary = "lost"
            museum["person"].save()
            raise ZeroDivisionError
        actions.submit(museum["person"], by=None)
        actions.send_back(museum["person"], by=None)
    assert list(ChangeSet.objects.values_list("pk", flat=True))[1:] == sets
    made = ChangeSet.objects.first()
    assert (made.reason, made.size, made.records) == ("two steps", 2, 1)


def test_actions_inside_a_step_join_it(museum: dict[str, Any]) -> None:
    sets = ChangeSet.objects.count()
    with transaction.atomic(), actions.in_step(reason="outer"):
        actions.publish(museum["person"], by=None)
        actions.delete(museum["person"], by=None)
    assert ChangeSet.objects.count() == sets + 1
    models = set(
        Change.objects.filter(change_set=ChangeSet.objects.first()).values_list("model", flat=True)
    )
    assert {"person", "person_subjects", "contribution", "citation", "tombstone"} <= models
    assert Tombstone.objects.get().slug == museum["person"].slug
    sql("UPDATE catalog_person SET summary = 'later'")
    assert ChangeSet.objects.first().door == Door.OUTSIDE


def test_a_change_set_is_counted_in_the_transaction_of_its_first_step(
    museum: dict[str, Any],
) -> None:
    with history.change_set(door=Door.COMMAND, reason="two steps"):
        with actions.in_step():
            saved(museum["person"], title="Ana María")
        assert ChangeSet.objects.first().size == 1
        with actions.in_step():
            saved(museum["person"], title="Ana")
        assert ChangeSet.objects.first().size is None
    made = ChangeSet.objects.first()
    assert (made.reason, made.size, made.records) == ("two steps", 2, 1)
