"""The list of changes: what the public could see appear, change or vanish, in an order without gaps.

Writers only leave a note (:mod:`catalog.documents.triggers`). Readers first work off the notes, one
reader at a time, and number them: a change that is committed late gets a late number, and none is
ever inserted below a number that somebody has read already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection, connections, router, transaction
from django.db.utils import OperationalError
from django.utils import timezone

from catalog.documents import notes
from catalog.documents.clock import CLOCKS, add_due, due_of, next_moment_after
from catalog.documents.dropping import others_dropped
from catalog.documents.making import form_of_documents
from catalog.documents.marks import advance
from catalog.documents.moved import note_held_by
from catalog.documents.neighbours import Keys
from catalog.documents.notes import Notes
from catalog.documents.numbering import Changes
from catalog.jobs import let_others_write
from catalog.models import (
    Exhibition,
    FeedState,
    PublicRecord,
    Touched,
)

#: Notes that are worked off, or records that are numbered for the first time, in one transaction, so
#: that nobody who writes waits long.
_NOTES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of the public catalogue: its generation, when it last changed, and the mark of that
    change, which also tells it from a state that a backup was restored over.
    """

    generation: int
    last_sequence: int
    changed_at: datetime
    mark: str


class Busy(Exception):
    """Somebody else is writing, and the list of changes could not be brought up to date in time."""


_STANDING: Final = (
    "SELECT generation, last_sequence, changed_at, mark, next_moment FROM catalog_feedstate"
    " WHERE id = 1 AND form = %s AND NOT EXISTS (SELECT 1 FROM catalog_touched)"
)


def standing() -> Standing | None:
    """The standing, or None while there are notes to be worked off. One query.

    It is that of the database which is read from: a replica's standing belongs to the replica's
    records.
    """
    with connections[router.db_for_read(FeedState)].cursor() as cursor:
        cursor.execute(_STANDING, [form_of_documents()])
        row = cursor.fetchone()
    return _read(row) if row else None


def standing_beside(
    columns: str, parameters: Sequence[Any] = ()
) -> tuple[Standing | None, tuple[Any, ...]]:
    """The standing and, in the same query, the values of other columns, which are self-contained
    expressions with these ``parameters``.
    """
    stood = f"(SELECT 1) AS one LEFT JOIN ({_STANDING}) AS stood ON true"
    with connections[router.db_for_read(FeedState)].cursor() as cursor:
        asked = f"SELECT stood.*, {columns} FROM {stood}"  # noqa: S608 - our own words
        cursor.execute(asked, [*parameters, form_of_documents()])
        row = cursor.fetchone()
    return _read(row[:5]) if row[0] is not None else None, row[5:]


def _read(row: tuple[Any, ...]) -> Standing | None:
    generation, last_sequence, changed_at, mark, next_moment = row
    if next_moment is not None and timezone.now() >= moment(next_moment) - CLOCKS:
        return None
    return Standing(generation, last_sequence, moment(changed_at), mark)


def read_from_primary() -> None:
    """For the rest of the request, read where is written: what a replica does not have yet, too."""
    router.db_for_write(FeedState)


