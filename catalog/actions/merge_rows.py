"""Move everything that belongs to a record or a term to another: in the database, in a fixed number
of statements.

However many rows there are, none is loaded: each column that names the one is moved by one
statement, and rows that would then be duplicates are removed by one more. A row is a duplicate if
another says the same in all its columns, or says everything that it says: a bare "author" beside an
"author" with a date. The sources of such a row move to the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import connection, models
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.actions.merge_balance import Balance, Moved
from catalog.models import (
    CITABLE_RELATIONS,
    Citation,
    DerivedField,
    NameKind,
    Record,
    Statement,
)

#: Columns that do not distinguish two rows.
_NOT_COMPARED: Final = ("uuid", "position")
#: Texts for which being empty means something: a citation without a field is for the whole record.
_TELLING: Final = {("citation", "field")}
#: What may differ in rows that are still the same: one picture is one page of a document.
_IGNORED: Final = {("page", "label")}
#: Rows that have an order of their own: those that are moved follow those that are there.
_ORDERED: Final = {
    ("page", "document"),
    ("document", "collection"),
    ("image", "collection"),
    ("collection", "parent"),
}
#: The largest possible position.
_LAST_PLACE: Final = 2**31 - 1
#: The value that means nothing, in columns that are never empty.
_NOTHING: Final[dict[tuple[str, str], str]] = {("personname", "kind"): NameKind.OTHER}


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that refers to records of a kind, or to terms."""

    model: Any
    field: Any

    @property
    def is_list(self) -> bool:
        """Whether its rows link a record to its terms."""
        return bool(self.model._meta.auto_created)

    @property
    def is_statement(self) -> bool:
        """Whether its rows are names, relations, citations, outside identifiers, pages or
        transcriptions.
        """
        return issubclass(self.model, Statement)

    @property
    def table(self) -> str:
        """The table, quoted."""
        return connection.ops.quote_name(self.model._meta.db_table)

    @property
    def column(self) -> str:
        """The column, quoted."""
        return connection.ops.quote_name(self.field.column)

    def rows(self, **condition: Any) -> QuerySet[Any]:
        """Rows of the table, without the checks that each written row would cost."""
        return QuerySet(self.model).filter(**condition).order_by()


@cache
def references_to(model: type[models.Model]) -> tuple[Reference, ...]:
    """Every column of the catalogue that refers to rows of a model; names and sources of statements
    come last.

    A citation can belong to a relation that turns out to be a duplicate, so the relations come
    first.
    """
    found = [
        Reference(one, column)
        for one in apps.get_app_config("catalog").get_models(include_auto_created=True)
        for column in one._meta.concrete_fields
        if isinstance(column, models.ForeignKey) and column.related_model is model
    ]
    return tuple(sorted(found, key=lambda one: one.model is Citation))


def move_rows(model: type[models.Model], one: int, other: int) -> Balance:
    """Move everything that belongs to ``one`` to ``other``. The caller has locked the rows of both.

    In a hierarchy, ``other`` must not be below ``one`` any more: see ``catalog.actions.merge``.
    """
    balance = Balance()
    references = references_to(model)
    # What points from one hidden record to another is, to the public, as it was.
    tells = (
        not issubclass(model, Record)
        or model.objects.visible_to(None).filter(pk__in=[one, other]).exists()
    )
    for reference in references:
        line = balance.of(reference.model)
        if reference.is_statement:
            line.to_itself += _drop_to_itself(reference, references, one, other)
    for reference in references:
        line = balance.of(reference.model)
        if reference.is_list:
            _move_list(reference, one, other, line)
            continue
        if reference.is_statement:
            line.doubles += _drop_doubles(reference, one, other)
            line.given_way += _drop_doubles(reference, other, one)
        changes: dict[str, Any] = {reference.field.attname: other}
        if issubclass(reference.model, Record) and tells:
            # Forms that are open must notice.
            changes["modified"] = timezone.now()
        if shift := _shift(reference, one, other):
            changes["position"] = models.F("position") + shift
        line.moved += reference.rows(**{reference.field.attname: one}).update(**changes)
    return balance


def _shift(reference: Reference, one: int, other: int) -> int:
    """What to add to the positions of rows, so that they follow those that are there."""
    if (reference.model._meta.model_name, reference.field.name) not in _ORDERED:
        return 0
    last = [
        reference.rows(**{reference.field.attname: pk}).aggregate(last=Max("position"))["last"] or 0
        for pk in (one, other)
    ]
    return last[1] if sum(last) <= _LAST_PLACE else 0


