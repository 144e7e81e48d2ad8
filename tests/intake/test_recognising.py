"""Which record a row is about, by whichever way is chosen: a table that is imported twice creates
nothing twice.
"""

from __future__ import annotations

import os
import re

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from catalog import actions, intake
from catalog.history import Selection
from catalog.intake import Fate, Plan, Recognise
from catalog.models import (
    RECORD_MODELS,
    Authority,
    Document,
    Event,
    OutsideIdentifier,
    Person,
    Place,
)
from tests.intake.admin_door import client_of
from tests.intake.conftest import brought

EXAMPLES = int(os.environ.get("INTAKE_EXAMPLES", "25"))


def person(number, title, **more):
    return Person.objects.create(identifier=f"P.{number}", title=title, **more)


def wikidata(record, value):
    OutsideIdentifier.objects.create(
        **{record.KIND: record}, authority=Authority.WIKIDATA, value=value
    )


def fates(found):
    """Row, fate, way and identifier of each row."""
    return [(one.row, one.fate, one.way, one.identifier) for one in intake.lines_of(found)]


def faults(found):
    return {note.row: (note.column, note.said) for note in intake.faults_of(found)}


def bring(text, kind, by, **choices):
    found = brought(text, kind, by=by, **choices)
    intake.begin(found, by=by, reason="")
    return found


# --- Imported twice -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "way"),
    [
        ("person", "title,born\nAnna,1900\nAnna,1901\nBoris,\n", "title"),
        ("document", "title,written\nLetter,1929\nLetter,about 1890\nLetter,\n", "title"),
        ("event", "title\nTrial\nLanding\n", "title"),
        ("place", "slug,title\nmexico,Mexico\ncoyoacan,Coyoacán\n", "slug"),
        ("person", "Wikidata,title\nQ1,Anna\nQ2,Anna\nhttps://www.wikidata.org/wiki/Q3,Anna\n", "outside"),
        ("person", "identifier,title\nP.1,Anna\n,Boris\nP.3,Anna\n", "identifier"),
        ("place", "id,identifier,title\n,,Mexico\n,L.1,Coyoacán\n", "identifier"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("existing", ["leave", "update"])
def test_a_table_brought_twice_makes_nothing_the_second_time(kind, text, way, existing, editor):
    choices = {"first_identifier": "X.1", "existing": existing}
    first = bring(text, kind, editor, **choices)
    assert first.plan["recognise"] == way, "the way follows from what the columns hold"
    number = text.count("\n") - 1
    assert first.outlook["fates"]["new"] == number, first.outlook
    again = brought(text, kind, by=editor, **choices)
    wanted = "left" if existing == "leave" else "same"
    assert again.outlook["fates"][wanted] == number, again.outlook["faults"]
    with pytest.raises(actions.Refused, match="There is nothing to import"):
        intake.begin(again, by=editor, reason="")
    assert RECORD_MODELS[kind].objects.count() == number


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["", "", "P.1", "P.2", "X.1"]),
            st.sampled_from(["Anna", "ANNA", "Ánna", "Anna  B.", "!", "?", "Борис"]),
            st.sampled_from(["", "", "1900", "1901", "about 1900"]),
            st.sampled_from(["", "", "Q1", "Q2", "Q1|Q3"]),
            st.sampled_from(["", "", "first", "second"]),
        ),
        min_size=1,
        max_size=7,
    ),
    recognise=st.sampled_from([one.value for one in Recognise if one != Recognise.ALONE]),
    existing=st.sampled_from(["leave", "update"]),
)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_was_brought_is_not_made_again(rows, recognise, existing, editor):
    text = "".join(",".join(row) + "\n" for row in rows)
    note(f"{recognise} {existing}\n{text}")
    table = intake.read_table(f"identifier,title,born,wikidata,slug\n{text}".encode())
    plan = Plan.of_json(
        intake.first_plan("person", table).as_json()
        | {"recognise": recognise, "existing": existing, "faulty": "sound", "first_identifier": "Y.1"}
    )  # fmt: skip
    assert plan.faults(table.header) == []
    with actions.tried():
        outlook = intake.look_ahead(plan, table, by=editor)
        done, skip = intake.Done(), {note.row for note in outlook.faults}
        judge = intake.Judge(plan, table, by=editor)
        for row in table.rows():
            # One row per block, as after the worst of restarts: what was written before is found,
            # not remembered.
            intake.write_block(judge, [row], done, skip=skip)
        assert (done.made, done.refusals) == (outlook.fates[Fate.NEW], [])
        again = intake.look_ahead(plan, table, by=editor)
        assert again.fates[Fate.NEW] == 0, (outlook.lines, again.lines)


# --- Each way -------------------------------------------------------------------------------------------------


