"""Prove that the index equals the records: entry by entry, word by word, count by count.

Each entry is stored with two digests: of its inputs, and of all that is stored of it. The check reads the
inputs again from the records and compares both digests. If they agree, the entry says what the record does
and need not be made. ``thorough`` makes it all the same, for whoever changed how entries are made. Counts,
suggestions and corrections are compared with the entries. Other processes share the work.
"""

from __future__ import annotations

import os
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple
from zlib import crc32

from django.db import connections
from pyroaring import BitMap

from catalog.search import beginnings, bitmaps, exhibited, vocabulary
from catalog.search.backends import Backend, backend_of
from catalog.search.entries import entry_of
from catalog.search.gathering import Reader
from catalog.search.index import Progress, batches
from catalog.search.inputs import Inputs
from catalog.search.processes import shared
from catalog.search.stored import Stored, ready_of, stored
from catalog.search.ties import KIND_OF, NUMBERS
from catalog.search.words import split
from catalog.uris import EXHIBITION, KINDS, Kind

#: With fewer entries, starting other processes takes longer than they save.
WORTH_PROCESSES: Final = 20_000


@dataclass(slots=True)
class Difference:
    """One difference between index and records, in words."""

    what: str
    kind: str = ""
    record: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.record}: {self.what}" if self.kind else self.what


class Compared(NamedTuple):
    """The outcome of a batch, as it is sent between processes."""

    kind: str
    records: int
    #: What differs, in words, and the primary key of the record.
    differences: list[tuple[str, int]]
    #: Ids of the entries by facet value, as the bytes of an array.
    values: dict[str, bytes]
    #: A checksum of the beginnings by which the entries are suggested.
    starts: int


def check(
    using: str = "default",
    progress: Progress | None = None,
    processes: int | None = None,
    *,
    thorough: bool = False,
) -> Iterator[Difference]:
    """Compare every entry with its record, with its stored words, and with everything that is counted.

    ``thorough`` remakes every entry instead of trusting that equal inputs give equal entries. Yields the
    differences; none means that index and records agree. On SQLite, proving that words are found where they
    occur holds up writers: for about ten seconds with a million entries.
    """
    backend = backend_of(using)
    for table in backend.missing_triggers():
        yield Difference(
            f"Changes to the table {table} go unnoticed: run `manage.py search rebuild`."
        )
    total = backend.run("SELECT count(*) FROM search_entry")[0][0]
    if processes is None:
        inside = connections[using].in_atomic_block
        processes = 0 if inside or total < WORTH_PROCESSES else os.cpu_count() or 1
    done = starts = 0
    seen: Counter[str] = Counter()
    facets: dict[str, array[int]] = defaultdict(lambda: array("I"))
    comparing = shared(Comparer, using, thorough, processes=processes, read=Compared)
    with comparing as compared, _texts_checked(backend, processes) as of_the_texts:
        for batch in compared((kind, keys) for kind in KINDS for keys in batches(backend, kind)):
            for what, record in batch.differences:
                yield Difference(what, batch.kind, record)
            for value, ids in batch.values.items():
                facets[value].frombytes(ids)
            starts += batch.starts
            seen[batch.kind] += batch.records
            done += batch.records
            if progress:
                progress(done, total)
        for number, entries in backend.run("SELECT kind, count(*) FROM search_entry GROUP BY kind"):
            if entries > seen[KIND_OF[number]]:
                without = entries - seen[KIND_OF[number]]
                yield Difference(f"{without} entries of kind {KIND_OF[number]} have no record.")
        yield from _check_facets(backend, facets)
        for exhibition in exhibited.different(backend):
            what = "the words by which it is found are not those of its texts."
            yield Difference(what, EXHIBITION, exhibition)
        if starts != _sum_of(row for block in backend.walk(_STARTS) for row in block):
            yield Difference("The suggestions shown while typing do not match the entries.")
        for what in of_the_texts():
            yield Difference(what)


@contextmanager
def _texts_checked(backend: Backend, processes: int) -> Iterator[Callable[[], list[str]]]:
    """What is wrong in the full text itself and in the table of its words. Looked for in the background
    if other processes do the comparing.
    """
    if not processes:
        yield partial(_faults_of_the_texts, backend)
        return

    def look() -> list[str]:
        # A thread has its own database connections.
        try:
            return _faults_of_the_texts(backend_of(backend.connection.alias))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(look).result


def _faults_of_the_texts(backend: Backend) -> list[str]:
    found = backend.damage()
    if missing := vocabulary.missing(backend):
        found.append(
            f"{missing} words of the texts are missing from the word table, or not offered as corrections."
        )
    return found


_STARTS: Final = "SELECT start, entry FROM search_start"


def _sum_of(starts: Iterable[Any]) -> int:
    """A checksum of beginnings that does not depend on their order."""
    return sum([crc32(f"{entry} {start}".encode()) for start, entry in starts])


def _check_facets(backend: Backend, expected: dict[str, array[int]]) -> Iterator[Difference]:
    different = [
        value for value, bits in bitmaps.stored(backend) if bits != BitMap(expected.pop(value, ()))
    ]
    for value in sorted({*different, *expected}):
        yield Difference(
            f"The facet value {value} is not counted for exactly the entries that have it."
        )


class Comparer:
    """Compares batches of entries with their records, in whatever process."""

    def __init__(self, using: str, thorough: bool) -> None:
        self.backend = backend_of(using)
        self.thorough = thorough
        self.reader = Reader(self.backend.connection, self.backend.now())

    def __call__(self, job: tuple[Kind, list[int]]) -> Compared:
        """Compare the entries of some records of a kind."""
        kind, records = job
        found = self.reader.gather(kind, records)
        entries = stored(self.backend, NUMBERS[kind], records)
        differences = self._differences(found, entries)
        if differences:
            # Somebody may have written between reading records and entries: only what still differs counts.
            self.reader.forget(self.backend.now())
            again = sorted({record for _, record in differences})
            differences = self._differences(
                self.reader.gather(kind, again), stored(self.backend, NUMBERS[kind], again)
            )
        values: dict[str, array[int]] = defaultdict(lambda: array("I"))
        starts = 0
        for record in found.keys() & entries.keys():
            entry = entries[record]
            for value in entry.values:
                values[value].append(entry.id)
            suggested = beginnings.starts(entry["title"], entry["names"], split)
            starts += _sum_of((start, entry.id) for start in suggested)
        listed = {value: ids.tobytes() for value, ids in values.items()}
        return Compared(kind, len(found), differences, listed, starts)

    def _differences(
        self, found: dict[int, Inputs], entries: dict[int, Stored]
    ) -> list[tuple[str, int]]:
        differences = []
        for record, inputs in found.items():
            entry = entries.get(record)
            if entry is None:
                differences.append(("has no entry in the index.", record))
                continue
            digest = inputs.digest()
            if entry["inputs"] != digest:
                differences.append(("the entry does not match the record.", record))
            elif entry["digest"] != entry.digest():
                differences.append(
                    ("the entry or its words were changed after they were written.", record)
                )
            elif self.thorough and (
                entry["digest"]
                != ready_of(
                    self.backend, entry.id, entry_of(inputs, self.backend.read), digest
                ).row[-1]
            ):
                differences.append(("the entry would be made differently now.", record))
        return differences
