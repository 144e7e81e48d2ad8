"""A deed, which is what undoing does to one row; and the statements that do it.

Deeds are written past the models, straight into the tables. Triggers record them, and keep search and documents
in step, as with any other write. Columns that are derived from others are derived again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import ForeignKey
from django.utils import timezone

from catalog.history.plan import Turn
from catalog.history.recorded import Recorded, recorded, unique_together
from catalog.history.rows import batches
from catalog.history.values import by_column, value_of
from catalog.models import (
    BIRTH,
    UNSEEN,
    DerivedField,
    MergedRecord,
    PastSlug,
    Person,
    Record,
    Status,
    Tombstone,
    What,
    derive,
)

#: Rows that one statement writes.
TOGETHER: Final = 500


@dataclass(slots=True)
class Deed:
    """A turn that will be taken: the columns to write, or the whole row that comes back or goes."""

    turn: Turn
    values: dict[str, Any] = field(default_factory=dict)
    row: dict[str, Any] = field(default_factory=dict)
    #: Rows that were added to this one later go with it.
    with_all: bool = False


def write(deeds: list[Deed]) -> None:
    """Write deeds in their order, consecutive ones of the same sort together. Needs an open transaction."""
    for (model, what, _with_all), some in groupby(
        deeds, key=lambda deed: (deed.turn.model, deed.turn.what, deed.with_all)
    ):
        one = recorded()[model]
        together = list(some)
        if what == What.INSERTED:
            _remove(one, together)
        elif what == What.DELETED:
            _restore(one, together)
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
        # As when a record is deleted: an address that the public saw answers that the record was removed.
        seen = [deed.row for deed in deeds if _was_shown(one, deed)]
        # One that this undo has restored is there already.
        kept = {
            str(uuid)
            for uuid in Tombstone.objects.filter(
                record_uuid__in=[row["uuid"] for row in seen]
            ).values_list("record_uuid", flat=True)
        }
        Tombstone.objects.bulk_create(
            [
                Tombstone(kind=one.model.KIND, slug=row["slug"], record_uuid=row["uuid"])
                for row in seen
                if str(UUID(row["uuid"])) not in kept
            ]
        )


def _restore(one: Recorded, deeds: list[Deed]) -> None:
    names = [str(field_.column) for field_ in one.model._meta.concrete_fields]
    rows = [_whole_row(one, deed) for deed in deeds]
    # What a deed has just caused makes way for the row that was there.
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
        # One that was merged into another is a record of its own again, under its own address.
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
    """Every column of a row that comes back; columns that the history does not know get their default."""
    instance = _instance(one, deed.turn.row_id, deed.row)
    return [
        _prepared(
            field_,
            field_.derive(instance)
            if isinstance(field_, DerivedField)
            else getattr(instance, field_.attname),
        )
        for field_ in one.model._meta.concrete_fields
    ]


def _instance(one: Recorded, pk: int, row: dict[str, Any]) -> Any:
    """The object of a row as the history has it."""
    fields = by_column(one)
    instance = one.model(pk=pk)
    for column, raw in row.items():
        if column in fields:
            setattr(instance, fields[column].attname, value_of(fields[column], raw))
    return instance


def _prepared(field_: Any, value: Any) -> Any:
    return field_.get_db_prep_save(value, connection)


def _write_columns(one: Recorded, deeds: list[Deed]) -> None:
    """Update rows; those with the same columns in one statement, unless their order matters."""
    alike: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    telling = _telling(one, deeds)
    for deed in deeds:
        written = _columns_of(one, deed, tells=deed.turn.row_id in telling)
        alike[tuple(written)].append([*written.values(), deed.turn.row_id])
    if issubclass(one.model, Record):
        _remember_addresses(one, deeds)
    for names, rows in alike.items():
        if connection.vendor == "sqlite" or _is_unique(one, names):
            _update_each(one.table, names, rows)
        else:
            _update_together(one, names, rows)


def _is_unique(one: Recorded, names: Iterable[str]) -> bool:
    """Whether one of the columns must be unique, so that a row has to give up its value before another gets it."""
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
    """Many rows in one statement: PostgreSQL calls the triggers once per statement, and they take most of the time."""
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
    """The type to which a written value is cast; of texts without their length, because a cast would cut them."""
    found = str(
        field_.rel_db_type(connection) if field_.primary_key else field_.db_type(connection)
    )
    return "text" if found.startswith("varchar") else found


def _marks(number: int) -> str:
    return f"({', '.join(['%s'] * number)})"


def _in_parts(rows: list[list[Any]]) -> Iterator[list[list[Any]]]:
    for start in range(0, len(rows), TOGETHER):
        yield rows[start : start + TOGETHER]


def _telling(one: Recorded, deeds: list[Deed]) -> set[int]:
    """The records, by primary key, whose time of the last change becomes now: undoing is a change like
    any other. That of a published record stays as it is if nothing changes that the public reads.
    """
    if not issubclass(one.model, Record):
        return set()
    pointing: dict[str, Any] = {
        str(field_.column): field_.related_model
        for field_ in one.model._meta.concrete_fields
        if isinstance(field_, ForeignKey) and issubclass(field_.related_model, Record)
    }
    found: set[int] = set()
    pointed: dict[str, dict[Any, set[int]]] = defaultdict(lambda: defaultdict(set))
    for deed in deeds:
        pk, columns = deed.turn.row_id, deed.values.keys() - UNSEEN
        if one.model is Person and _withholds_birth(one, deed):
            columns -= BIRTH
        if deed.row.get("status") != Status.PUBLISHED or columns - pointing.keys():
            found.add(pk)
            continue
        for column in columns:
            for end in (deed.row.get(column), deed.values[column]):
                pointed[column][end].add(pk)
    for column, records in pointed.items():
        for some in batches(end for end in records if end is not None):
            shown = pointing[column].objects.visible_to(None).order_by().filter(pk__in=some)
            for end in shown.values_list("pk", flat=True):
                found |= records[end]
    return found


def _withholds_birth(one: Recorded, deed: Deed) -> bool:
    """Whether a person's birth is withheld from the public before and after."""
    if deed.values.keys().isdisjoint(BIRTH):
        return False
    for row in (deed.row, {**deed.row, **deed.values}):
        person = _instance(one, deed.turn.row_id, row)
        derive(person)
        if not person.birth_is_withheld:
            return False
    return True


