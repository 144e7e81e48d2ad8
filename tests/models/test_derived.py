"""Columns derived from other columns of their row, at every door that writes."""

from __future__ import annotations

import importlib
import json
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Upper

from catalog.models import Document, Event, Participation, Person, PersonName, Term
from catalog.values import UncertainDate
from tests.models.conftest import make, term

pytestmark = pytest.mark.django_db


def bounds(event):
    """The bounds in the database."""
    return Event.objects.values_list("date_earliest", "date_latest").get(pk=event.pk)


def keys(record):
    return type(record).objects.values_list("sort_key", "find_key").get(pk=record.pk)


def test_save():
    event = make("event", date="1936-08/1938-03", title="Процесс №1")
    assert bounds(event) == (19360801, 19380331)
    assert keys(event)[0] == "процесс no00000001"
    event.date, event.title = UncertainDate("1940~"), "Émigré"
    event.save()
    assert bounds(event) == (19400101, 19401231)
    assert keys(event)[0] == "emigre"
    event.date = None
    event.save()
    assert bounds(event) == (None, None)


def test_save_of_some_columns_takes_the_derived_along():
    event = make("event", date="1936")
    event.date, event.title, event.summary = "1940", "Other", "not saved"
    event.save(update_fields=["date"])
    assert bounds(event) == (19400101, 19401231)
    assert keys(event)[0] != "other"
    event.save(update_fields=["title"])
    assert keys(event)[0] == "other"


def test_bulk_create():
    rows = [
        Event(identifier=f"B-{n}", slug=f"b-{n}", title=f"Ärger {n}", date=f"193{n}")
        for n in range(3)
    ]
    Event.objects.bulk_create(rows)
    assert [bounds(row)[0] for row in rows] == [19300101, 19310101, 19320101]
    assert [keys(row)[0] for row in rows] == [f"arger {n:08}" for n in range(3)]


def test_bulk_create_over_rows_that_exist():
    event = make("event", date="1936")
    event.date, event.title = "1940", "Other"
    Event.objects.bulk_create(
        [event], update_conflicts=True, unique_fields=["id"], update_fields=["date", "title"]
    )
    assert bounds(event) == (19400101, 19401231)
    assert keys(event)[0] == "other"


def test_bulk_update():
    events = [make("event", date="1936") for _ in range(3)]
    for event in events:
        event.date, event.title = "1937-11", "Ëlse"
    Event.objects.bulk_update(events, ["date", "title"])
    for event in events:
        assert bounds(event) == (19371101, 19371130)
        assert keys(event)[0] == "else"


def test_update():
    event = make("event", date="1936")
    Event.objects.filter(pk=event.pk).update(date="..1940")
    assert bounds(event) == (None, 19401231)
    Event.objects.filter(pk=event.pk).update(date=None)
    assert bounds(event) == (None, None)
    subject = term("subject", "a")
    Term.objects.filter(pk=subject.pk).update(label="Éxile")
    subject.refresh_from_db()
    assert subject.sort_key == "exile"


def test_update_refuses_what_it_cannot_derive():
    event, document = make("event", date="1936"), make("document")
    with pytest.raises(TypeError, match="stale"):
        Event.objects.filter(pk=event.pk).update(title="one of two sources of the find key")
    with pytest.raises(TypeError, match="stale"):
        Event.objects.update(date=F("summary"))
    with pytest.raises(TypeError, match="stale"):
        Term.objects.update(label=Upper(Value("x")))
    with pytest.raises(TypeError, match="stale"):
        Document.objects.filter(pk=document.pk).update(original_title="x")
    assert bounds(event)[0] == 19360101
    Event.objects.filter(pk=event.pk).update(description="no source of anything")


def test_get_or_create_and_update_or_create():
    event, _ = Event.objects.get_or_create(
        identifier="G-1", defaults={"title": "Gó", "date": "1936"}
    )
    assert bounds(event)[0] == 19360101
    Event.objects.update_or_create(identifier="G-1", defaults={"date": "1938"})
    assert bounds(event)[0] == 19380101


