"""PostgreSQL: the texts as tsvectors under a GIN index, in tables of their own.

The vectors are written ready-made (words, positions, weights), so no text search configuration of the
server plays a part. They are stored outside their rows: what a search reads is then a narrow table of ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, ClassVar, Final

from django.db import transaction
from pyroaring import BitMap

from catalog.search.backends.base import Backend, Taken
from catalog.search.backends.matching import Language, Reach
from catalog.search.entries import FIELDS, HEADS
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
_LOCK: Final = 7_306_204
#: A word in a vector. No word contains an apostrophe.
_WORD: Final = re.compile("'([^']+)'")


class PostgreSQL(Backend):
    """The index in PostgreSQL's full text search."""

    RANKED: ClassVar[int] = 3_000
    NOW: ClassVar[str] = "statement_timestamp()"
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

    def records_of(self, ids: BitMap) -> tuple[str, list[Any]]:
        """By the ids, as one array."""
        return "SELECT record FROM search_entry WHERE id = ANY(%s::integer[])", [list(ids)]

    def about(self) -> list[str]:
        """Statements that create the tables about the index: marks and state."""
        # Without a unique key: writers who mark the same entry need not wait for each other.
        return [
            *super().about(),
            "CREATE TABLE IF NOT EXISTS search_stale (kind smallint NOT NULL, record bigint NOT NULL)",
            "CREATE INDEX IF NOT EXISTS search_stale_record ON search_stale (kind, record)",
        ]

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
                # The words of a changed entry wait in a list that every search reads as well, so it
                # is kept short.
                f"CREATE INDEX IF NOT EXISTS {table}_words ON {table} USING gin (words)"
                " WITH (gin_pending_list_limit = 64)"
                for table in self.text_tables()
            ),
        ]

    # --- Triggers: a function for each table and event, called once per statement -----------------

    def _functions(self) -> dict[str, str]:
        found = {}
        for table, columns in self.watched().items():
            marks = {
                side: " UNION ".join(
                    f'SELECT {kind}, "{column}" FROM {side} WHERE "{column}" IS NOT NULL'
                    for column, kind in columns
                )
                for side in ("before", "after")
            }
            insert = "INSERT INTO search_stale (kind, record)"
            for event, sides in (
                ("insert", "after"),
                ("update", "before after"),
                ("delete", "before"),
            ):
                body = " UNION ".join(marks[side] for side in sides.split())
                found[f"search_mark_{table}_{event}"] = f"{insert} {body};"
        return found

    def lay_triggers(self) -> None:
        """Create the triggers. Each marks the entries that the rows of one statement name."""
        self.lift_triggers()
        for name, body in self._functions().items():
            table, event = name.removeprefix("search_mark_").rsplit("_", 1)
            seen = {
                "insert": "NEW TABLE AS after",
                "update": "OLD TABLE AS before NEW TABLE AS after",
                "delete": "OLD TABLE AS before",
            }[event]
            self.run(
                f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$'
                f"BEGIN {body} RETURN NULL; END $$"
            )
            self.run(
                f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" REFERENCING {seen}'
                f' FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()'
            )
        for table, columns in self.watched().items():
            # TRUNCATE shows no rows, so every entry of these kinds is marked.
            name = f"search_mark_{table}_truncate"
            kinds = ", ".join(sorted({str(kind) for _column, kind in columns}))
            self.run(
                f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$'
                f"BEGIN INSERT INTO search_stale (kind, record) SELECT kind, record FROM search_entry"
                f" WHERE kind IN ({kinds}); RETURN NULL; END $$"
            )
            self.run(
                f'CREATE TRIGGER "{name}" AFTER TRUNCATE ON "{table}"'
                f' FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()'
            )

    def lift_triggers(self) -> None:
        """Drop the triggers and their functions."""
        rows = self.run(
            "SELECT proname FROM pg_proc WHERE starts_with(proname::text, 'search_mark_')"
            " AND pronamespace = current_schema()::regnamespace"
        )
        for (name,) in rows:
            self.run(f'DROP FUNCTION "{name}"() CASCADE')

    def missing_triggers(self) -> list[str]:
        """Watched tables whose triggers are missing, switched off, or not what the list of ties
        asks for.
        """
        laid = dict(
            self.run(
                "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
                " WHERE starts_with(tgname::text, 'search_mark_') AND tgenabled = 'O'"
            )
        )
        return sorted(
            {
                name.removeprefix("search_mark_").rsplit("_", 1)[0]
                for name, body in self._functions().items()
                if body not in laid.get(name, "")
            }
        )

    def now(self) -> datetime:
        """The database's clock."""
        return self.run(f"SELECT {self.NOW}")[0][0]  # type: ignore[no-any-return]

    def moment(self, value: datetime | None) -> Any:
        """As text, which every way of writing accepts and which can be sent between processes."""
        return value and value.astimezone(UTC).isoformat()

    def take_stale(self, limit: int) -> Taken:
        """Take marks in one statement. If there are any, it waits until nobody else writes the index."""
        taken, chosen = self._take_stale(limit)
        if len(taken.marks) < chosen:
            # The transaction that we waited for took some of them. A new statement sees what there is now.
            further, _chosen = self._take_stale(limit)
            taken = further._replace(marks=taken.marks | further.marks)
        return taken

    def _take_stale(self, limit: int) -> tuple[Taken, int]:
        """What was taken, and how many marks were to be taken."""
        rows = self.run(
            f"""WITH clock AS MATERIALIZED (
                SELECT EXISTS (SELECT 1 FROM search_entry WHERE due <= {self.NOW}) AS due
            ), chosen AS MATERIALIZED (
                SELECT DISTINCT kind, record FROM search_stale ORDER BY kind, record LIMIT %s
            ), turn AS MATERIALIZED (
                SELECT pg_advisory_xact_lock(%s)
                WHERE (SELECT due FROM clock) OR EXISTS (SELECT 1 FROM chosen)
            ), taken AS (
                DELETE FROM search_stale USING chosen WHERE EXISTS (SELECT 1 FROM turn)
                AND search_stale.kind = chosen.kind AND search_stale.record = chosen.record
                RETURNING search_stale.kind, search_stale.record
            )
            SELECT {self.NOW}, (SELECT due FROM clock), building <> '', (SELECT count(*) FROM chosen),
                taken.kind, taken.record
            FROM search_state LEFT JOIN taken ON true""",
            [limit, _LOCK],
        )
        now, due, building, chosen, *_mark = rows[0]
        marks = {(kind, record) for *_state, kind, record in rows if kind is not None}
        return Taken(now, due, building, marks), chosen

    def one_writer(self) -> None:
        """Take a lock that ends with the transaction.

        Without it, two transactions that touch one entry would each write it without the other's change.
        """
        self.run("SELECT pg_advisory_xact_lock(%s)", [_LOCK])

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
            f"'{word}':{','.join(at[:MOST_POSITIONS])}" if at else f"'{word}'"
            for word, at in sorted(places.items())
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
        return [
            tuple([self.moment(value) if isinstance(value, datetime) else value for value in row])
            for row in super().stored_rows(kind, records)
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
