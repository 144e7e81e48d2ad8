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

from catalog.search.inputs import Above, Inputs, Role, Told
from catalog.search.ties import (
    OWN_ROWS,
    PAGES,
    PARENTS,
    TABLES,
    TIES_OF,
    TRANSCRIPTIONS,
    OwnRows,
    Tie,
)
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
#: Of each kind: columns with a value of a closed list, and the facets as which they count.
LISTED: Final[dict[Kind, tuple[tuple[str, str], ...]]] = {
    "person": (("kind", "entity"),),
    "collection": (("level", "level"),),
}


#: Up to so many ids are given as values, their number rounded up to a multiple of the second.
FEW: Final = 20
PADDED: Final = 5
#: So many named records and terms a reader remembers from batch to batch.
REMEMBERED: Final = 200_000


class Named(NamedTuple):
    """A record or term that entries name: its title, whether the public may read it, and from when."""

    title: str
    public: bool
    due: datetime | None
    picture: bool
    code: str


#: What rows of one table name: the tie, and of each row the owner, the target and its role, if it has one.
Tied = tuple[Tie, list[tuple[int, int, int | None]]]


@dataclass(slots=True)
class _Gathered:
    """Rows of some records of a kind, by primary key, with what they are tied to and their own texts."""

    kind: Kind
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    ties: list[Tied] = field(default_factory=list)
    #: By field of the entry and primary key.
    texts: dict[str, dict[int, list[str]]] = field(
        default_factory=lambda: {"names": defaultdict(list), "identifiers": defaultdict(list)}
    )
    #: The images that are pages of a document; and the transcriptions of images, each with its language.
    pages: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
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
    """Reads records and what they name, of one database, as they are at ``now``.

    Titles of what is named are remembered from batch to batch: whoever keeps a reader longer than one transaction
    has to look again at what changed meanwhile, and at everything that names it.
    """

    def __init__(self, connection: BaseDatabaseWrapper, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self._cursor: Any = None
        self._forget()

    def look_again(self, now: datetime) -> None:
        """Forget what was read: somebody may have changed it. From now on things are read as they are at ``now``."""
        self.now = now
        self._forget()

    def _forget(self) -> None:
        self.named: dict[str, dict[int, Named]] = defaultdict(dict)
        #: Of the few that become public by the clock: the moments.
        self.waiting: dict[str, dict[int, datetime]] = defaultdict(dict)
        self.parents: dict[str, dict[int, int | None]] = defaultdict(dict)
        self._told: dict[Tie, _ToldBy] = {}
        self._roles = _Roles(self)

    def select(self, columns: str, table: str, column: str, ids: Iterable[int]) -> list[Any]:
        """Rows whose integer column is one of ``ids``, always in one order: the same rows, the same entry.

        All names are the catalogue's own.
        """
        wanted = list(ids)
        if not wanted:
            return []
        if self._cursor is None:
            self._cursor = self.connection.cursor()
        few = len(wanted) <= FEW
        if few:
            # Always the same few statements, which the driver keeps ready: the last id stands for those that miss.
            wanted += [wanted[-1]] * (-len(wanted) % PADDED if len(wanted) > 1 else 0)
        listed = ",".join(["%s"] * len(wanted) if few else map(str, wanted))
        self._cursor.execute(
            f'SELECT {columns} FROM "{table}" WHERE "{column}" IN ({listed})'
            # In this order the column's index has them: nothing need be sorted.
            f' ORDER BY "{column}", "id"',
            wanted if few else None,
        )
        rows: list[Any] = self._cursor.fetchall()
        return rows

    def gather(self, kind: Kind, ids: list[int]) -> dict[int, Inputs]:
        """What the entries of the records of a kind are made from; primary keys that are gone are left out."""
        if sum(map(len, self.named.values())) > REMEMBERED:
            self._forget()
        found = self._rows(kind, ids)
        if not found.rows:
            return {}
        self._relations(found)
        for own in OWN_ROWS:
            if own.kind == kind:
                self._own_rows(found, own)
        self._transcriptions(found)
        self._targets(found)
        told = self._tell(found)
        names, identifiers = found.texts["names"], found.texts["identifiers"]
        inputs = {}
        for pk, row in found.rows.items():
            public, visible_from = self.standing(
                row.pop("status"), row.pop("publish_from"), row.pop("embargo_until")
            )
            written, unread = self._texts_on(found, pk)
            inputs[pk] = Inputs(
                kind, pk, row, public, visible_from, self.lineage(kind, pk) if kind in PARENTS else (),
                names.get(pk, []), identifiers.get(pk, []), told.get(pk, []), written, unread,
            )  # fmt: skip
        return inputs

    def _rows(self, kind: Kind, ids: list[int]) -> _Gathered:
        """The records' own rows, with the moment of their last change in milliseconds."""
        found = _Gathered(kind)
        own = [tie for tie in TIES_OF[kind] if tie.table == TABLES[kind]]
        spans = [column for span in SPANS[kind] for column in span]
        texts = [column for group in TEXTS[kind] for column in group]
        listed = [column for column, _facet in LISTED.get(kind, ())]
        columns = [*COMMON, *spans, *texts, *listed, *(["file"] if kind in HAS_FILE else [])]
        wanted = ", ".join(f'"{column}"' for column in [*columns, *(tie.to for tie in own)])
        rows = self.select(wanted, TABLES[kind], "id", ids)
        found.rows = {row[0]: dict(zip(columns, row, strict=False)) for row in rows}
        for row in found.rows.values():
            row["modified"] = int((moment(row["modified"]) or self.now).timestamp() * 1000)
        for place, tie in enumerate(own, len(columns)):
            tied: list[tuple[int, int, int | None]] = [
                (row[0], row[place], None) for row in rows if row[place] is not None
            ]
            found.ties.append((tie, tied))
        return found

    def _tell(self, found: _Gathered) -> dict[int, list[tuple[Told, Role | None]]]:
        """What each record is tied to, table by table: what is looked up for a table is looked up once."""
        told: dict[int, list[tuple[Told, Role | None]]] = defaultdict(list)
        roles = self._roles
        for tie, rows in found.ties:
            by = self._told.get(tie)
            if by is None:
                by = self._told[tie] = _ToldBy(self, tie)
            for owner, target, role in rows:
                one = by[target]
                if one is not None:
                    told[owner].append((one, None if role is None else roles[role]))
        return told

    def _texts_on(self, found: _Gathered, pk: int) -> tuple[list[tuple[str, str]], list[str]]:
        """What is written on an image, or on a document's pages; and the texts of pages that are not public."""
        if not found.written:
            return [], []
        terms, images = self.named["term"], self.named["image"]
        written: list[tuple[str, str]] = []
        unread: list[str] = []
        is_image = found.kind == "image"
        for image in [pk] if is_image else found.pages.get(pk, ()):
            for text, language in found.written.get(image, ()):
                if is_image or (image in images and images[image].public):
                    spoken = terms.get(language) if language else None
                    written.append((text, spoken.code if spoken else ""))
                else:
                    unread.append(text)
        return written, unread

    def _relations(self, found: _Gathered) -> None:
        tables: dict[tuple[str, str], list[Tie]] = defaultdict(list)
        for tie in TIES_OF[found.kind]:
            if tie.table != TABLES[found.kind]:
                tables[tie.table, tie.owner].append(tie)
        for (table, owner), ties in tables.items():
            columns = ", ".join(
                f'"{tie.to}"' + (f', "{tie.role}"' if tie.role else ", NULL") for tie in ties
            )
            rows = self.select(f'"{owner}", {columns}', table, owner, found.rows)
            if len(ties) == 1:
                found.ties.append((ties[0], [row for row in rows if row[1] is not None]))
                continue
            for place, tie in enumerate(ties):
                to, role = 1 + 2 * place, 2 + 2 * place
                found.ties.append(
                    (tie, [(row[0], row[to], row[role]) for row in rows if row[to] is not None])
                )

    def _own_rows(self, found: _Gathered, own: OwnRows) -> None:
        texts = found.texts[own.field]
        columns = f'"{own.owner}", "{own.column}"'
        for owner, text in self.select(columns, own.table, own.owner, found.rows):
            texts[owner].append(text)

    def _transcriptions(self, found: _Gathered) -> None:
        for tie, tied in found.ties:
            if tie.table == PAGES:
                for document, image, _role in tied:
                    found.pages[document].append(image)
        images = (
            set(found.rows)
            if found.kind == "image"
            else {image for pages in found.pages.values() for image in pages}
        )
        columns = '"image_id", "text", "language_id"'
        for image, text, language in self.select(columns, TRANSCRIPTIONS, "image_id", images):
            found.written[image].append((text, language))

    def _targets(self, found: _Gathered) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        wanted["term"].update(
            language for texts in found.written.values() for _, language in texts if language
        )
        for tie, tied in found.ties:
            wanted[tie.target].update([target for _owner, target, _role in tied])
            if tie.role:
                wanted["term"].update([role for _owner, _target, role in tied if role is not None])
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
                columns += ', "label", "code"'
            else:
                picture = '"file"' if target in HAS_FILE else "NULL"
                columns += (
                    f', "title", "slug", {picture}, "status", "publish_from", "embargo_until"'
                )
            for pk, up, title, code, *rest in self.select(columns, TABLES[target], "id", missing):
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
        named = self.named[target]
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
            terms = self.named["term"]
            return tuple([f"{facet}:{terms[one].code}" for one in line if one in terms]), ()
        named = self.named[target]
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


class _ToldBy(dict[int, Told | None]):
    """What one tie tells of each target, worked out when first asked for; None of one that is gone."""

    def __init__(self, reader: Reader, tie: Tie) -> None:
        super().__init__()
        self.reader, self.tie = reader, tie

    def __missing__(self, pk: int) -> Told | None:
        tie, reader = self.tie, self.reader
        named = reader.named[tie.target].get(pk)
        if named is None:
            return None
        values, hidden = reader.values(tie.facet, tie.target, pk) if tie.facet else ((), ())
        # Only what entries are made from: whatever else changes of the target is no reason to make them anew.
        self[pk] = told = Told(
            tie, named.title if tie.named else "", named.public, tie.picture and named.picture,
            named.code if tie.facet == "language" else "", values, hidden, reader.dues(tie.target, pk),
        )  # fmt: skip
        return told


class _Roles(dict[int, Role]):
    """What each term counts as in the facet of roles."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def __missing__(self, pk: int) -> Role:
        role = self[pk] = Role.of(self.reader.values("role", "term", pk)[0])
        return role
