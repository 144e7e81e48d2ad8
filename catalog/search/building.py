"""Build a new index beside the live one, and let it take over in one transaction.

Other processes make the entries and this one writes them, each only once: nothing has to be looked
up or removed, facets are collected and written at the end, and the tables' indexes are created when
all rows are there. Changes made meanwhile are noticed by the live index and set aside for the new
one (``search_meanwhile``).
"""

from __future__ import annotations

import os
import time
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from django.db import connections, transaction
from pyroaring import BitMap

from catalog.search import beginnings, bitmaps, builder, exhibited, vocabulary
from catalog.search.backends import Backend, backend_of
from catalog.search.entries import entry_of
from catalog.search.gathering import Reader
from catalog.search.index import SILENT, Progress, batches, mark_set_aside, recover, refresh
from catalog.search.processes import shared, uncollected
from catalog.search.stored import ready_of, values_of
from catalog.search.ties import EXHIBITION_NUMBER, KIND_OF, TABLES
from catalog.search.writing import mark_naming
from catalog.uris import KINDS

#: With fewer records, starting other processes takes longer than they save.
WORTH_PROCESSES: Final = 20_000
#: Entries written in one transaction, which other writers on SQLite wait for: less than a second.
TOGETHER: Final = 5_000
#: The texts are merged after so many transactions, each of which leaves a segment. FTS5 allows 2,000, and
#: shortly before would merge all of them by itself, in one transaction that writes the whole index twice.
PIECES: Final = 1_500


class Job(NamedTuple):
    """Records of a kind whose entries are to be made, and the id of the first entry."""

    kind: str
    records: list[int]
    first: int


class Made(NamedTuple):
    """What a batch of entries adds to each table: plain values, which are cheap to send between
    processes.
    """

    rows: list[tuple[Any, ...]]
    texts: list[tuple[Any, ...]]
    staff: list[tuple[Any, ...]]
    starts: list[tuple[str, int]]
    #: Ids by facet value, as the bytes of an array.
    values: dict[str, bytes]