def moment(value: Any) -> datetime:
    """A time from a raw query: SQLite returns it as text, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if value.tzinfo else value.replace(tzinfo=UTC)  # type: ignore[no-any-return]


def current(*, patiently: bool = False, wait: int = 100) -> Standing | None:
    """The standing after all notes were worked off.

    None while another process writes (after ``wait`` milliseconds), or within seconds of a time at
    which a record appears or vanishes by the clock; then callers read the records themselves.
    ``patiently`` waits for the other as long as any writer would, and returns the state at that
    time, even if another has written since.
    """
    found = standing()
    if found is not None:
        return found
    # Working off notes writes: from here on a request reads where it writes.
    read_from_primary()
    try:
        with patience(None if patiently else wait):
            found = _catch_up_in_steps() if patiently else catch_up(wait, _NOTES)
    except OperationalError:
        return None
    return found if patiently or standing() is not None else None


def keep_current() -> None:
    """A duty of every worker: work off all notes, however many a large change has left."""
    if standing() is None:
        current(patiently=True)


def _catch_up_in_steps() -> Standing:
    """Work off the notes that are there by now, and those that follow from them, some in a
    transaction, so that others can write in between.
    """
    last = notes.last_note()
    while True:
        found, put_back = _catch_up(None, _NOTES)
        last = max(last, put_back)
        if found is not None and not Touched.objects.filter(pk__lte=last).exists():
            return found
        if not connection.in_atomic_block:
            let_others_write()


@contextmanager
def patience(wait: int | None) -> Iterator[None]:
    """Keeps a reader from waiting behind a long import: SQLite has one writer.

    ``wait``: milliseconds; None waits as long as any writer.
    """
    if wait is None or connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {int(wait)}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")


def catch_up(wait: int | None = None, most: int | None = None) -> Standing | None:
    """Work off all notes, or about the ``most`` oldest, and all times that have passed. If there is
    nothing to do, this costs two queries.

    A note may be about many records: a term, or a person whom they name. What is more than ``most``
    is noted record by record, for the next time.

    None while the records of a new list are not all numbered, or documents that another program version
    stored not all dropped. On PostgreSQL another reader may be
    doing this: ``wait`` is how long to wait for it in milliseconds, None without limit. Raises
    OperationalError if that was not enough.
    """
    return _catch_up(wait, most)[0]


@transaction.atomic
def _catch_up(wait: int | None, most: int | None) -> tuple[Standing | None, int]:
    """:func:`catch_up`, and the last of the notes that were left for the next time; 0 if none was."""
    if wait is not None and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {int(wait)}")
    FeedState.objects.get_or_create(pk=1, defaults={"form": "", "passed_at": timezone.now()})
    state = FeedState.objects.select_for_update().get(pk=1)
    now = timezone.now()
    changes = Changes(state.last_sequence, now)
    is_new = not PublicRecord.objects.exists()
    if is_new:
        # What has been noted so far is told with its records. What the clock shows from here on is not.
        noted = Notes(others=notes.drop())
        state.passed_at = now
    if state.form not in ("", form_of_documents()) and not others_dropped(state, most):
        return None, 0
    if (is_new or not state.form) and not changes.begin(most):
        advance(state, changes.sequence, now)
        state.form = ""
        state.save()
        return None, 0
    if not is_new:
        noted = notes.take(most, state.whole_at)
    left = _beyond(noted.touched, most)
    add_due(noted.touched, state.passed_at, now)
    others_touched = noted.others or due_of(Exhibition, state.passed_at, now).exists()
    changes.work_off(noted.touched, left, most)
    changes.keep_in_step(noted.unseen)
    put_back = notes.put_back(left)
    if not Touched.objects.exists():
        state.whole_at = now
    note_held_by(changes.moved, state.last_sequence)
    # No document contains a term or an exhibition alone, but vocabularies, choices of filters and
    # pages show them.
    if changes.sequence != state.last_sequence or others_touched:
        advance(state, changes.sequence, now)
    elif state.form != form_of_documents():
        advance(state, changes.sequence, state.changed_at)
    state.form, state.passed_at, state.next_moment = (
        form_of_documents(),
        now,
        next_moment_after(now),
    )
    state.save()
    return Standing(state.generation, state.last_sequence, state.changed_at, state.mark), put_back


def _beyond(noted: Keys, most: int | None) -> Keys:
    """Take the records beyond about the first ``most`` from those noted; returns them."""
    left: Keys = defaultdict(set)
    number = 0
    for kind, pks in noted.items():
        if most is not None and number + len(pks) > most:
            left[kind].update(sorted(pks)[max(most - number, 0) :])
        number += len(pks)
        pks -= left[kind]
    return left