def test_loaddata_works_them_out_whatever_the_file_says(tmp_path):
    event = make("event", date="1936", title="Wäre")
    person = make("person", title="Лев", sort_name="Троцкий, Лев", born="1879-11-07")
    PersonName.objects.create(person=person, name="Лёва")
    Participation.objects.create(
        person=person, event=event, role=term("participation_role", "witness"), date="1937"
    )
    file = tmp_path / "rows.json"
    call_command("dumpdata", "catalog", "--natural-foreign", "--natural-primary", output=str(file))
    rows = json.loads(file.read_text())
    derived = {
        "sort_key",
        "find_key",
        "folded",
        "date_earliest",
        "date_latest",
        "born_earliest",
        "born_latest",
    }
    for row in rows:
        for name in derived & set(row["fields"]):
            row["fields"][name] = 5 if "est" in name else "wrong"
    file.write_text(json.dumps(rows))
    Participation.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)
    assert bounds(event) == (19360101, 19361231)
    assert keys(event)[0] == "ware"
    assert keys(person)[0] == "троцкий лев"
    assert Person.objects.get().born_latest == 18791107
    assert PersonName.objects.get().folded == "лева"
    assert Participation.objects.get().date_earliest == 19370101
    for row in rows:
        for name in derived & set(row["fields"]):
            del row["fields"][name]
    file.write_text(json.dumps(rows))
    call_command("loaddata", str(file), verbosity=0)
    assert bounds(event) == (19360101, 19361231)


def test_numbers_in_titles_are_filed_by_their_value():
    titles = ["Box 10", "Box 2", "Box 02, folder 1", "Box 100", "Box", "1905", "44 BCE", "Boxes"]
    for title in titles:
        make("document", title=title)
    filed = Document.objects.order_by("sort_key").values_list("title", flat=True)
    assert list(filed) == [
        "44 BCE", "1905", "Box", "Box 2", "Box 02, folder 1", "Box 10", "Box 100", "Boxes",
    ]  # fmt: skip
    person = make("person", title="Louis XIV", sort_name="Louis 14")
    assert keys(person)[0] == "louis 00000014"
    assert "louis 14" in keys(person)[1]


def test_the_keys_of_an_older_catalogue_are_filed_anew():
    file_anew = importlib.import_module("catalog.migrations.0017_numbers_filed_by_value").file_anew
    documents = [make("document", title=f"Leaf {number}") for number in range(3)]
    plain = make("person", title="Leon 2", sort_name="Trotsky 3")
    wanted = [keys(one) for one in (*documents, plain)]
    Document.objects.filter(pk=documents[1].pk).update(sort_key="leaf 1")
    Person.objects.filter(pk=plain.pk).update(sort_key="trotsky 3")
    file_anew(apps, SimpleNamespace(connection=connection))
    assert [keys(one) for one in (*documents, plain)] == wanted


def test_long_texts_do_not_burst_their_keys():
    person = make("person", title="Ж" * 500, summary="ß" * 300)
    sort_key, find_key = keys(person)
    assert len(sort_key) == 120
    assert 500 < len(find_key) <= 1500
    assert keys(make("place", title="—"))[0] == ""


def test_dates_as_python_sees_them():
    event = make("event", date=" 1938-07-13~ ")
    event.refresh_from_db()
    assert event.date == UncertainDate("1938-07-13~")
    assert Event.objects.filter(date="1938-07-13~").get() == event
    assert make("event").date is None
    assert Event.objects.annotate(raw=Cast("date", TextField())).get(date=None).raw is None


@pytest.mark.parametrize("wrong", ["2001-02-29", "1940/1938", "1938-13", "yesterday", "1938" * 30])
def test_no_door_writes_what_is_no_date(wrong):
    event = make("event", date="1936")
    event.date = wrong
    with pytest.raises(ValidationError):
        event.full_clean()
    with pytest.raises(ValidationError):
        event.save()
    with pytest.raises(ValidationError):
        Event.objects.filter(pk=event.pk).update(date=wrong)
    with pytest.raises(ValidationError):
        Event.objects.bulk_update([event], ["date"])
    assert bounds(event) == (19360101, 19361231)


def test_a_form_says_why(rf):
    field = Event._meta.get_field("date").formfield()
    with pytest.raises(ValidationError, match="no day 29"):
        field.clean("2001-02-29")
    assert field.clean("") is None
    assert field.clean(" 1938~ ") == UncertainDate("1938~")
    assert field.prepare_value(UncertainDate("1938~")) == "1938~"


def test_dates_before_the_common_era_sort_and_filter():
    texts = ["1938", "-0043-03-15", "0001", "-0100", "0000", "-0043-03-14"]
    for text in texts:
        make("event", date=text)
    in_order = [str(event.date) for event in Event.objects.order_by("date_earliest")]
    assert in_order == ["-0100", "-0043-03-14", "-0043-03-15", "0000", "0001", "1938"]
    before = Event.objects.filter(date_latest__lt=10000)
    assert {str(event.date) for event in before} == {"-0100", "-0043-03-14", "-0043-03-15", "0000"}
    assert bounds(make("event", date="Y-99999999999"))[0] == -99999999999 * 10000 + 101