class AlreadyBuilding(Exception):
    """Another process is building the index. The message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "Another process is already rebuilding the index. Wait until it has finished. If it was killed and "
            f"this message persists, try again {SILENT // 60} minutes later, or with --from-nothing."
        )


def rebuild(
    using: str = "default", progress: Progress | None = None, processes: int | None = None
) -> int:
    """Remake every entry while the catalogue goes on answering from the live index.

    Needs disk space for a second index meanwhile. Returns the number of records. Raises
    :class:`AlreadyBuilding` if another process is rebuilding.
    """
    backend = backend_of(using)
    if backend.missing_triggers():
        backend.lay_triggers()
    total = sum(backend.run(f'SELECT count(*) FROM "{TABLES[kind]}"')[0][0] for kind in KINDS)
    if processes is None:
        inside = connections[using].in_atomic_block
        processes = 0 if inside or total < WORTH_PROCESSES else os.cpu_count() or 1
    new_index = backend.under_new_names()
    recover(backend)
    with builder.building(backend.connection, new_index.prefix):
        _begin(backend, new_index)
        try:
            done = _fill(backend, new_index, processes, total, progress)
        except BaseException:
            # Ended by an error or by the operator: the live index goes on as if nothing had happened.
            if not connections[using].in_atomic_block:
                recover(backend, silent_since=time.time() + 1)
            raise
        _end(backend, new_index)
    exhibited.renew_all(backend)
    refresh(limit=None, using=using)
    if progress:
        progress(total, total)
    return done


def _fill(
    backend: Backend, new_index: Backend, processes: int, total: int, progress: Progress | None
) -> int:
    """Make and write all entries, facets and words. Returns the number of entries."""
    using = backend.connection.alias
    facets: dict[str, array[int]] = defaultdict(lambda: array("I"))
    done = 0
    making = shared(Maker, using, new_index.prefix, processes=processes, read=Made)
    with new_index.bulk_loading(), uncollected():
        with making as made_batches, beginnings.collecting(new_index) as collect:
            for number, block in enumerate(_blocks(made_batches(_jobs(backend))), 1):
                done += _write(new_index, block, facets, collect)
                if progress:
                    progress(min(done, total), total)
                if number % PIECES == 0:
                    new_index.merge_texts()
        _sign_of_life(backend)
        with transaction.atomic(using=using):
            # In sorted order, each value freed when it is written.
            values = ((value, BitMap(facets.pop(value))) for value in sorted(facets))
            bitmaps.replace_all(new_index, values, 0)
        new_index.merge_texts()
        _sign_of_life(backend)
        with transaction.atomic(using=using):
            vocabulary.build(new_index)
        for statement in new_index.indexes():
            new_index.run(statement)
            _sign_of_life(backend)
    new_index.settle()
    _sign_of_life(backend)
    return done


def _begin(backend: Backend, new_index: Backend) -> None:
    """Record that an index is being built, so that changes are set aside for it, and create its tables."""
    with transaction.atomic(using=backend.connection.alias):
        # From here on, whoever changes the index sees that another is being built.
        backend.one_writer()
        if backend.run("SELECT 1 FROM search_state WHERE building <> ''"):
            raise AlreadyBuilding
        # What is marked now will be right in the new index. The live one needs its marks for as
        # long as it answers.
        backend.run(
            "INSERT INTO search_meanwhile (kind, record, before) SELECT kind, record, 1 FROM"
            " (SELECT kind, record FROM search_stale UNION SELECT kind, record FROM search_left) AS marked"
        )
        backend.run("DELETE FROM search_stale")
        backend.run("DELETE FROM search_left")
        backend.run("UPDATE search_state SET building = %s", [new_index.prefix])
        _sign_of_life(backend)
        for statement in new_index.tables():
            new_index.run(statement)


def _sign_of_life(backend: Backend) -> None:
    backend.run("UPDATE search_state SET seen = %s", [int(time.time())])


def _end(backend: Backend, new_index: Backend) -> None:
    """Let the new index take over; mark what changed meanwhile, and what names it."""
    using = backend.connection.alias
    with transaction.atomic(using=using):
        backend.one_writer()
        changed: dict[int, list[int]] = defaultdict(list)
        for kind, record in backend.run(
            "SELECT kind, record FROM search_meanwhile WHERE before = 0"
            " UNION SELECT kind, record FROM search_stale"
            " UNION SELECT kind, record FROM search_left"
        ):
            changed[kind].append(record)
        mark_set_aside(backend, before=0)
        changed.pop(EXHIBITION_NUMBER, None)
        for kind, records in changed.items():
            # An entry made after the change may hold a name that was read before it.
            mark_naming(backend, KIND_OF[kind], records)
        backend.run("DELETE FROM search_meanwhile")
        backend.run("UPDATE search_state SET building = ''")
        bitmaps.new_version(backend)
        last = backend.run("SELECT number, token FROM search_version ORDER BY number DESC LIMIT 1")
        new_index.run("INSERT INTO search_version (number, token) VALUES (%s, %s)", last[0])
        new_index.take_over()
    with transaction.atomic(using=using):
        backend.drop_others()


def _jobs(backend: Backend) -> Iterator[Job]:
    first = 1
    for kind in KINDS:
        for records in batches(backend, kind):
            yield Job(kind, records, first)
            first += len(records)


def _blocks(made: Iterable[Made]) -> Iterator[list[Made]]:
    """Group batches that are written in one transaction."""
    block: list[Made] = []
    for batch in made:
        block.append(batch)
        if sum(len(batch.rows) for batch in block) >= TOGETHER:
            yield block
            block = []
    if block:
        yield block


def _write(
    new_index: Backend,
    block: list[Made],
    facets: dict[str, array[int]],
    collect: Callable[[Iterable[tuple[str, int]]], None],
) -> int:
    """Write a block of entries and collect their facets. Returns the number of entries."""
    rows = [row for made in block for row in made.rows]
    with transaction.atomic(using=new_index.connection.alias):
        new_index.write_entries(rows)
        new_index.write_texts([row for made in block for row in made.texts], staff=False)
        new_index.write_texts([row for made in block for row in made.staff], staff=True)
        collect([row for made in block for row in made.starts])
        _sign_of_life(new_index)
    for made in block:
        for value, ids in made.values.items():
            facets[value].frombytes(ids)
    return len(rows)


class Maker:
    """Makes entries for a new index, in whatever process."""

    def __init__(self, using: str, prefix: str) -> None:
        found = backend_of(using)
        self.backend = type(found)(found.connection, prefix)
        self.reader = Reader(self.backend.connection, self.backend.now())

    def __call__(self, job: Job) -> Made:
        """The entries of a job."""
        backend = self.backend
        rows, texts, staff, starts = [], [], [], []
        values: dict[str, array[int]] = defaultdict(lambda: array("I"))
        found = self.reader.gather(job.kind, job.records)  # type: ignore[arg-type]
        for entry_id, inputs in enumerate(found.values(), job.first):
            entry = entry_of(inputs, backend.read)
            ready = ready_of(backend, entry_id, entry, inputs.digest())
            rows.append(ready.row)
            texts.append(ready.texts)
            if ready.staff:
                staff.append(ready.staff)
            starts += [(start, entry_id) for start in beginnings.starts(entry.title, entry.names)]
            for value in values_of(entry.values, entry.state):
                values[value].append(entry_id)
        listed = {value: ids.tobytes() for value, ids in values.items()}
        return Made(rows, texts, staff, starts, listed)
