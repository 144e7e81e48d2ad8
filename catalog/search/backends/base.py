"""What a database has to do for the search: hold the index's tables and notice changes of the records.

How words are found is the base class in :mod:`~catalog.search.backends.matching`. Everything else - facets,
orders, suggestions, pages - is the same SQL on both databases, or Python over bitmaps. A third backend is
one subclass here and a three-line subclass of the behaviour suite in ``tests/search``.
"""

from __future__ import annotations

import re
import secrets
from abc import abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Any, ClassVar, Final, Self

from django.db.backends.base.base import BaseDatabaseWrapper
from pyroaring import BitMap

from catalog.conf import catalogue_settings
from catalog.search.backends.marked import Marked
from catalog.search.backends.matching import Matching
from catalog.search.keys import among
from catalog.search.ties import EXHIBITED, watched

#: The tables of the index, except those of the full text.
TABLES: Final = (
    "search_entry", "search_facet", "search_start", "search_word", "search_version",
)  # fmt: skip
#: Tables of earlier formats, dropped together with the index.
FORMER: Final = ("search_misspelling",)
#: Tables beside the index: stale marks, those left for a job, those set aside during a build, its state, and
#: the words of exhibitions. A build does not replace them.
ABOUT: Final = (
    "search_stale", "search_left", "search_meanwhile", "search_state", "search_exhibited",
)  # fmt: skip
#: The version of the index's format. Raise it when a table changes, or when the same record would
#: give a different entry.
FORMAT: Final = 10
#: The table prefix of the live index. An index being built has a prefix of its own.
PREFIX: Final = "search_"
_OTHER_PREFIX: Final = re.compile(r"search[0-9a-f]{8}_")
_OF_THE_INDEX: Final = re.compile(
    r"\bsearch_(?=(?:entry|facet|start|word|version|text|staff_text)(?:_|\b))"
)

#: The orders of entries, as SQL lists their columns.
ORDERS: Final[dict[str, str]] = {
    "quality": "quality DESC, id",
    "title": "sort_key, id",
    "first": "first_day, id",
    "last": "last_day DESC, id DESC",
    "new": "modified DESC, id DESC",
}

#: The columns of an entry, in the order in which they are written, with their types. ``inputs`` is a
#: digest of what the entry was made from. ``digest`` covers all that is stored: every column except
#: ``id`` and itself, and the texts.
ENTRY: Final[dict[str, str]] = {
    "id": "integer PRIMARY KEY", "kind": "smallint NOT NULL", "record": "bigint NOT NULL",
    "title": "text NOT NULL", "names": "text NOT NULL", "related": "text NOT NULL",
    "staff_related": "text NOT NULL", "facet_values": "text NOT NULL", "state": "smallint NOT NULL",
    "visible_from": "{moment} NULL", "due": "{moment} NULL",
    "earliest": "bigint NULL", "latest": "bigint NULL",
    "first_day": "bigint NOT NULL", "last_day": "bigint NOT NULL",
    "sort_key": "text {collate} NOT NULL", "modified": "bigint NOT NULL",
    "quality": "smallint NOT NULL", "handle": "text NOT NULL", "staff": "smallint NOT NULL",
    "inputs": "text NOT NULL", "digest": "text NOT NULL",
}  # fmt: skip
COLUMNS: Final = tuple(ENTRY)

#: The statement that numbers a change of the index, with a hole for its token.
NEXT_VERSION: Final = (
    "INSERT INTO search_version (number, token)"
    " VALUES (coalesce((SELECT max(number) FROM search_version), 0) + 1, {}) RETURNING number"
)
#: How many rows are fetched at a time.
MANY: Final = 2_000


