"""Read what some records of one kind offer the index: their rows, what hangs on them, and what they name.

A batch costs the same few queries whether it has one record or thousands. Rows are read as plain tuples,
not as model instances: building the index is bound by this.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from catalog.models import OutsideIdentifier, PersonName, PlaceName, Transcription
from catalog.search.ties import PAGES, PARENTS, TABLES, TIES_OF, Tie
from catalog.uris import Kind

#: Columns that every kind of record has, in the order of :class:`Row`.
COMMON: Final = (
    "id", "title", "identifier", "summary", "description", "status", "publish_from", "embargo_until",
    "rights", "internal_note", "modified", "sort_key", "slug",
)  # fmt: skip

#: Of each kind: the columns of its bounds in time, of further titles, of summaries, and of long texts.
TEXTS: Final[dict[Kind, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]] = {
    "person": (("sort_name",), (), ()),
    "document": (("original_title",), ("extent",), ()),
    "image": ((), ("alternative_text",), ("reproduction_note", "credit_line")),
    "event": ((), (), ()),
    "place": ((), ("situation",), ()),
    "collection": ((), ("extent",), ("custodial_history", "arrangement", "access_conditions")),
}
SPANS: Final[dict[Kind, tuple[tuple[str, str], ...]]] = {
    "person": (("born_earliest", "died_latest"),),
    "document": (
        ("written_earliest", "written_latest"),
        ("published_earliest", "published_latest"),
    ),
    "image": (("date_earliest", "date_latest"),),
    "event": (("date_earliest", "date_latest"),),
    "place": (),
    "collection": (("date_earliest", "date_latest"),),
}
HAS_FILE: Final = {"image"}


class Named(NamedTuple):
    """A record or term that entries name: its title, whether the public may read it, and from when."""

    title: str
    public: bool
    due: datetime | None
    picture: bool
    code: str


@dataclass(slots=True)
class Gathered:
    """Rows of some records of a kind, by primary key, with what they are tied to."""

    kind: Kind
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    ties: dict[int, list[tuple[Tie, int, int | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    names: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    identifiers: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    #: Transcriptions by image: of the images themselves, or of a document's pages, each with its language.
    written: dict[int, list[tuple[str, int | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )


def moment(value: Any) -> datetime | None:
    """A point in time as the database's driver gave it: SQLite has texts, in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value  # type: ignore[no-any-return]


