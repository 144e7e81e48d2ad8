"""The list of changes: what the public could see appear, change or vanish, in an order without gaps.

Writers only leave a note (:mod:`catalog.documents.triggers`). Whoever reads works the notes off first, one reader
at a time, and numbers them: a change that is committed late gets a late number, and none is ever slipped in
below a number that somebody has read already.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, connections, router, transaction
from django.db.models import Min, Q
from django.db.utils import OperationalError
from django.utils import timezone

from catalog.documents.linked import DATES
from catalog.documents.making import FORM
from catalog.documents.neighbours import neighbours, those_with_terms
from catalog.models import RECORD_MODELS, FeedState, PublicRecord, Touched
from catalog.uris import Kind

#: The clock of the database and ours may differ by so much without a record being shown too early or late.
CLOCKS: Final = timedelta(seconds=5)
#: Rows that one statement names.
_AT_ONCE: Final = 500

Keys = dict[Kind, set[int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the public catalogue stands: its generation, and when it last changed."""

    generation: int
    last_sequence: int
    changed_at: datetime


class Busy(Exception):
    """Somebody writes just now, and the list of changes could not be brought up to date in time."""


_STANDING: Final = (
    "SELECT generation, last_sequence, changed_at, next_moment FROM catalog_feedstate"
    " WHERE id = 1 AND form = %s AND NOT EXISTS (SELECT 1 FROM catalog_touched)"
)


def standing() -> Standing | None:
    """The standing, or None while there is something to be worked off. One query.

    It is that of the database which is read from: a replica's standing goes with the replica's records.
    """
    with connections[router.db_for_read(FeedState)].cursor() as cursor:
        cursor.execute(_STANDING, [FORM])
        row = cursor.fetchone()
    if row is None:
        return None
    generation, last_sequence, changed_at, next_moment = row
    if next_moment is not None and timezone.now() >= moment(next_moment) - CLOCKS:
        return None
    return Standing(generation, last_sequence, moment(changed_at))


def moment(value: Any) -> datetime:
    """A moment of a raw query: SQLite hands them out as text, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if value.tzinfo else value.replace(tzinfo=UTC)  # type: ignore[no-any-return]


def current(*, patiently: bool = False, wait: int = 100) -> Standing | None:
    """The standing after everything noted was worked off.

    None while another writes (after ``wait`` milliseconds), or within seconds of a moment at which a record
    appears or vanishes by the clock; then whoever asks reads the records themselves. ``patiently`` waits for the
    other as long as any writer would, and answers how everything stood then, even if another has written since.
    """
    found = standing()
    if found is not None:
        return found
    # Working off is writing: from here on a request reads where it writes.
    router.db_for_write(FeedState)
    try:
        with patience(None if patiently else wait):
            found = catch_up(None if patiently else wait)
    except OperationalError:
        return None
    return found if patiently or standing() is not None else None


@contextmanager
def patience(wait: int | None) -> Iterator[None]:
    """A reader does not stand in line behind a long import, for SQLite has one writer.

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


@transaction.atomic
def catch_up(wait: int | None = None) -> Standing:
    """Work off every note and every moment that has passed. Nothing to do costs two queries.

    On PostgreSQL another reader may be at it: ``wait`` is the patience with them in milliseconds, None without end.
    Raises OperationalError when it is exhausted.
    """
    if wait is not None and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {int(wait)}")
    FeedState.objects.get_or_create(pk=1, defaults={"form": "", "passed_at": timezone.now()})
    state = FeedState.objects.select_for_update().get(pk=1)
    now = timezone.now()
    touched, terms_touched = _take_notes()
    if not state.form or not PublicRecord.objects.exists():
        touched = dict.fromkeys(RECORD_MODELS)
    elif state.form != FORM:
        PublicRecord.objects.update(body=None, relations=None, etag="")
    _add_due(touched, state.passed_at, now)
    changes = _Changes(touched)
    if changes.any:
        state.last_sequence = changes.write(state.last_sequence, now)
        state.generation += 1
        state.changed_at = now
    elif state.form != FORM:
        state.generation += 1
    elif terms_touched:
        # No document holds the term, but the vocabularies and the choices of filters show it.
        state.generation += 1
        state.changed_at = now
    state.form, state.passed_at, state.next_moment = FORM, now, _next_moment(now)
    state.save()
    return Standing(state.generation, state.last_sequence, state.changed_at)


