"""Measures what history costs: saving, changing ten thousand records and undoing that, reading versions.

    python tests/benchmarks/history.py [--records 10000] [--saves 300]

Makes a museum in a fresh temporary folder (SQLite), or with DATABASE_URL in that database, which has to be
migrated and empty. "Without" removes the triggers of history and opens no change set. Both ways take turns,
so that whatever else the machine does affects both.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    if "DATABASE_URL" not in os.environ and "--part" not in sys.argv:
        os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="history")
    import django

    django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client

from catalog import actions, history, search
from catalog.actions import base
from catalog.history import Selection
from catalog.models import Change, ChangeSet, Person, PersonName
from tests.benchmarks.museum import make_museum

#: The folder made for this run; None if DATABASE_URL names the database.
FOLDER = (
    "" if {"DATABASE_URL", "--part"} & {*os.environ, *sys.argv} else os.environ.get("VAR_DIR", "")
)


@contextmanager
def without_history() -> Iterator[None]:
    """Without triggers and change sets."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'history_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute(
                "SELECT proname FROM pg_proc WHERE starts_with(proname::text, 'history_')"
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP FUNCTION {name} CASCADE")
    recording, base.history.recording = base.history.recording, lambda **_: nullcontext()
    try:
        yield
    finally:
        base.history.recording = recording
        history.lay_triggers()


def spent(act: Callable[[], object]) -> tuple[float, float]:
    """Wall time and processor time in seconds."""
    wall, core = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - wall, time.process_time() - core


def memory() -> str:
    """The memory of this process, and how much of the database file it has mapped.

    The kernel can take mapped pages back at any time, and they are never more than the file.
    """
    own = Path("/proc/self/status")
    if not own.exists():
        return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most"
    said = dict(line.split(":", 1) for line in own.read_text().splitlines())
    held, mapped = (int(said[name].split()[0]) // 1024 for name in ("RssAnon", "RssFile"))
    return f"{held} MB, and {mapped} MB mapped"


def in_parts(number: int) -> Iterator[list[Person]]:
    """The first persons, five hundred at a time, so that they are not all in memory at once."""
    for start in range(0, number, 500):
        yield list(Person.objects.order_by("id")[start : min(start + 500, number)])


def saving(people: list[Person], saves: int) -> None:
    """One record: by the action, as the doors call it, and by the model's bare ``save``."""
    turn = iter(range(10**9))

    def edited() -> None:
        person = people[next(turn) % len(people)]
        person.internal_note = f"note {next(turn)}"
        actions.edit(person, by=None)

    def saved() -> None:
        person = people[next(turn) % len(people)]
        person.internal_note = f"note {next(turn)}"
        person.save()

    def named() -> None:
        PersonName.objects.create(person=people[0], name=f"name {next(turn)}")

    for label, act in (("the action edit", edited), ("bare save()", saved), ("a row added", named)):
        act()
        times: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
        for _block in range(6):
            for kept in (True, False):
                with nullcontext() if kept else without_history():
                    times[kept] += [spent(act) for _ in range(saves // 6 + 2)]
        said = []
        for part, name in ((0, "wall"), (1, "processor")):
            with_, without = (
                statistics.median(one[part] for one in times[kept]) * 1000 for kept in (True, False)
            )
            said.append(
                f"{name} {with_:.2f} / {without:.2f} ms (+{100 * (with_ / without - 1):.0f} %)"
            )
        print(f"{label:18} with / without history: {', '.join(said)}", flush=True)


def ten_thousand(number: int) -> None:
    """Change one field in each of many records in one change set, undo it, and undo the undoing."""

    def by_actions() -> None:
        for people in in_parts(number):
            for person in people:
                person.credit_line = f"line {person.pk}"
                actions.edit(person, by=None)

    def by_bulk() -> None:
        for people in in_parts(number):
            for person in people:
                person.credit_line = f"bulk {person.pk}"
            Person.objects.bulk_update(people, ["credit_line"])

    for label, write in (("by actions", by_actions), ("by bulk_update", by_bulk)):

        def made(label: str = label, write: Callable[[], None] = write) -> None:
            with actions.in_step(reason=label):
                write()

        wall, core = spent(made)
        change_set = ChangeSet.objects.first()
        assert change_set is not None
        assert change_set.size == number, change_set.size
        print(f"{number:,} records {label}: {wall:.1f} s, processor {core:.1f} s; {memory()}")
        for again in ("taken back", "taken back again"):
            selection = Selection(ChangeSet.objects.values_list("pk", flat=True)[0])
            wall, core = spent(partial(actions.undo, selection, by=None))
            print(f"    {again}: {wall:.1f} s, processor {core:.1f} s; {memory()}", flush=True)
    changes = Change.objects.filter(change_set=change_set)
    size = sum(len(one.before or "") + len(one.after or "") for one in changes.iterator())
    print(f"    {size / number:.0f} bytes before and after a record", flush=True)


def reading(record: Person) -> None:
    """The history page of a record with ten versions, and of one with a thousand."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(
        get_user_model().objects.create_superuser("measuring"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    address = f"/admin/catalog/person/{record.pk}/history/"
    written = 0
    for versions in (10, 1000):
        while written < versions:
            record.description = f"{record.description} word{written}"
            actions.edit(record, by=None)
            written += 1
        assert client.get(address).status_code == 200
        walls = [spent(lambda: client.get(address))[0] for _ in range(20)]
        print(
            f"page of a record with {versions} versions: {statistics.median(walls) * 1000:.0f} ms"
        )
    last = history.version_numbers("person", record.pk, most=10**6)[-15]
    walls = [spent(lambda: client.get(f"{address}?before={last}"))[0] for _ in range(20)]
    print(f"    its last page: {statistics.median(walls) * 1000:.0f} ms", flush=True)


def adding(number: int) -> None:
    """Many new rows at once, as an import writes them."""
    times = {}
    for kept in (True, False):
        rows: list[Any] = [
            Person(identifier=f"N.{kept}.{n}", slug=f"n-{kept}-{n}".lower(), title=f"Person {n}")
            for n in range(number)
        ]
        with nullcontext() if kept else without_history():
            times[kept] = spent(partial(Person.objects.bulk_create, rows, batch_size=500))[0]
    print(
        f"{number:,} rows by bulk_create, with / without: {times[True]:.2f} / {times[False]:.2f} s"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures what history costs.")
    parser.add_argument(
        "--records", type=int, default=10_000, help="records that are changed together"
    )
    parser.add_argument("--saves", type=int, default=300)
    parser.add_argument("--part", action="store_true", help="in a process of its own: see main")
    asked = parser.parse_args()
    if asked.part:
        ten_thousand(asked.records)
        return
    if FOLDER:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
    # Three in ten records of a generated museum are persons.
    make_museum(records=min(asked.records * 10 // 3 + 10, 100_000), seed=1)
    search.refresh(limit=None)
    people = list(Person.objects.order_by("id")[100:400])
    print(
        f"{connection.vendor}, {Person.objects.count():,} persons; {memory()} to begin with",
        flush=True,
    )
    saving(people, asked.saves)
    adding(asked.records)
    # In a process of its own, whose memory is not filled by making the museum.
    connection.close()
    subprocess.run(
        [sys.executable, __file__, "--part", "--records", str(asked.records)], check=True
    )
    reading(people[0])


if __name__ == "__main__":
    try:
        main()
    finally:
        if FOLDER:
            shutil.rmtree(FOLDER, ignore_errors=True)
