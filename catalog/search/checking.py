"""Prove the index equal to the records, entry by entry, word by word, count by count.

Every entry is made once more from its record and compared with what stands. Entries are independent of each other, so
other processes share the work.
"""

from __future__ import annotations

import marshal
import os
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple
from zlib import crc32

from django.db import connections
from pyroaring import BitMap

from catalog.search import bitmaps, suggestions
from catalog.search.backends import Backend, backend_of
from catalog.search.entries import Entry, entries
from catalog.search.gathering import Reader
from catalog.search.index import Progress, batches
from catalog.search.processes import ahead_of
from catalog.search.ties import KIND_OF, NUMBERS
from catalog.search.writing import listed_of, values_of
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
    #: Words of titles and names that were not told before, and the sum of the beginnings that are proposed.
    words: set[str]
    starts: int


def check(
    using: str = "default", progress: Progress | None = None, processes: int | None = None
) -> Iterator[Difference]:
    """Compare every entry with what its record gives now, with its stored words, and with all that is counted.

    Yields what differs; nothing means that index and records are equal.
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
    words: set[str] = set()
    with _comparers(using, processes) as compared:
        for one in compared((kind, keys) for kind in KINDS for keys in batches(backend, kind)):
            for what, record in one.differences:
                yield Difference(what, one.kind, record)
            for value, ids in one.values.items():
                facets[value].frombytes(ids)
            words |= one.words
            starts += one.starts
            seen[one.kind] += one.records
            done += one.records
            if progress:
                progress(done, total)
    for number, standing in backend.run("SELECT kind, count(*) FROM search_entry GROUP BY kind"):
        if standing > seen[KIND_OF[number]]:
            without = standing - seen[KIND_OF[number]]
            yield Difference(f"{without} entries of kind {KIND_OF[number]} have no record.")
    yield from _check_facets(backend, facets)
    if starts != _sum_of(row for block in backend.walk(_STARTS) for row in block):
        yield Difference("What is proposed while somebody types is not what the entries say.")
    if missing := len(words - {row[0] for row in backend.run("SELECT word FROM search_word")}):
        yield Difference(f"{missing} words of titles and names are not proposed as corrections.")
    for damage in backend.damage():
        yield Difference(damage)


_STARTS: Final = "SELECT start, entry FROM search_start"


def _sum_of(starts: Iterable[Any]) -> int:
    """A sum of beginnings that does not depend on their order."""
    return sum([crc32(f"{one} {start}".encode()) for start, one in starts])


def _check_facets(backend: Backend, expected: dict[str, array[int]]) -> Iterator[Difference]:
    stored = bitmaps.stored(backend)
    for value in sorted(stored.keys() | expected.keys()):
        if stored.get(value, BitMap()) != BitMap(expected.get(value, ())):
            yield Difference(f"The facet value {value} is counted for other entries than have it.")


class Comparer:
    """Compares batches of entries with their records, in whatever process."""

    def __init__(self, using: str) -> None:
        self.backend = backend_of(using)
        self.reader = self._reader()
        self._told: set[str] = set()

    def _reader(self) -> Reader:
        return Reader(self.backend.connection, self.backend.now())

    def __call__(self, job: tuple[Kind, list[int]]) -> Compared:
        """Compare the entries of some records of a kind."""
        kind, records = job
        made = entries(self.reader, kind, records)
        standing = self._standing(kind, made)
        differences = self._differences(made, standing)
        if differences:
            # Somebody may have written between two readings: what still differs, differs.
            self.reader = self._reader()
            again = entries(self.reader, kind, sorted({record for _, record in differences}))
            differences = self._differences(again, self._standing(kind, again))
        values: dict[str, array[int]] = defaultdict(lambda: array("I"))
        words: set[str] = set()
        starts = 0
        for record, entry in made.items():
            if record not in standing:
                continue
            one, _digest = standing[record]
            for value in values_of(entry.values, entry.state):
                values[value].append(one)
            words |= suggestions.words_of(entry.texts[:2])
            starts += _sum_of(
                (start, one) for start in suggestions.starts(entry.title, entry.names)
            )
        words -= self._told
        self._told |= words
        listed = {value: ids.tobytes() for value, ids in values.items()}
        return Compared(kind, len(made), differences, listed, words, starts)

    def _standing(self, kind: Kind, made: Iterable[int]) -> dict[int, tuple[int, str]]:
        rows = self.backend.run(
            "SELECT record, id, digest FROM search_entry"
            f" WHERE kind = {NUMBERS[kind]} AND record IN ({listed_of(made) or 'NULL'})"
        )
        return {record: (one, digest) for record, one, digest in rows}

    def _differences(
        self, made: dict[int, Entry], standing: dict[int, tuple[int, str]]
    ) -> list[tuple[str, int]]:
        found = [
            ("has no entry in the index.", record) for record in made if record not in standing
        ]
        there = {record: entry for record, entry in made.items() if record in standing}
        found += [
            ("the entry says something else than the record.", record)
            for record, entry in there.items()
            if standing[record][1] != entry.digest
        ]
        ids = {standing[record][0]: record for record in there}
        everybody = {standing[record][0]: entry.texts for record, entry in there.items()}
        staff = {standing[record][0]: entry.staff for record, entry in there.items() if entry.staff}
        for texts, is_staff in ((everybody, False), (staff, True)):
            found += [
                ("the words of the entry are not those of the record.", ids[one])
                for one in self.backend.with_other_texts(texts, staff=is_staff)
            ]
        return found


@lru_cache(maxsize=1)
def _comparer(using: str) -> Comparer:
    """The comparer of a process that compares for another."""
    return Comparer(using)


def _compare(using: str, job: tuple[Kind, list[int]]) -> bytes:
    return marshal.dumps(tuple(_comparer(using)(job)), 2)


@contextmanager
def _comparers(
    using: str, processes: int
) -> Iterator[Callable[[Iterator[tuple[Kind, list[int]]]], Iterator[Compared]]]:
    """A function that compares jobs, here or in other processes."""
    if not processes:
        comparer = Comparer(using)
        yield lambda jobs: map(comparer, jobs)
        return
    compare = partial(_compare, using)
    with ahead_of(processes) as send:
        yield lambda jobs: (Compared(*marshal.loads(made)) for made in send(compare, jobs))  # noqa: S302 (our own processes made it)
