"""PostgreSQL: the texts as tsvectors under a GIN index, in tables of their own.

The vectors are written ready-made (words, positions, weights), so no text search configuration of the
server plays a part. They are stored outside their rows: what a search reads is then a narrow table of ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, ClassVar, Final

from django.db import connections, transaction
from pyroaring import BitMap, BitMap64

from catalog.search.backends.base import COLUMNS, ENTRY, PREFIX
from catalog.search.backends.matching import Language, Reach
from catalog.search.backends.postgresql_marks import Marks
from catalog.search.chosen import OneOf
from catalog.search.entries import FIELDS, HEADS
from catalog.search.gathering import HANGING
from catalog.search.keys import FEW
from catalog.search.named import WITH_ANCESTORS
from catalog.search.planned import KEYS, Planned, keys_of
from catalog.search.query import Words
from catalog.search.words import END, HEAD, cut_at_blanks, unmarked

#: The weight of each column. Words of titles and names are stored a second time, with a mark.
#: (Weight D is written as nothing, as PostgreSQL does.)
LABELS: Final = dict(zip(FIELDS, ("A", "A", "A", "B", "C", "", "", ""), strict=True))
#: PostgreSQL numbers positions below 16,383 and keeps 255 of a word. Words beyond that are found,
#: but not in phrases.
LAST_POSITION: Final = 16_382
MOST_POSITIONS: Final = 255
#: Positions between two columns, so that no phrase runs from one into the next.
GAP: Final = 20
_TSQUERY: Final = Language(
    either=" | ", both=" & ", word="'{}'", beginning="'{}':*", phrase="('{}')", joint="' <-> '"
)
_WEIGHTS: Final = "{0.1, 0.25, 0.5, 1.0}"
#: A word in a vector. No word contains an apostrophe.
_WORD: Final = re.compile("'([^']+)'")


class PostgreSQL(Marks):
    """The index in PostgreSQL's full text search."""

    RANKED: ClassVar[int] = 3_000
    LANGUAGE: ClassVar[Language] = _TSQUERY
    #: The marked words of titles and names have no positions, so a phrase only requires all of its words.
    OF_HEADS: ClassVar[Language] = replace(
        _TSQUERY,
        word=f"'{HEAD}{{}}'",
        beginning=f"'{HEAD}{{}}':*",
        phrase=f"('{HEAD}{{}}')",
        joint=f"' & '{HEAD}",
    )
    OR_IDENTIFIED: ClassVar[str] = "({}) | '{}'"
    FINDS: ClassVar[str] = "SELECT id FROM {table} WHERE words @@ ({asked})::tsquery"
    FORMS: ClassVar[str] = "coalesce(string_agg(' | ''' || word || '''', ''), '')"
    GATHERS: ClassVar[str] = "array_agg"
    PATTERN: ClassVar[tuple[str, str]] = ("LIKE", "_")
    READY: ClassVar[tuple[str, ...]] = ("{table}.words::text",)
    TYPES: ClassVar[dict[str, str]] = {
        "moment": "timestamptz",
        "blob": "bytea",
        "collate": 'COLLATE "C"',
        "clustered": "",
        "text_id": "id",
    }

    @staticmethod
    def fetched(cursor: Any) -> list[Any]:
        """Asked by the row number, because this driver makes ``description`` anew for every statement."""
        return [] if cursor.rownumber is None else cursor.fetchall()

    def records_of(self, ids: BitMap) -> OneOf:
        """By the keys, which are read once for all statements with the condition."""
        return OneOf(partial(_keys_of_records, ids))

    def tables(self) -> list[str]:
        """Statements that create the tables."""
        made = []
        for table in self.text_tables():
            made += [
                # PostgreSQL moves values out of a row only if the row has 2 kB or more. The padding
                # in ``room``, which compresses to some 40 bytes, gets the vector moved.
                f"CREATE TABLE IF NOT EXISTS {table} (id integer PRIMARY KEY, words tsvector NOT NULL,"
                " room text NOT NULL DEFAULT repeat(' ', 2000)) WITH (toast_tuple_target = 128)",
                f"ALTER TABLE {table} ALTER COLUMN words SET STORAGE EXTERNAL",
            ]
        return [*super().tables(), *made]

    def indexes(self) -> list[str]:
        """Statements that create the indexes."""
        return [
            *super().indexes(),
            *(
                # The words of a changed entry wait in a list that every search reads as well. At
                # this length that takes a search 30 µs; half a megabyte and the planner may prefer to
                # read a small table whole.
                f"CREATE INDEX IF NOT EXISTS {table}_words ON {table} USING gin (words)"
                " WITH (gin_pending_list_limit = 256)"
                for table in self.text_tables()
            ),
        ]

    def walk(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[list[Any]]:
        """The rows of a statement in blocks; the caller may stop after any of them.

        This takes a transaction: outside of one, PostgreSQL reads all rows before it returns the first.
        """
        with transaction.atomic(using=self.connection.alias, savepoint=False):
            try:
                yield from super().walk(sql, parameters)
            except GeneratorExit:
                # The caller has seen enough, which is no reason to roll anything back.
                return

    # --- Texts ------------------------------------------------------------------------------------

    def vector(self, texts: tuple[str, ...]) -> str:
        """The texts of an entry as PostgreSQL writes a tsvector: sorted words with positions and
        weights.
        """
        places: dict[str, list[str]] = {}
        position = 1
        for name, text in zip(FIELDS, texts, strict=True):
            words = text.split()
            if name == "extra":
                for word in words:
                    places.setdefault(word, [])
                continue
            label = LABELS[name]
            for word in words:
                if word != END:
                    at = places.setdefault(word, [])
                    if position <= LAST_POSITION:
                        at.append(f"{position}{label}")
                position += 1
            if name in HEADS:
                for word in words:
                    if word != END:
                        places.setdefault(HEAD + word, [])
            position += GAP
        return " ".join(
            [
                f"'{word}':{','.join(at[:MOST_POSITIONS])}" if (at := places[word]) else f"'{word}'"
                for word in sorted(places)
            ]
        )

    def words_of_the_texts(self) -> Iterator[tuple[str, bool]]:
        """Read from all vectors, in which a word of a title or a name occurs a second time, with a mark."""
        each = " UNION ".join(
            f"SELECT unnest(tsvector_to_array(words)) AS word FROM {table}"
            for table in self.text_tables()
        )
        # Sorted without the mark, a word comes next to its marked copy.
        statement = (
            f"SELECT ltrim(word, '{HEAD}') COLLATE \"C\" AS bare, word FROM ({each}) AS found"
            " ORDER BY bare"
        )
        with transaction.atomic(using=self.connection.alias, savepoint=False):
            # All rows will be read. With little memory the words of all texts would be sorted
            # instead of hashed.
            self.run("SET LOCAL cursor_tuple_fraction = 1")
            self.run("SET LOCAL work_mem = '512MB'")
            rows = chain.from_iterable(self.walk(statement))
            for word, found in groupby(rows, itemgetter(0)):
                if word.isascii() or unmarked(word):
                    yield word, any(written != word for _bare, written in found)

    #: The vectors are made of words between spaces.
    read = staticmethod(cut_at_blanks)

    @staticmethod
    def words_in(texts: Iterable[tuple[int, str]]) -> dict[str, bool]:
        """Read from the vectors, in which a word of a title or a name occurs a second time, with a mark."""
        found: dict[str, bool] = {}
        for _place, text in texts:
            for word in _WORD.findall(text):
                bare = word.lstrip(HEAD)
                found[bare] = found.get(bare, False) or bare != word
        return found

    def ready(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """The vector of an entry."""
        return (self.vector(texts),)

    def write_texts(self, rows: list[tuple[Any, ...]], *, staff: bool) -> None:
        """Add the texts of entries that have none yet."""
        if rows:
            self.append(self.text_tables()[staff], ("id", "words"), rows)

    def replace_texts(self, rows: list[tuple[Any, ...]], *, staff: bool) -> None:
        """Write the texts of entries, replacing those they have."""
        self.run_many(
            f"INSERT INTO {self.text_tables()[staff]} (id, words) VALUES (%s, %s::tsvector)"
            " ON CONFLICT (id) DO UPDATE SET words = excluded.words",
            rows,
        )

    def append(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Add rows to a table by COPY."""
        statement = self.named(f"COPY {table} ({', '.join(columns)}) FROM STDIN")
        with self._open_cursor().copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def bulk_loading(self) -> Iterator[None]:
        """Give PostgreSQL more memory for the indexes that are created at the end."""
        self.run("SET maintenance_work_mem = '512MB'")
        yield
        self.run("RESET maintenance_work_mem")

    def delete_texts(self, ids: Iterable[int], *, staff: bool) -> None:
        """Delete the texts of entries."""
        self.run(f"DELETE FROM {self.text_tables()[staff]} WHERE id = ANY(%s)", [list(ids)])

    def stored_rows(self, kind: int, records: Iterable[int]) -> list[tuple[Any, ...]]:
        """The stored entries of some records of a kind, with points in time as text again."""
        keys = list(records)
        if self.prefix == PREFIX and 0 < len(keys) <= FEW:
            rows = self.run(_STORED.call, [kind, keys_of(keys)])
        else:
            rows = super().stored_rows(kind, keys)
        return [
            tuple([self.moment(value) if isinstance(value, datetime) else value for value in row])
            for row in rows
        ]

    def damage(self) -> list[str]:
        """Texts without an entry, and entries without a text. PostgreSQL itself keeps its index right."""
        found = []
        for table, condition in zip(self.text_tables(), ("true", "staff = 1"), strict=True):
            texts, wanted = self.run(
                f"SELECT (SELECT count(*) FROM {table}),"
                f" (SELECT count(*) FROM search_entry WHERE {condition})"
            )[0]
            if texts != wanted:
                found.append(f"{table} has {texts} texts for {wanted} entries.")
        return found

    def merge_texts(self) -> None:
        """Nothing to do: the index of the texts is built in one go, after all of them are written."""

    def settle(self) -> None:
        """Update the planner's statistics, and mark pages as visible to all, so that orders are
        read from indexes alone.

        Inside a transaction PostgreSQL can only do the former.
        """
        vacuum = "" if self.connection.in_atomic_block else "VACUUM "
        for table in ("search_entry", *self.text_tables()):
            self.run(f"{vacuum}ANALYZE {table}")

    # --- Finding ----------------------------------------------------------------------------------

    @staticmethod
    def gathered(ids: Any) -> BitMap:
        """The driver returns an array as a list."""
        return BitMap(ids)

    def rank(
        self, words: Words, reach: Reach, within: BitMap, *, staff: bool, head: bool = False
    ) -> list[int]:
        """Rank by ``ts_rank`` with the weights of the columns, for which every vector has to be read."""
        some = f"{{{','.join(map(str, list(within)[: self.RANKED]))}}}"
        sql, values = self.with_forms(self.expression(words, reach), words)
        scores: dict[int, float] = {}
        for table in self.text_tables()[: 1 + staff]:
            rows: list[Any] = self.run(
                # As a SELECT of its own the query is parsed once; a bare tsquery would be parsed
                # for every row.
                f"SELECT id, ts_rank(%s::float4[], words, (SELECT ({sql})::tsquery), 1) FROM {table}"
                " WHERE id = ANY(%s::integer[])",
                [_WEIGHTS, *values, some],
            )
            for entry, score in rows:
                scores[entry] = max(score, scores.get(entry, 0.0))
        return sorted(scores, key=lambda entry: (-scores[entry], entry))


def _keys_of_records(ids: BitMap, using: str) -> BitMap64:
    entries = f"{{{','.join(map(str, ids))}}}"
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(record) FROM search_entry WHERE id = ANY(%s::integer[])", [entries]
        )
        return BitMap64(cursor.fetchone()[0] or ())


#: The types of an entry's columns, without what else their definitions say.
_TYPES: Final = [definition.format(**PostgreSQL.TYPES).split()[0] for definition in ENTRY.values()]
_STORED: Final = Planned(
    "stored",
    ("smallint", KEYS),
    (
        *(f"own_{column} {type_}" for column, type_ in zip(COLUMNS, _TYPES, strict=True)),
        "words text",
        "staff_words text",
    ),
    PostgreSQL.stored_where("search_entry.kind = $1 AND search_entry.record = ANY($2)"),
)
PostgreSQL.PLANNED = (
    *Marks.PLANNED,
    _STORED,
    WITH_ANCESTORS,
    *(together.planned for together in HANGING.values()),
)