class Backend(Marked, Matching):
    """The index in one database. An instance belongs to one connection, and so to one thread."""

    #: SQL for the database's clock, by which all embargoes are judged.
    NOW: ClassVar[str]
    #: The operator that compares a text with a pattern, and its wildcard for a single letter.
    PATTERN: ClassVar[tuple[str, str]]
    #: SQL that reads the texts in ``{table}`` back in the form :meth:`ready` gave them, column by column.
    READY: ClassVar[tuple[str, ...]]
    #: Column types and clauses that differ between the databases, for the tables that both have.
    TYPES: ClassVar[dict[str, str]] = {}

    def __init__(self, connection: BaseDatabaseWrapper, prefix: str = PREFIX) -> None:
        """``prefix`` is that of the live index, or of one being built to replace it."""
        self.connection = connection
        self.prefix = prefix
        self._cursor: Any = None

    def under_new_names(self) -> Self:
        """The same database with an index under new table names, which nobody searches yet."""
        return type(self)(self.connection, f"search{secrets.token_hex(4)}_")

    def named(self, sql: str) -> str:
        """A statement with the table names of this index."""
        return sql if self.prefix == PREFIX else _OF_THE_INDEX.sub(self.prefix, sql)

    # --- Plain SQL --------------------------------------------------------------------------------

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a statement, with ``%s`` for parameters. Returns its rows, if it has any."""
        cursor = self._open_cursor()
        cursor.execute(self.named(sql), parameters or None)
        return self.fetched(cursor)

    @staticmethod
    def fetched(cursor: Any) -> list[Any]:
        """The rows of the statement that a cursor has run; none if it has no rows."""
        return cursor.fetchall()  # type: ignore[no-any-return]

    def _open_cursor(self) -> Any:
        """One cursor for all statements: opening one costs as much as a small query."""
        if self._cursor is None:
            self._cursor = self.connection.cursor()
        return self._cursor

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""
        rows = list(rows)
        if len(rows) == 1:
            # For a single row, ``executemany`` would cost PostgreSQL's driver half a statement more.
            self.run(sql, rows[0])
        elif rows:
            self._open_cursor().executemany(self.named(sql), rows)

    def walk(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[list[Any]]:
        """The rows of a statement in blocks; the caller may stop after any of them."""
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(self.named(sql), parameters or None)
            while block := cursor.fetchmany(MANY):
                yield block

    def ids(self, sql: str, parameters: Sequence[Any] = ()) -> BitMap:
        """The integers in a statement's only column, as a bitmap."""
        return BitMap(array("I", chain.from_iterable(self.run(sql, parameters))))

    @abstractmethod
    def records_of(self, ids: BitMap) -> Any:
        """A condition for querysets: the records behind some entries.

        There must be at least one entry, and all of them of one kind.
        """

    # --- The structures ---------------------------------------------------------------------------

    def create(self) -> None:
        """Create the tables and indexes that do not exist yet, and lay the triggers."""
        self.create_about()
        for statement in (*self.tables(), *self.indexes()):
            self.run(statement)
        if not self.run("SELECT 1 FROM search_state"):
            years = catalogue_settings().LIVING_YEARS
            self.run("INSERT INTO search_state VALUES (%s, '', 0, %s)", [FORMAT, years])
        self.lay_triggers()
        self.keep_planned()

    def create_about(self) -> None:
        """Create the tables about the index that do not exist yet."""
        for statement in self.about():
            self.run(statement)

    def drop(self) -> None:
        """Drop every table and trigger of the index; all of it can be rebuilt from the records."""
        self.lift_triggers()
        self.drop_others()
        for table in (*TABLES, *FORMER, *ABOUT, *self.text_tables()):
            self.run(f'DROP TABLE IF EXISTS "{table}"')

    def is_current(self) -> bool:
        """Whether the index has the format that this release reads and writes."""
        if "search_state" not in self.connection.introspection.table_names():
            return False
        return self.run("SELECT format FROM search_state") == [(FORMAT,)]

    def follows_the_living(self) -> bool:
        """Whether the entries were made with the present ``LIVING_YEARS``."""
        return self.run("SELECT living_years FROM search_state") == [
            (catalogue_settings().LIVING_YEARS,)
        ]

    def drop_others(self) -> None:
        """Drop the tables of every index but the live one: an unfinished build, or an index that
        was replaced.
        """
        names = self.connection.introspection.table_names()
        wanted = {table.removeprefix(PREFIX) for table in (*TABLES, *self.text_tables())}
        for name in names:
            if (other := _OTHER_PREFIX.match(name)) and name[other.end() :] in wanted:
                self.run(f'DROP TABLE "{name}"')

    def take_over(self) -> Self:
        """Rename the tables of this index to those of the live one, which are renamed first.
        Returns the replaced index.
        """
        aside = self.under_new_names()
        for table in (*TABLES, *self.text_tables()):
            self.connection.cursor().execute(
                f'ALTER TABLE "{table}" RENAME TO "{aside.named(table)}"'
            )
        for table in (*TABLES, *self.text_tables()):
            self.connection.cursor().execute(
                f'ALTER TABLE "{self.named(table)}" RENAME TO "{table}"'
            )
        return aside

    def indexes(self) -> list[str]:
        """Statements that create the tables' indexes. A build runs them after all rows are written."""
        return [
            "CREATE UNIQUE INDEX IF NOT EXISTS search_entry_record ON search_entry (kind, record)",
            "CREATE INDEX IF NOT EXISTS search_entry_due ON search_entry (due) WHERE due IS NOT NULL",
            "CREATE INDEX IF NOT EXISTS search_entry_hidden ON search_entry (visible_from)"
            " WHERE visible_from IS NOT NULL",
            "CREATE INDEX IF NOT EXISTS search_facet_version ON search_facet (version)",
            "CREATE INDEX IF NOT EXISTS search_word_stem ON search_word (stem)",
            "CREATE INDEX IF NOT EXISTS search_word_backwards ON search_word (backwards)"
            " WHERE backwards <> ''",
            *(
                f"CREATE INDEX IF NOT EXISTS search_entry_{name} ON search_entry ({columns})"
                for name, columns in ORDERS.items()
            ),
        ]

    def about(self) -> list[str]:
        """Statements that create the tables beside the index: marks, state, and the words of exhibitions."""
        clustered = self.TYPES["clustered"]
        return [
            # Marks of changes that were too large to be followed at once. They are not among the
            # stale ones, or the next person who saves something would have to remake their entries.
            "CREATE TABLE IF NOT EXISTS search_left (kind smallint NOT NULL, record bigint NOT NULL,"
            f" PRIMARY KEY (kind, record)){clustered}",
            # Marks set aside while another index is built. ``before`` is 1 for marks older than the
            # build: the new index is made from records that already have these changes.
            "CREATE TABLE IF NOT EXISTS search_meanwhile (kind smallint NOT NULL, record bigint NOT NULL,"
            f" before smallint NOT NULL, PRIMARY KEY (kind, record)){clustered}",
            # One row. ``building`` is the prefix of an index being built, else empty; ``seen`` is
            # when its builder last gave a sign of life, in Unix time. ``living_years`` is the setting
            # by which entries were made.
            "CREATE TABLE IF NOT EXISTS search_state (format smallint NOT NULL, building text NOT NULL,"
            " seen bigint NOT NULL, living_years smallint NOT NULL)",
            # Each word of an exhibition, with the part that has it; 0 is the exhibition itself.
            "CREATE TABLE IF NOT EXISTS search_exhibited (exhibition bigint NOT NULL,"
            f" word text {self.TYPES['collate']} NOT NULL, part bigint NOT NULL,"
            f" PRIMARY KEY (exhibition, word, part)){clustered}",
        ]

    def tables(self) -> list[str]:
        """Statements that create the tables."""
        types = self.TYPES
        entry = ", ".join(f"{name} {type_.format(**types)}" for name, type_ in ENTRY.items())
        return [
            f"CREATE TABLE IF NOT EXISTS search_entry ({entry})",
            f"""CREATE TABLE IF NOT EXISTS search_facet (
                facet text {types["collate"]} NOT NULL, chunk integer NOT NULL,
                bits {types["blob"]} NOT NULL, version bigint NOT NULL,
                PRIMARY KEY (facet, chunk)){types["clustered"]}""",
            f"""CREATE TABLE IF NOT EXISTS search_start (
                start text {types["collate"]} NOT NULL, entry integer NOT NULL,
                PRIMARY KEY (start, entry)){types["clustered"]}""",
            # ``backwards`` is the word reversed, if it occurs in a title or a name and so may be
            # proposed as a correction.
            f"""CREATE TABLE IF NOT EXISTS search_word (
                word text {types["collate"]} PRIMARY KEY, stem text {types["collate"]} NOT NULL,
                backwards text {types["collate"]} NOT NULL){types["clustered"]}""",
            "CREATE TABLE IF NOT EXISTS search_version"
            " (number bigint PRIMARY KEY, token text NOT NULL)",
        ]

    @abstractmethod
    def lay_triggers(self) -> None:
        """Create the triggers that mark entries as stale, on every watched table; replace older ones."""

    @abstractmethod
    def lift_triggers(self) -> None:
        """Drop these triggers."""

    @abstractmethod
    def missing_triggers(self) -> list[str]:
        """Watched tables without up-to-date triggers: their changes would go unnoticed."""

    def keep_planned(self) -> None:
        """Create the statements that the database keeps planned, if it does that and they are not as this
        release needs them.
        """

    def watched(self) -> dict[str, list[tuple[str, int]]]:
        """The tables that feed the index, each with the columns that name an entry and that entry's kind.

        Tables that do not exist are left out: a later migration will create them and lay the triggers
        again.
        """
        existing = set(self.connection.introspection.table_names())
        return {
            table: sorted(columns)
            for table, columns in sorted((watched() | EXHIBITED).items())
            if table in existing
        }

    # --- Writing ----------------------------------------------------------------------------------

    @abstractmethod
    def now(self) -> datetime:
        """The database's clock, by which all embargoes are judged."""

    def moment(self, value: datetime | None) -> Any:
        """A point in time in the form in which the index's tables store it."""
        return value

    def next_version(self, token: str) -> int:
        """Number a change of the index with the next number, and return that."""
        return self.run(NEXT_VERSION.format("%s"), [token])[0][0]  # type: ignore[no-any-return]

    @abstractmethod
    def words_of_the_texts(self) -> Iterator[tuple[str, bool]]:
        """Every word in the texts of entries, once, with whether it occurs in a title or a name.

        Costs as much as reading the whole index of the full text.
        """

    @staticmethod
    @abstractmethod
    def read(text: str) -> str:
        """A long text in the form that the full text takes."""

    @staticmethod
    @abstractmethod
    def words_in(texts: Iterable[tuple[int, str]]) -> dict[str, bool]:
        """The words of texts that :meth:`ready` gave, each text with the position of its column;
        and whether each word occurs in a title or a name.
        """

    def ready(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """The texts of an entry in the form that :meth:`write_texts` takes."""
        return texts

    @abstractmethod
    def write_texts(self, rows: list[tuple[Any, ...]], *, staff: bool) -> None:
        """Add the texts of entries that have none yet: rows of an id and what :meth:`ready` gave."""

    @abstractmethod
    def replace_texts(self, rows: list[tuple[Any, ...]], *, staff: bool) -> None:
        """Write the texts of entries, replacing those they have."""

    def write_entries(self, rows: list[tuple[Any, ...]]) -> None:
        """Add entries: rows of all :data:`COLUMNS`."""
        self.append("search_entry", COLUMNS, rows)

    def append(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Add rows that the table does not have yet, in the fastest way for many."""
        self.run_many(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" VALUES ({', '.join(['%s'] * len(columns))})",
            rows,
        )

    @contextmanager
    def bulk_loading(self) -> Iterator[None]:
        """A context in which very many texts are written."""
        yield

    def delete_texts(self, ids: Iterable[int], *, staff: bool) -> None:
        """Delete the texts of entries."""
        table, column = self.text_tables()[staff], self.TYPES["text_id"]
        self.run_many(f"DELETE FROM {table} WHERE {column} = %s", [(entry,) for entry in ids])

    def stored_rows(self, kind: int, records: Iterable[int]) -> list[tuple[Any, ...]]:
        """The stored entries of some records of a kind, as rows.

        A row has all :data:`COLUMNS`, then the columns of its texts as :meth:`ready` gave them, then those
        of the texts that only curators search. The columns of texts that an entry does not have are None.
        """
        listed, values = among(records)
        condition = f"search_entry.kind = {int(kind)} AND search_entry.record IN ({listed})"
        return self.run(self.stored_where(condition), values)

    @classmethod
    def stored_where(cls, condition: str) -> str:
        """The statement for these rows."""
        columns = [f"search_entry.{column}" for column in COLUMNS]
        texts = ""
        for table, further in zip(
            cls.text_tables(), ("", " AND search_entry.staff = 1"), strict=True
        ):
            columns += [column.format(table=table) for column in cls.READY]
            texts += (
                f" LEFT JOIN {table} ON {table}.{cls.TYPES['text_id']} = search_entry.id{further}"
            )
        return f"SELECT {', '.join(columns)} FROM search_entry{texts} WHERE {condition}"

    @abstractmethod
    def damage(self) -> list[str]:
        """What is wrong with the full text itself, one sentence each."""

    @abstractmethod
    def merge_texts(self) -> None:
        """Put the full text in order after very many texts were written."""

    @abstractmethod
    def settle(self) -> None:
        """Update the planner's statistics after many writes."""