class Reader:
    """Reads records and what they name, of one database, in one transaction.

    What is named is remembered for the life of the reader, which is one batch.
    """

    def __init__(self, connection: BaseDatabaseWrapper, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self._cursor: Any = None
        self.named: dict[str, dict[int, Named]] = defaultdict(dict)
        self.parents: dict[str, dict[int, int | None]] = defaultdict(dict)
        self._lines: dict[tuple[str, int], tuple[int, ...]] = {}
        self._values: dict[tuple[str, str, int], tuple[str, ...]] = {}

    def select(self, columns: str, table: str, column: str, ids: Iterable[int]) -> list[Any]:
        """Rows whose integer column is one of ``ids``, always in one order: the same rows, the same entry.

        All names are the catalogue's own.
        """
        listed = ",".join(map(str, ids))
        if not listed:
            return []
        if self._cursor is None:
            self._cursor = self.connection.cursor()
        self._cursor.execute(
            f'SELECT {columns} FROM "{table}" WHERE "{column}" IN ({listed}) ORDER BY "id"'
        )
        rows: list[Any] = self._cursor.fetchall()
        return rows

    def gather(self, kind: Kind, ids: list[int]) -> Gathered:
        """The records of a kind with these primary keys that exist, and everything their entries need."""
        found = Gathered(kind)
        own = [tie for tie in TIES_OF[kind] if tie.table == TABLES[kind]]
        spans = [column for span in SPANS[kind] for column in span]
        texts = [column for group in TEXTS[kind] for column in group]
        columns = [*COMMON, *spans, *texts, *(["file"] if kind in HAS_FILE else [])]
        wanted = ", ".join(f'"{column}"' for column in [*columns, *(tie.to for tie in own)])
        for row in self.select(wanted, TABLES[kind], "id", ids):
            found.rows[row[0]] = dict(zip(columns, row, strict=False))
            for tie, target in zip(own, row[len(columns) :], strict=True):
                if target is not None:
                    found.ties[row[0]].append((tie, target, None))
        if found.rows:
            self._relations(found)
            self._own_rows(found)
            self._transcriptions(found)
            self._targets(found)
        return found

    def _relations(self, found: Gathered) -> None:
        tables: dict[tuple[str, str], list[Tie]] = defaultdict(list)
        for tie in TIES_OF[found.kind]:
            if tie.table != TABLES[found.kind]:
                tables[tie.table, tie.owner].append(tie)
        for (table, owner), ties in tables.items():
            columns = ", ".join(
                f'"{tie.to}"' + (f', "{tie.role}"' if tie.role else ", NULL") for tie in ties
            )
            for row in self.select(f'"{owner}", {columns}', table, owner, found.rows):
                for position, tie in enumerate(ties):
                    target = row[1 + 2 * position]
                    if target is not None:
                        found.ties[row[0]].append((tie, target, row[2 + 2 * position]))

    def _own_rows(self, found: Gathered) -> None:
        names = {"person": PersonName, "place": PlaceName}.get(found.kind)
        if names:
            column = f"{found.kind}_id"
            for owner, name in self.select(
                f'"{column}", "name"', names._meta.db_table, column, found.rows
            ):
                found.names[owner].append(name)
        column = f"{found.kind}_id"
        table = OutsideIdentifier._meta.db_table
        for owner, value in self.select(f'"{column}", "value"', table, column, found.rows):
            found.identifiers[owner].append(value)

    def _transcriptions(self, found: Gathered) -> None:
        if found.kind == "image":
            images = set(found.rows)
        else:
            ties = (tie for of_one in found.ties.values() for tie in of_one)
            images = {target for tie, target, _ in ties if tie.table == PAGES}
        columns, table = '"image_id", "text", "language_id"', Transcription._meta.db_table
        for image, text, language in self.select(columns, table, "image_id", images):
            found.written[image].append((text, language))

    def _targets(self, found: Gathered) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        wanted["term"].update(
            language for texts in found.written.values() for _, language in texts if language
        )
        for ties in found.ties.values():
            for tie, target, role in ties:
                wanted[tie.target].add(target)
                if role is not None:
                    wanted["term"].add(role)
        if found.kind in PARENTS:
            wanted[found.kind].update(found.rows)
        for name, ids in wanted.items():
            self._read_named(name, ids)

    def _read_named(self, target: str, ids: set[int]) -> None:
        """Read titles of what is named, and of hierarchies everything above."""
        parent = PARENTS.get(target)
        known, above = self.named[target], self.parents[target]
        missing = ids - known.keys()
        while missing:
            columns = '"id", ' + (f'"{parent}"' if parent else "NULL")
            if target == "term":
                columns += ', "label", NULL, NULL, NULL, NULL, "code"'
            else:
                picture = '"file"' if target in HAS_FILE else "NULL"
                columns += (
                    f', "title", "status", "publish_from", "embargo_until", {picture}, "slug"'
                )
            for pk, up, title, *standing, picture_file, code in self.select(
                columns, TABLES[target], "id", missing
            ):
                public, due = (True, None) if target == "term" else self.standing(*standing)
                known[pk] = Named(title, public, due, bool(picture_file), code)
                above[pk] = up
            missing = {up for pk in missing if (up := above.get(pk)) is not None} - known.keys()

    def line(self, target: str, pk: int) -> tuple[int, ...]:
        """A target and everything above it in its hierarchy, nearest first."""
        line = self._lines.get((target, pk))
        if line is None:
            walked, here, above = [pk], self.parents[target].get(pk), self.parents[target]
            while here is not None and here not in walked:
                walked.append(here)
                here = above.get(here)
            line = self._lines[target, pk] = tuple(walked)
        return line

    def values(self, facet: str, target: str, pk: int) -> tuple[str, ...]:
        """Facet values "facet:value" of a target and everything above it: codes of terms, else primary keys.

        Two vocabularies may share a facet, and a code; a term's code is what addresses name.
        """
        values = self._values.get((facet, target, pk))
        if values is None:
            line: tuple[int | str, ...] = self.line(target, pk)
            if target == "term":
                terms = self.named["term"]
                line = tuple(terms[int(one)].code for one in line if one in terms)
            values = tuple([f"{facet}:{one}" for one in line])
            self._values[facet, target, pk] = values
        return values

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
