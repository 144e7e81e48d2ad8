"""Keep the index in step with the records.

Triggers mark what a change touched, in its transaction and whichever way it was made. :func:`refresh`
remakes the marked entries. Whatever writes calls it at its end, inside the transaction, so that records and
index are committed together. Beyond :data:`AT_ONCE` entries, marks are left for the job (``manage.py search
refresh``), which continues where it stopped; :func:`staleness` tells how many. What is left lies in a table of
its own: whoever saves next follows their own change only.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from catalog.conf import catalogue_settings
from catalog.search import builder, exhibited, memory
from catalog.search.backends import Backend, backend_of
from catalog.search.gathering import Reader
from catalog.search.named import moment
from catalog.search.ties import EXHIBITION_NUMBER, NUMBERS, TABLES
from catalog.search.writing import Writer
from catalog.uris import KINDS, Kind

#: How many entries are remade inside the transaction of a change.
AT_ONCE: Final = 3_000
#: How many entries a job remakes in one transaction: about half a second, so that other writers do not
#: wait long.
STEP: Final = 500
#: Entries per batch.
BATCH: Final = 1_000
#: After so many seconds without a sign of life, a builder is taken for dead whatever its lock says:
#: a connection pooler may keep its session open.
SILENT: Final = 1_800
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Staleness:
    """How far the index is behind: ``marked`` entries that are not remade yet, and those that the clock
    changed (``due``).

    ``set_aside`` entries are marked too, but will be right as soon as the index being built takes over.
    Of the marked ones, ``left`` were left by a large change (:func:`refresh_left`).
    """

    marked: int
    due: int
    set_aside: int = 0
    left: int = 0

    def __bool__(self) -> bool:
        return bool(self.marked or self.due or self.set_aside)


def staleness(using: str = "default") -> Staleness:
    """What is out of step now: nothing, except while the job works off a very large change."""
    backend = backend_of(using)
    counted = backend.run(
        "SELECT (SELECT count(*) FROM search_stale) + (SELECT count(*) FROM search_left),"
        " (SELECT count(*) FROM search_entry WHERE due <= %s),"
        " (SELECT count(*) FROM search_meanwhile WHERE before = 1),"
        " (SELECT count(*) FROM search_left)",
        [backend.moment(backend.now())],
    )
    return Staleness(*counted[0])


def refresh(limit: int | None = AT_ONCE, using: str = "default") -> int:
    """Remake marked entries, in batches: at most about ``limit``, and the rest is left for
    :func:`refresh_left`; all, also those left before, if it is None.

    Each batch joins the open transaction, or has one of its own. Returns the number of entries looked at.
    """
    done = 0
    if limit is None:
        recover(backend_of(using))
        with transaction.atomic(using=using, savepoint=False):
            backend_of(using).put_back()
    while limit is None or done < limit:
        with transaction.atomic(using=using, savepoint=False):
            backend = backend_of(using)
            batch = BATCH if limit is None else min(BATCH, limit - done)
            now, marks = _take(backend, batch)
            if not marks:
                return done
            writer = Writer(backend, Reader(backend.connection, now))
            exhibited.renew(backend, marks.get(EXHIBITION_NUMBER, ()))
            for kind, records in marks.items():
                if kind != EXHIBITION_NUMBER:
                    writer.renew(kind, records)
            writer.finish()
            taken = sum(map(len, marks.values()))
            done += taken
            if limit is not None and done >= limit:
                backend.leave_marks()
        if taken < batch and not writer.spread:
            return done
    return done


def refresh_left(limit: int = STEP, using: str = "default") -> int:
    """Remake entries that a large change left, at most about ``limit`` in one transaction. Returns
    how many were looked at; fewer than ``limit`` if nothing is left.
    """
    with transaction.atomic(using=using):
        backend_of(using).put_back(limit)
        return refresh(limit, using)


def _take(backend: Backend, limit: int) -> tuple[datetime, dict[int, list[int]]]:
    """Take marks off the list. Returns the database's clock, and primary keys by the number of their kind.

    While another index is built the marks are also set aside for it, to be looked at when it takes over.
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


def recover(backend: Backend, *, silent_since: float | None = None) -> None:
    """If a build was killed, restore the marks that were set aside for it and drop its tables.

    Its lock tells at once that the builder is gone. Failing that, it is taken for dead if it has
    given no sign of life since ``silent_since`` (Unix time; None: for :data:`SILENT` seconds).
    """
    since = time.time() - SILENT if silent_since is None else silent_since
    with transaction.atomic(using=backend.connection.alias):
        builds = backend.run("SELECT building, seen FROM search_state WHERE building <> ''")
        if not builds:
            return
        [(prefix, seen)] = builds
        if seen >= int(since) and builder.is_alive(backend.connection, prefix) is not False:
            return
        backend.one_writer()
        mark_set_aside(backend, before=1)
        backend.run("DELETE FROM search_meanwhile")
        backend.run("UPDATE search_state SET building = ''")
        backend.drop_others()


def mark_set_aside(backend: Backend, *, before: int) -> None:
    """Mark again what was set aside: with ``before`` 1 everything, with 0 only what is not older
    than the build.
    """
    backend.run(
        "INSERT INTO search_stale (kind, record) SELECT kind, record FROM search_meanwhile"
        " WHERE before <= %s ON CONFLICT DO NOTHING",
        [before],
    )


def batches(backend: Backend, kind: str) -> Iterator[list[int]]:
    """The primary keys of all records of a kind, in blocks of :data:`BATCH`."""
    last = 0
    while True:
        rows = backend.run(
            f'SELECT id FROM "{TABLES[kind]}" WHERE id > %s ORDER BY id LIMIT %s', [last, BATCH]
        )
        if not rows:
            return
        yield [row[0] for row in rows]
        last = rows[-1][0]


def mark_all(using: str = "default", kinds: Iterable[Kind] = KINDS) -> None:
    """Mark every record, or those of some kinds, so that refreshing remakes their entries."""
    backend = backend_of(using)
    for kind in kinds:
        backend.run(
            f"INSERT INTO search_stale (kind, record) SELECT {NUMBERS[kind]}, id"
            f' FROM "{TABLES[kind]}" WHERE id IS NOT NULL ON CONFLICT DO NOTHING'
        )


def empty(using: str = "default") -> None:
    """Drop the index and create its tables anew; ``rebuild`` fills them."""
    with transaction.atomic(using=using):
        backend = backend_of(using)
        backend.drop()
        backend.create()
    memory.forget()


def after_migrate(*, using: str = "default", **_: Any) -> None:
    """Lay triggers that a migration dropped (SQLite recreates a table to change it), and catch up.

    A handler of the signal ``post_migrate``. Beyond :data:`AT_ONCE` entries, marks are left for the job.
    """
    backend = backend_of(using)
    if "search_stale" not in backend.connection.introspection.table_names():
        return
    if not backend.is_current():
        # An index of an older release: it has other tables, or its entries are read differently.
        empty(using)
        mark_all(using)
    else:
        backend.keep_planned()
        backend.create_about()
        if backend.missing_triggers():
            # A table beside the index may be new as well.
            backend.create()
            mark_all(using)
        elif not backend.follows_the_living():
            # Other people count as living now.
            mark_all(using, ["person"])
            years = catalogue_settings().LIVING_YEARS
            backend.run("UPDATE search_state SET living_years = %s", [years])
    exhibited.renew_all(backend)
    refresh(using=using)
