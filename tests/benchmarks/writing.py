"""Measures what its entry in the search adds to the cost of writing a record.

    VAR_DIR=... python tests/benchmarks/writing.py [--rounds 6] [--committed]

Uses an existing generated museum whose index is in step. "Without" removes the triggers of the
search and refreshes nothing. Both ways are measured in turns of 25, so that whatever else the
machine does affects both, and every turn is rolled back.

Prints milliseconds for each record written, the median of the turns: processor time on SQLite, and
wall time on PostgreSQL, which does its part in another process, so that nothing else may run beside
it. As the transactions are rolled back, neither figure includes a commit. With ``--committed``
every record is committed by itself, as curators do it, and stays: then only existing records are
changed, and the index is in step at the end.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    import django

    django.setup()

from django.db import connection, transaction

from catalog import actions
from catalog.actions import base
from catalog.models import Contribution, Document, Person, Term
from catalog.search.backends import backend_of

#: How many records are written in a turn.
TURN: Final = 25
#: What is added to a description, once. The year differs each time, so that there is always
#: something to write.
_SEEN_AGAIN: Final = " Seen again in "
_YEARS: Final = count(1900)


def made(number: int) -> None:
    """A new document with two contributions and three subjects, as a form saves it."""
    roles = Term.objects.filter(vocabulary="contribution_role").order_by("pk")
    subjects = Term.objects.filter(vocabulary="subject").order_by("pk")[:3]
    with actions.in_step():
        document = Document.objects.create(
            identifier=f"W{number}",
            title=f"A letter to number {number}",
            summary="On the congress.",
        )
        for person in Person.objects.order_by("pk")[10:12]:
            Contribution.objects.create(document=document, person=person, role=roles[0])
        document.subjects.set(subjects)


def edited(number: int) -> None:
    """The description of a document, changed by the action."""
    document = Document.objects.order_by("pk")[50 + number]
    before, _, _ = document.description.partition(_SEEN_AGAIN)
    document.description = f"{before}{_SEEN_AGAIN}{next(_YEARS)}."
    actions.edit(document, by=None)


def noted(number: int) -> None:
    """An internal note, which only curators can find."""
    document = Document.objects.order_by("pk")[50 + number]
    document.internal_note = f"seen in {next(_YEARS)}"
    actions.edit(document, by=None)


def renamed(number: int) -> None:
    """A person's new title, which documents and images name."""
    person = Person.objects.order_by("pk")[2_000 + number]
    person.title = f"{person.title} ({number})"
    actions.edit(person, by=None)


def turn(act: Callable[[int], None], *, indexed: bool) -> float:
    """Milliseconds per record of one turn."""
    with transaction.atomic():
        if not indexed:
            backend_of().lift_triggers()
        spent = timed(act, indexed=indexed)
        transaction.set_rollback(True)
    return spent


def committed_turn(act: Callable[[int], None], *, indexed: bool) -> float:
    """The same, with each record committed.

    A turn without the index has to be followed by one with it: that writes the same records, and so
    brings the index in step again.
    """
    if indexed:
        return timed(act, indexed=True)
    backend = backend_of()
    backend.lift_triggers()
    try:
        return timed(act, indexed=False)
    finally:
        backend.lay_triggers()


def timed(act: Callable[[int], None], *, indexed: bool) -> float:
    """Milliseconds per record of one turn, which begins with a record that does not count."""
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    refresh = base.search.refresh
    if not indexed:
        base.search.refresh = lambda *_args, **_named: 0
    try:
        act(TURN)
        started = clock()
        for number in range(TURN):
            act(number)
        return (clock() - started) * 1000 / TURN
    finally:
        base.search.refresh = refresh


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What its entry costs a record that is written.")
    parser.add_argument("--rounds", type=int, default=6, help="turns with and without (6)")
    parser.add_argument("--committed", action="store_true", help="commit every record, for good")
    options = parser.parse_args()
    turn_of = committed_turn if options.committed else turn
    told = "ms of the processor" if connection.vendor == "sqlite" else "ms of the clock"
    print(f"{told:48} {'with':>6} {'out':>6} {'ratio':>6}   (load {os.getloadavg()[0]:.0f})")
    for act in (edited, noted) if options.committed else (made, edited, noted, renamed):
        times: dict[bool, list[float]] = {True: [], False: []}
        for _ in range(options.rounds):
            for indexed in (False, True):
                times[indexed].append(turn_of(act, indexed=indexed))
        with_it, without = statistics.median(times[True]), statistics.median(times[False])
        name = (act.__doc__ or act.__name__).split(",")[0].rstrip(".")
        print(f"{name[:48]:48} {with_it:6.2f} {without:6.2f} {with_it / without:6.2f}", flush=True)


if __name__ == "__main__":
    main()