def test_title_and_dates(editor):
    person(1, "Anna", born="1900")
    person(2, "Anna", born="1901")
    person(3, "Boris", born="1890", sort_name="B.")
    person(4, "Clara")
    found = brought(
        "title,born\nAnna,1901\nanna,1902\nBoris,1890\nBoris,\nClara,1880\nClara,\n",
        "person",
        by=editor,
        first_identifier="X.1",
        faulty="sound",
    )
    assert fates(found) == [
        (2, "left", "title", "P.2"),
        (3, "new", "", "X.1"),
        (4, "left", "title", "P.3"),
        (5, "several", "", ""),
        (6, "new", "", "X.2"),
        (7, "left", "title", "P.4"),
    ]
    column, said = faults(found)[5]
    assert column == "title"
    assert "This may be “Boris” (P.3), but the row gives no date to compare." in said
    assert found.outlook["fates"]["several"] == 1


def test_a_person_whose_dates_agree_is_not_silently_made_again(editor):
    person(1, "Anna", born="1879-11-07", died="1940-08-21")
    person(2, "Boris", born="1890")
    text = "identifier,title,born,died\n,Anna,1879,1940\n,Boris,1890,1950\n,Anna,1879,1941\nX.9,Anna,1879,1940\n"
    found = brought(text, "person", by=editor, first_identifier="X.1", faulty="sound")
    assert fates(found) == [
        (2, "several", "", ""),
        (3, "several", "", ""),
        (4, "new", "", "X.1"),
        (5, "new", "", "X.9"),
    ]
    assert "This may be “Anna” (P.1): the dates agree" in faults(found)[2][1]


@pytest.mark.parametrize(
    ("header", "targets"),
    [("Name,Country", ["title", "countries"]), ("Title,Name", ["title", "name"])],
)
def test_the_only_name_of_a_place_is_its_title(header, targets, editor):
    table = intake.read_table(f"{header}\nTampico,Mexico\n".encode())
    assert list(intake.first_plan("place", table).columns) == targets


@pytest.mark.parametrize(
    "header", ["Inv. No.", "Acc. no.", "Object no.", "N.º inv.", "Núm. de catálogo"]
)
def test_numbers_of_museums_are_identifiers(header, db):
    table = intake.read_table(f"{header},Title\n1937.4,A letter\n".encode())
    assert list(intake.first_plan("document", table).columns) == ["identifier", "title"]


def test_titles_without_a_column_of_dates_and_several_records(editor):
    person(1, "Anna", born="1900")
    person(2, "Anna", born="1901")
    person(3, "Böris", born="1890")
    found = brought("title\nAnna\nBöris\n", "person", by=editor)
    assert fates(found) == [(2, "several", "", ""), (3, "left", "title", "P.3")]
    column, said = faults(found)[2]
    assert column == "title"
    assert "“Anna” (P.1); “Anna” (P.2). Write the identifier of the record you mean" in said
    assert found.outlook["may_begin"] is False


def test_the_spelling_decides_between_titles_that_differ_in_accents_alone(editor):
    person(1, "Anna")
    person(2, "Ánna")
    assert fates(brought("title\nÁnna\n", "person", by=editor))[0][3] == "P.2"


def test_rows_that_nothing_tells_apart_are_refused_unless_every_row_is_to_be_new(editor):
    text = "identifier,title,written\n,Letter,1929\n,Letter,1929\n,Letter,\nD.1,Letter,1929\n"
    choices = {"first_identifier": "X.1"}
    found = brought(text, "document", by=editor, **choices)
    assert [fate for _row, fate, *_ in fates(found)] == ["new", "several", "new", "new"]
    assert "Row 2 has the same title and dates." in faults(found)[3][1]
    for number in (4, 8):
        bring(text, "document", editor, recognise="alone", **choices)
        assert Document.objects.count() == (4 if number == 4 else 7), (
            "only the one with identifier is known"
        )


@pytest.mark.parametrize("written", ["P.1\u200b", "\ufeffP.1", "P\u00a01", "P  1"])
def test_an_identifier_is_known_as_it_is_stored(editor, written):
    text = f"identifier,title\n{written},Anna\n"
    bring(text, "person", editor)
    ((_row, fate, way, identifier),) = fates(brought(text, "person", by=editor))
    assert (fate, way) == ("left", "identifier")
    assert identifier in {"P.1", "P 1"}
    named = f"identifier,title,people\nD.1,Letter,{written}\n"
    assert not faults(brought(named, "document", by=editor))


