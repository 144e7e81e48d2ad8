"""Database triggers that note every row written to the catalogue (:class:`catalog.models.Touched`).

A note also names the records through which the public would see what was written, so that whoever works
it off can tell whether it was seen at all (:mod:`catalog.documents.notes`): a draft may name a public
event, and be edited, and nobody learns of it. An update that changes nothing of a row leaves no note.

They are laid again after each ``migrate``, from the current models: SQLite silently drops a table's
triggers whenever a migration rebuilds the table, and a new model or column needs its own. Triggers,
not signals, because bulk loads, ``update()`` and SQL typed by hand change records too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import connections, models, transaction

from catalog.models import (
    BIRTH,
    CITABLE_RECORDS,
    CITABLE_RELATIONS,
    RECORD_MODELS,
    UNSEEN,
    Citation,
    Exhibition,
    ExhibitionPart,
    Page,
    Person,
    Record,
    Statement,
    Status,
    Term,
    Touched,
    Transcription,
    withheld_in_sql,
)

#: Prefix in the database of everything that is created here.
_NAME = "catalog_touch"
#: Stands for the rule for living people, which each database writes in its own way.
_WITHHELD = "ROW.birth_is_withheld"
#: Stands for the rule of visibility, likewise.
_SHOWN = "ROW.is_shown"
#: The kind of notes that only say that the clock will show something sooner or later than it would have.
CLOCK: Final = "clock"
#: What a note says in place of other records if the public saw what was written, whatever is visible now.
ALREADY_SEEN: Final = "seen"
#: Columns that decide whether a birth is withheld.
_WITHHOLDING: Final = ("kind", "vital_status", "born", "born_latest", "died", "died_place_id")
#: Columns with which the clock shows a record.
_TIMES: Final = ("publish_from", "embargo_until")


def lay_triggers(using: str = "default", **_: Any) -> None:
    """Create every trigger that is missing or out of date; before the tables exist, do nothing.

    Can receive the signal ``post_migrate``.
    """
    connection = connections[using]
    standing = set(connection.introspection.table_names())
    if Touched._meta.db_table not in standing:
        return
    laid = _laid_in_sqlite(using)
    # In one transaction, so that no other process writes a row between the old trigger and the new one.
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for table, name, event, when, statement in _named(connection.vendor):
            commands = _commands(
                connection.vendor, table, f"{_NAME}_{name}", event, when, statement
            )
            if table not in standing or commands[-1] in laid:
                continue
            for sql in commands:
                cursor.execute(sql)


def _laid_in_sqlite(using: str) -> set[str]:
    """The statements of the existing triggers, as SQLite stores them: if all are there, starting
    writes nothing.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        return {sql for (sql,) in cursor.fetchall()}


