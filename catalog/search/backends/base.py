"""What a database has to do for the search: keep the tables of the index and notice changes. It finds words beside
(:mod:`~catalog.search.backends.matching`).

Everything else - facets, orders, suggestions, pages - is the same SQL on both, or Python over bitmaps.
A third backend is one subclass here and a three-line subclass of the behaviour suite in ``tests/search``.
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
from typing import Any, ClassVar, Final, NamedTuple, Self

from django.db.backends.base.base import BaseDatabaseWrapper
from pyroaring import BitMap

from catalog.search.backends.matching import Matching
from catalog.search.keys import among
from catalog.search.ties import watched

#: Every table that the index consists of, without the ones of the full text.
TABLES: Final = (
    "search_entry", "search_facet", "search_start", "search_word", "search_version",
)  # fmt: skip
#: Tables of earlier shapes, which go when the index is made anew.
FORMER: Final = ("search_misspelling",)
#: What is kept about the index: marks, marks set aside while another is built, and what stands.
ABOUT: Final = ("search_stale", "search_meanwhile", "search_state")
#: The number of the index's shape: raised when tables change, or when the same record gives another entry.
FORMAT: Final = 6
#: The beginning of the names of all tables of the index that answers. One that is built has another.
PREFIX: Final = "search_"
_RISING: Final = re.compile(r"search[0-9a-f]{8}_")
_OF_THE_INDEX: Final = re.compile(
    r"\bsearch_(?=(?:entry|facet|start|word|version|text|staff_text)(?:_|\b))"
)

#: The orders in which entries are walked.
ORDERS: Final[dict[str, str]] = {
    "quality": "quality DESC, id",
    "title": "sort_key, id",
    "first": "first_day, id",
    "last": "last_day DESC, id DESC",
    "new": "modified DESC, id DESC",
}

#: The columns of an entry, in the order in which they are written. ``inputs`` is the digest of what the entry was made
#: from, ``digest`` that of all that is stored of it: of every column but the first and itself, and of its texts.
COLUMNS: Final = (
    "id", "kind", "record", "title", "names", "related", "staff_related", "facet_values", "state",
    "visible_from", "due", "earliest", "latest", "first_day", "last_day", "sort_key", "modified",
    "quality", "handle", "staff", "inputs", "digest",
)  # fmt: skip

#: Rows of one statement, where a statement is made of many.
MANY: Final = 2_000


class Taken(NamedTuple):
    """Marks that were taken off the list: kind and record of entries that are to be made anew.

    ``now`` is the clock of the database, as the database tells it, ``due`` whether that changed entries too,
    and ``building`` whether an index is being built beside this one.
    """

    now: Any
    due: bool
    building: bool
    marks: set[tuple[int, int]]


class Backend(Matching):
    """The index in one database; an instance belongs to one connection, and so to one thread."""

    #: The clock of the database in its SQL: all embargoes are judged by it.
    NOW: ClassVar[str]
    #: How a text is held against a pattern, and what any letter is there.
    PATTERN: ClassVar[tuple[str, str]]
    #: How texts are read from ``{table}`` as :meth:`ready` gave them, column by column.
    READY: ClassVar[tuple[str, ...]]
    #: Column types of the tables that both databases have.
    TYPES: ClassVar[dict[str, str]] = {}

    def __init__(self, connection: BaseDatabaseWrapper, prefix: str = PREFIX) -> None:
        """``prefix`` is that of the index that answers, or of one that is built to take its place."""
        self.connection = connection
        self.prefix = prefix
        self._cursor: Any = None

    def beside(self) -> Self:
        """The same database with an index that nobody asks yet: every statement means its tables."""
        return type(self)(self.connection, f"search{secrets.token_hex(4)}_")

    def named(self, sql: str) -> str:
        """A statement with the names of this index's tables."""
        return sql if self.prefix == PREFIX else _OF_THE_INDEX.sub(self.prefix, sql)

    # --- Plain SQL --------------------------------------------------------------------------------

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a statement with ``%s`` for values and return its rows, if it has any."""
        cursor = self._open_cursor()
        cursor.execute(self.named(sql), parameters or None)
        return cursor.fetchall() if cursor.description else []

    def _open_cursor(self) -> Any:
        """One cursor for all statements: opening one costs as much as a small query."""
        if self._cursor is None:
            self._cursor = self.connection.cursor()
        return self._cursor

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""
        rows = list(rows)
        if len(rows) == 1:
            # What is made ready for many costs PostgreSQL's driver half a statement.
            self.run(sql, rows[0])
        elif rows:
            self._open_cursor().executemany(self.named(sql), rows)

    def walk(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[list[Any]]:
        """The rows of a statement in blocks; the reader may stop at any."""
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(self.named(sql), parameters or None)
            while block := cursor.fetchmany(MANY):
                yield block

    def ids(self, sql: str, parameters: Sequence[Any] = ()) -> BitMap:
        """The integers of a statement's one column, as a bitmap."""
        return BitMap(array("I", chain.from_iterable(self.run(sql, parameters))))

    @abstractmethod
    def records_of(self, ids: BitMap) -> tuple[str, list[Any]]:
        """SQL of the primary keys of the records of some entries, with its parameters.

        The entries are at least one, and all of one kind.
        """

    # --- The structures ---------------------------------------------------------------------------

    def create(self) -> None:
        """Make every table and trigger of the index. What stands already is left alone."""
        for statement in (*self.about(), *self.tables(), *self.indexes()):
            self.run(statement)
        if not self.run("SELECT 1 FROM search_state"):
            self.run("INSERT INTO search_state VALUES (%s, '', 0)", [FORMAT])
        self.lay_triggers()

    def drop(self) -> None:
        """Remove every table and trigger of the index: all of it can be made again from the records."""
        self.lift_triggers()
        self.drop_rising()
        for table in (*TABLES, *FORMER, *ABOUT, *self.text_tables()):
            self.run(f'DROP TABLE IF EXISTS "{table}"')

    def is_current(self) -> bool:
        """Whether the index has the shape that this release of the catalogue writes and reads."""
        if "search_state" not in self.connection.introspection.table_names():
            return False
        return self.run("SELECT format FROM search_state") == [(FORMAT,)]

    def drop_rising(self) -> None:
        """Remove what is left of an index that was built and did not take its place."""
        names = self.connection.introspection.table_names()
        wanted = {table.removeprefix(PREFIX) for table in (*TABLES, *self.text_tables())}
        for name in names:
            if (rising := _RISING.match(name)) and name[rising.end() :] in wanted:
                self.run(f'DROP TABLE "{name}"')

    def take_place(self) -> Self:
        """Give this index the names of the one that answers, and that one others. Returns the one put aside."""
        aside = self.beside()
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
        """Statements that make the indexes of the tables: when very many entries are written, after them."""
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
        """Statements that make the tables of what is kept about the index."""
        clustered = self.TYPES["clustered"]
        return [
            # Marks that an index which is being built has to look at; ``before`` says that they are older than it.
            "CREATE TABLE IF NOT EXISTS search_meanwhile (kind smallint NOT NULL, record bigint NOT NULL,"
            f" before smallint NOT NULL, PRIMARY KEY (kind, record)){clustered}",
            # One row. ``building`` is the prefix of an index that is being built, ``seen`` when it was worked at.
            "CREATE TABLE IF NOT EXISTS search_state"
            " (format smallint NOT NULL, building text NOT NULL, seen bigint NOT NULL)",
        ]

    def tables(self) -> list[str]:
        """Statements that make the tables."""
        types = self.TYPES
        return [
            f"""CREATE TABLE IF NOT EXISTS search_entry (
                id integer PRIMARY KEY, kind smallint NOT NULL, record bigint NOT NULL,
                title text NOT NULL, names text NOT NULL, related text NOT NULL,
                staff_related text NOT NULL, facet_values text NOT NULL, state smallint NOT NULL,
                visible_from {types["moment"]} NULL, due {types["moment"]} NULL,
                earliest bigint NULL, latest bigint NULL,
                first_day bigint NOT NULL, last_day bigint NOT NULL,
                sort_key text {types["collate"]} NOT NULL, modified bigint NOT NULL,
                quality smallint NOT NULL, handle text NOT NULL, staff smallint NOT NULL,
                inputs text NOT NULL, digest text NOT NULL)""",
            f"""CREATE TABLE IF NOT EXISTS search_facet (
                facet text {types["collate"]} NOT NULL, chunk integer NOT NULL,
                bits {types["blob"]} NOT NULL, version bigint NOT NULL,
                PRIMARY KEY (facet, chunk)){types["clustered"]}""",
            f"""CREATE TABLE IF NOT EXISTS search_start (
                start text {types["collate"]} NOT NULL, entry integer NOT NULL,
                PRIMARY KEY (start, entry)){types["clustered"]}""",
            # ``backwards`` has the letters of words of titles and names, which may be proposed as corrections.
            f"""CREATE TABLE IF NOT EXISTS search_word (
                word text {types["collate"]} PRIMARY KEY, stem text {types["collate"]} NOT NULL,
                backwards text {types["collate"]} NOT NULL){types["clustered"]}""",
            "CREATE TABLE IF NOT EXISTS search_version"
            " (number bigint PRIMARY KEY, token text NOT NULL)",
        ]

    @abstractmethod
    def lay_triggers(self) -> None:
        """Make the triggers that mark entries as stale, on every watched table; replace older ones."""

    @abstractmethod
    def lift_triggers(self) -> None:
        """Remove these triggers."""

    @abstractmethod
    def missing_triggers(self) -> list[str]:
        """Watched tables without triggers: their changes would go unnoticed."""

    def watched(self) -> dict[str, list[tuple[str, int]]]:
        """Tables that feed the index, and their columns that name an entry, with its kind.

        A table that a later migration makes is not there yet when an early one lays the triggers.
        """
        there = set(self.connection.introspection.table_names())
        return {
            table: sorted(columns) for table, columns in sorted(watched().items()) if table in there
        }

    # --- Writing ----------------------------------------------------------------------------------

    @abstractmethod
    def now(self) -> datetime:
        """The clock of the database: all embargoes are judged by it."""

    def moment(self, value: datetime | None) -> Any:
        """A point in time as the tables of the index keep it."""
        return value

    def take_marks(self, limit: int) -> Taken:
        """Take at most ``limit`` marks off the list, and hold the index until the transaction ends, if there are any.

        As many entries beside that the clock changed are taken as if they were marked.
        """
        taken = self.take_stale(limit)
        if not taken.due:
            return taken
        self.one_writer()
        due = self.run(
            "SELECT kind, record FROM search_entry WHERE due <= %s ORDER BY due, id LIMIT %s",
            [taken.now, limit],
        )
        return taken._replace(marks={*taken.marks, *due})

    @abstractmethod
    def take_stale(self, limit: int) -> Taken:
        """Take at most ``limit`` marks off the list."""

    @abstractmethod
    def one_writer(self) -> None:
        """Wait until no other transaction writes the index, and hold it until this one ends."""

    @abstractmethod
    def words_of_the_texts(self) -> Iterator[tuple[str, bool]]:
        """Every word that stands in the texts of entries, once, with whether it stands in a title or a name.

        Costs as much as reading the full text's whole index.
        """

    @staticmethod
    @abstractmethod
    def read(text: str) -> str:
        """A long text as the full text takes it."""

    @staticmethod
    @abstractmethod
    def words_in(texts: Iterable[tuple[int, str]]) -> dict[str, bool]:
        """The words of texts that :meth:`ready` gave, each with its place, and whether one is in a title or a name."""

    def ready(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Texts of an entry as :meth:`write_texts` takes them."""
        return texts

    @abstractmethod
    def write_texts(self, rows: list[tuple[Any, ...]], *, staff: bool) -> None:
        """Add the texts of entries that have none: rows of an id and what :meth:`ready` gave."""

    @abstractmethod
    def replace_texts(self, rows: list[tuple[Any, ...]], *, staff: bool) -> None:
        """Write the texts of entries, whether they have any yet or not."""

    def write_entries(self, rows: list[tuple[Any, ...]]) -> None:
        """Add entries: rows of all columns of the table."""
        self.append("search_entry", COLUMNS, rows)

    def append(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Add rows to a table, which has none of them yet: the quickest way for many."""
        self.run_many(
            f"INSERT INTO {table} ({', '.join(columns)})"
            f" VALUES ({', '.join(['%s'] * len(columns))})",
            rows,
        )

    @contextmanager
    def hastily(self) -> Iterator[None]:
        """A stretch in which very many texts are written."""
        yield

    def delete_texts(self, ids: Iterable[int], *, staff: bool) -> None:
        """Remove the texts of entries."""
        table, column = self.text_tables()[staff], self.TYPES["text_id"]
        self.run_many(f"DELETE FROM {table} WHERE {column} = %s", [(one,) for one in ids])

    def standing(self, kind: int, records: Iterable[int]) -> list[tuple[Any, ...]]:
        """The entries of some records of a kind as they were written.

        Each has all columns; then those of its texts, as :meth:`ready` gave them; then those of the texts that only
        curators find. Texts that it has not are as many None.
        """
        listed, values = among(records)
        columns = [f"search_entry.{column}" for column in COLUMNS]
        texts = ""
        for table, condition in zip(
            self.text_tables(), ("", " AND search_entry.staff = 1"), strict=True
        ):
            columns += [column.format(table=table) for column in self.READY]
            texts += f" LEFT JOIN {table} ON {table}.{self.TYPES['text_id']} = search_entry.id{condition}"
        return self.run(
            f"SELECT {', '.join(columns)} FROM search_entry{texts}"
            f" WHERE search_entry.kind = {int(kind)} AND search_entry.record IN ({listed})",
            values,
        )

    @abstractmethod
    def damage(self) -> list[str]:
        """What is wrong in the full text itself, each in a sentence."""

    @abstractmethod
    def merge_texts(self) -> None:
        """After very many texts were written in haste: put the full text in order."""

    @abstractmethod
    def settle(self) -> None:
        """After many writes: let the planner count anew."""
