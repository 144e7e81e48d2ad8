"""Lists: fast, in their order, and clear about addresses that make no sense."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.admin.base import RecordAdmin
from catalog.models import RECORD_MODELS, Collection, Document, Person, Place, Status, Vocabulary
from tests.admin.conftest import holdings, messages_of, term, titles

pytestmark = pytest.mark.django_db


def test_no_list_asks_more_for_more_records(editor):
    counts: dict[tuple[str, str], list[int]] = {}
    for number in (3, 12):
        holdings(number)
        for kind in [*RECORD_MODELS, "term"]:
            for query in ("", "?q=a", "?_facets=True"):
                address = f"/admin/catalog/{kind}/{query}"
                if (kind, query) not in counts:
                    editor.get(address)
                with CaptureQueriesContext(connection) as queries:
                    editor.get(address)
                counts.setdefault((kind, query), []).append(len(queries))
    assert {key: found for key, found in counts.items() if found[0] != found[1]} == {}
    plain = {key: found[1] for key, found in counts.items() if "facets" not in key[1]}
    assert max(plain.values()) <= 14  # one of them for the columns that the curator keeps
    assert max(found[1] for found in counts.values()) <= 45  # counts are requested by a click


# Collections, of which there are few, are in the order that curators gave them.
@pytest.mark.parametrize("kind", [kind for kind in RECORD_MODELS if kind != "collection"])
def test_a_list_is_read_in_its_order_from_an_index(editor, kind, monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by the number of rows, and here there are few")
    for number in range(3):
        RECORD_MODELS[kind].objects.create(identifier=f"L.{number}", title=f"Title {number}")
    monkeypatch.setattr(site._registry[RECORD_MODELS[kind]], "list_per_page", 1)
    address = f"/admin/catalog/{kind}/"
    editor.get(address)
    with CaptureQueriesContext(connection) as queries:
        editor.get(address)
    table = RECORD_MODELS[kind]._meta.db_table
    (rows,) = [
        one["sql"]
        for one in queries
        if f'ORDER BY "{table}"."sort_key" ASC' in one["sql"] and " LIMIT " in one["sql"]
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {rows.replace('%', '%%')}")
        plan = cursor.fetchall()
    # The page is found without sorting; only the rows of the page itself may be sorted.
    (page,) = [number for number, _parent, _unused, step in plan if "SUBQUERY" in step]
    finding = [step for _number, parent, _unused, step in plan if parent == page]
    assert finding, plan
    assert all("USING COVERING INDEX" in step for step in finding), plan


def test_the_order_of_change_goes_across_the_statuses(editor, monkeypatch):
    shown = site._registry[Person]
    monkeypatch.setattr(shown, "list_per_page", 2)
    statuses = [Status.DRAFT, Status.PUBLISHED, Status.PUBLISHED, Status.IN_REVIEW, Status.DRAFT]
    # The last two were changed together: then the newer record counts as newer.
    for number, (status, day) in enumerate(zip(statuses, (3, 1, 2, 4, 4), strict=True)):
        person = Person.objects.create(identifier=f"P.{number}", title=f"{number}", status=status)
        moment = datetime.datetime(2026, 5, day, tzinfo=datetime.UTC)
        Person.objects.filter(pk=person.pk).update(modified=moment)
    columns = editor.get("/admin/catalog/person/").context["cl"].list_display
    place = columns.index("modified")

    def pages(order):
        return [titles(editor, "person", f"?o={order}&p={page}") for page in (1, 2, 3)]

    with CaptureQueriesContext(connection) as queries:
        assert pages(f"-{place}") == [["4", "3"], ["0", "2"], ["1"]]
    whole = 'FROM "catalog_person" U0 ORDER BY U0."modified"'
    assert not any(whole in one["sql"] for one in queries), "the whole table is not sorted"
    assert pages(place) == [["1", "2"], ["0", "4"], ["3"]]
    assert titles(editor, "person", f"?o=-{place}&status=published") == ["2", "1"]


def test_the_first_page_asks_one_question_a_kind(editor):
    holdings(2)
    editor.get("/admin/")
    with CaptureQueriesContext(connection) as queries:
        html = editor.get("/admin/").content.decode()
    assert len(queries) <= 12
    assert "?status=draft" in html


def test_long_texts_stay_in_the_database(editor):
    Place.objects.create(identifier="L.1", title="Town", description="x" * 1000)
    with CaptureQueriesContext(connection) as queries:
        editor.get("/admin/catalog/place/")
    assert not any('"description"' in query["sql"] for query in queries)


def test_the_last_pages_of_a_list_continue_it_in_every_order(editor, monkeypatch):
    letter, book = (term(Vocabulary.DOCUMENT_TYPE, code) for code in ("letter", "book"))
    fonds = Collection.objects.create(identifier="F", title="Fonds", level="fonds")
    for number in range(8):
        Document.objects.create(
            identifier=f"D.{number}", title=f"Letter {number % 3}",
            type=[letter, book, None][number % 3], collection=fonds if number % 2 else None,
            written="" if number % 4 else f"193{number}",
        )  # fmt: skip
    for order in ("3", "-3", "4"):  # the type, which some have not, and the date
        address = f"/admin/catalog/document/?o={order}"
        whole = [row.pk for row in editor.get(address).context["cl"].result_list]
        with monkeypatch.context() as patched:
            patched.setattr(RecordAdmin, "list_per_page", 3)
            pages = [editor.get(f"{address}&p={number}").context["cl"] for number in (2, 3)]
        assert [row.pk for page in pages for row in page.result_list] == whole[3:]
        assert len(whole) == 8


@pytest.mark.parametrize(
    "query",
    [
        "nothing=1",
        "id=99999999999999999999",
        "description__regex=(a%2B)%2B%24",
        "born_place__title=x",
        "modified__year=99999999999999999999",
        "modified__year=2026&modified__month=13",
        "modified__year=2026&modified__month=2&modified__day=31",
        "modified__year=0",
        "modified__year=9999",
        "modified__month=2",
        "modified__year=x",
        "status=%00",
        "%00=1",
        "q=%00",
        "subjects=99999999999999999999",
        "p=99999999",
        "p=0",
        "p=-1",
        "p=99999999999999999999999999",
        "e=1&nothing=1",
    ],
)
def test_a_wrong_address_of_a_list_is_told(editor, trotsky, query):
    Person.objects.bulk_create(
        Person(identifier=f"P.{number}", title="X", slug=f"x-{number}") for number in range(60)
    )
    answer = editor.get(f"/admin/catalog/person/?{query}", follow=True)
    assert answer.status_code == 200
    assert "Database error" not in answer.content.decode()
    assert answer.context["cl"].result_count == 61 or query.startswith(("modified__month=2", "p="))


def test_a_wrong_address_is_told_in_words(editor, trotsky):
    answer = editor.get("/admin/catalog/person/?nothing=1", follow=True)
    assert "of this list was not understood" in messages_of(answer)


def test_a_reference_to_a_column_that_is_none_is_a_bad_request(editor, trotsky):
    assert editor.get("/admin/catalog/person/?_to_field=password").status_code == 400


def test_an_account_without_a_group_is_told_where_to_ask(door):
    assert "Your account is not in a group yet" in door(None).get("/admin/").content.decode()
    assert (
        "Your account is not in a group yet"
        not in door("Cataloguer").get("/admin/").content.decode()
    )