def _columns_of(one: Recorded, deed: Deed, *, tells: bool) -> dict[str, Any]:
    """The columns to write, with those derived from them, ready for the database; also the time of the
    change, if it ``tells``.
    """
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
        instance = _instance(one, deed.turn.row_id, {**deed.row, **deed.values})
        for field_ in derived:
            values[str(field_.column)] = _prepared(field_, field_.derive(instance))
    if tells:
        values["modified"] = _prepared(one.model._meta.get_field("modified"), timezone.now())
    return values


def _remember_addresses(one: Recorded, deeds: Iterable[Deed]) -> None:
    """Redirect an address that the public may have seen; one that the record has again is no longer a past one."""
    for deed in deeds:
        if "slug" not in deed.values:
            continue
        uuid, kind = deed.row["uuid"], one.model.KIND  # type: ignore[attr-defined]
        if _was_shown(one, deed):
            PastSlug.remember(kind, deed.row["slug"], deed.values["slug"], uuid)
        else:
            PastSlug.objects.filter(kind=kind, slug=deed.values["slug"], record_uuid=uuid).delete()


def _was_shown(one: Recorded, deed: Deed) -> bool:
    """Whether the public has ever seen the record of a row: see :attr:`Record.was_shown`."""
    first = value_of(one.model._meta.get_field("first_published"), deed.row.get("first_published"))
    return first is not None and first <= timezone.now()
