"""Database triggers that record every row written, by whichever door.

They are created after each ``migrate`` from the current models. What is compared and kept is
spelled out column by column, so that a row of thirty columns costs microseconds. On SQLite a
trigger runs for each row, on PostgreSQL once for each statement, over all of its rows.

The current change set is found on PostgreSQL by a setting that ends with the transaction, and on
SQLite, which has one writer, by which one is open. If there is none, the trigger opens one past the
actions. SQLite does not tell triggers where a transaction begins: there, writes past the actions
that follow each other within a second count as one change set.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import connections, models, transaction

from catalog.history.recorded import Recorded, recorded
from catalog.models import Change, Door

#: Prefix in the database of everything that is created here.
PREFIX: Final = "history_"
#: The PostgreSQL setting that names the change set for the length of a transaction.
SETTING: Final = "catalog.change_set"
#: PostgreSQL plans a function once per session, for the first statement that calls it. A plan for
#: ten thousand rows is compiled again at each call, a second wasted if the next statement writes
#: five hundred; one for a single row compares each row with each other when the next statement
#: writes ten thousand. So: never compiled, joined by sorting or hashing.
_PLANNED: Final = ("jit=off", "enable_nestloop=off")
#: PostgreSQL passes at most a hundred arguments to a function.
_MOST_PARTS: Final = 90


def lay_triggers(using: str = "default", **_: Any) -> None:
    """Create every trigger that is missing or out of date, and remove those of models that are gone.

    Can receive the signal ``post_migrate``; does nothing before the tables exist, and writes
    nothing if all triggers are as they should be.
    """
    connection = connections[using]
    standing = set(connection.introspection.table_names())
    if Change._meta.db_table not in standing:
        return
    tables = [one for one in recorded().values() if one.table in standing]
    lay = _lay_postgresql if connection.vendor == "postgresql" else _lay_sqlite
    # In one transaction, so that no other process writes a row between the old trigger and the new one.
    with transaction.atomic(using=using), connection.cursor() as cursor:
        lay(cursor, tables)


def row_as_json(vendor: str, one: Recorded, alias: str) -> str:
    """An SQL expression for a row, as triggers write it, of a table under an alias."""
    if vendor == "postgresql":
        return _postgresql_pairs(one, alias, differing=False)
    return _sqlite_row(one, alias)


# --- SQLite: a trigger for each row ------------------------------------------------------------------


def _lay_sqlite(cursor: Any, tables: list[Recorded]) -> None:
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s",
        [len(PREFIX), PREFIX],
    )
    laid = dict(cursor.fetchall())
    wanted = {name: sql for one in tables for name, sql in _sqlite(one)}
    for name in laid:
        if wanted.get(name) != laid[name]:
            cursor.execute(f"DROP TRIGGER {name}")
    for name, sql in wanted.items():
        if laid.get(name) != sql:
            cursor.execute(sql)


_OPEN: Final = "SELECT id FROM catalog_changeset WHERE open_until > julianday('now')"
#: A second, in days.
_SECOND: Final = "0.0000115740740740741"
#: Open a change set if none is open; keep one past the actions open a second longer.
_SQLITE_SET: Final = (
    "INSERT INTO catalog_changeset (made_at, by_name, door, reason, open_until)"
    f" SELECT strftime('%Y-%m-%d %H:%M:%f', 'now'), '', '{Door.OUTSIDE}', '', julianday('now') + {_SECOND}"
    f" WHERE NOT EXISTS ({_OPEN});"
    # Not for each row of a long run: half a second before its end is often enough.
    f" UPDATE catalog_changeset SET open_until = julianday('now') + {_SECOND}"
    f" WHERE open_until > julianday('now') AND open_until < julianday('now') + {_SECOND} / 2"
    f" AND door = '{Door.OUTSIDE}';"
)
#: If several are open, the one of an action, which is open without end.
_SQLITE_CURRENT: Final = f"({_OPEN} ORDER BY open_until DESC LIMIT 1)"


def _sqlite(one: Recorded) -> Iterator[tuple[str, str]]:
    old, new = _sqlite_row(one, "OLD"), "NULL"
    for event, body in (
        ("INSERT", _sqlite_change(one, "I", "NEW", "NULL", "NULL")),
        ("DELETE", _sqlite_change(one, "D", "OLD", old, "NULL")),
        (
            "UPDATE",
            _sqlite_change(
                one,
                "U",
                "NEW",
                _sqlite_differences(one, "OLD"),
                _sqlite_differences(one, "NEW"),
                also="OLD",
                only="OLD.id = NEW.id",
            )
            # Another primary key is another row.
            + _sqlite_change(one, "D", "OLD", old, new, only="OLD.id <> NEW.id")
            + _sqlite_change(one, "I", "NEW", "NULL", new, only="OLD.id <> NEW.id"),
        ),
    ):
        name = f"{PREFIX}{one.name}_{event.lower()}"
        when = ""
        if event == "UPDATE":
            columns = ["id", *(field.column for field in one.fields)]
            differ = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)
            when = f" WHEN {differ}"
        yield (
            name,
            f'CREATE TRIGGER {name} AFTER {event} ON "{one.table}" FOR EACH ROW{when}'
            f" BEGIN {_SQLITE_SET}{body} END",
        )


def _sqlite_change(
    one: Recorded, what: str, row: str, before: str, after: str, *, also: str = "", only: str = ""
) -> str:
    """Statements that write a change of ``row``, and the records that it belongs to (``also``: or belonged)."""
    where = f" WHERE {only}" if only else ""
    change = (
        "INSERT INTO catalog_change (change_set_id, model, row_id, what, before, after)"
        f" SELECT {_SQLITE_CURRENT}, '{one.name}', {row}.id, '{what}', {before}, {after}{where};"
    )
    sides = [side for side in (row, also) if side]
    links = " UNION ".join(
        dict.fromkeys(
            f"SELECT '{kind}' AS kind, {expression.replace('ROW.', f'{side}.')} AS record"
            for side in sides
            for kind, expression in one.links
        )
    )
    if not links:
        return change
    # Since SQLite has one writer, the newest change is the one just written.
    return change + (
        " INSERT INTO catalog_changedrecord (kind, record_id, change_set_id, change_id)"
        f" SELECT kind, record, {_SQLITE_CURRENT}, (SELECT max(id) FROM catalog_change) FROM ({links})"
        f" WHERE record IS NOT NULL{f' AND {only}' if only else ''};"
    )


def _sqlite_value(field: Any, side: str) -> str:
    column = f'{side}."{field.column}"'
    if isinstance(field, models.FloatField | models.DecimalField):
        # json_quote() keeps fifteen digits; quote() keeps all.
        return f"CASE WHEN {column} IS NULL THEN 'null' ELSE quote({column}) END"
    return f"json_quote({column})"


def _sqlite_row(one: Recorded, side: str) -> str:
    """The whole row as JSON."""
    pairs = " || ".join(
        f"""',"{field.column}":' || {_sqlite_value(field, side)}""" for field in one.fields
    )
    return f"'{{' || substr({pairs}, 2) || '}}'"


def _sqlite_differences(one: Recorded, side: str) -> str:
    """The columns that differ, as one side has them."""
    pairs = " || ".join(
        f"""CASE WHEN OLD."{field.column}" IS NOT NEW."{field.column}" """
        f"""THEN ',"{field.column}":' || {_sqlite_value(field, side)} ELSE '' END"""
        for field in one.fields
    )
    return f"'{{' || substr({pairs}, 2) || '}}'"


# --- PostgreSQL: a function for each table and event, called once per statement ------------------------


def _lay_postgresql(cursor: Any, tables: list[Recorded]) -> None:
    cursor.execute(
        "SELECT proname, prosrc, tgname IS NOT NULL AND proconfig @> %s FROM pg_proc"
        " LEFT JOIN pg_trigger ON tgfoid = pg_proc.oid AND tgenabled = 'O'"
        " WHERE starts_with(proname::text, %s) AND pronamespace = current_schema()::regnamespace",
        [list(_PLANNED), PREFIX],
    )
    laid = {name: (source, triggered) for name, source, triggered in cursor.fetchall()}
    own = f"{PREFIX}set"
    if laid.get(own, ("",))[0] != _POSTGRESQL_SET:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {own}() RETURNS bigint LANGUAGE plpgsql AS"
            f" $history${_POSTGRESQL_SET}$history$"
        )
    wanted = {name: (event, one, body) for one in tables for name, event, body in _postgresql(one)}
    planned = " ".join(f"SET {setting}" for setting in _PLANNED)
    for name in laid.keys() - wanted.keys() - {own}:
        cursor.execute(f"DROP FUNCTION {name}() CASCADE")
    for name, (event, one, body) in wanted.items():
        if laid.get(name) == (body, True):
            continue
        seen = {
            "INSERT": " REFERENCING NEW TABLE AS made",
            "UPDATE": " REFERENCING OLD TABLE AS past NEW TABLE AS made",
            "DELETE": " REFERENCING OLD TABLE AS past",
        }.get(event, "")
        moment = "AFTER" if seen else "BEFORE"
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {planned} AS"
            f" $history${body}$history$"
        )
        cursor.execute(f'DROP TRIGGER IF EXISTS {name} ON "{one.table}"')
        cursor.execute(
            f'CREATE TRIGGER {name} {moment} {event} ON "{one.table}"{seen}'
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


_POSTGRESQL_SET: Final = f"""
DECLARE
    named text := current_setting('{SETTING}', true);
    made bigint;
