"""Records exported as a table are imported unchanged; corrected in the table, they are corrected in
the catalogue.
"""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import actions, intake
from catalog.intake import Plan
from catalog.intake.laying_out import harmless
from catalog.intake.reading import plain
from catalog.intake.several import joined, parted, squeezed
from catalog.models import (
    RECORD_MODELS,
    Authority,
    Collection,
    Contribution,
    Depiction,
    Detail,
    Document,
    Event,
    Image,
    OutsideIdentifier,
    Participation,
    Person,
    PersonName,
    Place,
    PlaceName,
    Term,
    Topic,
    Vocabulary,
)
from tests.intake.admin_door import client_of
from tests.intake.conftest import brought


@pytest.fixture
def museum(terms):
    """A record of each kind with something in every sort of column."""
    mexico = Place.objects.create(identifier="L.1", title="Mexico")
    place = Place.objects.create(
        identifier="L.2",
        title="Coyoacán",
        part_of=mexico,
        latitude=19.35,
        longitude=-99.16,
        precision="borough",
    )
    PlaceName.objects.create(place=place, name="Coyohuacan")
    place.countries.add(terms["mx"])
    person = Person.objects.create(
        identifier="P.1", title="Leon Trotsky", sort_name="Trotsky, Leon", born="1879-11-07", born_place=mexico,
        description="- a list\r\n- of two\r\n", credit_line="=1+1", internal_note="'quoted",
    )  # fmt: skip
    PersonName.objects.create(person=person, name="Pero", kind="alias")
    PersonName.objects.create(person=person, name="Bronstein", kind="birth")
    OutsideIdentifier.objects.create(person=person, authority=Authority.WIKIDATA, value="Q33391")
    other = Person.objects.create(identifier="P.2", title="Leon Trotsky", kind="corporate body")
    fonds = Collection.objects.create(
        identifier="C.1", title="Papers", level="fonds", date="1929/1940"
    )
    document = Document.objects.create(
        identifier="D.1", title="My Life", type=terms["letter"], written="1929~", place=place, collection=fonds,
        holding_institution=other, position=3, link="https://example.org/life",
        rights="http://rightsstatements.org/vocab/InC/1.0/",
    )  # fmt: skip
    document.subjects.add(terms["exile"], terms["show-trials"])
    # Two terms with one label are distinguished by their codes.
    document.languages.add(
        Term.objects.create(vocabulary=Vocabulary.LANGUAGE, code="rus", label="Russian")
    )
    Contribution.objects.create(person=person, document=document, role=terms["author"], note="Kept")
    Contribution.objects.create(person=other, collection=fonds, role=terms["author"], note="Kept")
    event = Event.objects.create(identifier="E.1", title="Trial", date="1938-03", place=place)
    Participation.objects.create(person=other, event=event, role=terms["witness"])
    image = Image.objects.create(identifier="I.1", title="Portrait", date="1924", place=place)
    Depiction.objects.create(image=image, person=person)
    Detail.objects.create(image=image, kind=terms["technique"], text="gelatin silver print")
    Contribution.objects.create(person=other, image=image, role=terms["photographer"])
    Topic.objects.create(image=image, about_event=event)
    return {"person": person, "document": document}


def table_of(kind):
    keys = list(RECORD_MODELS[kind].objects.order_by("pk").values_list("pk", flat=True))
    return "".join(intake.as_table(kind, keys, reader=None if not keys else STAFF))


class _Staff:
    is_active = is_staff = True


STAFF = _Staff()


@pytest.mark.parametrize("kind", list(RECORD_MODELS))
@pytest.mark.parametrize("several", ["replace", "add"])
def test_what_was_laid_out_comes_in_without_a_change(museum, editor, kind, several):
    text = table_of(kind)
    found = brought(text, kind, by=editor, existing="update", empties=True, several=several)
    assert all(found.plan["columns"]), found.plan["columns"]
    fates = {name: number for name, number in found.outlook["fates"].items() if number}
    assert fates == {"same": RECORD_MODELS[kind].objects.count()}, found.outlook


def test_a_date_in_the_form_of_the_dumps_is_no_change(museum, editor):
    Event.objects.create(identifier="E.2", title="Tomb", date="1940..")
    text = "id,identifier,title,date\n,E.2,Tomb,[1940..]\n"
    assert brought(text, "event", by=editor, existing="update").outlook["fates"]["same"] == 1


def test_a_record_that_went_comes_again_by_its_table(museum, editor):
    text = table_of("document")
    museum["document"].delete()
    found = brought(text, "document", by=editor)
    intake.begin(found, by=editor, reason="")
    assert table_of("document") == text


