"""Prove the index equal to the records, entry by entry, word by word, count by count.

Each entry stands with two digests: of what it was made from, and of all that is stored of it. What it would be made
from now is read anew from the records; when that has the same digest, and what is stored has the other, the entry says
what the record does, and need not be made. ``thorough`` makes it nevertheless: for whoever changed how it is made.
Counts, proposals and corrections are compared with what the entries say. Other processes share the work.
"""

from __future__ import annotations

import os
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from zlib import crc32

from django.db import connections
from pyroaring import BitMap

from catalog.search import bitmaps, suggestions, vocabulary
from catalog.search.backends import Backend, backend_of
from catalog.search.entries import entry_of
from catalog.search.gathering import Reader
from catalog.search.index import Progress, batches
from catalog.search.inputs import Inputs
from catalog.search.processes import shared
from catalog.search.stored import Stored, ready_of, stored
from catalog.search.ties import KIND_OF, NUMBERS
from catalog.uris import KINDS, Kind

#: Below so many entries another process is not worth its start.
WORTH_PROCESSES: Final = 20_000


@dataclass(slots=True)
class Difference:
    """One thing in which index and records differ, in words."""

    what: str
    kind: str = ""
    record: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.record}: {self.what}" if self.kind else self.what


class Compared(NamedTuple):
    """What a batch came to, as it goes from process to process."""

    kind: str
    records: int
    #: What differs: the words, and the primary key of the record.
    differences: list[tuple[str, int]]
    #: Ids of the entries by facet value, as the bytes of an array.
    values: dict[str, bytes]
    #: The sum of the beginnings that are proposed.
    starts: int


def check(
    using: str = "default",
    progress: Progress | None = None,
    processes: int | None = None,
    *,
    thorough: bool = False,
) -> Iterator[Difference]:
    """Compare every entry with what its record gives now, with its stored words, and with all that is counted.

    ``thorough`` makes every entry once more instead of trusting equal inputs to give equal entries. Yields what
    differs; nothing means that index and records are equal. On SQLite one of the proofs, that words are found where
    they stand, holds up writers: about ten seconds for a million entries.
    """
    backend = backend_of(using)
    for table in backend.missing_triggers():
        yield Difference(
            f"Changes of the table {table} go unnoticed: run `manage.py search rebuild`."
        )
    total = backend.run("SELECT count(*) FROM search_entry")[0][0]
    if processes is None:
        inside = connections[using].in_atomic_block
        processes = 0 if inside or total < WORTH_PROCESSES else os.cpu_count() or 1
    done = starts = 0
    seen: Counter[str] = Counter()
    facets: dict[str, array[int]] = defaultdict(lambda: array("I"))
    comparing = shared(Comparer, using, thorough, processes=processes, read=Compared)
    with comparing as compared, _damage(backend, processes) as damage:
        for one in compared((kind, keys) for kind in KINDS for keys in batches(backend, kind)):
            for what, record in one.differences:
                yield Difference(what, one.kind, record)
            for value, ids in one.values.items():
                facets[value].frombytes(ids)
            starts += one.starts
            seen[one.kind] += one.records
            done += one.records
            if progress:
                progress(done, total)
        for number, standing in backend.run(
            "SELECT kind, count(*) FROM search_entry GROUP BY kind"
        ):
            if standing > seen[KIND_OF[number]]:
                without = standing - seen[KIND_OF[number]]
                yield Difference(f"{without} entries of kind {KIND_OF[number]} have no record.")
        yield from _check_facets(backend, facets)
        if starts != _sum_of(row for block in backend.walk(_STARTS) for row in block):
            yield Difference("What is proposed while somebody types is not what the entries say.")
        if missing := vocabulary.missing(backend):
            yield Difference(
                f"{missing} words of the texts are not known in their forms or as corrections."
            )
        for what in damage():
            yield Difference(what)


@contextmanager
def _damage(backend: Backend, processes: int) -> Iterator[Callable[[], list[str]]]:
    """What is wrong in the full text itself: looked for meanwhile, when other processes do the comparing."""
    if not processes:
        yield backend.damage
        return

    def look() -> list[str]:
        # A thread has connections of its own.
        try:
            return backend_of(backend.connection.alias).damage()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(look).result


_STARTS: Final = "SELECT start, entry FROM search_start"


def _sum_of(starts: Iterable[Any]) -> int:
    """A sum of beginnings that does not depend on their order."""
    return sum([crc32(f"{one} {start}".encode()) for start, one in starts])


def _check_facets(backend: Backend, expected: dict[str, array[int]]) -> Iterator[Difference]:
    different = [
        value for value, bits in bitmaps.stored(backend) if bits != BitMap(expected.pop(value, ()))
    ]
    for value in sorted({*different, *expected}):
        yield Difference(f"The facet value {value} is counted for other entries than have it.")


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
        standing = stored(self.backend, NUMBERS[kind], records)
        differences = self._differences(found, standing)
        if differences:
            # Somebody may have written between two readings: what still differs, differs.
            self.reader.look_again(self.backend.now())
            again = sorted({record for _, record in differences})
            differences = self._differences(
                self.reader.gather(kind, again), stored(self.backend, NUMBERS[kind], again)
            )
        values: dict[str, array[int]] = defaultdict(lambda: array("I"))
        starts = 0
        for record in found.keys() & standing.keys():
            there = standing[record]
            for value in there.values:
                values[value].append(there.one)
            proposed = suggestions.starts(there["title"], there["names"])
            starts += _sum_of((start, there.one) for start in proposed)
        listed = {value: ids.tobytes() for value, ids in values.items()}
        return Compared(kind, len(found), differences, listed, starts)

    def _differences(
        self, found: dict[int, Inputs], standing: dict[int, Stored]
    ) -> list[tuple[str, int]]:
        differences = []
        for record, inputs in found.items():
            there = standing.get(record)
            if there is None:
                differences.append(("has no entry in the index.", record))
                continue
            digest = inputs.digest()
            if there["inputs"] != digest:
                differences.append(("the entry says something else than the record.", record))
            elif there["digest"] != there.digest():
                differences.append(("the entry or its words are not as they were made.", record))
            elif self.thorough and (
                there["digest"]
                != ready_of(
                    self.backend, there.one, entry_of(inputs, self.backend.read), digest
                ).row[-1]
            ):
                differences.append(("the entry would be made otherwise now.", record))
        return differences
