"""One row for many records: added once to each, refused where it may not be, taken back as one."""

from __future__ import annotations

import pytest

from catalog import bulk
from catalog.models import (
    ChangeSet,
    Contribution,
    Depiction,
    Document,
    Image,
    Person,
    Status,
    Topic,
    Vocabulary,
)
from tests.admin.conftest import form_of, messages_of, term

pytestmark = pytest.mark.django_db

LIST = "/admin/catalog/image/"


@pytest.fixture
def photographer(db):
    term(Vocabulary.CONTRIBUTION_ROLE, "photographer")
    return Person.objects.create(identifier="P.1", title="Kurt Lange")


@pytest.fixture
def series(db):
    return [Image.objects.create(identifier=f"I.{n}", title=f"Portrait {n}") for n in (1, 2, 3)]


def asked(client, action, records):
    sent = {"action": action, "_selected_action": [record.pk for record in records]}
    return client.post(LIST, sent)


def add(client, action, records, **boxes):
    html = asked(client, action, records).content
    chosen = {"_selected_action": [record.pk for record in records]}
    return client.post(LIST, form_of(html) | boxes | chosen | {"_add": "x"}, follow=True)


def test_a_series_gets_its_photographer_in_one_change_set(cataloguer, series, photographer):
    role = Contribution._meta.get_field("role").related_model.objects.get()
    Contribution.objects.create(person=photographer, image=series[0], role=role, date="1937~")
    boxes = {"person": photographer.pk, "role": role.pk, "date": "about 1937"}
    said = messages_of(add(cataloguer, "add_contribution", series, **boxes))
    assert "It was added to 2 records." in said
    assert "1 record has it already." in said
    assert "“about 1937” was read as 1937~ (about 1937)." in said
    assert Contribution.objects.count() == 3
    assert ChangeSet.objects.filter(by__username="cataloguer").count() == 1
    assert {str(row.date) for row in Contribution.objects.all()} == {"1937~"}


def test_what_is_refused_is_told_record_by_record(cataloguer, series, photographer):
    Image.objects.filter(pk=series[0].pk).update(status=Status.PUBLISHED)
    said = messages_of(add(cataloguer, "add_depiction", series, person=photographer.pk))
    assert "It was added to 2 records." in said
    assert "Portrait 1: This record is published" in said
    assert Depiction.objects.count() == 2


def test_a_row_that_says_nothing_comes_back(cataloguer, series):
    answer = add(cataloguer, "add_contribution", series)
    assert "This field is required." in answer.content.decode()
    answer = add(cataloguer, "add_topic", series)
    assert "left unchanged" in messages_of(answer)
    assert b"adding_form" in answer.content
    assert not Topic.objects.exists()


def test_it_is_offered_where_it_makes_sense(cataloguer, door, series, monkeypatch):
    html = cataloguer.get(LIST).content.decode()
    assert 'value="add_contribution"' in html and 'value="add_depiction"' in html
    Document.objects.create(identifier="D.1", title="Letter")
    assert (
        'value="add_depiction"' not in cataloguer.get("/admin/catalog/document/").content.decode()
    )
    assert 'value="add_contribution"' not in door("Reader").get(LIST).content.decode()
    monkeypatch.setattr(bulk, "MANY", 2)
    answer = cataloguer.post(
        LIST,
        {"action": "add_depiction", "_selected_action": [one.pk for one in series]},
        follow=True,
    )
    assert "at most 2 can be given a row at once" in messages_of(answer)
