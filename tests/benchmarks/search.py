"""Times the search of a generated museum: what visitors ask for, in process, by one client and by several.

    VAR_DIR=... python tests/benchmarks/search.py [--rounds 20] [--clients 1,8] [--only WORDS] [--build] [--check]

DATABASE_URL instead of VAR_DIR measures PostgreSQL. Each kind of question is asked with no earlier results
in memory; what follows a search (the next page, another sort, one more facet) with that search in memory.

A client is a process that asks one question after the other; several ask the same at the same time. They
are forked from a process that has read the facets, like the workers of a server that preloads.

Prints the median and 95th percentile of wall time and the median of processor time, in milliseconds, and
the number of database queries. On a busy machine, processor time tells the most; on PostgreSQL it leaves
out the database, which is another process. search_served.py measures through the real server.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    import django

    django.setup()

from django.db import connection, connections

from catalog import search
from catalog.search import SearchQuery, view
from tests.benchmarks.words import COMMON_WORD, RARE_WORD, UNCOMMON_WORD

ROOT: Final = Path(__file__).resolve().parents[2]
#: How many pages of a hundred a walk by cursors reads.
WALKED: Final = 20


class Timing(NamedTuple):
    """One answer, in milliseconds of wall time and of processor time."""

    wall: float
    core: float


class Question(NamedTuple):
    """Something to time. ``before`` is asked just before and kept in memory. ``goal`` is in
    milliseconds.
    """

    name: str
    ask: Callable[[], object]
    before: Callable[[], object]
    goal: str = ""


def nothing() -> None:
    """For questions with nothing before them."""


def walk() -> None:
    """Walk through the hits of the common word by cursors."""
    query = SearchQuery(COMMON_WORD, sort="title", page_size=100, facets=())
    for _ in range(WALKED):
        position = search.positions(search.search(query))[1]
        if position is None:
            return
        query = replace(query, after=position)


def questions() -> list[Question]:
    """What visitors ask for."""
    facets = {facet.name: facet.values for facet in search.search(SearchQuery()).facets}
    chosen = {
        name: (facets[name][0].code,)
        for name in ("language", "subject", "decade")
        if name in facets
    }
    kind, subject = ((facets[name][0].code,) for name in ("kind", "subject"))
    common = SearchQuery(COMMON_WORD)
    long = "200" if connection.vendor == "postgresql" else "100"

    def of(query: SearchQuery) -> Callable[[], object]:
        return lambda: search.search(query)

    return [
        Question("a rare word", of(SearchQuery(RARE_WORD)), nothing, "30"),
        Question("a common word", of(common), nothing, long),
        Question("a word in a fiftieth", of(SearchQuery(UNCOMMON_WORD)), nothing),
        Question("two words", of(SearchQuery(f"{COMMON_WORD} {UNCOMMON_WORD}")), nothing),
        Question("facets, no words", of(SearchQuery()), nothing),
        Question("facets, three chosen", of(SearchQuery(chosen=chosen)), nothing),
        Question("common word, three chosen", of(replace(common, chosen=chosen)), nothing),
        Question("deep page 400", of(replace(common, page=400)), nothing),
        Question(f"walk by cursors, {WALKED} pages of 100", walk, nothing),
        Question("then the next page", of(replace(common, page=2)), of(common), "20"),
        Question("then by date", of(replace(common, sort="date")), of(common), "20"),
        Question("then by title", of(replace(common, sort="title")), of(common), "20"),
        Question("then of one kind", of(replace(common, kinds=kind)), of(common), "20"),
        Question(
            "then on one subject",
            of(replace(common, chosen={"subject": subject})),
            of(common),
            "20",
        ),
        *(
            Question(
                f"suggestion for “{typed}”",
                lambda typed=typed: search.suggest(typed),  # type: ignore[misc]
                nothing,
                "30",
            )
            for typed in ("a", "co", "mar")
        ),
    ]


def timed(question: Question, rounds: int) -> list[Timing]:
    """Ask a question several times, each time with nothing in memory except what is asked before it."""
    timings = []
    for _ in range(rounds):
        view.forget()
        question.before()
        started, busy = time.perf_counter(), time.process_time()
        question.ask()
        timings.append(
            Timing((time.perf_counter() - started) * 1000, (time.process_time() - busy) * 1000)
        )
    return timings


def queries_of(question: Question) -> int:
    """How many database queries an answer takes."""
    asked = 0

    def count(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(sql, parameters, many, context)

    view.forget()
    question.before()
    with connection.execute_wrapper(count):
        question.ask()
    return asked


def _client(question: Question, rounds: int, starting: Any, answers: Any) -> None:
    timed(question, 1)
    starting.wait()
    answers.put(timed(question, rounds))


def asked_by(clients: int, question: Question, rounds: int) -> list[Timing]:
    """Ask by several clients at once. Each is a process with its own database connections."""
    if clients == 1:
        return timed(question, rounds)
    connections.close_all()
    fork = get_context("fork")
    starting, answers = fork.Barrier(clients), fork.Queue()
    processes = [
        fork.Process(target=_client, args=(question, rounds, starting, answers))
        for _ in range(clients)
    ]
    for process in processes:
        process.start()
    timings = [timing for _ in processes for timing in answers.get()]
    for process in processes:
        process.join()
    return timings


def line(timings: Iterable[Timing]) -> str:
    """Table cells: median and 95th percentile of wall time, and median of processor time."""
    walls = sorted(timing.wall for timing in timings)
    late = walls[min(len(walls) - 1, int(0.95 * len(walls)))]
    core = statistics.median(timing.core for timing in timings)
    return f"{statistics.median(walls):.1f} | {late:.1f} | {core:.1f}"


def sizes() -> tuple[int, int]:
    """The size of the index and of the whole database in bytes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT sum(pg_total_relation_size(oid)) FILTER (WHERE relname LIKE 'search%'),"
                " pg_database_size(current_database()) FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            )
        else:
            cursor.execute(
                "SELECT (SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search%'),"
                " (SELECT sum(pgsize) FROM dbstat)"
            )
        index, whole = cursor.fetchone()
    return int(index or 0), int(whole or 0)