# --- Lists of terms --------------------------------------------------------------------------------------------


def _move_list(reference: Reference, one: int, other: int, line: Moved) -> None:
    """Terms that both have are kept once."""
    column = reference.field.attname
    beside = _other_column(reference)
    listed = reference.rows(**{column: other, beside: OuterRef(beside)})
    line.moved += reference.rows(**{column: one}).filter(~Exists(listed)).update(**{column: other})
    line.doubles += reference.rows(**{column: one})._raw_delete(connection.alias)


def _other_column(reference: Reference) -> str:
    """The other column of a linking table."""
    return next(
        str(column.attname)
        for column in reference.model._meta.concrete_fields
        if isinstance(column, models.ForeignKey) and column != reference.field
    )


# --- Rows that would relate a record to itself --------------------------------------------------------------------


def _drop_to_itself(
    reference: Reference, references: tuple[Reference, ...], one: int, other: int
) -> int:
    """Remove rows that name both: nobody is their own parent, and no document its own source."""
    dropped = 0
    for second in references:
        if second.model is reference.model and second.field.attname < reference.field.attname:
            first_name, second_name = reference.field.attname, second.field.attname
            rows = reference.rows().filter(
                Q(**{first_name: one, second_name: other})
                | Q(**{first_name: other, second_name: one})
            )
            dropped += rows.count()
            _drop(reference, rows)
    return dropped


def _drop(reference: Reference, rows: QuerySet[Any]) -> None:
    """Delete statements with their citations."""
    name = str(reference.model._meta.model_name)
    if name in CITABLE_RELATIONS:
        cited: QuerySet[Any] = (
            QuerySet(Citation).filter(**{f"{name}__in": rows.values("pk")}).order_by()
        )
        cited._raw_delete(connection.alias)
    rows._raw_delete(connection.alias)


# --- Rows that would be duplicates --------------------------------------------------------------------------------


def _drop_doubles(reference: Reference, goes: int, stays: int) -> int:
    """Remove the rows of ``goes`` that say nothing which a row of ``stays`` does not say; their
    sources move.
    """
    pairs, values = _pairs(reference, goes, stays)
    name = str(reference.model._meta.model_name)
    with connection.cursor() as cursor:
        if name in CITABLE_RELATIONS:
            citation = connection.ops.quote_name(Citation._meta.db_table)
            behind: Any = Citation._meta.get_field(name)
            column = connection.ops.quote_name(behind.column)
            cursor.execute(
                f"UPDATE {citation} SET {column} = pairs.twin FROM ({pairs}) AS pairs"
                f" WHERE {citation}.{column} = pairs.id",
                values,
            )
            if cursor.rowcount:
                _drop_twin_sources(reference, stays)
        cursor.execute(
            f"DELETE FROM {reference.table} WHERE id IN (SELECT id FROM ({pairs}) AS pairs)", values
        )
        return int(cursor.rowcount)


