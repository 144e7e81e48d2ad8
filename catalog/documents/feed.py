"""The list of changes: what the public could see appear, change or vanish, in an order without gaps.

Writers only leave a note (:mod:`catalog.documents.triggers`). Readers first work off the notes, one
reader at a time, and number them: a change that is committed late gets a late number, and none is
ever inserted below a number that somebody has read already.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, connections, router, transaction
from django.db.models import F, IntegerField, Max, Value
from django.db.utils import OperationalError
from django.utils import timezone

from catalog.documents.clock import CLOCKS, add_due, due_of, next_moment_after
from catalog.documents.dropping import others_dropped
from catalog.documents.linked import dates_known_to
from catalog.documents.making import form_of_documents
from catalog.documents.marks import advance
from catalog.documents.moved import note_held_by
from catalog.documents.neighbours import neighbours, those_with_terms
from catalog.jobs import let_others_write
from catalog.models import (
    RECORD_MODELS,
    Exhibition,
    FeedState,
    PublicRecord,
    Touched,
)
from catalog.uris import EXHIBITION, Kind

#: How many rows one statement names.
_AT_ONCE: Final = 500
#: Notes that are worked off, or records that are numbered for the first time, in one transaction, so
#: that nobody who writes waits long.
_NOTES: Final = 2_000
#: The column that says which collection a record of a kind is in.
_WITHIN: Final[dict[Kind, str]] = {
    "document": "collection_id",
    "image": "collection_id",
    "collection": "parent_id",
}

Keys = dict[Kind, set[int]]


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
    last = _last_note()
    while True:
        found, put_back = _catch_up(None, _NOTES)
        last = max(last, put_back)
        if found is not None and not Touched.objects.filter(pk__lte=last).exists():
            return found
        if not connection.in_atomic_block:
            let_others_write()


def _last_note() -> int:
    return Touched.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


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
    changes = _Changes(state.last_sequence, now)
    is_new = not PublicRecord.objects.exists()
    if is_new:
        # What has been noted so far is told with its records. What the clock shows from here on is not.
        _nothing, others_touched = _take_notes(None)
        touched: dict[Kind, set[int]] = {}
        state.passed_at = now
    if state.form not in ("", form_of_documents()) and not others_dropped(state, most):
        return None, 0
    if (is_new or not state.form) and not changes.begin(most):
        advance(state, changes.sequence, now)
        state.form = ""
        state.save()
        return None, 0
    if not is_new:
        touched, others_touched = _take_notes(most)
    left = _beyond(touched, most)
    add_due(touched, state.passed_at, now)
    others_touched |= due_of(Exhibition, state.passed_at, now).exists()
    changes.work_off(touched, left, most)
    put_back = _note(left)
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


def _note(left: Keys) -> int:
    """Note records to be worked off the next time; returns the last of the notes, 0 if there are none."""
    if not any(left.values()):
        return 0
    with connection.cursor() as cursor:
        # They may be tens of thousands, and others wait to write.
        cursor.executemany(
            "INSERT INTO catalog_touched (kind, record_id) VALUES (%s, %s)",
            [(kind, pk) for kind, pks in left.items() for pk in sorted(pks)],
        )
    return _last_note()


def _take_notes(most: int | None) -> tuple[dict[Kind, set[int]], bool]:
    """The notes about records, and whether there are notes about terms or exhibitions; they are
    removed in one statement, so that none is lost.
    """
    oldest = f"SELECT id FROM {Touched._meta.db_table} ORDER BY id"  # noqa: S608 - our own words
    if most is not None:
        oldest += f" LIMIT {int(most)}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"WITH taken AS (DELETE FROM catalog_touched WHERE id IN ({oldest})"  # noqa: S608
                " RETURNING kind, record_id) SELECT DISTINCT kind, record_id FROM taken"
            )
            rows = cursor.fetchall()
        else:
            # SQLite has one writer, and this is it.
            some = f"FROM {Touched._meta.db_table} WHERE id IN ({oldest})"
            cursor.execute(f"SELECT DISTINCT kind, record_id {some}")
            rows = cursor.fetchall()
            cursor.execute(f"DELETE {some}")
    noted: dict[Any, set[int]] = defaultdict(set)
    for kind, pk in rows:
        noted[kind].add(pk)
    terms, exhibitions = noted.pop("term", set()), noted.pop(EXHIBITION, set())
    for kind, pks in those_with_terms(terms).items():
        noted[kind] |= pks
    return dict(noted), bool(terms or exhibitions)


@dataclass(slots=True)
class _Seen:
    """What the list of changes stores of a public record: identifier, slug, collection, and a hash
    of its face.
    """

    uuid: UUID
    slug: str
    collection_id: int | None
    face: str


def _parts(pks: set[int]) -> Iterator[list[int]]:
    """Keys of records in parts of bounded size."""
    ordered = sorted(pks)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _seen(kind: Kind, pks: list[int]) -> dict[int, _Seen]:
    """Those of some records that are public."""
    within = F(_WITHIN[kind]) if kind in _WITHIN else Value(None, IntegerField())
    columns = ["pk", "uuid", "slug", within, "identifier", "title", *dates_known_to(None, kind)]
    if kind == "image":
        # A new file changes the thumbnail of everybody who appears in it.
        columns += ["sha256", "alternative_text", "content_notice", "type_id", "rights"]
    found = {}
    rows = RECORD_MODELS[kind].objects.visible_to(None).order_by().filter(pk__in=pks)
    for pk, uuid, slug, collection, *face in rows.values_list(*columns):
        text = "\x1f".join([str(uuid), slug, *map(str, face)])
        name = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        found[pk] = _Seen(uuid, slug, collection, name)
    return found


def _known(kind: Kind, pks: list[int]) -> dict[int, PublicRecord]:
    rows = PublicRecord.objects.filter(kind=kind, record_id__in=pks).defer("body", "relations")
    return {row.record_id: row for row in rows}


class _Changes:
    """Compares the notes with what the list of changes knows, and numbers the changes that the
    public could see.

    Part by part, so that memory stays bounded however much was written.
    """

    def __init__(self, sequence: int, now: datetime) -> None:
        self.sequence, self._now = sequence, now
        #: Collections that have another place in the tree, or another name: what they hold is in another set now.
        self.moved: list[int] = []

    def begin(self, most: int | None) -> bool:
        """Number records of a new list, or of one that was begun: all, or about ``most``. Returns
        whether all are numbered now.

        They are numbered in the order of their keys, so the last of each kind is the place to continue;
        whatever is written below it meanwhile leaves a note. Nothing has to be told of those that show
        their names, and none has moved.
        """
        number = 0
        for kind, model in RECORD_MODELS.items():
            numbered = PublicRecord.objects.filter(kind=kind).aggregate(last=Max("record_id"))
            last = numbered["last"] or 0
            while True:
                if most is not None and number >= most:
                    return False
                coming = model.objects.visible_to(None).filter(pk__gt=last).order_by("pk")
                pks = list(coming.values_list("pk", flat=True)[:_AT_ONCE])
                if not pks:
                    break
                self._number(kind, pks)
                number += len(pks)
                last = pks[-1]
        self.moved.clear()
        return True

    def work_off(self, touched: Keys, left: Keys, most: int | None) -> None:
        """Number the changes of the records noted, and of those that show their names.

        The latter are added to what is ``left`` for the next time, beyond about ``most`` in all.
        """
        number = 0
        new_faces: Keys = defaultdict(set)
        for kind, noted in touched.items():
            number += len(noted)
            for pks in _parts(noted):
                new_faces[kind] |= {pk for pk, is_new in self._number(kind, pks) if is_new}
        for kind, around in neighbours(new_faces).items():
            for pks in _parts(around - touched.get(kind, set()) - left[kind]):
                if most is not None and number >= most:
                    left[kind].update(pks)
                else:
                    number += len(pks)
                    self._number(kind, pks)

    def _number(self, kind: Kind, pks: list[int]) -> list[tuple[int, bool]]:
        """Number some records; returns each record that has a number now, and whether others show it
        differently.
        """
        seen, known = _seen(kind, pks), _known(kind, pks)
        rows, told = [], []
        for pk in sorted(seen.keys() | known.keys()):
            row, public = known.get(pk), seen.get(pk)
            if public is None and (row is None or row.gone_at is not None):
                continue
            before = row.face if row is not None and row.gone_at is None else ""
            if kind == "collection":
                place = None if public is None else (public.collection_id, public.slug)
                if place != _place(row):
                    self.moved.append(pk)
            row = self._changed(kind, pk, row, public)
            rows.append(row)
            told.append((pk, row.face != before))
        self._write(rows)
        return told

    def _changed(
        self, kind: Kind, pk: int, known: PublicRecord | None, seen: _Seen | None
    ) -> PublicRecord:
        self.sequence += 1
        row = known or PublicRecord(kind=kind, record_id=pk, born_in=0)
        if known is None or (seen is not None and known.gone_at is not None):
            row.born_in = self.sequence
        row.sequence, row.changed_at = self.sequence, self._now
        row.gone_at = self._now if seen is None else None
        row.face = seen.face if seen else ""
        if seen is not None:
            row.uuid, row.slug, row.collection_id = seen.uuid, seen.slug, seen.collection_id
        row.etag, row.body, row.relations = "", None, None
        # The row is found by what it stands for, whether it is new or not.
        row.pk = None
        return row

    def _write(self, rows: list[PublicRecord]) -> None:
        columns = [
            "uuid", "slug", "collection_id", "face", "sequence", "born_in", "changed_at", "gone_at", "etag", "body",
            "relations",
        ]  # fmt: skip
        PublicRecord.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["kind", "record_id"], update_fields=columns
        )


def _place(row: PublicRecord | None) -> tuple[int | None, str] | None:
    """Where a collection stood, and under which name; None if it was not public."""
    return None if row is None or row.gone_at is not None else (row.collection_id, row.slug)