def _manage(*words: str) -> None:
    """Run a command of the catalogue, and print its wall time, processor time and memory."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run([sys.executable, str(ROOT / "manage.py"), *words], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cores = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{' '.join(words)}: {time.perf_counter() - started:,.0f} s, {cores:,.0f} s of processors,"
        f" at most {after.ru_maxrss / 1024:,.0f} MB in one process"
    )


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description="Times the search of a made museum.")
    parser.add_argument("--rounds", type=int, default=20, help="of each client (20)")
    parser.add_argument("--clients", default="1,8", help="numbers of clients, with commas (1,8)")
    parser.add_argument("--only", default="", help="questions in whose name this stands")
    parser.add_argument("--build", action="store_true", help="build the index first")
    parser.add_argument("--check", action="store_true", help="prove the index at the end")
    options = parser.parse_args()
    if options.build:
        _manage("search", "rebuild", "--from-nothing")
    started = time.perf_counter()
    everything = search.search(SearchQuery())
    if not everything.total:
        sys.exit("search.py: The index of this database is empty. Add --build.")
    first = time.perf_counter() - started
    index, whole = sizes()
    load = os.getloadavg()[0]
    print(
        f"{connection.vendor}, {everything.total:,} public entries; index {index / 1e6:,.0f} MB, all else "
        f"{(whole - index) / 1e6:,.0f} MB; first search of a process {first:.2f} s; load {load:.1f}; "
        f"{options.rounds} rounds.\n"
    )
    print("| asked | goal | queries | clients | median ms | 95 % ms | core ms |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for question in questions():
        if options.only not in question.name:
            continue
        queries = queries_of(question)
        for clients in map(int, options.clients.split(",")):
            timings = asked_by(clients, question, options.rounds)
            goal = question.goal if clients == 1 else ""
            print(
                f"| {question.name} | {goal} | {queries} | {clients} | {line(timings)} |",
                flush=True,
            )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nAt most {peak:,.0f} MB in one process.")
    if options.check:
        _manage("search", "check")


if __name__ == "__main__":
    main()
