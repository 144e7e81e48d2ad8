"""What a database has to do for the search: keep the tables of the index, notice changes, find words.

Everything else - facets, orders, suggestions, pages - is the same SQL on both, or Python over bitmaps.
A third backend is one subclass here and a three-line subclass of the behaviour suite in ``tests/search``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, ClassVar, Final, Literal

from django.db.backends.base.base import BaseDatabaseWrapper
from pyroaring import BitMap

from catalog.search.entries import FIELDS
from catalog.search.query import Words
from catalog.search.ties import watched
from catalog.search.words import SOUND, sound, spellings

#: How an input is matched: every word as it stands; every word as a beginning; any of the words.
Reach = Literal["all", "beginnings", "any"]
REACHES: Final[tuple[Reach, ...]] = ("all", "beginnings", "any")

#: Every table that the index consists of, without the ones of the full text.
TABLES: Final = (
    "search_entry", "search_stale", "search_facet", "search_start", "search_word",
    "search_misspelling", "search_version",
)  # fmt: skip

#: The orders in which entries are walked.
ORDERS: Final[dict[str, str]] = {
    "quality": "quality DESC, id",
    "title": "sort_key, id",
    "first": "first_day, id",
    "last": "last_day DESC, id DESC",
    "new": "modified DESC, id DESC",
}

#: Rows of one statement, where a statement is made of many.
MANY: Final = 2_000


class Backend(ABC):
    """The index in one database; an instance belongs to one connection, and so to one thread."""

    #: So many hits are ranked by where and how often the words stand; more are ranked by title and quality.
    RANKED: ClassVar[int] = 5_000
    #: Column types of the tables that both databases have.
    TYPES: ClassVar[dict[str, str]] = {}

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self._cursor: Any = None

    # --- Plain SQL --------------------------------------------------------------------------------

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a statement with ``%s`` for values and return its rows, if it has any."""
        cursor = self._open_cursor()
        cursor.execute(sql, parameters or None)
        return cursor.fetchall() if cursor.description else []

    def _open_cursor(self) -> Any:
        """One cursor for all statements: opening one costs as much as a small query."""
        if self._cursor is None:
            self._cursor = self.connection.cursor()
        return self._cursor

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of values."""
        rows = list(rows)
        if rows:
            self._open_cursor().executemany(sql, rows)

    def walk(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[list[Any]]:
        """The rows of a statement in blocks; the reader may stop at any."""
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(sql, parameters or None)
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
        for statement in self.tables():
            self.run(statement)
        self.make_orders()
        self.lay_triggers()

    def drop(self) -> None:
        """Remove every table and trigger of the index: all of it can be made again from the records."""
        self.lift_triggers()
        for table in (*TABLES, *self.text_tables()):
            self.run(f'DROP TABLE IF EXISTS "{table}"')

    def make_orders(self) -> None:
        """Make the indexes by which entries are walked in an order."""
        for name, columns in ORDERS.items():
            self.run(f"CREATE INDEX IF NOT EXISTS search_entry_{name} ON search_entry ({columns})")

    def drop_orders(self) -> None:
        """Drop these indexes, before very many entries are written."""
        for name in ORDERS:
            self.run(f"DROP INDEX IF EXISTS search_entry_{name}")

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
                quality smallint NOT NULL, handle text NOT NULL, digest text NOT NULL,
                staff smallint NOT NULL)""",
            "CREATE UNIQUE INDEX IF NOT EXISTS search_entry_record ON search_entry (kind, record)",
            "CREATE INDEX IF NOT EXISTS search_entry_due ON search_entry (due) WHERE due IS NOT NULL",
            "CREATE INDEX IF NOT EXISTS search_entry_hidden ON search_entry (visible_from)"
            " WHERE visible_from IS NOT NULL",
            f"""CREATE TABLE IF NOT EXISTS search_facet (
                facet text {types["collate"]} NOT NULL, chunk integer NOT NULL,
                bits {types["blob"]} NOT NULL, version bigint NOT NULL,
                PRIMARY KEY (facet, chunk)){types["clustered"]}""",
            "CREATE INDEX IF NOT EXISTS search_facet_version ON search_facet (version)",
            f"""CREATE TABLE IF NOT EXISTS search_start (
                start text {types["collate"]} NOT NULL, entry integer NOT NULL,
                PRIMARY KEY (start, entry)){types["clustered"]}""",
            f"""CREATE TABLE IF NOT EXISTS search_word (
                word text {types["collate"]} PRIMARY KEY){types["clustered"]}""",
            f"""CREATE TABLE IF NOT EXISTS search_misspelling (
                written text {types["collate"]} NOT NULL, word text {types["collate"]} NOT NULL,
                PRIMARY KEY (written, word)){types["clustered"]}""",
            "CREATE TABLE IF NOT EXISTS search_version"
            " (number bigint PRIMARY KEY, token text NOT NULL)",
        ]

    @abstractmethod
    def text_tables(self) -> tuple[str, ...]:
        """Names of the tables of the full text: for everybody, and for curators."""

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

    @abstractmethod
    def one_writer(self) -> None:
        """Wait until no other transaction writes the index, and hold it until this one ends."""

    @abstractmethod
    def write_texts(self, rows: list[tuple[int, tuple[str, ...]]], *, staff: bool) -> None:
        """Add the texts of entries that have none."""

    def delete_texts(self, ids: Iterable[int], *, staff: bool) -> None:
        """Remove the texts of entries."""
        table, column = self.text_tables()[staff], self.TYPES["text_id"]
        self.run_many(f"DELETE FROM {table} WHERE {column} = %s", [(one,) for one in ids])

    @abstractmethod
    def read_texts(self, first: int, last: int, *, staff: bool) -> dict[int, tuple[str, ...]]:
        """The texts of entries from one id to another, as :meth:`comparable` makes them."""

    def comparable(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Texts of an entry in the form in which this backend can give them back."""
        return texts

    @abstractmethod
    def settle(self) -> None:
        """After many writes: put the full text in order and let the planner count anew."""

    # --- Finding ----------------------------------------------------------------------------------

    @abstractmethod
    def expression(self, words: Words, reach: Reach, *, head: bool = False) -> str:
        """The words in the language of the database's full text; with ``head`` only in title and names."""

    @abstractmethod
    def _ids(self, expression: str, staff: bool) -> BitMap:
        """Ids of the entries that an expression finds."""

    def match(self, words: Words, reach: Reach, *, staff: bool) -> BitMap:
        """Ids of the entries that the words are found in."""
        expression = self.expression(words, reach)
        return self._ids(expression, staff) if expression else BitMap()

    def heads(self, words: Words, reach: Reach, *, staff: bool) -> BitMap:
        """Ids of those that have all the words in their title or names."""
        if reach == "any":
            return BitMap()
        return self._ids(self.expression(words, reach, head=True), staff)

    @abstractmethod
    def rank(
        self, words: Words, reach: Reach, within: BitMap, *, staff: bool, head: bool = False
    ) -> list[int]:
        """The best at most ``RANKED`` of some ids, by where and how often the words stand.

        ``head`` says that the ids are :meth:`heads`, so that only titles and names have to be looked at.
        """

    @staticmethod
    def alternatives(word: str) -> tuple[str, ...]:
        """What an asked word may stand as: the word, its stems and its sound."""
        return spellings(word, ASKED_LANGUAGES)

    @staticmethod
    def names_of(word: str) -> tuple[str, ...]:
        """What an asked word may stand as in a title or a name: the word and its sound."""
        heard = sound(word)
        return (word, heard + SOUND) if heard else (word,)


#: A question says nothing of its language: its words are read as any that titles are stemmed by.
ASKED_LANGUAGES: Final = ("en", "es", "fr", "de")

__all__ = ["ASKED_LANGUAGES", "FIELDS", "MANY", "REACHES", "TABLES", "Backend", "Reach"]