def test_the_list_gives_it_to_whoever_may_change_records(museum, cataloguer):
    client = client_of(cataloguer)
    address = reverse("admin:catalog_person_changelist")
    keys = [str(museum["person"].pk)]
    answer = client.post(address, {"action": "as_table", "_selected_action": keys})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row["identifier"], row["born"], row["name:alias"]) for row in rows] == [
        ("P.1", "1879-11-07", "Pero")
    ]
    assert rows[0]["credit_line"] == "'=1+1"
    assert "no-store" in answer["Cache-Control"]


def test_its_questions_do_not_grow_with_the_records(museum, django_assert_max_num_queries):
    keys = list(Document.objects.values_list("pk", flat=True))
    for number in range(40):
        keys.append(Document.objects.create(identifier=f"D.9{number}", title="One more").pk)
    with django_assert_max_num_queries(14):
        "".join(intake.as_table("document", keys, reader=STAFF))


#: What separates values, what escapes, what spreadsheets calculate, and letters.
ODD = st.text(st.sampled_from("|\\;,'\"-+@ aé1."), min_size=1, max_size=8).filter(str.strip)
FEW = st.lists(ODD, max_size=4, unique_by=lambda value: " ".join(value.split()))


@given(names=FEW, details=FEW, subjects=FEW)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_names_details_and_subjects_survive_whatever_they_hold(
    terms, editor, names, details, subjects
):
    with actions.tried():
        person = Person.objects.create(identifier="P.1", title="Anna")
        for name in names:
            PersonName.objects.create(person=person, name=name, kind="alias")
        for text in details:
            Detail.objects.create(person=person, kind=terms["technique"], text=text)
        for number, label in enumerate(subjects):
            term = Term.objects.create(vocabulary="subject", code=f"odd-{number}", label=label)
            person.subjects.add(term)
        text = "".join(intake.as_table("person", [person.pk], reader=STAFF))
        table = intake.read_table(text.encode())
        plan = Plan.of_json(
            intake.first_plan("person", table).as_json() | {"existing": "update", "empties": True}
        )
        outlook = intake.look_ahead(plan, table, by=editor)
        assert outlook.fates == {"same": 1}, (text, outlook.shown, outlook.faults)
        # And from nothing: deleted, it is created again from its table.
        held = list(person.subjects.values_list("pk", flat=True).order_by("pk"))
        person.delete()
        done = intake.Done()
        intake.write_block(intake.Judge(plan, table, by=editor), list(table.rows()), done, skip=())
        again = Person.objects.get()
        assert [one.name for one in again.names.order_by("pk")] == list(map(squeezed, names))
        assert [one.text for one in again.details.order_by("pk")] == list(map(squeezed, details))
        assert list(again.subjects.values_list("pk", flat=True).order_by("pk")) == held


@given(st.lists(ODD, max_size=5), st.sampled_from(["|", ";", "/", "||", ", "]))
@settings(max_examples=300)
@pytest.mark.once
def test_values_are_parted_as_they_were_joined(values, inside):
    wanted = list(dict.fromkeys(map(squeezed, values)))
    assert parted(joined(values), "|") == wanted
    escaped = [value.replace("\\", "\\\\").replace(inside, f"\\{inside}") for value in values]
    if not any(value.startswith(inside[1:]) or value.endswith(inside[0]) for value in values):
        assert parted(inside.join(escaped), inside) == wanted


@pytest.mark.once
@pytest.mark.parametrize(
    ("cell", "inside", "values"),
    [
        (r"Smith \| Sons|Smith", "|", ["Smith | Sons", "Smith"]),
        (r"a\\|b", "|", ["a\\", "b"]),
        ("C:\\path|b\\", "|", ["C:\\path", "b\\"]),
        (r"a\;b;c\|d", ";", ["a;b", "c|d"]),
        (r"a;b\/c/d", "/", ["a;b/c", "d"]),
        ("||a||", "|", ["a"]),
    ],
)
def test_a_backslash_escapes_what_separates_and_nothing_else(cell, inside, values):
    assert parted(cell, inside) == values


def test_an_escaped_sign_is_no_reason_to_take_it_for_the_separator(db):
    text = "identifier,title,name:alias\nP.1,Anna,A\\; B\nP.2,Boris,C;D\n"
    table = intake.read_table(text.encode())
    assert intake.first_plan("person", table).inside == ";"
    only = intake.read_table(text.partition("P.2")[0].encode())
    assert intake.first_plan("person", only).inside == "|"


def test_two_names_that_differ_in_language_alone_both_stay(museum, editor):
    person = museum["person"]
    PersonName.objects.create(person=person, name="Pero", kind="alias", language="ru")
    found = brought(table_of("person"), "person", by=editor, existing="update", empties=True)
    assert found.outlook["fates"]["same"] == 2


@given(st.text(st.sampled_from("'=+-@ \t0a1.,"), max_size=8))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.once
def test_what_is_made_harmless_is_read_as_it_was(cell):
    shown = harmless(cell)
    assert plain(shown) == cell
    assert not shown.lstrip(" ").startswith(("=", "@", "\t"))
