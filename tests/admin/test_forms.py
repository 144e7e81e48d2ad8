"""Forms: what is suggested, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from django.db import IntegrityError
from django.utils import timezone

from catalog import actions
from catalog.admin import base
from catalog.models import (
    Change,
    Collection,
    Person,
    PersonName,
    Place,
    Term,
    Vocabulary,
    What,
)
from tests.admin.conftest import form_of, term

pytestmark = pytest.mark.django_db


def add(client, kind, **entries):
    address = f"/admin/catalog/{kind}/add/"
    page = form_of(client.get(address).content)
    return client.post(address, page | {"identifier": "N.1", "title": "New"} | entries)


def change(client, record, **entries):
    address = f"/admin/catalog/{type(record)._meta.model_name}/{record.pk}/change/"
    return client.post(address, form_of(client.get(address).content) | entries)


# --- Texts ---


def test_a_text_that_nobody_touched_is_no_change(editor, trotsky):
    trotsky.description = "One.\n\nTwo."
    trotsky.save()
    change(editor, trotsky, summary="A revolutionary")
    trotsky.refresh_from_db()
    assert (trotsky.description, trotsky.summary) == ("One.\n\nTwo.", "A revolutionary")
    written = Change.objects.filter(model="person", what=What.UPDATED).latest("id")
    assert set(json.loads(written.after)) == {"summary"}


# --- Identifiers ---


def test_the_next_free_identifier_is_proposed(cataloguer):
    for identifier in ("TSS.P.062", "TSS.P.060", "TSS.P.061"):
        Person.objects.create(identifier=identifier, title="X")
    assert (
        form_of(cataloguer.get("/admin/catalog/person/add/").content)["identifier"] == "TSS.P.063"
    )
    assert form_of(cataloguer.get("/admin/catalog/event/add/").content)["identifier"] == ""


@pytest.mark.parametrize(
    ("last", "proposed"),
    [
        ("TSS.P.099", "TSS.P.100"),
        ("A-9", "A-10"),
        ("7", "8"),
        ("2026/1-b", ""),
        ("X" * 90 + "9", "X" * 90 + "10"),
    ],
)
def test_the_pattern_of_the_last_one_is_kept(cataloguer, last, proposed):
    Person.objects.create(identifier=last, title="X")
    assert form_of(cataloguer.get("/admin/catalog/person/add/").content)["identifier"] == proposed


def test_a_duplicate_identifier_names_its_holder_and_the_next_free(cataloguer, trotsky):
    answer = add(cataloguer, "person", identifier="TSS.P.001", summary="Typed")
    html = answer.content.decode()
    assert (
        "“Leon Trotsky” already has the identifier TSS.P.001. The next free one is TSS.P.002."
        in html
    )
    assert 'value="Typed"' in html


def test_two_curators_who_save_the_same_identifier_at_once(cataloguer, monkeypatch):
    save = base.actions.edit

    def another_is_quicker(record, by):
        if not Person.objects.exists():
            Person.objects.create(identifier=record.identifier, title="The quicker one")
            raise IntegrityError("UNIQUE constraint failed: catalog_person.identifier")
        return save(record, by=by)

    monkeypatch.setattr(base.actions, "edit", another_is_quicker)
    address = "/admin/catalog/person/add/"
    page = form_of(cataloguer.get(address).content)
    answer = cataloguer.post(address, page | {"identifier": "P.1", "title": "The slower one"})
    assert answer.status_code == 200
    assert "The slower one" in answer.content.decode()


# --- Two editors ---


def test_a_form_opened_before_another_saved_overwrites_nothing(door, draft):
    one, other = door("Cataloguer"), door("Editor")
    address = f"/admin/catalog/person/{draft.pk}/change/"
    opened = form_of(one.get(address).content)
    change(other, draft, summary="The other's summary")
    answer = one.post(address, opened | {"summary": "My summary"})
    html = answer.content.decode()
    assert "Someone else saved this record" in html
    assert "The other&#x27;s summary" in html
    assert 'value="My summary"' in html
    draft.refresh_from_db()
    assert draft.summary == "The other's summary"
    # Saving once more is a decision.
    again = one.post(address, form_of(answer.content))
    assert again.status_code == 302
    draft.refresh_from_db()
    assert draft.summary == "My summary"


# --- Bad input ---


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1938-02-31", "does not exist"),
        ("1938-13", "months run from 01 to 12"),
        ("1984/1983", "ends before it starts"),
        ("29 February 1939", "that month has no day 29"),
        ("Y" * 500, "Shorten it"),
        ("<script>", "was not understood as a date"),
    ],
)
def test_impossible_dates_come_back_with_the_repair(cataloguer, draft, typed, said):
    answer = change(cataloguer, draft, born=typed, summary="Typed too")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert said in html
    assert "<script>&" not in html and "“<script>”" not in html
    assert 'value="Typed too"' in html


def test_a_life_that_ends_before_it_begins(cataloguer, draft):
    answer = change(cataloguer, draft, born="1940", died="1879")
    assert "would have died before being born" in answer.content.decode()


def test_a_loop_in_a_hierarchy_is_refused(cataloguer):
    town = Place.objects.create(identifier="L.1", title="Town")
    street = Place.objects.create(identifier="L.2", title="Street", part_of=town)
    answer = change(cataloguer, town, part_of=street.pk)
    assert "that would create a loop" in answer.content.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("latitude", "longitude", "errors"),
    [
        ("95", "20", {"latitude": "A latitude is from -90 (south) to 90 (north)."}),
        ("20", "-181", {"longitude": "A longitude is from -180 (west) to 180 (east)."}),
        ("20", "", {"longitude": "add the longitude, -180 to 180"}),
        ("", "20", {"latitude": "add the latitude, -90 to 90"}),
    ],
)
def test_the_coordinate_that_is_wrong_is_named_and_no_other(
    cataloguer, latitude, longitude, errors
):
    town = Place.objects.create(identifier="L.1", title="Town")
    answer = change(cataloguer, town, latitude=latitude, longitude=longitude)
    found = answer.context["adminform"].form.errors
    assert {name: len(said) for name, said in found.items()} == dict.fromkeys(errors, 1)
    assert all(said in found[name][0] for name, said in errors.items())


@pytest.mark.parametrize("field", ["title", "summary", "identifier", "born", "description", "slug"])
def test_a_nul_character_is_refused(cataloguer, draft, field):
    answer = change(cataloguer, draft, **{field: "a\x00b"})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors[field]


def test_a_wrong_code_and_signs_that_are_no_date_are_told_in_plain_words(administrator):
    told = add(administrator, "term", code="show trials", label="Show trials").content.decode()
    assert "A code has only letters without accents" in told
    told = add(administrator, "event", date="99/99/99").content.decode()
    assert "“99/99/99” was not understood as a date" in told


def test_what_nobody_sees_is_not_kept_in_a_name(cataloguer):
    add(
        cataloguer, "person", title="Leon\u00a0Trot\u00adsky\u200b", sort_name="\ufeffTrotsky, Leon"
    )
    made = Person.objects.get(identifier="N.1")
    assert (made.title, made.sort_name) == ("Leon Trotsky", "Trotsky, Leon")


@pytest.mark.once
def test_the_form_says_name_and_what_a_slug_may_have(cataloguer):
    page = add(cataloguer, "person", slug="a b!", born="nonsense").content.decode()
    assert 'for="id_title">Name:' in page
    assert "A URL slug has only letters, digits and single hyphens" in page
    assert '<a href="#id_born">Born or founded</a>: “nonsense” was not understood' in page, (
        "above the form it says where the errors are"
    )


@pytest.mark.once
@pytest.mark.parametrize(
    ("field", "length"), [("title", 501), ("summary", 301), ("description", 100_001)]
)
def test_oversize_text_is_refused_and_kept(cataloguer, draft, field, length):
    answer = change(cataloguer, draft, **{field: "x" * length})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors[field]
    assert "x" * length in answer.content.decode()


@pytest.mark.parametrize("chosen", ["99999999999999999999", "-1", "abc", "", "1.5", "\x00", "٣"])
def test_a_choice_that_does_not_exist(cataloguer, draft, chosen):
    answer = change(cataloguer, draft, born_place=chosen)
    assert answer.status_code == (302 if not chosen else 200)


@pytest.mark.parametrize("address", ["99999999999999999999", "-1", "abc", "0", "%00", "1_2f"])
@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_an_address_of_no_record(administrator, address, page):
    answer = administrator.get(f"/admin/catalog/person/{address}/{page}/")
    assert answer.status_code in {302, 404}


def test_an_unknown_address_of_the_admin_leads_back_to_the_desk(cataloguer):
    told = cataloguer.get("/admin/catalog/nothing/").content.decode()
    assert '<a href="/admin/">Go to your desk</a>' in told


def test_wrong_entries_in_the_address_of_the_add_form(cataloguer):
    for query in (
        "born_place=99999999999999999999",
        "subjects=x,1",
        "born=%00",
        "title=%00",
        "nothing=1",
    ):
        assert cataloguer.get(f"/admin/catalog/person/add/?{query}").status_code == 200


@pytest.mark.once
def test_a_spoilt_management_form_is_told(cataloguer, draft):
    answer = change(cataloguer, draft, **{"names-TOTAL_FORMS": "x"})
    assert answer.status_code == 200
    answer = change(cataloguer, draft, **{"names-TOTAL_FORMS": "99999999999"})
    assert answer.status_code == 200


# --- Words ---


@pytest.mark.once
def test_status_says_what_visitors_see(editor, trotsky):
    address = f"/admin/catalog/person/{trotsky.pk}/change/"
    assert "Visitors see it." in editor.get(address).content.decode()
    Person.objects.filter(pk=trotsky.pk).update(
        embargo_until=timezone.now() + datetime.timedelta(days=9)
    )
    assert "Hidden from visitors until" in editor.get(address).content.decode()


def test_the_order_of_cataloguing(cataloguer):
    html = cataloguer.get("/admin/catalog/document/add/").content.decode()
    headings = [
        "Identify",
        "Describe",
        "When and where",
        "Subjects",
        "Rights",
        "Publication",
        "Internal note",
    ]
    places = [html.index(f'class="fieldset-heading">{heading}<') for heading in headings]
    assert places == sorted(places)


def test_add_another_carries_over_what_a_series_shares(cataloguer):
    series = Collection.objects.create(identifier="F.1", title="Letters")
    answer = add(
        cataloguer, "document", collection=series.pk, credit_line="The Museum", _addanother="x"
    )
    page = form_of(cataloguer.get(answer["Location"]).content)
    assert (page["collection"], page["credit_line"]) == (str(series.pk), "The Museum")
    assert page["identifier"] == "N.2"
    assert page["title"] == ""


def test_view_on_site_leads_to_the_record(cataloguer, trotsky):
    html = cataloguer.get(f"/admin/catalog/person/{trotsky.pk}/change/").content.decode()
    assert f'href="{trotsky.get_absolute_url()}"' in html


# --- Terms ---


def test_a_term_keeps_its_code_and_its_vocabulary(editor):
    exile = term(Vocabulary.SUBJECT, "exile", label="Exile")
    other = term(Vocabulary.LANGUAGE, "ru", label="Russian")
    address = f"/admin/catalog/term/{exile.pk}/change/"
    entries = form_of(editor.get(address).content)
    assert "code" not in entries
    answer = editor.post(address, entries | {"code": "other", "label": "Banishment", "broader": ""})
    assert answer.status_code == 302
    exile.refresh_from_db()
    assert (exile.code, exile.label) == ("exile", "Banishment")
    answer = editor.post(address, entries | {"broader": other.pk})
    assert "belongs to Languages" in answer.content.decode()


def test_a_term_says_what_uses_it(editor, trotsky):
    exile = term(Vocabulary.SUBJECT, "exile")
    trotsky.subjects.add(exile)
    html = editor.get(f"/admin/catalog/term/{exile.pk}/change/").content.decode()
    assert "Persons: 1" in html
    assert Term.objects.count() == 1


def test_a_cataloguer_only_reads_terms(cataloguer):
    exile = term(Vocabulary.SUBJECT, "exile")
    assert cataloguer.get("/admin/catalog/term/").status_code == 200
    assert (
        'name="label"'
        not in cataloguer.get(f"/admin/catalog/term/{exile.pk}/change/").content.decode()
    )
    assert cataloguer.get("/admin/catalog/term/add/").status_code == 403


@pytest.mark.parametrize("chosen", ["99999999999999999999", "-1", "abc", "\x00", "٣"])
def test_one_of_several_choices_does_not_exist(cataloguer, draft, chosen):
    exile = term(Vocabulary.SUBJECT, "exile")
    answer = change(cataloguer, draft, subjects=[exile.pk, chosen], summary="Kept")
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["subjects"]
    assert 'value="Kept"' in answer.content.decode()


@pytest.mark.parametrize("key", ["99999999999999999999", "-1", "abc", "\x00", ""])
def test_a_row_that_does_not_exist(cataloguer, draft, key):
    PersonName.objects.create(person=draft, name="Somebody")
    answer = change(cataloguer, draft, **{"names-0-id": key, "names-0-name": "Changed"})
    assert answer.status_code == 200
    assert draft.names.get().name == "Somebody"


def test_the_number_of_a_deleted_record_is_not_proposed_again(administrator, trotsky):
    def proposed():
        return form_of(administrator.get("/admin/catalog/person/add/").content)["identifier"]

    mistake = Person.objects.create(identifier="TSS.P.002", title="A mistake")
    actions.delete(mistake, by=None)
    assert proposed() == "TSS.P.003"
    administrator.post(
        f"/admin/catalog/person/{trotsky.pk}/change/",
        form_of(administrator.get(f"/admin/catalog/person/{trotsky.pk}/change/").content),
    )
    assert proposed() == "TSS.P.003"
    Person.objects.create(identifier="TSS.P.003", title="Not a mistake")
    assert proposed() == "TSS.P.004"


def test_the_admin_leads_to_itself_in_other_languages(cataloguer):
    html = cataloguer.get("/admin/catalog/person/?q=nin").content.decode()
    assert 'href="/es/admin/catalog/person/?q=nin" lang="es"' in html
    html = cataloguer.get("/es/admin/catalog/person/add/").content.decode()
    assert 'href="/admin/catalog/person/add/" lang="en"' in html


def test_rows_stand_with_the_description_and_publication_comes_last(editor):
    html = editor.get("/admin/catalog/document/add/").content.decode()
    places = [
        html.index(words)
        for words in (">Subjects<", 'id="contributions-group"', ">Rights<", ">Review<")
    ]
    assert places == sorted(places)
    assert html.count('id="contributions-group"') == 1
    html = editor.get("/admin/catalog/exhibition/add/").content.decode()
    assert html.count('id="parts-group"') == 1


def test_what_is_too_long_is_told_and_not_cut(cataloguer, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    html = cataloguer.get(address).content.decode()
    assert not re.search(r'name="title"[^>]*maxlength', html)
    answer = cataloguer.post(address, form_of(html) | {"title": "x" * 600})
    assert "(it has 600)" in answer.content.decode()
    assert f'value="{"x" * 600}"' in answer.content.decode()
