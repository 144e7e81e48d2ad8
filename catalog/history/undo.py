"""Takes back what a selection chose: row by row the opposite, in batches, in the transaction that is open.

Written past the models, straight into the tables: triggers record it, and keep search and documents in step,
as with any other write. Columns that are worked out are worked out again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from catalog.history.conflicts import Choice, Conflict, Deed, Judge, unique_together
from catalog.history.plan import Selection, turns
from catalog.history.recorded import Recorded, recorded
from catalog.history.rows import batches
from catalog.history.values import by_column, value_of
from catalog.models import (
    DerivedField,
    MergedRecord,
    PastSlug,
    Record,
    Tombstone,
    What,
)

#: Changes that are looked at together. So much is held in memory, whatever the size of the change set.
AT_ONCE: Final = 2_000
#: Changes that a preview looks at.
MOST_PREVIEWED: Final = 2_000
#: Rows that one statement writes.
TOGETHER: Final = 500
#: Conflicts that are told one by one.
MOST_TOLD: Final = 200

#: Told how many changes of how many are done.
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Undone:
    """What came of it: how many rows were (or would be) written, and what stood in the way.

    ``kept`` are conflicts in which what came later stays, ``forced`` those in which it was overruled; of each
    the first ``MOST_TOLD``, and the number of all.
    """

    rows: int = 0
    changes: int = 0
    kept: list[Conflict] = field(default_factory=list)
    forced: list[Conflict] = field(default_factory=list)
    number_kept: int = 0
    number_forced: int = 0

    def _take(self, judge: Judge) -> None:
        self.number_kept += len(judge.kept)
        self.number_forced += len(judge.forced)
        self.kept += judge.kept[: MOST_TOLD - len(self.kept)]
        self.forced += judge.forced[: MOST_TOLD - len(self.forced)]
        judge.kept, judge.forced = [], []


def keep_later(conflict: Conflict) -> bool:
    """The choice that overwrites nothing."""
    return False


def preview(
    selection: Selection, choice: Choice = keep_later, *, most: int | None = None
) -> Undone:
    """What taking back would do, without writing; with ``most`` only the newest so many changes are looked at."""
    return _walk(selection, choice, own=(), write=False, most=most, progress=None)


def take_back(
    selection: Selection, choice: Choice = keep_later, *, own: int, progress: Progress | None = None
) -> Undone:
    """Take back what was chosen. ``own`` is the change set that is being written (:func:`recording`).

    Call it inside a transaction: what fails in the middle then leaves nothing. Raises IntegrityError when
    somebody writes the same rows in the same moment.
    """
    return _walk(selection, choice, own=(own,), write=True, most=None, progress=progress)


def _walk(
    selection: Selection,
    choice: Choice,
    *,
    own: tuple[int, ...],
    write: bool,
    most: int | None,
    progress: Progress | None,
) -> Undone:
    judge = Judge((selection.change_set, *own), choice, lock=write)
    undone = Undone()
    total = selection.changes().count() if progress else 0
    for batch in selection.batches(min(AT_ONCE, most) if most else AT_ONCE):
        deeds = judge.judge(turns(batch, selection.column))
        if write:
            _do(deeds)
        undone.rows += len(deeds)
        undone.changes += len(batch)
        undone._take(judge)
        if progress:
            progress(undone.changes, total)
        if most and undone.changes >= most:
            break
    return undone


# --- Writing -------------------------------------------------------------------------------------------------


def _do(deeds: list[Deed]) -> None:
    """Write the deeds in their order, those of one sort together."""
    for (model, what, _with_all), some in groupby(
        deeds, key=lambda deed: (deed.turn.model, deed.turn.what, deed.with_all)
    ):
        one = recorded()[model]
        together = list(some)
        if what == What.INSERTED:
            _remove(one, together)
        elif what == What.DELETED:
            _bring_again(one, together)
        else:
            _write_columns(one, together)


def _remove(one: Recorded, deeds: list[Deed]) -> None:
    ids = [deed.turn.row_id for deed in deeds]
    if deeds[0].with_all:
        for row in one.model._base_manager.filter(pk__in=ids):
            row.delete()
    else:
        with connection.cursor() as cursor:
            for some in batches(ids):
                cursor.execute(
                    f'DELETE FROM "{one.table}" WHERE id IN ({", ".join(map(str, some))})'
                )
    if issubclass(one.model, Record):
        # As deleting does: an address that the public saw answers that the record was removed.
        seen = [deed.row for deed in deeds if deed.row.get("first_published") is not None]
        # One that this taking back has brought again stands already.
        standing = {
            str(uuid)
            for uuid in Tombstone.objects.filter(
                record_uuid__in=[row["uuid"] for row in seen]
            ).values_list("record_uuid", flat=True)
        }
        Tombstone.objects.bulk_create(
            [
                Tombstone(kind=one.model.KIND, slug=row["slug"], record_uuid=row["uuid"])
                for row in seen
                if str(UUID(row["uuid"])) not in standing
            ]
        )


def _bring_again(one: Recorded, deeds: list[Deed]) -> None:
    names = [str(field_.column) for field_ in one.model._meta.concrete_fields]
    rows = [_whole_row(one, deed) for deed in deeds]
    # What followed by itself from a deed just now makes way for the row that was.
    if one.model is Tombstone:
        uuids = [deed.row["record_uuid"] for deed in deeds]
        Tombstone.objects.filter(record_uuid__in=uuids).delete()
    if one.model is PastSlug:
        for deed in deeds:
            named = {name: deed.row[name] for name in ("kind", "slug", "record_uuid")}
            PastSlug.objects.filter(**named).delete()
    _insert(one.table, names, rows)
    if issubclass(one.model, Record):
        uuids = [deed.row["uuid"] for deed in deeds]
        Tombstone.objects.filter(record_uuid__in=uuids).delete()
        # One that was merged into another stands for itself again, under its own address.
        MergedRecord.objects.filter(record_uuid__in=uuids).delete()
        for deed in deeds:
            named = {"slug": deed.row["slug"], "record_uuid": deed.row["uuid"]}
            PastSlug.objects.filter(kind=one.model.KIND, **named).delete()


def _insert(table: str, names: list[str], rows: list[list[Any]]) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    into, one = f'INSERT INTO "{table}" ({listed}) VALUES ', _marks(len(names))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(into + one, rows)
            return
        for some in _in_parts(rows):
            cursor.execute(into + ", ".join([one] * len(some)), list(chain(*some)))


def _whole_row(one: Recorded, deed: Deed) -> list[Any]:
    """Every column of a row that comes again; what history does not know has its default."""
    fields = by_column(one)
    instance = one.model(pk=deed.turn.row_id)
    for column, raw in deed.row.items():
        if column in fields:
            setattr(instance, fields[column].attname, value_of(fields[column], raw))
    return [
        _prepared(
            field_,
            field_.derive(instance)
            if isinstance(field_, DerivedField)
            else field_.value_from_object(instance),
        )
        for field_ in one.model._meta.concrete_fields
    ]


def _prepared(field_: Any, value: Any) -> Any:
    return field_.get_db_prep_save(value, connection)


def _write_columns(one: Recorded, deeds: list[Deed]) -> None:
    """Update rows; those with the same columns by one statement, as far as their order does not matter."""
    alike: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for deed in deeds:
        written = _columns_of(one, deed)
        alike[tuple(written)].append([*written.values(), deed.turn.row_id])
    if issubclass(one.model, Record):
        _remember_addresses(one, deeds)
    for names, rows in alike.items():
        if connection.vendor == "sqlite" or _is_unique(one, names):
            _update_each(one.table, names, rows)
        else:
            _update_together(one, names, rows)


def _is_unique(one: Recorded, names: Iterable[str]) -> bool:
    """Whether one of the columns must differ from row to row: then what has a value must give it up first."""
    unique = {field_name for names_ in unique_together(one.model) for field_name in names_}
    written = set(names)
    return any(
        field_.column in written and field_.name in unique
        for field_ in one.model._meta.concrete_fields
    )


def _update_each(table: str, names: Sequence[str], rows: list[list[Any]]) -> None:
    """Row by row, in their order."""
    changes = ", ".join(f'"{name}" = %s' for name in names)
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE "{table}" SET {changes} WHERE id = %s', rows)


def _update_together(one: Recorded, names: Sequence[str], rows: list[list[Any]]) -> None:
    """Many rows by one statement: PostgreSQL calls the triggers once for each statement, and that is the most of it."""
    types = {field_.column: _type(field_) for field_ in one.model._meta.concrete_fields}
    changes = ", ".join(f'"{name}" = CAST(written."{name}" AS {types[name]})' for name in names)
    listed = ", ".join(f'"{name}"' for name in (*names, "id"))
    marks = _marks(len(names) + 1)
    with connection.cursor() as cursor:
        for some in _in_parts(rows):
            cursor.execute(
                f'UPDATE "{one.table}" AS present SET {changes}'
                f" FROM (VALUES {', '.join([marks] * len(some))}) AS written ({listed})"
                " WHERE present.id = written.id",
                list(chain(*some)),
            )


def _type(field_: Any) -> str:
    """The type to which a written value is cast: of texts without their length, since a cast would cut them."""
    found = str(
        field_.rel_db_type(connection) if field_.primary_key else field_.db_type(connection)
    )
    return "text" if found.startswith("varchar") else found


def _marks(number: int) -> str:
    return f"({', '.join(['%s'] * number)})"


def _in_parts(rows: list[list[Any]]) -> Iterator[list[list[Any]]]:
    for start in range(0, len(rows), TOGETHER):
        yield rows[start : start + TOGETHER]


def _columns_of(one: Recorded, deed: Deed) -> dict[str, Any]:
    """The columns to write, with those that are worked out from them, ready for the database."""
    fields = by_column(one)
    values = {
        column: _prepared(fields[column], value_of(fields[column], raw))
        for column, raw in deed.values.items()
    }
    changed = {fields[column].name for column in deed.values}
    derived = [
        field_
        for field_ in one.model._meta.concrete_fields
        if isinstance(field_, DerivedField) and changed & set(field_.sources)
    ]
    if derived:
        instance = one.model(pk=deed.turn.row_id)
        for column, raw in {**deed.row, **deed.values}.items():
            if column in fields:
                setattr(instance, fields[column].attname, value_of(fields[column], raw))
        for field_ in derived:
            values[str(field_.column)] = _prepared(field_, field_.derive(instance))
    if issubclass(one.model, Record):
        # Taking back is a change like any other: forms that are open must notice it.
        values["modified"] = _prepared(one.model._meta.get_field("modified"), timezone.now())
    return values


def _remember_addresses(one: Recorded, deeds: Iterable[Deed]) -> None:
    """An address that the public may have seen leads on; one that a record has again is no past one."""
    for deed in deeds:
        if "slug" not in deed.values:
            continue
        uuid, kind = deed.row["uuid"], one.model.KIND  # type: ignore[attr-defined]
        if deed.row.get("first_published") is not None:
            PastSlug.remember(kind, deed.row["slug"], deed.values["slug"], uuid)
        else:
            PastSlug.objects.filter(kind=kind, slug=deed.values["slug"], record_uuid=uuid).delete()