def _named(vendor: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Table, name, event, condition and statement of each trigger."""
    for table, notes in sorted(watched().items()):
        # SQLite reads the text of all triggers with each connection and after each change of a table: what all
        # notes of a table ask of an update stands in its trigger once.
        shared = notes[0].columns if len({note.columns for note in notes}) == 1 else ()
        for event, rows in (("INSERT", ("NEW",)), ("DELETE", ("OLD",)), ("UPDATE", ("OLD", "NEW"))):
            is_update = event == "UPDATE"
            selects = " UNION ".join(
                note.sql(row, vendor, differing=is_update and not shared)
                for row in rows
                for note in notes
                if is_update or not note.of_updates
            )
            when = f"WHEN ({_differ(shared, vendor)}) " if is_update and shared else ""
            statement = f"INSERT INTO catalog_touched (kind, record_id, through) {selects}"
            name = f"{table.removeprefix('catalog_')}_{event.lower()}"
            yield table, name, event, when, statement


def _differ(columns: tuple[str, ...], vendor: str) -> str:
    """Whether an update changes any of some columns, in SQL."""
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    return " OR ".join(f'OLD."{name}" {differs} NEW."{name}"' for name in columns)


def _commands(
    vendor: str, table: str, name: str, event: str, when: str, statement: str
) -> list[str]:
    if vendor == "postgresql":
        function = f"{name}_noted"
        return [
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $touch$"
            f" BEGIN {statement}; RETURN NULL; END $touch$",
            f'DROP TRIGGER IF EXISTS {name} ON "{table}"',
            f'CREATE TRIGGER {name} AFTER {event} ON "{table}"'
            f" FOR EACH ROW {when}EXECUTE FUNCTION {function}()",
        ]
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        f'CREATE TRIGGER {name} AFTER {event} ON "{table}" {when}BEGIN {statement}; END',
    ]


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted when a row is written: a record, the records through which the public sees what was
    written of it, and the condition, as parts of a select in which ``ROW.`` stands for the row.
    """

    kind: str
    record: str
    #: "person:5 event:7", as a text in SQL; empty if nothing else has to be public.
    through: str = "''"
    condition: str = ""
    source: str = ""
    #: The columns whose change counts when a row is updated.
    columns: tuple[str, ...] = ()
    #: Whether it is only for updates: for a new or a deleted row, another note says all.
    of_updates: bool = False

    def sql(self, row: str, vendor: str, *, differing: bool) -> str:
        """The select, for the row as it was before ("OLD") or is after ("NEW") the event; with the condition that
        the columns differ, if it has to ask that itself.
        """
        conditions = [f"{self.record} IS NOT NULL"]
        if self.condition:
            conditions.append(self.condition)
        if differing and self.columns:
            conditions.append(f"({_differ(self.columns, vendor)})")
        source = f" FROM {self.source}" if self.source else ""
        text = (
            f"SELECT '{self.kind}', {self.record}, {self.through}{source}"
            f" WHERE {' AND '.join(conditions)}"
        ).replace(_WITHHELD, withheld_in_sql(row, vendor))
        return text.replace(_SHOWN, _shown_in_sql(row, vendor)).replace("ROW.", f"{row}.")


def watched() -> dict[str, list[Note]]:
    """For each table, what is noted when one of its rows is written."""
    found: dict[str, list[Note]] = {}
    for model in RECORD_MODELS.values():
        found[model._meta.db_table] = list(_of_record(model))
        for field in model._meta.many_to_many:
            through: Any = field.remote_field.through
            column = through._meta.get_field(field.m2m_field_name()).column
            found[through._meta.db_table] = [Note(model.KIND, f"ROW.{column}")]
    for statement in apps.get_app_config("catalog").get_models():
        if issubclass(statement, Statement) and statement.IS_PUBLIC:
            found[statement._meta.db_table] = list(_of_statement(statement))
    found[Term._meta.db_table] = [Note("term", "ROW.id", columns=_columns(Term))]
    found[Exhibition._meta.db_table] = list(_of_exhibition())
    return found


def _columns(model: type[models.Model], but: frozenset[str] = frozenset()) -> tuple[str, ...]:
    return tuple(str(one.column) for one in model._meta.concrete_fields if one.column not in but)


def _of_record(model: type[Record]) -> Iterator[Note]:
    """The record, and those that it points to: their documents list what points at them.

    What points at a hidden record, and the birth of somebody living, may change unseen.
    """
    pointing = {
        one.column: one
        for one in model._meta.concrete_fields
        if isinstance(one, models.ForeignKey) and _is_record(one.related_model)
    }
    births = BIRTH if model is Person else frozenset[str]()
    yield Note(model.KIND, "ROW.id", columns=_columns(model, UNSEEN | births | pointing.keys()))
    if births:
        columns = tuple(sorted(births - pointing.keys()))
        known = f"NOT {_WITHHELD}"
        yield Note(model.KIND, "ROW.id", condition=known, columns=columns, of_updates=True)
        yield Note(CLOCK, "ROW.id", condition=_WITHHELD, columns=columns, of_updates=True)
    # Columns that decide at which place among others a record is listed.
    order = tuple(one for one in ("position",) if one in _columns(model))
    for column, field in pointing.items():
        target: Any = field.related_model
        known, columns = "", (column, *order)
        if column in births:
            # Else the list of changes would tell where a living person was born.
            known, columns = f"NOT {_WITHHELD}", (column, *_WITHHOLDING)
        pointed = f"'{target.KIND}:' || ROW.{column}"
        itself = f"'{model.KIND}:' || ROW.id"
        yield Note(target.KIND, f"ROW.{column}", itself, condition=known, columns=columns)
        known = " AND ".join(filter(None, (known, f"ROW.{column} IS NOT NULL")))
        yield Note(model.KIND, "ROW.id", pointed, known, columns=(column,), of_updates=True)


def _of_statement(model: type[Statement]) -> Iterator[Note]:
    """Every record that a statement names, and those in whose documents it is also shown, all seen only
    if all of them are public.

    A transcription is shown with the documents of which its image is a page. A part of an exhibition
    changes the exhibition, and nothing of the record that it shows.
    """
    ends: dict[str, str] = {}
    for name in model.RECORDS:
        field: Any = model._meta.get_field(name)
        ends[field.column] = field.related_model.KIND
    if model is ExhibitionPart:
        shown = {column: kind for column, kind in ends.items() if kind != Exhibition.KIND}
        through = _named_in(shown, model)
        yield Note(Exhibition.KIND, "ROW.exhibition_id", through, columns=_columns(model))
        return
    if model is Citation:
        yield from _of_citation()
        return
    through, columns = _named_in(ends, model), _columns(model)
    for column, kind in ends.items():
        yield Note(kind, f"ROW.{column}", through, columns=columns)
    if model is Transcription:
        page = Page._meta.db_table
        both = f"{through} || ' document:' || {page}.document_id"
        same = f"{page}.image_id = ROW.image_id"
        yield Note("document", f"{page}.document_id", both, same, page, columns=columns)


def _of_citation() -> Iterator[Note]:
    """The source, and the one record or the records of the one relation that it is cited for."""
    source, columns = "'document:' || ROW.source_id", _columns(Citation)
    for name in CITABLE_RECORDS:
        record: Any = Citation._meta.get_field(name)
        cited, kind = f"ROW.{record.column}", record.related_model.KIND
        both = f"{source} || ' {kind}:' || {cited}"
        yield Note(kind, cited, both, columns=columns)
        yield Note("document", "ROW.source_id", both, f"{cited} IS NOT NULL", columns=columns)
    for name in CITABLE_RELATIONS:
        field: Any = Citation._meta.get_field(name)
        cited, relation = f"ROW.{field.column}", field.related_model
        table = relation._meta.db_table
        related: dict[str, str] = {
            relation._meta.get_field(end).column: relation._meta.get_field(end).related_model.KIND
            for end in relation.RECORDS
        }
        both = f"{source} || ' ' || {_named_in(related, relation, table)}"
        same = f"{table}.id = {cited}"
        yield Note("document", "ROW.source_id", both, same, table, columns=columns)
        for column, kind in related.items():
            yield Note(kind, f"{table}.{column}", both, same, table, columns=columns)


def _of_exhibition() -> Iterator[Note]:
    """The exhibition, which has no place in the list of changes to show whether it was public: the note
    says so if it is so no longer (:data:`ALREADY_SEEN`).
    """
    columns = _columns(Exhibition, UNSEEN | {"opening_id"})
    yield Note(Exhibition.KIND, "ROW.id", columns=columns)
    opening, chosen = "'image:' || ROW.opening_id", "ROW.opening_id IS NOT NULL"
    yield Note(Exhibition.KIND, "ROW.id", opening, chosen, columns=("opening_id",), of_updates=True)
    times = ("status", *_TIMES)
    yield Note(Exhibition.KIND, "ROW.id", f"'{ALREADY_SEEN}'", _SHOWN, columns=times)


def _named_in(ends: dict[str, str], model: type[models.Model], row: str = "ROW") -> str:
    """The records that some columns name, as a text in SQL."""
    named = []
    for column, kind in ends.items():
        one = f"'{kind}:' || {row}.{column}"
        is_optional = any(each.null for each in model._meta.fields if each.column == column)
        named.append(f"COALESCE({one}, '')" if is_optional else one)
    return " || ' ' || ".join(named)


def _shown_in_sql(row: str, vendor: str) -> str:
    """The rule of visibility (:func:`catalog.models.visibility`) for the columns of ``row``."""
    now = "STATEMENT_TIMESTAMP()" if vendor == "postgresql" else "datetime('now')"
    within = (f"({row}.{one} IS NULL OR {row}.{one} <= {now})" for one in _TIMES)
    return f"({row}.status = '{Status.PUBLISHED}' AND {' AND '.join(within)})"


def _is_record(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, Record)