def test_a_record_that_another_row_names_by_identifier_is_not_meant_by_its_title(editor):
    person(1, "Anna")
    text = "identifier,title\nP.1,Anna\n,Anna\n"
    assert fates(brought(text, "person", by=editor, first_identifier="X.1")) == [
        (2, "left", "identifier", "P.1"),
        (3, "new", "", "X.1"),
    ]
    found = brought(text, "person", by=editor, recognise="title")
    assert "Row 2 is already about this record, “Anna” (P.1)." in faults(found)[3][1]


def test_outside_identifiers(editor):
    one, two, three = person(1, "Anna"), person(2, "Boris"), person(3, "Clara")
    wikidata(one, "Q1")
    wikidata(two, "Q2")
    wikidata(three, "Q2")
    text = "wikidata,viaf,title\nQ1,,Anna K.\nQ2,,Boris\nQ1|Q4,,Again\n,,Clara\n,77,New\n"
    found = brought(text, "person", by=editor, existing="update", first_identifier="X.1")
    assert fates(found) == [
        (2, "changed", "outside", "P.1"),
        (3, "several", "", ""),
        (4, "faulty", "", ""),
        (5, "same", "title", "P.3"),
        (6, "new", "", "X.1"),
    ]
    assert (
        "Several records have this external identifier: “Boris” (P.2); “Clara” (P.3)."
        in faults(found)[3][1]
    )
    assert faults(found)[4] == (
        "wikidata",
        "Row 2 already has this identifier. Give each record its own.",
    )
    # An identifier of our own says otherwise.
    found = brought(
        "identifier,wikidata,title\nP.2,Q1,Anna\n", "person", by=editor, recognise="outside"
    )
    assert "“Anna”, but the identifier of this row belongs to “Boris”" in faults(found)[2][1]


def test_names_in_addresses(editor):
    place = Place.objects.create(identifier="L.1", title="Mexico")
    Place.objects.create(identifier="L.2", title="Oslo", slug="kristiania")
    place.slug = "mexico-city"
    place.save()
    text = (
        "slug,title\nhttps://museum.example/places/mexico-city/,Mexico City\nmexico,Mexico\n"
        "kristiania,Oslo\n,Oslo\nnew,New\nnew,New\n"
    )
    found = brought(text, "place", by=editor, existing="update", first_identifier="X.1")
    assert [(row, fate, way) for row, fate, way, _ in fates(found)] == [
        (2, "changed", "slug"),
        (3, "faulty", ""),
        (4, "same", "slug"),
        (5, "faulty", ""),
        (6, "new", ""),
        (7, "faulty", ""),
    ]
    assert "used to have this URL slug. Write its present one: mexico-city." in faults(found)[3][1]
    assert "Row 4 is already about this record, “Oslo” (L.2)." in faults(found)[5][1]


def test_a_way_without_its_column_is_refused(editor):
    for way, said in (
        ("slug", "by URL slug, but no column"),
        ("outside", "by external identifier, but no column"),
        ("title", "by title and dates, but no column holds the title"),
    ):
        plan = Plan("person", ("identifier",), recognise=Recognise(way))
        assert said in " ".join(plan.faults(("Identifier",)))


def test_what_was_recognised_is_changed_and_taken_back(editor):
    Event.objects.create(identifier="E.1", title="Trial", date="1938-03")
    found = bring("title,date,summary\nTrial,March 1938,Seen\n", "event", editor, existing="update")
    assert Event.objects.get().summary == "Seen"
    found.refresh_from_db()
    actions.undo(Selection(found.change_set), by=None)
    assert Event.objects.get().summary == ""


# --- In the admin -----------------------------------------------------------------------------------------------


def test_the_page_of_rows_tells_of_each_what_becomes_of_it(cataloguer, editor):
    one = person(1, "Anna", born="1900")
    person(2, "Boris")
    person(3, "Boris")
    rows = "".join(f"New {number},\n" for number in range(120))
    text = f"title,born\nAnna,1900\nBoris,\n{rows}"
    found = brought(text, "person", by=cataloguer, first_identifier="X.1")
    address = reverse("admin:catalog_intake_rows", args=[found.pk])
    client = client_of(cataloguer)
    page = client.get(reverse("admin:catalog_intake_change", args=[found.pk])).content.decode()
    assert address in page
    assert re.search(r'<input[^>]*value="title"[^>]*checked', page), "no column of identifiers"
    shown = client.get(address).content.decode()
    assert reverse("admin:catalog_person_change", args=[one.pk]) in shown
    assert (
        "title and dates" in shown and "Page 1 of 2" in shown and "not clear which record" in shown
    )
    assert "New 119" in client.get(address, {"page": "2"}).content.decode()
    only = client.get(address, {"fate": "several", "page": "x"}).content.decode()
    assert "Boris" in only and "Anna" not in only
    assert client_of(editor).get(address).status_code == 404
