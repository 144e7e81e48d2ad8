"""Rows that only resemble a record of the catalogue: the preview says so, and the curator decides."""

from __future__ import annotations

import pytest

from catalog import intake
from catalog.models import Document, Event, Person, PersonName, Place
from tests.intake.admin_door import client_of, look, page, sent
from tests.intake.conftest import brought
from tests.intake.test_queries import asked

PEOPLE = "identifier,title,sort name,born\nX.1,Leon Trotsky,,1879\nX.2,Somebody else,,1900\n"


@pytest.fixture
def trotsky(db):
    return Person.objects.create(
        identifier="P.1", title="Leon Trotsky", sort_name="Trotsky, Leon", born="1879-11-07"
    )


def alike(found):
    """The rows that resemble records, and the identifiers of these."""
    return [
        (row["row"], [identifier for _pk, identifier, *_rest in row["records"]])
        for row in found.outlook["alike"]
    ]


def test_a_row_of_the_same_name_and_agreeing_dates_is_listed_and_stays_new(trotsky, editor):
    found = brought(PEOPLE, "person", by=editor)
    assert (alike(found), found.outlook["fates"]["new"]) == ([(2, ["P.1"])], 2)
    intake.begin(found, by=editor, reason="")
    assert Person.objects.filter(title="Leon Trotsky").count() == 2


@pytest.mark.parametrize(
    ("kind", "text", "is_alike"),
    [
        ("person", "identifier,title,born\nX.1,LEÓN TROTSKY,1879\n", True),
        ("person", 'identifier,title\nX.1,"Trotsky, Leon"\n', True),
        ("person", "identifier,title\nX.1,Lev Bronstein\n", True),
        ("person", "identifier,title,born\nX.1,Leon Trotsky,1880\n", False),
        ("place", "identifier,title\nX.1,coyoacan\n", True),
        ("event", "identifier,title,date\nX.1,The trial,1937\n", True),
        ("event", "identifier,title,date\nX.1,The trial,1938\n", False),
        ("document", "identifier,title,written\nX.1,Letter,1937\n", True),
        ("document", "identifier,title\nX.1,Letter\n", False),
    ],
)
def test_what_resembles_a_record(kind, text, is_alike, trotsky, editor):
    PersonName.objects.create(person=trotsky, name="Lev Bronstein", kind="birth")
    Place.objects.create(identifier="L.1", title="Coyoacán")
    Event.objects.create(identifier="E.1", title="The trial", date="1937-04")
    Document.objects.create(identifier="D.1", title="Letter", written="1937-02-03")
    found = brought(text, kind, by=editor)
    assert found.outlook["fates"]["new"] == 1
    assert bool(alike(found)) is is_alike


def test_rows_can_be_the_records_that_they_resemble(trotsky, editor):
    found = brought(PEOPLE, "person", by=editor, alike="same", existing="update")
    assert (found.outlook["fates"]["same"], found.outlook["fates"]["new"]) == (0, 1)
    assert alike(found) == [(2, ["P.1"])]
    intake.begin(found, by=editor, reason="")
    trotsky.refresh_from_db()
    assert (trotsky.identifier, trotsky.born.edtf) == ("P.1", "1879"), "it keeps its identifier"
    assert not Person.objects.filter(identifier="X.1").exists()


def test_several_are_refused_until_it_is_clear_which_is_meant(trotsky, editor):
    Person.objects.create(identifier="P.2", title="Leon Trotsky")
    found = brought(PEOPLE, "person", by=editor, alike="same")
    assert found.outlook["fates"]["several"] == 1
    assert "resembles several records" in str(intake.faults_of(found)[0].said)
    found = brought(PEOPLE, "person", by=editor, alike="same", rows_alike=[[2, "new"]])
    assert found.outlook["fates"]["new"] == 2


def test_rows_of_one_table_are_about_different_things_however_it_is_written(db, editor):
    """What a row has just become is not what a row below resembles: previewed and written, it is the same."""
    text = "identifier,title,born\nX.1,Anna,1900\nX.2,Anna,1900\n,Anna,\n,Boris,\n"
    found = brought(text, "person", by=editor, alike="same", first_identifier="X.3")
    assert (found.outlook["fates"]["new"], alike(found)) == (4, [])
    intake.begin(found, by=editor, reason="")
    assert Person.objects.count() == 4


def test_a_row_is_decided_on_the_page(trotsky, editor):
    client = client_of(editor)
    table = sent(client, PEOPLE, kind="person")
    shown = look(client, table)
    assert "Rows that resemble existing records" in shown
    assert (
        f'/admin/catalog/person/{trotsky.pk}/change/">Leon Trotsky</a> (P.1; 7 November 1879)'
        in shown
    )
    shown = look(client, table, **{"alike-2": "same"})
    table.refresh_from_db()
    assert table.plan["rows_alike"] == [[2, "same"]] and table.outlook["fates"]["left"] == 1
    assert '<option value="same" selected>' in shown
    look(client, table)
    table.refresh_from_db()
    assert table.plan["rows_alike"] == [[2, "same"]], "what is not sent stays"
    look(client, table, **{"alike-2": ""})
    table.refresh_from_db()
    assert table.plan["rows_alike"] == [] and table.outlook["fates"]["new"] == 2


def test_a_row_with_errors_is_not_said_to_be_unclear(trotsky, editor):
    client = client_of(editor)
    shown = look(
        client, sent(client, "identifier,title,kind\nX.1,Leon Trotsky,no such\n", kind="person")
    )
    assert "Rows that resemble existing records" in shown and "not clear: refused" not in shown


def test_a_refusal_for_unclear_dates_can_be_decided_there_too(trotsky, editor):
    text = "title,born\nLeon Trotsky,1879\n"
    found = brought(text, "person", by=editor)
    assert (found.outlook["fates"]["several"], alike(found)) == (1, [(2, ["P.1"])])
    found = brought(text, "person", by=editor, rows_alike=[[2, "same"]])
    assert found.outlook["fates"]["left"] == 1
    found = brought(text, "person", by=editor, rows_alike=[[2, "new"]], first_identifier="X.1")
    assert found.outlook["fates"]["new"] == 1


def test_looking_for_likenesses_asks_for_blocks_and_not_for_rows(trotsky, editor):
    def look_at(number):
        text = "identifier,title\n" + "".join(f"X.{one},Person {one}\n" for one in range(number))
        table = intake.read_table(text.encode())
        plan = intake.first_plan("person", table)
        return asked(lambda: intake.look_ahead(plan, table, by=editor))

    look_at(5)
    assert look_at(100) == look_at(5)


def test_plans_from_before_this_choice_have_the_mark_that_they_had(editor):
    found = intake.receive(PEOPLE.encode(), "people.csv", "person", by=editor)
    before = {name: value for name, value in found.plan.items() if "alike" not in name}
    assert intake.Plan.of_json(before).mark == intake.Plan.of_json(found.plan).mark
    assert page(found)