BEGIN
    IF named <> '' THEN
        RETURN named::bigint;
    END IF;
    INSERT INTO catalog_changeset (made_at, by_name, door, reason)
        VALUES (now(), session_user, '{Door.OUTSIDE}', '') RETURNING id INTO made;
    PERFORM set_config('{SETTING}', made::text, true);
    RETURN made;
END
"""


def _postgresql(one: Recorded) -> Iterator[tuple[str, str, str]]:
    """Name, event and body of each function."""
    whole = _postgresql_pairs(one, "p", differing=False)
    inserted = "SELECT m.id AS row_id, 'I' AS what, NULL AS before, NULL AS after FROM made m"
    deleted = f"SELECT p.id AS row_id, 'D' AS what, {whole} AS before, NULL AS after FROM past p"
    differ = " OR ".join(
        f'p."{field.column}" IS DISTINCT FROM m."{field.column}"' for field in one.fields
    )
    # A row whose primary key was changed has no other side: one was deleted, another inserted.
    updated = (
        "SELECT coalesce(m.id, p.id) AS row_id,"
        " CASE WHEN p.id IS NULL THEN 'I' WHEN m.id IS NULL THEN 'D' ELSE 'U' END AS what,"
        f" CASE WHEN m.id IS NULL THEN {whole}"
        f" WHEN p.id IS NOT NULL THEN {_postgresql_pairs(one, 'p', differing=True)} END AS before,"
        f" CASE WHEN p.id IS NOT NULL AND m.id IS NOT NULL"
        f" THEN {_postgresql_pairs(one, 'm', differing=True)} END AS after"
        " FROM past p FULL JOIN made m ON m.id = p.id"
        f" WHERE p.id IS NULL OR m.id IS NULL OR {differ}"
    )
    for event, rows, sides in (
        ("INSERT", inserted, ("made",)),
        ("DELETE", deleted, ("past",)),
        ("UPDATE", updated, ("past", "made")),
        ("TRUNCATE", deleted.replace("FROM past p", f'FROM "{one.table}" p'), (f'"{one.table}"',)),
    ):
        yield f"{PREFIX}{one.name}_{event.lower()}", event, _postgresql_body(one, rows, sides)


def _postgresql_body(one: Recorded, rows: str, sides: tuple[str, ...]) -> str:
    links = " UNION ".join(
        f"SELECT side.id AS row_id, '{kind}' AS kind, {expression.replace('ROW.', 'side.')} AS record"
        f" FROM {side} AS side"
        for side in sides
        for kind, expression in one.links
    )
    change = (
        "INSERT INTO catalog_change (change_set_id, model, row_id, what, before, after)"
        f" SELECT current_set, '{one.name}', written.row_id, written.what, written.before, written.after"
        f" FROM ({rows}) AS written"
    )
    if links:
        change = (
            f"WITH recorded AS ({change} RETURNING id, row_id)"
            " INSERT INTO catalog_changedrecord (kind, record_id, change_set_id, change_id)"
            " SELECT DISTINCT link.kind, link.record, current_set, recorded.id FROM recorded"
            f" JOIN ({links}) AS link ON link.row_id = recorded.row_id WHERE link.record IS NOT NULL"
        )
    return (
        f"\nDECLARE current_set bigint;\nBEGIN\n"
        f"    IF EXISTS ({rows}) THEN\n"
        f"        current_set := {PREFIX}set();\n        {change};\n    END IF;\n"
        "    RETURN NULL;\nEND\n"
    )


def _postgresql_pairs(one: Recorded, side: str, *, differing: bool) -> str:
    """The columns of one side as JSON: all, or those that differ."""
    pairs = []
    for field in one.fields:
        value = f"coalesce(to_json({side}.\"{field.column}\")::text, 'null')"
        pair = f"""',"{field.column}":' || {value}"""
        if differing:
            changed = f'p."{field.column}" IS DISTINCT FROM m."{field.column}"'
            pair = f"CASE WHEN {changed} THEN {pair} ELSE '' END"
        pairs.append(pair)
    joined = [
        f"concat({', '.join(pairs[start : start + _MOST_PARTS])})"
        for start in range(0, len(pairs), _MOST_PARTS)
    ]
    return f"'{{' || substr({' || '.join(joined)}, 2) || '}}'"
