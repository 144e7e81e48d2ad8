"""Prove the index equal to the records, entry by entry, word by word, count by count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pyroaring import BitMap

from catalog.search import bitmaps
from catalog.search.backends import Backend, backend_of
from catalog.search.entries import Entry, entries
from catalog.search.gathering import Reader
from catalog.search.index import Progress, batches, listed_of, values_of
from catalog.search.ties import KIND_OF, NUMBERS
from catalog.uris import KINDS


@dataclass(slots=True)
class Difference:
    """One thing in which index and records differ, in words."""

    what: str
    kind: str = ""
    record: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.record}: {self.what}" if self.kind else self.what


def check(using: str = "default", progress: Progress | None = None) -> Iterator[Difference]:
    """Compare every entry with what its record gives now, with its stored words, and with the facets.

    Yields what differs; nothing means that index and records are equal.
    """
    backend = backend_of(using)
    for table in backend.missing_triggers():
        yield Difference(
            f"Changes of the table {table} go unnoticed: run `manage.py search rebuild`."
        )
    total = backend.run("SELECT count(*) FROM search_entry")[0][0]
    done = 0
    facets: dict[str, list[int]] = defaultdict(list)
    reader_time = backend.now()
    for kind in KINDS:
        seen = 0
        for records in batches(backend, kind):
            made = entries(Reader(backend.connection, reader_time), kind, records)
            yield from _check_batch(backend, NUMBERS[kind], made, facets)
            seen += len(made)
            done += len(records)
            if progress:
                progress(done, total)
        stored = backend.run("SELECT count(*) FROM search_entry WHERE kind = %s", [NUMBERS[kind]])[
            0
        ][0]
        if stored > seen:
            yield Difference(f"{stored - seen} entries of kind {kind} have no record.")
    yield from _check_facets(backend, facets)


def _check_batch(
    backend: Backend, kind: int, made: dict[int, Entry], facets: dict[str, list[int]]
) -> Iterator[Difference]:
    name = KIND_OF[kind]
    rows = backend.run(
        f"SELECT record, id, digest FROM search_entry WHERE kind = %s AND record IN ({listed_of(made)})",
        [kind],
    )
    standing = {record: (one, digest) for record, one, digest in rows}
    texts = _texts(backend, [one for one, _ in standing.values()], staff=False)
    for record, entry in made.items():
        one, digest = standing.get(record, (0, ""))
        if not one:
            yield Difference("has no entry in the index.", name, record)
            continue
        if digest != entry.digest:
            yield Difference("the entry says something else than the record.", name, record)
        if texts.get(one) != backend.comparable(entry.texts):
            yield Difference("the words of the entry are not those of the record.", name, record)
        for value in values_of(entry.values, entry.state):
            facets[value].append(one)


def _texts(backend: Backend, ids: list[int], *, staff: bool) -> dict[int, tuple[str, ...]]:
    """Stored texts; ids of one batch lie close together, so they are read as ranges."""
    found: dict[int, tuple[str, ...]] = {}
    ids = sorted(ids)
    start = 0
    for position in range(1, len(ids) + 1):
        if position == len(ids) or ids[position] - ids[position - 1] > 100:
            found |= backend.read_texts(ids[start], ids[position - 1], staff=staff)
            start = position
    return found


def _check_facets(backend: Backend, expected: dict[str, list[int]]) -> Iterator[Difference]:
    stored = bitmaps.stored(backend)
    for value in sorted(stored.keys() | expected.keys()):
        if stored.get(value, BitMap()) != BitMap(expected.get(value, ())):
            yield Difference(f"The facet value {value} is counted for other entries than have it.")
