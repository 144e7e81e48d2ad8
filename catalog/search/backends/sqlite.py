"""SQLite: the texts in FTS5 tables, whose row numbers are the ids of the entries."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, ClassVar, Final

from django.db import DatabaseError
from django.db.models import Q
from django.db.models.expressions import RawSQL
from pyroaring import BitMap

from catalog.search import vocabulary
from catalog.search.backends.base import Backend
from catalog.search.backends.marked import Taken
from catalog.search.backends.matching import Language, Reach, Select
from catalog.search.entries import FIELDS, HEADS, WEIGHTS
from catalog.search.query import Words
from catalog.search.words import cut_at_signs, unmarked

COLUMNS: Final = ", ".join(FIELDS)
#: FTS5's settings in normal use, and while an index is built: how many bytes of words it collects
#: before writing them, and from how many segments of one level on it merges some of them, or all.
_NORMAL: Final = {"hashsize": 1_048_576, "automerge": 4, "crisismerge": 16}
_BULK: Final = {"hashsize": 67_108_864, "automerge": 0, "crisismerge": 1_900}
#: Pages that are written in one step of merging segments, after which others may write.
_MERGED: Final = 2_000
_FTS5: Final = Language(
    either=" OR ", both=" AND ", word='"{}"', beginning='"{}" *', phrase='"{}"', joint=" "
)
_BM25: Final = ", ".join(str(weight) for weight in WEIGHTS.values())


class SQLite(Backend):
    """The index in SQLite's FTS5."""

    NOW: ClassVar[str] = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
    LANGUAGE: ClassVar[Language] = _FTS5
    OF_HEADS: ClassVar[Language] = replace(_FTS5, whole="{{title names}} : ({})")
    OR_IDENTIFIED: ClassVar[str] = '({}) OR (identifiers : "{}")'
    FINDS: ClassVar[str] = "SELECT rowid AS id FROM {table} WHERE {table} MATCH {asked}"
    FORMS: ClassVar[str] = "coalesce(group_concat(' OR \"' || word || '\"', ''), '')"
    GATHERS: ClassVar[str] = "group_concat"
    PATTERN: ClassVar[tuple[str, str]] = ("GLOB", "?")
    READY: ClassVar[tuple[str, ...]] = tuple(f"{{table}}.{column}" for column in FIELDS)
    TYPES: ClassVar[dict[str, str]] = {
        "moment": "text",
        "blob": "blob",
        "collate": "",
        "clustered": " WITHOUT ROWID",
        "text_id": "rowid",
    }

    def records_of(self, ids: BitMap) -> Q:
        """Uses the index on the records, which contains the ids too: the wide rows need not be read."""
        listed = f"[{','.join(map(str, ids))}]"
        keys = RawSQL(
            "SELECT record FROM search_entry WHERE kind = "
            "(SELECT kind FROM search_entry WHERE id = %s) AND +id IN (SELECT value FROM json_each(%s))",
            [ids.min(), listed],
        )
        return Q(pk__in=keys)

    def tables(self) -> list[str]:
        """Statements that create the tables."""
        # The fastest tokenizer. It lowers ASCII capitals and splits at ASCII punctuation, but takes
        # everything beyond ASCII for letters: such texts must be folded already.
        made = [
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5({COLUMNS}, tokenize='ascii')"
            for table in self.text_tables()
        ]
        return [*super().tables(), *made]

    def about(self) -> list[str]:
        """Statements that create the tables about the index: marks and state."""
        return [
            *super().about(),
            "CREATE TABLE IF NOT EXISTS search_stale (kind smallint NOT NULL, record bigint NOT NULL,"
            " PRIMARY KEY (kind, record)) WITHOUT ROWID",
        ]

    def _triggers(self) -> dict[str, str]:
        found = {}
        for table, columns in self.watched().items():
            for event, sides in (("insert", "NEW"), ("update", "OLD NEW"), ("delete", "OLD")):
                marks = " ".join(
                    # Not OR IGNORE: an upsert that fires the trigger would override it.
                    f"INSERT INTO search_stale (kind, record)"
                    f' SELECT {kind}, {side}."{column}" WHERE {side}."{column}" IS NOT NULL'
                    f" AND NOT EXISTS (SELECT 1 FROM search_stale"
                    f' WHERE kind = {kind} AND record = {side}."{column}");'
                    for side in sides.split()
                    for column, kind in columns
                )
                name = f"search_mark_{table}_{event}"
                found[name] = (
                    f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" BEGIN {marks} END'
                )
        return found

    def lay_triggers(self) -> None:
        """Create the triggers. Each marks the entries that its row names, before and after the change."""
        self.lift_triggers()
        for statement in self._triggers().values():
            self.run(statement)

    def lift_triggers(self) -> None:
        """Drop the triggers."""
        rows = self.run(
            "SELECT name FROM sqlite_master"
            " WHERE type = 'trigger' AND substr(name, 1, 12) = 'search_mark_'"
        )
        for (name,) in rows:
            self.run(f'DROP TRIGGER "{name}"')

    def missing_triggers(self) -> list[str]:
        """Watched tables whose triggers are missing, or are not what the list of ties asks for."""
        laid = dict(self.run("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        return sorted(
            {
                statement.split(' ON "')[1].split('"')[0]
                for name, statement in self._triggers().items()
                if laid.get(name) != statement
            }
        )

    def now(self) -> datetime:
        """The database's clock, to the millisecond."""
        text = self.run(f"SELECT {self.NOW}")[0][0]
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    def moment(self, value: datetime | None) -> Any:
        """As text in UTC, which sorts in the order of time."""
        return value and value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

    def take_stale(self, limit: int) -> Taken:
        """Take marks, but write nothing if there are none: a write would have to wait for other writers."""
        now, marked, due, building = self.run(
            f"SELECT {self.NOW}, EXISTS (SELECT 1 FROM search_stale),"
            f" EXISTS (SELECT 1 FROM search_entry WHERE due <= {self.NOW}), building <> '' FROM search_state"
        )[0]
        marks = marked and self.run(
            "DELETE FROM search_stale WHERE (kind, record) IN"
            " (SELECT kind, record FROM search_stale ORDER BY kind, record LIMIT %s) RETURNING kind, record",
            [limit],
        )
        return Taken(now, bool(due), bool(building), set(marks or ()))

    def one_writer(self) -> None:
        """Nothing to do: SQLite has one writer anyway."""

    def words_of_the_texts(self) -> Iterator[tuple[str, bool]]:
        """Read from FTS5's own list of words, which names the columns of each, in the order of the
        words.
        """
        made = [f"found_in_{table}" for table in self.text_tables()]
        for table, found in zip(self.text_tables(), made, strict=True):
            self.run(f"CREATE VIRTUAL TABLE temp.{found} USING fts5vocab(main, {table}, col)")
        try:
            everywhere = merge(*map(self._in_columns, made))
            for word, found_there in groupby(everywhere, itemgetter(0)):
                if word.isascii() or unmarked(word):
                    yield word, any(column in HEADS for _word, column in found_there)
        finally:
            for found in made:
                self.run(f"DROP TABLE temp.{found}")

    def _in_columns(self, vocabulary: str) -> Iterator[tuple[str, str]]:
        for block in self.walk(f"SELECT term, col FROM temp.{vocabulary}"):
            yield from block

    #: FTS5 splits at punctuation itself.
    read = staticmethod(cut_at_signs)
    words_in = staticmethod(vocabulary.words_of)

    def write_texts(self, rows: list[tuple[Any, ...]], *, staff: bool) -> None:
        """Add the texts of entries that have none yet."""
        self.append(self.text_tables()[staff], ("rowid", *FIELDS), rows)

    def replace_texts(self, rows: list[tuple[Any, ...]], *, staff: bool) -> None:
        """Write the texts of entries, replacing those they have.

        They are written in the order of their ids: whenever an id is lower than the one before,
        FTS5 writes out all words that it has collected.
        """
        holes = ", ".join(["%s"] * (1 + len(FIELDS)))
        self.run_many(
            f"INSERT OR REPLACE INTO {self.text_tables()[staff]} (rowid, {COLUMNS}) VALUES ({holes})",
            sorted(rows),
        )

    @contextmanager
    def bulk_loading(self) -> Iterator[None]:
        """Collect words in larger segments, which are merged once, at the end (:meth:`merge_texts`).

        What SQLite sorts for its indexes goes to a file instead of memory.
        """
        # SQLite refuses to change this setting inside a transaction.
        may_choose = not self.connection.in_atomic_block
        if may_choose:
            self.run("PRAGMA temp_store = FILE")
        self._configure(_BULK)
        try:
            yield
            self._configure(_NORMAL)
        finally:
            if may_choose:
                self.run("PRAGMA temp_store = MEMORY")

    def _configure(self, settings: dict[str, int]) -> None:
        for table in self.text_tables():
            for name, value in settings.items():
                self.run(f"INSERT INTO {table} ({table}, rank) VALUES ('{name}', {value})")

    def damage(self) -> list[str]:
        """Texts without an entry, entries without a text, and words that are not found where they occur."""
        found = []
        for table, condition in zip(self.text_tables(), ("true", "staff = 1"), strict=True):
            texts, wanted = self.run(
                f"SELECT (SELECT count(*) FROM {table}_docsize),"
                f" (SELECT count(*) FROM search_entry WHERE {condition})"
            )[0]
            if texts != wanted:
                found.append(f"{table} has {texts} texts for {wanted} entries.")
            try:
                self.run(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
            except DatabaseError:
                found.append(f"{table} is damaged: words are not found where they occur.")
        return found

    def merge_texts(self) -> None:
        """Merge the segments of the full text into one, step by step."""
        for table in self.text_tables():
            # The negative number in the first step starts the merging of all segments. A step that
            # writes nothing is the last.
            pages = -_MERGED
            written = self._written()
            while True:
                self.run(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', {pages})")
                pages, before, written = _MERGED, written, self._written()
                if written - before < 2:
                    break

    def settle(self) -> None:
        """Update the planner's statistics."""
        self.run("ANALYZE search_entry")

    def _written(self) -> int:
        """How many rows this connection has written so far."""
        return int(self.run("SELECT total_changes()")[0][0])

    # --- Finding ----------------------------------------------------------------------------------

    @staticmethod
    def gathered(ids: Any) -> BitMap:
        """Numbers with commas between them are JSON, which is faster to read than to split as text."""
        return BitMap(array("I", json.loads(f"[{ids}]")))

    def rank(
        self, words: Words, reach: Reach, within: BitMap, *, staff: bool, head: bool = False
    ) -> list[int]:
        """Rank by BM25 with the weights of the columns. Costs about a microsecond for every match."""
        # Without other forms of the words: to BM25 a rare form would mean more than the word itself.
        as_asked = self.expression(words, reach, head=head, forms=False)
        scores = self._scores(("%s", [as_asked]), within, staff)
        if not scores and not head:
            whole = self.with_forms(self.expression(words, reach), words)
            scores = self._scores(whole, within, staff)
        return sorted(scores, key=lambda entry: (scores[entry], entry))[: self.RANKED]

    def _scores(self, expression: Select, within: BitMap, staff: bool) -> dict[int, float]:
        sql, values = expression
        scores: dict[int, float] = {}
        for table in self.text_tables()[: 1 + staff]:
            rows = self.run(
                f"SELECT rowid, bm25({table}, {_BM25}) FROM {table} WHERE {table} MATCH {sql}",
                values,
            )
            for entry, score in rows:
                if entry in within:
                    scores[entry] = min(score, scores.get(entry, 0.0))
        return scores