def _take_notes() -> tuple[dict[Kind, set[int] | None], bool]:
    """What was noted, and whether terms were; the notes are removed in one statement, so that none is lost."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "WITH taken AS (DELETE FROM catalog_touched RETURNING kind, record_id)"
                " SELECT DISTINCT kind, record_id FROM taken"
            )
            rows = cursor.fetchall()
        else:
            # SQLite has one writer, and this is it.
            cursor.execute("SELECT DISTINCT kind, record_id FROM catalog_touched")
            rows = cursor.fetchall()
            cursor.execute(f"DELETE FROM {Touched._meta.db_table}")  # noqa: S608
    noted: dict[Any, set[int]] = defaultdict(set)
    for kind, pk in rows:
        noted[kind].add(pk)
    terms = noted.pop("term", set())
    for kind, pks in those_with_terms(terms).items():
        noted[kind] |= pks
    return dict(noted), bool(terms)


def _clock_columns() -> tuple[str, str]:
    return ("publish_from", "embargo_until")


def _add_due(touched: dict[Kind, set[int] | None], since: datetime, now: datetime) -> None:
    """Add the records that a moment between ``since`` and ``now`` shows or hides."""
    for kind, model in RECORD_MODELS.items():
        passed = Q()
        for column in _clock_columns():
            passed |= Q(**{f"{column}__gt": since - 2 * CLOCKS, f"{column}__lte": now})
        due = set(model._base_manager.filter(passed).values_list("pk", flat=True))
        before = touched.get(kind, set())
        if due and before is not None:
            touched[kind] = before | due


def _next_moment(now: datetime) -> datetime | None:
    moments = []
    for model in RECORD_MODELS.values():
        for column in _clock_columns():
            coming = model._base_manager.filter(**{f"{column}__gt": now})
            moments.append(coming.aggregate(next=Min(column))["next"])
    return min((moment for moment in moments if moment), default=None)


@dataclass(slots=True)
class _Seen:
    """What the public sees of a record: its permanent identifier, its slug, and a hash of its face."""

    uuid: UUID
    slug: str
    face: str


def _seen(kind: Kind, pks: set[int] | None) -> dict[int, _Seen]:
    """Of some records (None: of all), those that are public."""
    columns = ["pk", "uuid", "slug", "identifier", "title", *DATES[kind]]
    if kind == "image":
        # A new file is another thumbnail for whoever is seen in it.
        columns += ["sha256", "alternative_text", "type_id", "rights"]
    public = RECORD_MODELS[kind].objects.visible_to(None).order_by()
    found = {}
    for part in _parts(pks):
        rows = public if part is None else public.filter(pk__in=part)
        for pk, uuid, slug, *face in rows.values_list(*columns).iterator():
            text = "\x1f".join([str(uuid), slug, *map(str, face)])
            found[pk] = _Seen(
                uuid, slug, hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
            )
    return found


def _parts(pks: set[int] | None) -> Iterator[list[int] | None]:
    if pks is None or len(pks) > 20 * _AT_ONCE:
        yield None
        return
    ordered = sorted(pks)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _known(kind: Kind, pks: set[int] | None) -> dict[int, PublicRecord]:
    rows = PublicRecord.objects.filter(kind=kind).defer("body", "relations")
    return {
        row.record_id: row
        for part in _parts(pks)
        for row in (rows if part is None else rows.filter(record_id__in=part)).iterator()
    }


class _Changes:
    """What the notes come to, compared with what the list of changes knows."""

    def __init__(self, touched: dict[Kind, set[int] | None]) -> None:
        self._rows: list[PublicRecord] = []
        self._add(touched)
        new_faces: Keys = defaultdict(set)
        for row in self._rows:
            if row.face != row.face_before:  # type: ignore[attr-defined]
                new_faces[row.kind].add(row.record_id)  # type: ignore[index]
        if all(pks is None for pks in touched.values()) and touched:
            return
        have = {(row.kind, row.record_id) for row in self._rows}
        around: dict[Kind, set[int] | None] = {}
        for kind, pks in neighbours(new_faces).items():
            around[kind] = {pk for pk in pks if (kind, pk) not in have}
        self._add(around)

    @property
    def any(self) -> bool:
        """Whether the public could see anything change."""
        return bool(self._rows)

    def _add(self, touched: dict[Kind, set[int] | None]) -> None:
        for kind, pks in touched.items():
            if pks is not None and not pks:
                continue
            seen, known = _seen(kind, pks), _known(kind, pks)
            wanted = (seen.keys() | known.keys()) if pks is None else pks
            for pk in sorted(wanted & (seen.keys() | known.keys())):
                row = self._changed(kind, pk, seen.get(pk), known.get(pk))
                if row is not None:
                    self._rows.append(row)

    @staticmethod
    def _changed(
        kind: Kind, pk: int, seen: _Seen | None, row: PublicRecord | None
    ) -> PublicRecord | None:
        if seen is None and (row is None or row.gone_at is not None):
            return None
        before = row.face if row is not None and row.gone_at is None else ""
        if row is None:
            row = PublicRecord(kind=kind, record_id=pk, born_in=0)
        elif seen is not None and row.gone_at is not None:
            row.born_in = 0
        row.face_before = before  # type: ignore[attr-defined]
        row.is_gone = seen is None  # type: ignore[attr-defined]
        if seen is None:
            row.face = ""
        else:
            row.uuid, row.slug, row.face = seen.uuid, seen.slug, seen.face
        return row

    def write(self, sequence: int, now: datetime) -> int:
        """Number and keep the changes; answers the last number."""
        for row in self._rows:
            sequence += 1
            row.sequence, row.changed_at = sequence, now
            row.gone_at = now if row.is_gone else None  # type: ignore[attr-defined]
            row.born_in = row.born_in or sequence
            row.etag, row.body, row.relations = "", None, None
        columns = [
            "uuid", "slug", "face", "sequence", "born_in", "changed_at", "gone_at", "etag", "body", "relations",
        ]  # fmt: skip
        # Old numbers are taken back first: a new row must not meet an old one on the way.
        PublicRecord.objects.bulk_create(
            self._rows_without_keys(),
            batch_size=_AT_ONCE,
            update_conflicts=True,
            unique_fields=["kind", "record_id"],
            update_fields=columns,
        )
        return sequence

    def _rows_without_keys(self) -> list[PublicRecord]:
        for row in self._rows:
            row.pk = None
        return self._rows
