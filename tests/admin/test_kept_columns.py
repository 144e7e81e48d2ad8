"""The columns of a list: each curator sees their own choice, and nobody else's."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import RECORD_MODELS, KeptColumns
from tests.models.conftest import make, term

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LIST = reverse("admin:catalog_document_changelist")
KEEP = reverse("admin:catalog_document_columns")
USUAL = ["name", "identifier", "type", "dated", "collection", "status_badge", "modified"]


def columns_of(html):
    found = re.findall(r'<th scope="col" class="[^"]*column-(\w+)', html)
    return [name for name in found if name != "action"]


def kept(client, *names, **more):
    return client.post(KEEP, {"column": names, **more}, follow=True).content.decode()


def test_a_curator_sees_the_columns_that_he_keeps_and_the_others_the_usual_ones(door):
    make("person")
    make("document", title="A letter", written="1938-07~", credit_line="Coll. Trotsky")
    anna, boris = door("Cataloguer"), door("Editor")
    assert columns_of(anna.get(LIST).content.decode()) == USUAL
    html = kept(anna, "credit_line", "written", "status_badge", query="status=published&p=2")
    assert columns_of(html) == ["name", "status_badge", "credit_line", "written"]
    assert "about July 1938" in html, "a date is said in words"
    assert "Coll. Trotsky" in html
    assert 'value="written" checked' in html
    assert columns_of(boris.get(LIST).content.decode()) == USUAL
    assert len(columns_of(anna.get("/admin/catalog/person/").content.decode())) > 4
    assert columns_of(kept(anna, "written", usual="1")) == USUAL
    assert not KeptColumns.objects.exists()


def test_the_list_comes_back_as_it_was_filtered(door):
    anna = door("Cataloguer")
    answer = anna.post(KEEP, {"column": ["written"], "query": "status=draft&p=3"})
    assert answer["Location"] == f"{LIST}?status=draft"
    assert anna.get(KEEP)["Location"] == LIST


def test_a_date_is_sorted_by_its_earliest_day(door):
    anna = door("Cataloguer")
    for title, written in (("Later", "1939"), ("Never", None), ("Earlier", "1938-07~")):
        make("document", title=title, written=written)
    kept(anna, "written")
    rows = anna.get(f"{LIST}?o=1").context["cl"].result_list
    assert [row.title for row in rows if row.written] == ["Earlier", "Later"]


def test_what_is_no_column_is_left_out_and_no_column_at_all_shows_the_title(door):
    anna = door("Cataloguer")
    make("document")
    html = kept(anna, "internal_note", "slug", "written_earliest", "nonsense", "type")
    assert columns_of(html) == ["name", "type"]
    KeptColumns.objects.update(names=["gone_by_now", "type"])
    assert columns_of(anna.get(LIST).content.decode()) == ["name", "type"]
    assert columns_of(kept(anna)) == ["name"]


@pytest.mark.parametrize("kind", RECORD_MODELS)
def test_every_column_of_every_kind_is_shown_and_asks_nothing_for_each_row(door, kind):
    editor = door("Editor")
    address = reverse(f"admin:catalog_{kind}_changelist")
    offered = [name for name, _words, _shown in editor.get(address).context["columns_offered"]]
    assert {"identifier", "status_badge", "modified", "created", "rights"} <= {*offered}
    editor.post(reverse(f"admin:catalog_{kind}_columns"), {"column": offered})
    counts = []
    for number in (2, 12):
        while RECORD_MODELS[kind].objects.count() < number:
            make(kind, **_linked(kind))
        editor.get(address)
        with CaptureQueriesContext(connection) as queries:
            html = editor.get(address).content.decode()
        counts.append(len(queries))
    assert len(columns_of(html)) == len(offered) + 1
    # One of them for the storage places that documents, images and collections are filtered by.
    assert counts[0] == counts[1] <= 14


def _linked(kind):
    """Each record names records and terms of its own."""
    if kind == "document":
        return {
            "place": make("place"),
            "holding_institution": make("person"),
            "collection": make("collection"),
            "type": term("document_type", f"type-{RECORD_MODELS[kind].objects.count()}"),
        }
    if kind == "person":
        return {"born_place": make("place"), "died_place": make("place")}
    return {}


def test_only_curators_choose(client, door):
    assert client.post(KEEP, {"column": "written"}).status_code == 302
    assert door(None).post(KEEP, {"column": "written"}).status_code == 403
    assert not KeptColumns.objects.exists()