def _drop_twin_sources(reference: Reference, stays: int) -> None:
    """Of citations that say the same for one relation, keep the first."""
    name = f"{reference.model._meta.model_name}_id"
    alike = ", ".join(
        connection.ops.quote_name(str(column.column))
        for column in Citation._meta.concrete_fields
        if not column.primary_key and column.name not in _NOT_COMPARED
    )
    table = connection.ops.quote_name(Citation._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM ("
            f"SELECT id, MIN(id) OVER (PARTITION BY {alike}) AS first FROM {table}"
            f" WHERE {name} IN (SELECT id FROM {reference.table} WHERE {reference.column} = %s)"
            f") AS alike WHERE id <> first)",
            [stays],
        )


def _pairs(reference: Reference, goes: int, stays: int) -> tuple[str, list[Any]]:
    """SQL of ``id`` and ``twin``: each row of ``goes`` with the row of ``stays`` that says the same
    or more.

    Sorts the rows of both once, instead of comparing each with each.
    """
    strict, optional = _compared(reference)
    quoted = connection.ops.quote_name
    same = ", ".join(quoted(column.column) for column in (*strict, *optional))
    least = ", ".join(quoted(column.column) for column in strict)
    values: list[Any] = [stays, stays]
    bare = []
    for column in optional:
        name = quoted(column.column)
        nothing = _NOTHING.get((reference.model._meta.model_name, column.name), "")
        if nothing or column.get_internal_type() in {"CharField", "TextField"}:
            bare.append(f"({name} IS NULL OR {name} = %s)")
            values.append(nothing)
        else:
            bare.append(f"{name} IS NULL")
    of_stays = f"MIN(CASE WHEN {reference.column} = %s THEN id END)"
    sql = (
        f"SELECT id, COALESCE(same, CASE WHEN bare = 1 THEN fuller END) AS twin,"
        f" CASE WHEN same IS NULL THEN 0 ELSE 1 END AS is_same FROM (SELECT id,"
        f" {reference.column} AS holder, {of_stays} OVER (PARTITION BY {same}) AS same,"
        f" {of_stays} OVER (PARTITION BY {least}) AS fuller,"
        f" CASE WHEN {' AND '.join(bare) or '1 = 1'} THEN 1 ELSE 0 END AS bare"
        f" FROM {reference.table} WHERE {reference.column} IN (%s, %s)) AS paired"
        f" WHERE holder = %s AND COALESCE(same, CASE WHEN bare = 1 THEN fuller END) IS NOT NULL"
    )
    return sql, [*values, goes, stays, goes]


def _compared(reference: Reference) -> tuple[list[Any], list[Any]]:
    """Columns in which two rows must be equal, and those that may be empty in the one that says less."""
    name = str(reference.model._meta.model_name)
    strict: list[Any] = []
    optional: list[Any] = []
    for column in reference.model._meta.concrete_fields:
        if (
            column.primary_key
            or column == reference.field
            or column.name in _NOT_COMPARED
            or isinstance(column, DerivedField)
            or (name, column.name) in _IGNORED
        ):
            continue
        may_be_empty = (
            (column.blank or column.null or (name, column.name) in _NOTHING)
            and not isinstance(column, models.ForeignKey)
            and (name, column.name) not in _TELLING
        )
        (optional if may_be_empty else strict).append(column)
    return strict, optional


# --- Looking ahead ------------------------------------------------------------------------------------------------


def weigh_rows(model: type[models.Model], one: int, other: int) -> Balance:
    """How many rows :func:`move_rows` would move and drop, without writing: one query.

    Rows that become duplicates only because others moved are not foreseen.
    """
    balance = Balance()
    parts: list[str] = []
    values: list[Any] = []
    asked = list(_counting(references_to(model), one, other))
    for number, (_ref, _what, sql, given) in enumerate(asked):
        parts.append(f"SELECT {number}, ({sql})")
        values += given
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        found = dict(cursor.fetchall())
    for number, (reference, what, _sql, _given) in enumerate(asked):
        line = balance.of(reference.model)
        setattr(line, what, getattr(line, what) + found[number])
    for line in balance.sorts.values():
        # Counted among the rows of the record that goes, some of which are dropped.
        line.moved = max(0, line.moved - line.doubles - line.to_itself)
    return balance


def _counting(
    references: tuple[Reference, ...], one: int, other: int
) -> Iterator[tuple[Reference, str, str, list[Any]]]:
    for reference in references:
        counted = f"SELECT COUNT(*) FROM {reference.table} WHERE {reference.column} = %s"
        yield reference, "moved", counted, [one]
        if reference.is_list:
            beside = connection.ops.quote_name(_other_column(reference))
            sql = f"{counted} AND {beside} IN (SELECT {beside} FROM {reference.table} WHERE {reference.column} = %s)"
            yield reference, "doubles", sql, [one, other]
        if not reference.is_statement:
            continue
        pairs, values = _pairs(reference, one, other)
        yield reference, "doubles", f"SELECT COUNT(*) FROM ({pairs}) AS pairs", values
        pairs, values = _pairs(reference, other, one)
        only_less = f"SELECT COUNT(*) FROM ({pairs}) AS pairs WHERE is_same = 0"
        yield reference, "given_way", only_less, values
        for second in references:
            if second.model is reference.model and second.field.attname < reference.field.attname:
                name = connection.ops.quote_name(second.field.column)
                sql = (
                    f"SELECT COUNT(*) FROM {reference.table} WHERE ({reference.column} = %s AND {name} = %s)"
                    f" OR ({reference.column} = %s AND {name} = %s)"
                )
                yield reference, "to_itself", sql, [one, other, other, one]
