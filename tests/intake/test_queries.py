"""How many database queries there are: the same for each page whatever the table, and a limited
number per row.
"""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import actions, intake
from catalog.intake import Done, Existing, Judge, Plan
from catalog.intake.naming import Names
from catalog.models import Contribution, Document, Person, PersonName
from tests.intake.admin_door import client_of, page
from tests.intake.conftest import brought


def rows(number):
    lines = [
        f"D.{place},Letter {place},1929,P.{place % 7},Exile|Show trials\n"
        for place in range(number)
    ]
    return "identifier,title,written,author,subjects\n" + "".join(lines)


@pytest.fixture
def authors(terms):
    for place in range(7):
        Person.objects.create(identifier=f"P.{place}", title=f"Author {place}")


def asked(act):
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        act()
        transaction.set_rollback(True)
    return len(queries)


@pytest.mark.once
def test_the_page_of_a_table(authors, cataloguer, django_assert_max_num_queries):
    client = client_of(cataloguer)
    counted = set()
    for number in (3, 200):
        table = brought(rows(number), "document", by=cataloguer)
        client.get(page(table))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(table)).status_code == 200
        counted.add(len(queries))
    assert len(counted) == 1 and max(counted) <= 12, counted
    with django_assert_max_num_queries(8):
        client.get(reverse("admin:catalog_intake_changelist"))


def test_looking_asks_for_blocks_and_not_for_rows(authors, cataloguer):
    def look(number):
        table = intake.read_table(rows(number).encode())
        plan = intake.first_plan("document", table)
        return asked(lambda: intake.look_ahead(plan, table, by=cataloguer))

    look(5)
    assert look(100) == look(5)
    assert look(300) - look(100) <= 2 * 4


def test_a_row_asks_for_a_bounded_number(authors, cataloguer, terms):
    def write(number, **choices):
        table = intake.read_table(rows(number).encode())
        plan = Plan.of_json(intake.first_plan("document", table).as_json() | choices)

        def act():
            judge, done = Judge(plan, table, by=cataloguer), Done()
            with actions.in_step(by=cataloguer):
                intake.write_block(judge, list(table.rows()), done, skip=())
            assert done.made + done.same == number

        return asked(act)

    assert (write(80) - write(30)) / 50 <= 16
    for place in range(80):
        document = Document.objects.create(
            identifier=f"D.{place}", title=f"Letter {place}", written="1929"
        )
        document.subjects.set([terms["exile"], terms["show-trials"]])
        person = Person.objects.get(identifier=f"P.{place % 7}")
        Contribution.objects.create(document=document, person=person, role=terms["author"])
    same = write(80, existing=Existing.UPDATE) - write(30, existing=Existing.UPDATE)
    assert same == 0, "what stands so already is seen without a question a row"


def test_names_are_looked_up_by_index_and_a_few_questions_for_a_block(terms, editor):
    """Every query for persons by the names in cells, as the databases would execute it."""
    for place in range(120):
        one = Person.objects.create(
            identifier=f"P.{place}", title=f"Author {place}", sort_name=f"Sorted, {place}"
        )
        PersonName.objects.create(person=one, name=f"Alias {place}")
    called = ("P.{}", "Author {}", "Sorted, {}", "Alias {}", "author-{}", "Nobody {}")

    def asked_for(number):
        texts = [word.format(place) for place in range(number) for word in called]
        with CaptureQueriesContext(connection) as queries:
            Names(editor).read_records("person", texts)
        return [one["sql"] for one in queries]

    few, many = asked_for(3), asked_for(60)
    assert len(few) == len(many) <= 8, "questions do not grow with the cells"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # A table of a few rows is scanned, whatever its indexes, unless that is made expensive.
            cursor.execute("SET LOCAL enable_seqscan = off")
        for sql in many:
            cursor.execute(
                ("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + sql
            )
            plan = "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())
            for scan in ("SCAN catalog_person", "Seq Scan on catalog_person"):
                assert scan not in plan, (sql[:400], plan)
