"""Generates a museum of any size for benchmarks and contract tests; the same seed gives the same museum.

    python tests/benchmarks/museum.py --records 10000 --seed 1

Fills the database of DATABASE_URL (or of VAR_DIR), which has to be migrated and without records. README.md
beside this file describes the museum. In a test: ``make_museum(records=500, seed=1)``.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

if __name__ == "__main__":
    # Run as a script, Python would look for modules in this folder; their names start at the root.
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    import django

    django.setup()

from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from tests.benchmarks.holdings import Holdings, Job
from tests.benchmarks.made_records import make_batch, make_terms
from tests.benchmarks.rows import Rows, shape
from tests.benchmarks.storage import (
    clear_tables,
    holds_a_made_museum,
    holds_rows,
    insert,
    open_for_loading,
)

#: From this many records on, indexes are built after the rows.
LARGE = 50_000
#: From this many records on, the command lets other processes make rows while this one writes them.
WORTH_PROCESSES = 5_000

Made = tuple[Job, Rows]


class NotMade(Exception):
    """Why no museum was made, and what to do about it, in one sentence."""


@dataclass(frozen=True, slots=True)
class Museum:
    """What was made."""

    holdings: Holdings
    #: How many rows each table got.
    rows: Counter[str]
    #: Seconds of wall time from the first row to the last, without what follows the tables.
    seconds: float

    @property
    def rate(self) -> float:
        """Records per second, relations included."""
        return self.holdings.records / self.seconds


def make_museum(
    records: int = 10_000,
    seed: int = 1,
    *,
    replace: bool = False,
    rebuild_indexes: bool | None = None,
    keep_triggers: bool = False,
    processes: int = 0,
    progress: Callable[[int], None] = lambda _done: None,
) -> Museum:
    """Fill the catalogue with ``records`` records and everything that belongs to them.

    It may be called inside a transaction (a test's), which can then roll it back.
    ``rebuild_indexes`` (None: if the museum is large) loads without indexes and commits batch by
    batch; ``keep_triggers`` changes nothing of the schema, which is quicker for a hundred records (on
    SQLite a transaction that changed it reads all of it again whenever a savepoint is taken back);
    ``processes`` further processes make rows. Raises :class:`NotMade` if the catalogue holds
    rows already and ``replace`` is false. ``replace`` deletes whatever there is, which is meant for
    tests: the command first makes sure that nothing there is somebody's.
    """
    if records < 1:
        raise NotMade("A museum has at least one record. Give --records a number from 1.")
    started = time.perf_counter()
    if holds_rows():
        if not replace:
            raise NotMade(
                "The catalogue holds records or terms already, and they would be lost. "
                "Set VAR_DIR or DATABASE_URL to an empty one; "
                "--replace deletes a museum that was made here."
            )
        with connection.constraint_checks_disabled():
            clear_tables()
    rebuild = records >= LARGE if rebuild_indexes is None else rebuild_indexes
    holdings = Holdings(records, seed)
    counted: Counter[str] = Counter()
    done = 0
    with (
        _makers(processes) as pool,
        open_for_loading(rebuild_indexes=rebuild, keep_triggers=keep_triggers),
        nullcontext() if rebuild else transaction.atomic(),
    ):
        _write(make_terms(holdings), counted)
        for job, rows in _made(holdings, pool, ahead=2 * processes):
            with transaction.atomic():
                _write(rows, counted)
            done += job.end - job.first
            progress(done)
        # The rooms that follow the tables (search, documents) catch up after this, at their own speed.
        written = time.perf_counter() - started
    return Museum(holdings, counted, written)


def _write(rows: Rows, counted: Counter[str]) -> None:
    for label, made in rows.items():
        numbered = len(made[0]) == len(shape(label, numbered=True).columns)
        insert(shape(label, numbered=numbered), made)
        counted[label] += len(made)


@contextmanager
def _makers(processes: int) -> Iterator[ProcessPoolExecutor | None]:
    """Processes that make rows beside this one, or None. They share no connection with it."""
    if not processes:
        yield None
        return
    # Two processes must not use the same connection: they would mix up its answers.
    connections.close_all()
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        pool.submit(os.getpid).result()  # forks them all now, before a connection opens
        yield pool


def _made(holdings: Holdings, pool: ProcessPoolExecutor | None, ahead: int) -> Iterator[Made]:
    """All batches in order. A pool is never more than ``ahead`` batches in front."""
    jobs = holdings.jobs()
    if pool is None:
        for job in jobs:
            yield job, make_batch(job)
        return
    waiting: deque[tuple[Job, Future[Rows]]] = deque()
    for job in islice(jobs, ahead):
        waiting.append((job, pool.submit(make_batch, job)))
    while waiting:
        job, future = waiting.popleft()
        rows = future.result()
        for following in islice(jobs, 1):
            waiting.append((following, pool.submit(make_batch, following)))
        yield job, rows


def refuse_unmigrated() -> None:
    """Raise :class:`NotMade` unless the tables are as the models require."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMade("The database is not migrated. Run: python manage.py migrate")


def refuse_to_replace_others() -> None:
    """Raise :class:`NotMade` if the catalogue holds anything that was not generated here.

    Whoever forgets VAR_DIR runs the command on the catalogue that the site itself uses.
    """
    if holds_rows() and not holds_a_made_museum():
        raise NotMade(
            f"The database {connection.settings_dict['NAME']} holds records that were not made here, "
            "and --replace never deletes those. Set VAR_DIR or DATABASE_URL to another one."
        )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Fills the catalogue with a made museum.")
    parser.add_argument("--records", type=int, default=10_000, help="how many (10,000)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same museum (1)")
    parser.add_argument("--replace", action="store_true", help="delete the museum made before")
    parser.add_argument(
        "--processes", type=int, help="make rows in so many processes beside this one"
    )
    options = parser.parse_args()
    processes = options.processes
    if processes is None:
        processes = min(4, os.cpu_count() or 1) if options.records >= WORTH_PROCESSES else 0
    started = time.perf_counter()

    def tell(done: int) -> None:
        if sys.stderr.isatty():
            rate = done / (time.perf_counter() - started)
            print(
                f"\r{done:,} of {options.records:,}, {rate:,.0f} a second", end="", file=sys.stderr
            )

    try:
        refuse_unmigrated()
        if options.replace:
            refuse_to_replace_others()
        museum = make_museum(
            options.records,
            options.seed,
            replace=options.replace,
            processes=processes,
            progress=tell,
        )
    except NotMade as reason:
        sys.exit(f"museum.py: {reason}")
    for label, count in museum.rows.items():
        print(f"{count:>12,}  {label.removeprefix('catalog.')}")
    print(
        f"{options.records:,} records with {museum.rows.total():,} rows in {museum.seconds:.1f} s: "
        f"{museum.rate:,.0f} records a second"
    )


if __name__ == "__main__":
    main()
