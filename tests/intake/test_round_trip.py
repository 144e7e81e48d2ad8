"""Records laid out as a table come in again as they are; mended in the table, they are mended in the catalogue."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import intake
from catalog.intake.laying_out import harmless
from catalog.intake.reading import plain
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
from tests.intake.conftest import brought
from tests.intake.test_admin import client_of


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
    # Two terms of one label are told apart by their codes.
    document.languages.add(
        Term.objects.create(vocabulary=Vocabulary.LANGUAGE, code="rus", label="Russian")
    )
    Contribution.objects.create(person=person, document=document, role=terms["author"], note="Kept")
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
    with django_assert_max_num_queries(13):
        "".join(intake.as_table("document", keys, reader=STAFF))


@given(st.text(st.sampled_from("'=+-@ \t0a1.,"), max_size=8))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.once
def test_what_is_made_harmless_is_read_as_it_was(cell):
    shown = harmless(cell)
    assert plain(shown) == cell
    assert not shown.lstrip(" ").startswith(("=", "@", "\t"))
