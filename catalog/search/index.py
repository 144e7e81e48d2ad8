"""Keep the index in step with the records: refresh.

Triggers mark what a change touched, whatever the door, in the transaction of the change. :func:`refresh` makes
the marked entries anew; every door that writes calls it at its end, inside its transaction, so that records
and index are committed together. What is more than :data:`AT_ONCE` entries is left marked for the job
(``manage.py search refresh``), which goes on where it stopped, and :func:`staleness` tells.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from catalog.search import builder, memory
from catalog.search.backends import Backend, backend_of
from catalog.search.gathering import Reader
from catalog.search.named import moment
from catalog.search.ties import NUMBERS, TABLES
from catalog.search.writing import Writer
from catalog.uris import KINDS

#: So many entries are made anew inside the transaction of a change.
AT_ONCE: Final = 3_000
#: Entries of one batch.
BATCH: Final = 1_000
#: After so many seconds without a sign of life a building is taken to have been ended from outside, whatever its
#: lock says: a pooler may keep the session of a builder that is gone.
SILENT: Final = 1_800
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Staleness:
    """How far the index is behind: entries marked and not made anew yet, and those that the clock changed.

    ``set_aside`` are marked, and will be right as soon as the index that is being built takes its place.
    """

    marked: int
    due: int
    set_aside: int = 0

    def __bool__(self) -> bool:
        return bool(self.marked or self.due or self.set_aside)


def staleness(using: str = "default") -> Staleness:
    """What is out of step now; nothing, but for the time that a job needs after a very large change."""
    backend = backend_of(using)
    counted = backend.run(
        "SELECT (SELECT count(*) FROM search_stale),"
        " (SELECT count(*) FROM search_entry WHERE due <= %s),"
        " (SELECT count(*) FROM search_meanwhile WHERE before = 1)",
        [backend.moment(backend.now())],
    )
    return Staleness(*counted[0])


def refresh(limit: int | None = AT_ONCE, using: str = "default") -> int:
    """Make marked entries anew, at most about ``limit`` (None: all, a batch in each transaction).

    Joins the transaction that is open, or opens its own. Returns the number of entries looked at.
    """
    done = 0
    if limit is None:
        resume(backend_of(using))
    while limit is None or done < limit:
        with transaction.atomic(using=using, savepoint=False):
            backend = backend_of(using)
            batch = BATCH if limit is None else min(BATCH, limit - done)
            now, marks = _take(backend, batch)
            if not marks:
                return done
            writer = Writer(backend, Reader(backend.connection, now))
            for kind, records in marks.items():
                writer.renew(kind, records)
            writer.finish()
        taken = sum(map(len, marks.values()))
        done += taken
        if taken < batch and not writer.spread:
            return done
    return done


def _take(backend: Backend, limit: int) -> tuple[datetime, dict[int, list[int]]]:
    """Take marks off the list: the clock of the database, and ids of records by the number of their kind.

    An index that is being built beside this one has to look at them too, when it takes its place.
    """
    taken = backend.take_marks(limit)
    if taken.building:
        backend.run_many(
            "INSERT INTO search_meanwhile (kind, record, before) VALUES (%s, %s, 0)"
            " ON CONFLICT (kind, record) DO UPDATE SET before = 0",
            taken.marks,
        )
    marks: dict[int, list[int]] = defaultdict(list)
    for kind, record in sorted(taken.marks):
        marks[kind].append(record)
    now = moment(taken.now)
    assert now is not None  # noqa: S101 - a clock tells a time
    return now, marks


def resume(backend: Backend, *, silent_since: float | None = None) -> None:
    """Take back the marks that were set aside for a building which was ended from outside, if there was one.

    Its lock tells at once that the builder is gone, its silence at last: from ``silent_since`` on (a moment in
    seconds; None: since :data:`SILENT` seconds).
    """
    since = time.time() - SILENT if silent_since is None else silent_since
    with transaction.atomic(using=backend.connection.alias):
        seen = backend.run("SELECT seen FROM search_state WHERE building <> ''")
        if not seen or (
            seen[0][0] >= int(since) and builder.lives(backend.connection) is not False
        ):
            return
        backend.one_writer()
        mark_set_aside(backend, before=1)
        backend.run("DELETE FROM search_meanwhile")
        backend.run("UPDATE search_state SET building = ''")
        backend.drop_rising()


def mark_set_aside(backend: Backend, *, before: int) -> None:
    """Mark again what was set aside; ``before`` 0 leaves out what is older than the building, 1 nothing."""
    backend.run(
        "INSERT INTO search_stale (kind, record) SELECT kind, record FROM search_meanwhile"
        " WHERE before <= %s ON CONFLICT DO NOTHING",
        [before],
    )


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
    """Drop the index and make its tables anew; ``rebuild`` fills them."""
    with transaction.atomic(using=using):
        backend = backend_of(using)
        backend.drop()
        backend.create()
    memory.forget()


def after_migrate(*, using: str = "default", **_: Any) -> None:
    """Lay triggers that a migration took away (SQLite remakes a table to change it), and catch up.

    For the signal ``post_migrate``. What is more than :data:`AT_ONCE` entries waits for the job.
    """
    backend = backend_of(using)
    if "search_stale" not in backend.connection.introspection.table_names():
        return
    if not backend.is_current():
        # An index that an older release left: of other tables, or of entries that are read otherwise.
        empty(using)
        mark_all(using)
    elif backend.missing_triggers():
        backend.lay_triggers()
        mark_all(using)
    refresh(using=using)
