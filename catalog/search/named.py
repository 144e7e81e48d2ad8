"""What entries name: records and terms with their titles, who may read them, and what stands above them.

Read when it is first named, and remembered: whoever makes many entries meets the same persons and places again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from catalog.search.inputs import Above, Role, Told
from catalog.search.keys import FEW, among
from catalog.search.ties import PARENTS, TABLES, Tie

HAS_FILE: Final = {"image"}


def moment(value: Any) -> datetime | None:
    """A point in time as the database's driver gave it: SQLite has texts, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value  # type: ignore[no-any-return]


class Rows:
    """Asks one database for the rows of some ids, as plain tuples, in as few different statements as can be."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self._cursor: Any = None

    def select(self, columns: str, table: str, column: str, ids: Collection[int]) -> list[Any]:
        """Rows whose integer column is one of ``ids``, always in one order: the same rows, the same entry.

        All names are the catalogue's own.
        """
        return self.ask(
            lambda listed: (
                f'SELECT {columns} FROM "{table}" WHERE "{column}" IN ({listed})'
                # In this order the column's index has them: nothing need be sorted.
                f' ORDER BY "{column}", "id"'
            ),
            ids,
        )

    def ask(self, sql: Callable[[str], str], ids: Collection[int]) -> list[Any]:
        """The rows of a statement about some ids, which gets them as a list of SQL."""
        if not ids:
            return []
        if self._cursor is None:
            self._cursor = self.connection.cursor()
        listed, values = among(ids)
        self._cursor.execute(sql(listed), values or None)
        rows: list[Any] = self._cursor.fetchall()
        return rows


class Named(NamedTuple):
    """A record or term that entries name: its title, whether the public may read it, and from when."""

    title: str
    public: bool
    due: datetime | None
    picture: bool
    code: str


class NamedThings:
    """The records and terms that entries name, as they are at ``now``."""

    def __init__(self, rows: Rows, now: datetime) -> None:
        self.rows = rows
        self.look_again(now)

    def look_again(self, now: datetime) -> None:
        """Forget what was read: somebody may have changed it. From now on things are read as they are at ``now``.

        Freed without a collector of cycles, which is off while very many entries are made: this stays, its parts go.
        """
        self.now = now
        self.by_id: dict[str, dict[int, Named]] = defaultdict(dict)
        #: Of the few that become public by the clock: the moments.
        self.waiting: dict[str, dict[int, datetime]] = defaultdict(dict)
        self.parents: dict[str, dict[int, int | None]] = defaultdict(dict)
        self._told: dict[Tie, _ToldBy] = {}
        self.roles = _Roles(self)

    def __len__(self) -> int:
        """How many are remembered."""
        return sum(map(len, self.by_id.values()))

    def told_by(self, tie: Tie) -> dict[int, Told | None]:
        """What a tie tells of each of its targets that were read; None of one that is gone."""
        by = self._told.get(tie)
        if by is None:
            by = self._told[tie] = _ToldBy(self, tie)
        return by

    def read(self, target: str, ids: set[int]) -> None:
        """Read titles of what is named, and of hierarchies everything above."""
        parent = PARENTS.get(target)
        known, above = self.by_id[target], self.parents[target]
        missing = ids - known.keys()
        while missing:
            if parent and len(missing) <= FEW:
                rows = self._with_what_is_above(target, missing)
            else:
                rows = self.rows.select(_columns(target), TABLES[target], "id", missing)
            for pk, up, title, code, *rest in rows:
                above[pk] = up
                if rest:
                    picture_file, *standing = rest
                    public, due = self.standing(*standing)
                    if due:
                        self.waiting[target][pk] = due
                    known[pk] = Named(title, public, due, bool(picture_file), code)
                else:
                    known[pk] = Named(title, True, None, False, code)
            missing = {up for pk in missing if (up := above.get(pk)) is not None} - known.keys()

    def _with_what_is_above(self, target: str, ids: Collection[int]) -> list[Any]:
        """Columns of some rows of a hierarchy, and of all above them: one question for whoever changed one record."""
        table, parent = TABLES[target], PARENTS[target]
        above = f'"{table}" AS above ON above."id" = line."{parent}"'
        if self.rows.connection.vendor == "postgresql":
            # It expects so many rows that it would read the whole table for each level.
            above = f'LATERAL (SELECT * FROM "{table}" WHERE "id" = line."{parent}" LIMIT 1) AS above ON true'
        return self.rows.ask(
            lambda listed: (
                f'WITH RECURSIVE line AS (SELECT {_columns(target)} FROM "{table}" WHERE "id" IN ({listed})'
                f" UNION SELECT {_columns(target, 'above.')} FROM line JOIN {above}) SELECT * FROM line"
            ),
            ids,
        )

    def line(self, target: str, pk: int) -> tuple[int, ...]:
        """A target and everything above it in its hierarchy, nearest first."""
        above = self.parents[target]
        walked, here = [pk], above.get(pk)
        while here is not None and here not in walked:
            walked.append(here)
            here = above.get(here)
        return tuple(walked)

    def lineage(self, target: str, pk: int) -> tuple[Above, ...]:
        """A target and everything above it, each with whether the public may read it, and from when."""
        named = self.by_id[target]
        return tuple(
            (one, named[one].public, str(named[one].due))
            for one in self.line(target, pk)
            if one in named
        )

    def dues(self, target: str, pk: int) -> tuple[datetime, ...]:
        """The moments at which a target, and what stands above it, become public."""
        waiting = self.waiting.get(target)
        if not waiting:
            return ()
        return tuple(waiting[one] for one in self.line(target, pk) if one in waiting)

    def values(self, facet: str, target: str, pk: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Facet values "facet:value" of a target and everything above it, and which of them the public may not count.

        Codes of terms, else primary keys: two vocabularies may share a facet, and a code, which is what addresses name.
        """
        line = self.line(target, pk)
        if target == "term":
            terms = self.by_id["term"]
            return tuple([f"{facet}:{terms[one].code}" for one in line if one in terms]), ()
        named = self.by_id[target]
        values = tuple([f"{facet}:{one}" for one in line])
        # Whoever does not see a place does not see it lie in another either.
        for place, one in enumerate(line):
            if one not in named or not named[one].public:
                return values, values[place:]
        return values, ()

    def standing(
        self, status: str, publish_from: Any, embargo_until: Any
    ) -> tuple[bool, datetime | None]:
        """Whether the public may read a record now, and when that may change by the clock alone."""
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
    """What is read of the things of a kind, as SQL lists it; nothing stands for a column that a table has not."""
    parent = PARENTS.get(target)
    names = ("id", parent, "label", "code") if target == "term" else (
        "id", parent, "title", "slug", "file" if target in HAS_FILE else None,
        "status", "publish_from", "embargo_until",
    )  # fmt: skip
    return ", ".join(f'{of}"{name}"' if name else "NULL" for name in names)


class _ToldBy(dict[int, Told | None]):
    """What one tie tells of each target, worked out when first asked for; None of one that is gone."""

    def __init__(self, named: NamedThings, tie: Tie) -> None:
        super().__init__()
        self.things, self.tie = named, tie

    def __missing__(self, pk: int) -> Told | None:
        tie, things = self.tie, self.things
        named = things.by_id[tie.target].get(pk)
        if named is None:
            return None
        values, hidden = things.values(tie.facet, tie.target, pk) if tie.facet else ((), ())
        # Only what entries are made from: whatever else changes of the target is no reason to make them anew.
        self[pk] = told = Told(
            tie, named.title if tie.named else "", named.public, tie.picture and named.picture,
            named.code if tie.facet == "language" else "", values, hidden, things.dues(tie.target, pk),
        )  # fmt: skip
        return told


class _Roles(dict[int, Role]):
    """What each term counts as in the facet of roles."""

    def __init__(self, named: NamedThings) -> None:
        super().__init__()
        self.things = named

    def __missing__(self, pk: int) -> Role:
        role = self[pk] = Role.of(self.things.values("role", "term", pk)[0])
        return role
