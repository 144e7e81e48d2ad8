"""Measures how many rows of a table are checked and imported per second, compared with entering them by
forms.

    VAR_DIR=... python tests/benchmarks/intake.py [--rows 1000]

Uses an existing generated museum whose index is in step. The rows are documents with type, date, place,
two authors and two subjects. "By forms" is an action for each record and for each of its statements,
which is what a curator's form does; here a hundred records share a step. All writing is in transactions
that are rolled back. Prints rows per second of wall time, the best of several rounds, and queries per row.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    import django

    django.setup()

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog import actions, intake
from catalog.intake import Done, Judge, Plan, Table
from catalog.models import Contribution, Document, Person, Place, Term, Vocabulary

ROUNDS = 3


def made_table(number: int, *, called: str = "identifier", authors: int = 400) -> Table:
    """A table of so many letters by so many authors, who are named by a column of theirs."""
    chance = random.Random(5)
    persons = list(Person.objects.order_by("pk").values_list(called, flat=True)[:authors])
    places = list(Place.objects.order_by("pk").values_list("identifier", flat=True)[:200])
    terms = Term.objects.order_by("pk").values_list("code", flat=True)
    subjects = list(terms.filter(vocabulary=Vocabulary.SUBJECT)[:300])
    types = list(terms.filter(vocabulary=Vocabulary.DOCUMENT_TYPE))
    role = terms.filter(vocabulary=Vocabulary.CONTRIBUTION_ROLE)[0]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["identifier", "title", "type", "written", "place", f"contribution:{role}", "subjects"]
    )
    for place in range(number):
        writer.writerow(
            [f"B.{place}", f"A letter, number {place}", chance.choice(types), chance.choice(["1929", "about 1890"]),
             chance.choice(places), "|".join(chance.sample(persons, 2)), "|".join(chance.sample(subjects, 2))]
        )  # fmt: skip
    return intake.read_table(text.getvalue().encode())


def brought_in(plan: Plan, table: Table) -> None:
    """Import the whole table block by block, each in a step, as in a job."""
    judge, done = Judge(plan, table, by=None), Done()
    for rows in intake.in_blocks(table.rows()):
        with actions.in_step():
            intake.write_block(judge, rows, done, skip=())
    if done.made != table.number_of_rows:
        raise SystemExit(f"Rows were refused: {done}")


def by_forms(number: int) -> None:
    """Write as many documents with their statements by the actions of a form, a hundred in each step."""
    persons = list(Person.objects.order_by("pk")[:400])
    role = Term.objects.filter(vocabulary=Vocabulary.CONTRIBUTION_ROLE).order_by("pk")[0]
    subjects = list(Term.objects.filter(vocabulary=Vocabulary.SUBJECT).order_by("pk")[:300])
    for start in range(0, number, 100):
        with actions.in_step():
            for place in range(start, min(start + 100, number)):
                letter = Document(
                    identifier=f"B.{place}", title=f"A letter, number {place}", written="1929"
                )
                actions.edit(letter, by=None)
                letter.subjects.set(subjects[place % 290 : place % 290 + 2])
                for person in persons[place % 390 : place % 390 + 2]:
                    row = Contribution(document=letter, person=person, role=role)
                    actions.attach(row, letter, by=None)


def rate(number: int, act: Callable[[], object]) -> float:
    """Rows per second, the best of several rounds, each of which is rolled back."""
    best = 0.0
    for _round in range(ROUNDS):
        with transaction.atomic():
            begun = time.perf_counter()
            act()
            best = max(best, number / (time.perf_counter() - begun))
            transaction.set_rollback(True)
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    number = parser.parse_args().rows
    table = made_table(number)
    plan = intake.first_plan("document", table)
    titled = made_table(number, called="title", authors=2 * number)
    named = rate(number, lambda: intake.look_ahead(plan, titled, by=None))
    looked = rate(number, lambda: intake.look_ahead(plan, table, by=None))
    written = rate(number, lambda: brought_in(plan, table))
    forms = rate(number, lambda: by_forms(number))
    with transaction.atomic():
        with CaptureQueriesContext(connection) as asked:
            brought_in(plan, table)
        transaction.set_rollback(True)
    print(f"{connection.vendor}: {looked:,.0f} rows a second looked at, {written:,.0f} brought in")
    print(f"authors by title, each another one: {named:,.0f} rows a second looked at")
    print(
        f"by forms {forms:,.0f}: {written / forms:.2f} times as many; {len(asked) / number:.1f} queries a row"
    )


if __name__ == "__main__":
    main()
