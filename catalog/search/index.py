"""Keep the index in step with the records: refresh and rebuild.

Triggers mark what a change touched, whatever the door, in the transaction of the change. :func:`refresh` makes
the marked entries anew; every door that writes calls it at its end, inside its transaction, so that records
and index are committed together. What is more than :data:`AT_ONCE` entries is left marked for the job
(``manage.py search refresh``), which goes on where it stopped, and :func:`staleness` tells.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from pyroaring import BitMap

from catalog.search import bitmaps, suggestions
from catalog.search.backends import Backend, backend_of
from catalog.search.entries import Entry, entries
from catalog.search.gathering import Reader
from catalog.search.ties import KIND_OF, NUMBERS, TABLES, naming
from catalog.uris import KINDS

#: So many entries are made anew inside the transaction of a change.
AT_ONCE: Final = 3_000
#: Entries of one batch.
BATCH: Final = 1_000
#: A day number beyond every date, for records without one: they come last whichever way dates run.
NEVER: Final = 9_000_000_000_000_000_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Staleness:
    """How far the index is behind: entries marked and not made anew yet, and those that the clock changed."""

    marked: int
    due: int

    def __bool__(self) -> bool:
        return bool(self.marked or self.due)


def staleness(using: str = "default") -> Staleness:
    """What is out of step now; nothing, but for the time that a job needs after a very large change."""
    backend = backend_of(using)
    return Staleness(
        backend.run("SELECT count(*) FROM search_stale")[0][0],
        backend.run(
            "SELECT count(*) FROM search_entry WHERE due <= %s", [backend.moment(backend.now())]
        )[0][0],
    )


def refresh(limit: int | None = AT_ONCE, using: str = "default") -> int:
    """Make marked entries anew, at most about ``limit`` (None: all, a batch in each transaction).

    Joins the transaction that is open, or opens its own. Returns the number of entries looked at.
    """
    done = 0
    while limit is None or done < limit:
        with transaction.atomic(using=using, savepoint=False):
            backend = backend_of(using)
            now = backend.now()
            stale, due = _to_do(backend, now)
            if not stale and not due:
                return done
            backend.one_writer()
            if due:
                backend.run(
                    "INSERT INTO search_stale (kind, record) SELECT kind, record FROM search_entry"
                    " WHERE due <= %s ON CONFLICT DO NOTHING",
                    [backend.moment(now)],
                )
            batch = BATCH if limit is None else min(BATCH, limit - done)
            marks = _take(backend, batch)
            if not marks:
                return done
            writer = _Writer(backend, Reader(backend.connection, now))
            for kind, records in marks.items():
                writer.renew(kind, records)
            writer.finish()
        taken = sum(map(len, marks.values()))
        done += taken
        if taken < batch and not writer.spread:
            return done
    return done


def _to_do(backend: Backend, now: datetime) -> tuple[bool, bool]:
    """Whether entries are marked, and whether the clock changed some."""
    marked, due = backend.run(
        "SELECT EXISTS (SELECT 1 FROM search_stale),"
        " EXISTS (SELECT 1 FROM search_entry WHERE due <= %s)",
        [backend.moment(now)],
    )[0]
    return bool(marked), bool(due)


def _take(backend: Backend, limit: int) -> dict[int, list[int]]:
    """Take marks off the list: ids of records by the number of their kind."""
    marks: dict[int, list[int]] = defaultdict(list)
    for kind, record in backend.run(
        "SELECT DISTINCT kind, record FROM search_stale ORDER BY kind, record LIMIT %s", [limit]
    ):
        marks[kind].append(record)
    for kind, records in marks.items():
        backend.run(
            f"DELETE FROM search_stale WHERE kind = %s AND record IN ({listed_of(records)})", [kind]
        )
    return marks


def listed_of(numbers: Iterable[int]) -> str:
    """Integers as they stand in a list of SQL."""
    return ",".join(map(str, numbers))


class _Writer:
    """Writes entries of one batch, and at its end the facets, under one new version."""

    def __init__(
        self, backend: Backend, reader: Reader, *, follow: bool = True, all_anew: bool = False
    ) -> None:
        self.backend = backend
        self.reader = reader
        #: Whether entries that say the same are written too.
        self.all_anew = all_anew
        #: Whether entries that name a changed record are marked; a rebuild comes to them anyway.
        self.follow = follow
        self.facets: dict[str, bitmaps.Change] = defaultdict(lambda: (set(), set()))
        self.changed = 0
        #: Whether others were marked, because they name what changed.
        self.spread = False
        self.last_id: int | None = None

    def renew(self, kind: int, records: list[int]) -> None:
        """Bring the entries of some records of one kind in step, or mark who names some terms."""
        if KIND_OF[kind] == "term":
            self._mark_naming("term", records)
            return
        name: Any = KIND_OF[kind]
        made = entries(self.reader, name, records)
        standing = self._standing(kind, records)
        gone = [old for record, old in standing.items() if record not in made]
        renewed = [
            (standing.get(record), entry)
            for record, entry in made.items()
            if self.all_anew or record not in standing or standing[record].digest != entry.digest
        ]
        if self.follow:
            moved = [entry.record for old, entry in renewed if old and old.handle != entry.handle]
            if moved:
                self._mark_naming(name, moved)
        for old, entry in renewed:
            if old and (old.title, old.names) == (entry.title, entry.names) and not self.all_anew:
                old.same_names = True
        self._know_last_id()
        self._remove([*gone, *(old for old, _ in renewed if old)])
        self._add(renewed)
        self.changed += len(gone) + len(renewed)

    def finish(self) -> None:
        """Write the facets; number the version."""
        if self.changed:
            bitmaps.write(self.backend, self.facets, bitmaps.new_version(self.backend))

    def _mark_naming(self, target: str, records: list[int]) -> None:
        self.spread = True
        listed = listed_of(records)
        for kind, table, owner, to in naming(target):
            self.backend.run(
                f'INSERT INTO search_stale (kind, record) SELECT DISTINCT {kind}, "{owner}"'
                f' FROM "{table}" WHERE "{to}" IN ({listed}) AND "{owner}" IS NOT NULL'
                " ON CONFLICT DO NOTHING"
            )

    def _standing(self, kind: int, records: list[int]) -> dict[int, _Standing]:
        rows = self.backend.run(
            "SELECT record, id, digest, handle, title, names, facet_values, state, staff"
            f" FROM search_entry WHERE kind = %s AND record IN ({listed_of(records)})",
            [kind],
        )
        return {row[0]: _Standing(*row[1:]) for row in rows}

    def _remove(self, standing: list[_Standing]) -> None:
        if not standing:
            return
        ids = [old.id for old in standing]
        backend = self.backend
        backend.delete_texts(ids, staff=False)
        if staff := [old.id for old in standing if old.staff]:
            backend.delete_texts(staff, staff=True)
        backend.run_many(
            "DELETE FROM search_start WHERE start = %s AND entry = %s",
            [
                (start, old.id)
                for old in standing
                if not old.same_names
                for start in suggestions.starts(old.title, old.names)
            ],
        )
        backend.run(f"DELETE FROM search_entry WHERE id IN ({listed_of(ids)})")
        for old in standing:
            for value in values_of(old.facet_values, old.state):
                self.facets[value][1].add(old.id)

    def _add(self, renewed: list[tuple[_Standing | None, Entry]]) -> None:
        if not renewed:
            return
        backend = self.backend
        numbered = [(old.id if old else self._new_id(), entry) for old, entry in renewed]
        backend.run_many(INSERT, [row_of(backend, one, entry) for one, entry in numbered])
        backend.write_texts([(one, entry.texts) for one, entry in numbered], staff=False)
        backend.write_texts(
            [(one, entry.staff) for one, entry in numbered if entry.staff], staff=True
        )
        named_anew = [
            (old.id if old else one, entry.title, entry.names, entry.texts[:2])
            for (old, entry), (one, _) in zip(renewed, numbered, strict=True)
            if not (old and old.same_names)
        ]
        if named_anew:
            suggestions.write(backend, named_anew)
        for one, entry in numbered:
            for value in values_of(entry.values, entry.state):
                added, removed = self.facets[value]
                if one in removed:
                    removed.discard(one)
                else:
                    added.add(one)

    def _know_last_id(self) -> None:
        """Ask before entries are removed: they come again under their ids, which no new one may take."""
        if self.last_id is None:
            self.last_id = self.backend.run("SELECT max(id) FROM search_entry")[0][0] or 0

    def _new_id(self) -> int:
        assert self.last_id is not None  # noqa: S101 - asked before anything was removed
        self.last_id += 1
        return self.last_id


@dataclass(slots=True)
class _Standing:
    """What has to be known of an entry that stands in the index to replace it."""

    id: int
    digest: str
    handle: str
    title: str
    names: str
    facet_values: str
    state: int
    staff: int
    #: Whether the new entry has the same title and names, so that proposals need not be written.
    same_names: bool = False


_COLUMNS: Final = (
    "id", "kind", "record", "title", "names", "related", "staff_related", "facet_values", "state",
    "visible_from", "due", "earliest", "latest", "first_day", "last_day", "sort_key", "modified",
    "quality", "handle", "digest", "staff",
)  # fmt: skip
INSERT: Final = (
    f"INSERT INTO search_entry ({', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)


def row_of(backend: Backend, one: int, entry: Entry) -> tuple[Any, ...]:
    """An entry under an id as its row of the table."""
    first = entry.earliest if entry.earliest is not None else entry.latest
    last = entry.latest if entry.latest is not None else entry.earliest
    return (
        one, entry.kind, entry.record, entry.title, entry.names, entry.related, entry.staff_related,
        entry.values, entry.state, backend.moment(entry.visible_from),
        backend.moment(entry.due), entry.earliest, entry.latest,
        NEVER if first is None else first, -NEVER if last is None else last,
        entry.sort_key, entry.modified, entry.quality, entry.handle, entry.digest,
        int(entry.staff is not None),
    )  # fmt: skip


def values_of(values: str, state: int) -> list[str]:
    """The facet values of an entry, with the one that says that the public may read it."""
    listed = values.split("\n")
    if state:
        listed.append("state:1")
    return listed


def rebuild(using: str = "default", progress: Progress | None = None) -> int:
    """Write every entry anew, in batches, while the catalogue goes on answering from what stands.

    Entries of records that are gone are removed. Returns the number of records.
    """
    backend = backend_of(using)
    backend.lay_triggers()
    total = sum(backend.run(f'SELECT count(*) FROM "{TABLES[kind]}"')[0][0] for kind in KINDS)
    done = 0
    for kind in KINDS:
        for records in batches(backend, kind):
            with transaction.atomic(using=using):
                backend.one_writer()
                reader = Reader(backend.connection, backend.now())
                writer = _Writer(backend, reader, follow=False, all_anew=True)
                writer.renew(NUMBERS[kind], records)
                writer.finish()
            done += len(records)
            if progress:
                progress(done, total)
    with transaction.atomic(using=using):
        backend.one_writer()
        for kind in KINDS:
            backend.run(
                "INSERT INTO search_stale (kind, record) SELECT kind, record FROM search_entry"
                f" WHERE kind = {NUMBERS[kind]}"
                f' AND NOT EXISTS (SELECT 1 FROM "{TABLES[kind]}" AS here WHERE here.id = record)'
                " ON CONFLICT DO NOTHING"
            )
    refresh(limit=None, using=using)
    with transaction.atomic(using=using):
        backend.one_writer()
        _count_anew(backend)
    backend.settle()
    return done


def _count_anew(backend: Backend) -> None:
    """Write the facets from the entries, whatever they were."""
    facets: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for block in backend.walk("SELECT id, facet_values, state FROM search_entry"):
        for one, values, state in block:
            for value in values_of(values, state):
                facets[value].append(one)
    values = {value: BitMap(ids) for value, ids in facets.items()}
    bitmaps.replace_all(backend, values, bitmaps.new_version(backend))


def batches(backend: Backend, kind: str) -> Iterator[list[int]]:
    """The primary keys of all records of a kind, in blocks."""
    last = 0
    while True:
        rows = backend.run(
            f'SELECT id FROM "{TABLES[kind]}" WHERE id > %s ORDER BY id LIMIT %s', [last, BATCH]
        )
        if not rows:
            return
        yield [row[0] for row in rows]
        last = rows[-1][0]


def mark_all(using: str = "default") -> None:
    """Mark every record, so that refreshing makes every entry."""
    backend = backend_of(using)
    for kind in KINDS:
        backend.run(
            f"INSERT INTO search_stale (kind, record) SELECT {NUMBERS[kind]}, id"
            f' FROM "{TABLES[kind]}" WHERE id IS NOT NULL ON CONFLICT DO NOTHING'
        )


def empty(using: str = "default") -> None:
    """Drop the index and make its tables anew; :func:`rebuild` fills them."""
    with transaction.atomic(using=using):
        backend = backend_of(using)
        backend.drop()
        backend.create()
    bitmaps.forget()


def after_migrate(*, using: str = "default", **_: Any) -> None:
    """Lay triggers that a migration took away (SQLite remakes a table to change it), and catch up.

    For the signal ``post_migrate``. What is more than :data:`AT_ONCE` entries waits for the job.
    """
    backend = backend_of(using)
    there = backend.connection.introspection.table_names()
    if "search_stale" in there and backend.missing_triggers():
        backend.lay_triggers()
        mark_all(using)
    if "search_stale" in there:
        refresh(using=using)
