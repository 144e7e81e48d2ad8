"""What entries name: records and terms with their titles, who may read them, and what stands above them.

Each is read when it is first named, and remembered: whoever makes many entries meets the same people and
places again and again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from catalog.models import all_names_sql, read_all_names
from catalog.search.inputs import Above, Mention, Named, Role
from catalog.search.keys import FEW, among
from catalog.search.planned import KEYS, Planned, keys_of
from catalog.search.ties import PARENTS, TABLES, Tie

HAS_FILE: Final = {"image"}


def moment(value: Any) -> datetime | None:
    """A point in time from the database's driver, with its time zone. SQLite returns text, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value  # type: ignore[no-any-return]


class Asked(NamedTuple):
    """A table to be read by ids in its column ``owner``: for further ids in ``columns``, or for a
    ``text``.
    """

    table: str
    owner: str
    columns: tuple[str, ...] = ()
    text: str = ""


class Together:
    """Tables that are read together, by the same ids. ``name`` is for PostgreSQL, which keeps the statement."""

    def __init__(self, name: str, tables: Sequence[Asked]) -> None:
        self.tables = tuple(tables)
        width = max(len(query.columns) for query in tables)
        self.planned = Planned(
            name,
            (KEYS,),
            (
                "number integer", "owner bigint", "row_id bigint", "said text",
                *(f"column_{number} bigint" for number in range(1, width + 1)),
            ),
            " UNION ALL ".join(
                f'SELECT {number}, "{query.owner}", "id", '
                + (f'"{query.text}"::text' if query.text else "NULL::text")
                + "".join(f', "{column}"' for column in query.columns)
                + ", NULL::bigint" * (width - len(query.columns))
                + f' FROM "{query.table}" WHERE "{query.owner}" = ANY($1)'
                for number, query in enumerate(self.tables)
            ),
        )  # fmt: skip


class Rows:
    """Reads rows of one database by ids, as plain tuples, with as few different statements as possible.

    All names of tables and columns come from the catalogue's own code.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        #: Whether the database is another process. Each query then costs more than its answer, so
        #: few are made.
        self.remote = connection.vendor != "sqlite"
        self._cursor: Any = None

    def select(self, columns: str, table: str, column: str, ids: Collection[int]) -> list[Any]:
        """Rows whose integer column is one of ``ids``, in a fixed order, so that equal rows give
        equal entries.
        """
        if not ids:
            return []
        listed, values = among(ids)
        return self.run(
            f'SELECT {columns} FROM "{table}" WHERE "{column}" IN ({listed})'
            # The index of the column has this order, so nothing has to be sorted.
            f' ORDER BY "{column}", "id"',
            values,
        )

    def select_each(self, asked: Together, ids: Collection[int]) -> list[list[Any]]:
        """For each table its rows about the ids, each beginning with the id, in the order of
        :meth:`select`.
        """
        if not self.remote or not 0 < len(ids) <= FEW:
            return [
                self.select(_listed(_wanted(query)), query.table, query.owner, ids)
                for query in asked.tables
            ]
        found: list[list[Any]] = [[] for _ in asked.tables]
        rows = self.run(asked.planned.call, [keys_of(ids)])
        # By table, owner and primary key, which together belong to only one row.
        for number, owner, _pk, text, *columns in sorted(rows, key=itemgetter(0, 1, 2)):
            query = asked.tables[number]
            found[number].append((owner, text) if query.text else (owner, *columns))
        return found

    def run(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The rows of a statement."""
        if self._cursor is None:
            self._cursor = self.connection.cursor()
        self._cursor.execute(sql, values or None)
        rows: list[Any] = self._cursor.fetchall()
        return rows


def _wanted(asked: Asked) -> Iterable[str]:
    return filter(None, (asked.owner, *asked.columns, asked.text))


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


