"""Fill an empty index: quicker than keeping one in step, because nothing has to be looked up or taken out.

Other processes make the entries, this one writes them; facets are gathered in memory and written once, and
the indexes of the orders are made when all rows are there. Until then a search finds nothing. Changes made
meanwhile are marked, as always, and looked at when the building is done.
"""

from __future__ import annotations

import os
from array import array
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Final, NamedTuple

import django
from django.db import connections, transaction
from pyroaring import BitMap

from catalog.search import bitmaps, suggestions
from catalog.search.backends import Backend, backend_of
from catalog.search.entries import entries
from catalog.search.gathering import Reader
from catalog.search.index import INSERT, Progress, batches, rebuild, refresh, row_of, values_of
from catalog.search.ties import TABLES
from catalog.uris import KINDS

#: Below so many records another process is not worth its start.
WORTH_PROCESSES: Final = 20_000
#: Entries written in one transaction, and batches made ahead of the writing.
TOGETHER: Final = 5_000
AHEAD: Final = 4


class Made(NamedTuple):
    """An entry ready to be written, without its id."""

    row: tuple[Any, ...]
    texts: tuple[str, ...]
    staff: tuple[str, ...] | None
    starts: list[str]
    words: list[str]
    values: list[str]


def make(using: str, kind: str, records: list[int]) -> list[Made]:
    """Entries of some records; runs in any process."""
    backend = backend_of(using)
    made = entries(Reader(backend.connection, backend.now()), kind, records)  # type: ignore[arg-type]
    return [
        Made(
            row_of(backend, 0, entry)[1:],
            entry.texts,
            entry.staff,
            list(suggestions.starts(entry.title, entry.names)),
            list(suggestions.words_of(entry.texts[:2])),
            values_of(entry.values, entry.state),
        )
        for entry in made.values()
    ]


def remake(using: str = "default", progress: Progress | None = None) -> int:
    """Make every entry anew: an empty index is filled, one that stands goes on answering meanwhile."""
    if backend_of(using).run("SELECT 1 FROM search_entry LIMIT 1"):
        return rebuild(using, progress)
    return build(using, progress)


def build(using: str, progress: Progress | None = None, processes: int | None = None) -> int:
    """Fill the index, which has to be empty. Returns the number of records."""
    backend = backend_of(using)
    total = sum(backend.run(f'SELECT count(*) FROM "{TABLES[kind]}"')[0][0] for kind in KINDS)
    if processes is None:
        inside = connections[using].in_atomic_block
        processes = 0 if inside or total < WORTH_PROCESSES else os.cpu_count() or 1
    backend.run("DELETE FROM search_stale")
    backend.drop_orders()
    facets: dict[str, array[int]] = defaultdict(lambda: array("I"))
    words: set[str] = set()
    done = 0
    with _makers(using, processes) as made_batches:
        block: list[Made] = []
        for made in made_batches(_jobs(backend)):
            block += made
            if len(block) >= TOGETHER:
                done = _write(backend, block, done, facets, words)
                block = []
                if progress:
                    progress(min(done, total), total)
        done = _write(backend, block, done, facets, words)
    with transaction.atomic(using=using):
        backend.one_writer()
        suggestions.learn(backend, words)
        values = {value: BitMap(ids) for value, ids in facets.items()}
        bitmaps.replace_all(backend, values, bitmaps.new_version(backend))
    backend.make_orders()
    backend.settle()
    refresh(limit=None, using=using)
    if progress:
        progress(total, total)
    return done


def _jobs(backend: Backend) -> Iterator[tuple[str, list[int]]]:
    for kind in KINDS:
        for records in batches(backend, kind):
            yield kind, records


def _write(
    backend: Backend, block: list[Made], last: int, facets: dict[str, array[int]], words: set[str]
) -> int:
    """Write a block of entries, numbered on from ``last``; gather their facets and words."""
    numbered = list(enumerate(block, last + 1))
    with transaction.atomic(using=backend.connection.alias):
        backend.one_writer()
        backend.run_many(INSERT, [(one, *made.row) for one, made in numbered])
        backend.write_texts([(one, made.texts) for one, made in numbered], staff=False)
        backend.write_texts([(one, made.staff) for one, made in numbered if made.staff], staff=True)
        suggestions.propose(
            backend, sorted((start, one) for one, made in numbered for start in made.starts)
        )
    for one, made in numbered:
        words.update(made.words)
        for value in made.values:
            facets[value].append(one)
    return last + len(block)


@contextmanager
def _makers(using: str, processes: int) -> Iterator[Any]:
    """A function from jobs to made batches, in the order of the jobs."""
    if not processes:
        yield lambda jobs: (make(using, kind, records) for kind, records in jobs)
        return
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=django.setup
    ) as pool:

        def ahead(jobs: Iterator[tuple[str, list[int]]]) -> Iterator[list[Made]]:
            waiting: list[Future[list[Made]]] = []
            for kind, records in jobs:
                waiting.append(pool.submit(make, using, kind, records))
                if len(waiting) > AHEAD * processes:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()

        yield ahead
