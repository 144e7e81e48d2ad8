"""Read what the entries of some records are made from: their rows, further rows about them, and what they name.

A batch takes the same few queries whether it has one record or thousands. Rows are read as plain tuples,
not as model instances: the speed of building the index depends on it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from catalog.models import Lifetime
from catalog.search.inputs import Inputs, Mention, Role
from catalog.search.named import HAS_FILE, Asked, NamedThings, Rows, Together, moment
from catalog.search.ties import (
    OWN_ROWS,
    PAGES,
    PARENTS,
    TABLES,
    TIES_OF,
    TRANSCRIPTIONS,
    Tie,
)
from catalog.uris import Kind

#: Columns that every kind of record has.
COMMON: Final = (
    "id", "title", "identifier", "summary", "description", "status", "publish_from", "embargo_until",
    "rights", "internal_note", "modified", "sort_key", "slug",
)  # fmt: skip

#: By kind: the columns of further names, of summaries and of long texts; then the bounds of its
#: dates, of which the first that is known counts.
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
#: What the rule for living people asks (``models/living.py``), beside the kind of person.
LIFETIME: Final = ("born", "born_latest", "died", "died_place_id", "vital_status")
#: By kind: columns with a value from a closed list, and the facets that they count in.
LISTED: Final[dict[Kind, tuple[tuple[str, str], ...]]] = {
    "person": (("kind", "entity"),),
    "collection": (("level", "level"),),
}


def _relations_of(kind: Kind) -> dict[Asked, list[Tie]]:
    """The tables beside its own that tie a kind to something, with the ties in the order of their
    columns.
    """
    tables: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in TIES_OF[kind]:
        if tie.table != TABLES[kind]:
            tables[tie.table, tie.owner].append(tie)
    return {
        Asked(
            table, owner, tuple(column for tie in ties for column in (tie.to, tie.role) if column)
        ): ties
        for (table, owner), ties in tables.items()
    }


_RELATIONS: Final[dict[Kind, dict[Asked, list[Tie]]]] = {
    kind: _relations_of(kind) for kind in TIES_OF
}
#: The tables that hold texts of a kind, with the field of the entry that they belong to.
_OWN: Final[dict[Kind, dict[Asked, str]]] = {
    kind: {
        Asked(own.table, own.owner, text=own.column): own.field
        for own in OWN_ROWS
        if own.kind == kind
    }
    for kind in TIES_OF
}
#: Both together, as they are read.
HANGING: Final[dict[Kind, Together]] = {
    kind: Together(f"about_{kind}", [*_RELATIONS[kind], *_OWN[kind]]) for kind in TIES_OF
}
#: How many named records and terms a reader remembers from batch to batch.
REMEMBERED: Final = 200_000
#: The ties of one column: the tie, and for each row the owner, the target and the role, if there is one.
Tied = tuple[Tie, list[tuple[int, int, int | None]]]


@dataclass(slots=True)
class _Gathered:
    """What was read about some records of a kind: their rows by primary key, their ties and their texts."""

    kind: Kind
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    ties: list[Tied] = field(default_factory=list)
    #: By field of the entry, then by primary key.
    texts: dict[str, dict[int, list[str]]] = field(
        default_factory=lambda: {
            field: defaultdict(list) for field in ("names", "identifiers", "details")
        }
    )
    #: By document, the images that are its pages; by image, its transcriptions, each with its language.
    pages: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    written: dict[int, list[tuple[str, int | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )


class Reader:
    """Reads records and what they name from one database, as they are at ``now``.

    What they name is remembered from batch to batch. Whoever keeps a reader longer than one
    transaction has to remake what changed meanwhile, and everything that names it.
    """

    def __init__(self, connection: BaseDatabaseWrapper, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.rows = Rows(connection)
        self.named = NamedThings(self.rows, now)

    def forget(self, now: datetime) -> None:
        """Forget what was read, because it may have changed. From now on things are read as they
        are at ``now``.
        """
        self.now = now
        self.named.forget(now)

    def gather(self, kind: Kind, ids: list[int]) -> dict[int, Inputs]:
        """What the entries of some records of a kind are made from, by primary key; records that
        are gone are left out.
        """
        if len(self.named) > REMEMBERED:
            self.forget(self.now)
        gathered = self._rows(kind, ids)
        if not gathered.rows:
            return {}
        self._hanging(gathered)
        self._transcriptions(gathered)
        self._targets(gathered)
        mentions = self._mentions(gathered)
        names, identifiers = gathered.texts["names"], gathered.texts["identifiers"]
        details = gathered.texts["details"]
        inputs = {}
        for pk, row in gathered.rows.items():
            public, visible_from = self.named.visibility(
                row.pop("status"), row.pop("publish_from"), row.pop("embargo_until")
            )
            written, unread = self._texts_on(gathered, pk)
            withheld, shown_from = self._birth(row) if kind == "person" else (False, None)
            inputs[pk] = Inputs(
                kind, pk, row, public, visible_from, self.named.lineage(kind, pk) if kind in PARENTS else (),
                names.get(pk, []), identifiers.get(pk, []), mentions.get(pk, []), written, unread, details.get(pk, []),
                withheld, shown_from,
            )  # fmt: skip
        return inputs

    def _birth(self, row: dict[str, Any]) -> tuple[bool, datetime | None]:
        """Whether the public may not learn of a person's birth, and when the clock changes that.

        Takes the columns that were read for it off the row.
        """
        born, born_latest, died, died_place, vital_status = [row.pop(name) for name in LIFETIME]
        is_dead = died is not None or died_place is not None
        lifetime = Lifetime(row["kind"], born is not None, born_latest, is_dead, vital_status)
        return lifetime.withheld(self.now), lifetime.shown_from(self.now)

    def _rows(self, kind: Kind, ids: list[int]) -> _Gathered:
        """The records' own rows and columns that tie them. ``modified`` becomes milliseconds since 1970."""
        gathered = _Gathered(kind)
        own = [tie for tie in TIES_OF[kind] if tie.table == TABLES[kind]]
        spans = [column for span in SPANS[kind] for column in span]
        texts = [column for group in TEXTS[kind] for column in group]
        listed = [column for column, _facet in LISTED.get(kind, ())]
        further = ["file"] if kind in HAS_FILE else LIFETIME if kind == "person" else []
        columns = [*COMMON, *spans, *texts, *listed, *further]
        wanted = ", ".join(f'"{column}"' for column in [*columns, *(tie.to for tie in own)])
        rows = self.rows.select(wanted, TABLES[kind], "id", ids)
        gathered.rows = {row[0]: dict(zip(columns, row, strict=False)) for row in rows}
        for row in gathered.rows.values():
            row["modified"] = int((moment(row["modified"]) or self.now).timestamp() * 1000)
        for place, tie in enumerate(own, len(columns)):
            tied: list[tuple[int, int, int | None]] = [
                (row[0], row[place], None) for row in rows if row[place] is not None
            ]
            gathered.ties.append((tie, tied))
        return gathered

    def _mentions(self, gathered: _Gathered) -> dict[int, list[tuple[Mention, Role | None]]]:
        """The mentions of each record, table by table, so that what a table needs is looked up once."""
        mentions: dict[int, list[tuple[Mention, Role | None]]] = defaultdict(list)
        roles = self.named.roles
        for tie, rows in gathered.ties:
            mention_of = self.named.mentions_by(tie)
            for owner, target, role in rows:
                mention = mention_of[target]
                if mention is not None:
                    mentions[owner].append((mention, None if role is None else roles[role]))
        return mentions

    def _texts_on(self, gathered: _Gathered, pk: int) -> tuple[list[tuple[str, str]], list[str]]:
        """What is written on an image or on the pages of a document; and the texts of pages that
        are not public.
        """
        if not gathered.written:
            return [], []
        terms, images = self.named.by_id["term"], self.named.by_id["image"]
        written: list[tuple[str, str]] = []
        unread: list[str] = []
        is_image = gathered.kind == "image"
        for image in [pk] if is_image else gathered.pages.get(pk, ()):
            for text, language in gathered.written.get(image, ()):
                if is_image or (image in images and images[image].public):
                    spoken = terms.get(language) if language else None
                    written.append((text, spoken.code if spoken else ""))
                else:
                    unread.append(text)
        return written, unread

    def _hanging(self, gathered: _Gathered) -> None:
        """Read what the records are tied to, and their own texts, from other tables."""
        relations, own = _RELATIONS[gathered.kind], _OWN[gathered.kind]
        rows = iter(self.rows.select_each(HANGING[gathered.kind], gathered.rows))
        for ties in relations.values():
            self._tied(gathered, ties, next(rows))
        for field_name in own.values():
            texts = gathered.texts[field_name]
            for owner, text in next(rows):
                texts[owner].append(text)

    def _tied(self, gathered: _Gathered, ties: list[Tie], rows: list[Any]) -> None:
        """Add the ties of one table, from rows that have the columns of several ties one after the
        other.
        """
        place = 1
        for tie in ties:
            to, role = place, place + 1 if tie.role else None
            place += 2 if tie.role else 1
            tied = [
                (row[0], row[to], None if role is None else row[role])
                for row in rows
                if row[to] is not None
            ]
            gathered.ties.append((tie, tied))

    def _transcriptions(self, gathered: _Gathered) -> None:
        for tie, tied in gathered.ties:
            if tie.table == PAGES:
                for document, image, _role in tied:
                    gathered.pages[document].append(image)
        images = (
            set(gathered.rows)
            if gathered.kind == "image"
            else {image for pages in gathered.pages.values() for image in pages}
        )
        columns = '"image_id", "text", "language_id"'
        for image, text, language in self.rows.select(columns, TRANSCRIPTIONS, "image_id", images):
            gathered.written[image].append((text, language))

    def _targets(self, gathered: _Gathered) -> None:
        wanted: dict[str, set[int]] = defaultdict(set)
        wanted["term"].update(
            language for texts in gathered.written.values() for _, language in texts if language
        )
        for tie, tied in gathered.ties:
            wanted[tie.target].update([target for _owner, target, _role in tied])
            if tie.role:
                wanted["term"].update([role for _owner, _target, role in tied if role is not None])
        if gathered.kind in PARENTS:
            wanted[gathered.kind].update(gathered.rows)
        self.named.read(wanted)