class NamedThings:
    """The records and terms that entries name, as they are at ``now``."""

    def __init__(self, rows: Rows, now: datetime) -> None:
        self.rows = rows
        self.forget(now)

    def forget(self, now: datetime) -> None:
        """Forget what was read, because it may have changed. From now on things are read as they
        are at ``now``.

        This object stays and its parts go, so they are freed without the garbage collector, which
        is off while very many entries are made.
        """
        self.now = now
        self.by_id: dict[str, dict[int, Named]] = defaultdict(dict)
        #: The moments at which the few that wait for the clock become public.
        self.waiting: dict[str, dict[int, datetime]] = defaultdict(dict)
        self.parents: dict[str, dict[int, int | None]] = defaultdict(dict)
        self._mentions: dict[Tie, _MentionsBy] = {}
        self.roles = _Roles(self)

    def __len__(self) -> int:
        """How many are remembered."""
        return sum(map(len, self.by_id.values()))

    def mentions_by(self, tie: Tie) -> dict[int, Mention | None]:
        """The mentions through a tie, by primary key of the target; None for a target that is gone."""
        mentions = self._mentions.get(tie)
        if mentions is None:
            mentions = self._mentions[tie] = _MentionsBy(self, tie)
        return mentions

    def read(self, wanted: Mapping[str, set[int]]) -> None:
        """Read what is named, by kind, and everything above it in its hierarchy."""
        missing = dict(wanted)
        while missing := {
            target: unread
            for target, ids in missing.items()
            if (unread := ids - self.by_id[target].keys())
        }:
            few = {target: ids for target, ids in missing.items() if len(ids) <= FEW}
            for target, *row in self._with_ancestors(few):
                self._remember(target, *row)
            for target in missing.keys() - few.keys():
                columns = _columns(target)
                for row in self.rows.select(columns, TABLES[target], "id", missing[target]):
                    self._remember(target, *row)
            missing = {
                target: {up for pk in ids if (up := self.parents[target].get(pk)) is not None}
                for target, ids in missing.items()
                if target in PARENTS
            }

    def _remember(
        self,
        target: str,
        pk: int,
        up: int | None,
        title: str,
        code: str,
        picture_file: str | None,
        *columns: Any,
    ) -> None:
        """Keep one row of :func:`_columns`."""
        self.parents[target][pk] = up
        public, due = (True, None) if target == "term" else self.visibility(*columns)
        if due:
            self.waiting[target][pk] = due
        others: tuple[tuple[str, str], ...] = ()
        if target == "term":
            title, labels = read_all_names(title)
            others = labels.pairs
        self.by_id[target][pk] = Named(title, public, due, bool(picture_file), code, others)

    def _with_ancestors(self, few: Mapping[str, Collection[int]]) -> Iterator[Sequence[Any]]:
        """Rows of several kinds with everything above them in their hierarchies, each after its kind."""
        if self.rows.remote:
            if few:
                keys = [keys_of(few.get(target, ())) for target in TABLES]
                yield from self.rows.run(WITH_ANCESTORS.call, keys)
            return
        for target, ids in few.items():
            listed, values = among(ids)
            for row in self.rows.run(_line_of(target, f'"id" IN ({listed})'), values):
                yield target, *row

    def line(self, target: str, pk: int) -> tuple[int, ...]:
        """A target and everything above it in its hierarchy, nearest first."""
        above = self.parents[target]
        walked, here = [pk], above.get(pk)
        while here is not None and here not in walked:
            walked.append(here)
            here = above.get(here)
        return tuple(walked)

    def lineage(self, target: str, pk: int) -> tuple[Above, ...]:
        """A target and everything above it, each with whether the public may read it, and when it will."""
        named = self.by_id[target]
        return tuple(
            (key, named[key].public, str(named[key].due))
            for key in self.line(target, pk)
            if key in named
        )

    def dues(self, target: str, pk: int) -> tuple[datetime, ...]:
        """The moments at which a target, and what stands above it, become public."""
        waiting = self.waiting.get(target)
        if not waiting:
            return ()
        return tuple(waiting[key] for key in self.line(target, pk) if key in waiting)

    def values(self, facet: str, target: str, pk: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Facet values ("facet:value") of a target and everything above it; and those the public
        may not count.

        A value is the code of a term, or else a primary key. Codes, because URLs name them and
        because two vocabularies may share a facet.
        """
        line = self.line(target, pk)
        if target == "term":
            terms = self.by_id["term"]
            return tuple([f"{facet}:{terms[key].code}" for key in line if key in terms]), ()
        named = self.by_id[target]
        values = tuple([f"{facet}:{key}" for key in line])
        # Whoever may not see a place may not see what it lies in either.
        for place, key in enumerate(line):
            if key not in named or not named[key].public:
                return values, values[place:]
        return values, ()

    def visibility(
        self, status: str, publish_from: Any, embargo_until: Any
    ) -> tuple[bool, datetime | None]:
        """Whether the public may read a record now, and when the clock alone will change that."""
        if status != "published":
            return False, None
        if publish_from is None and embargo_until is None:
            return True, None
        hidden_until = max(
            day for value in (publish_from, embargo_until) if (day := moment(value)) is not None
        )
        return (True, None) if hidden_until <= self.now else (False, hidden_until)


@cache
def _columns(target: str, of: str = "") -> str:
    """The columns that are read of a kind, as SQL lists them; a typed NULL for each that its table
    lacks.
    """
    parent = PARENTS.get(target)
    names = ("id", parent, "", "code", None, None, None, None) if target == "term" else (
        "id", parent, "title", "slug", "file" if target in HAS_FILE else None,
        "status", "publish_from", "embargo_until",
    )  # fmt: skip
    return ", ".join(
        f'{of}"{name}"' if name else all_names_sql(of) if name == "" else f"CAST(NULL AS {kind})"
        for name, kind in zip(names, _TYPES, strict=True)
    )


#: The types of these columns in PostgreSQL.
_TYPES: Final = ("bigint", "bigint", "text", "text", "text", "text", "timestamptz", "timestamptz")


@lru_cache(maxsize=64)
def _line_of(target: str, condition: str, *, remote: bool = False) -> str:
    """A statement for the rows of a kind on a condition, and everything above them in their hierarchy."""
    rows = f'SELECT {_columns(target)} FROM "{TABLES[target]}" WHERE {condition}'
    parent = PARENTS.get(target)
    if not parent:
        return rows
    above = f'"{TABLES[target]}" AS above ON above."id" = line."{parent}"'
    if remote:
        # PostgreSQL expects so many rows that it would read the whole table for each level.
        above = (
            f'LATERAL (SELECT * FROM "{TABLES[target]}" WHERE "id" = line."{parent}" LIMIT 1) AS above'
            " ON true"
        )
    return (
        f"WITH RECURSIVE line AS ({rows} UNION SELECT {_columns(target, 'above.')} FROM line JOIN {above})"
        " SELECT * FROM line"
    )


def _typed(target: str, condition: str) -> str:
    """Such a statement as PostgreSQL keeps it: its rows begin with the kind, and have the declared types."""
    names = [f"c{number}" for number in range(len(_TYPES))]
    columns = ", ".join(f"{name}::{type_}" for name, type_ in zip(names, _TYPES, strict=True))
    line = _line_of(target, condition, remote=True)
    return f"SELECT '{target}'::text, {columns} FROM ({line}) AS found ({', '.join(names)})"


#: Rows of all kinds with everything above them; its arguments are the keys by kind, in the order of ``TABLES``.
WITH_ANCESTORS: Final = Planned(
    "with_ancestors",
    (KEYS,) * len(TABLES),
    ("target text", *(f"column_{number} {type_}" for number, type_ in enumerate(_TYPES, 1))),
    " UNION ALL ".join(
        _typed(target, f'"id" = ANY(${number})') for number, target in enumerate(TABLES, 1)
    ),
)


class _MentionsBy(dict[int, Mention | None]):
    """The mentions through one tie by target, made when first asked for; None for a target that is gone."""

    def __init__(self, named: NamedThings, tie: Tie) -> None:
        super().__init__()
        self.things, self.tie = named, tie

    def __missing__(self, pk: int) -> Mention | None:
        tie, things = self.tie, self.things
        named = things.by_id[tie.target].get(pk)
        if named is None:
            return None
        values, hidden = things.values(tie.facet, tie.target, pk) if tie.facet else ((), ())
        # Only what entries are made from: no other change of the target is a reason to remake them.
        self[pk] = mention = Mention(
            tie, named, named.said if tie.named else "", named.public, tie.picture and named.picture,
            named.code if tie.facet == "language" else "", values, hidden, things.dues(tie.target, pk),
        )  # fmt: skip
        return mention


class _Roles(dict[int, Role]):
    """What each term counts as in the facet of roles, worked out when first asked for."""

    def __init__(self, named: NamedThings) -> None:
        super().__init__()
        self.things = named

    def __missing__(self, pk: int) -> Role:
        role = self[pk] = Role.of(self.things.values("role", "term", pk)[0])
        return role
