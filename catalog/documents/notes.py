"""The notes of what was written (:mod:`catalog.documents.triggers`), and which of them the public could see.

A draft may name a public event, and be edited, linked and deleted, and the event stays as it is for
everybody who reads it. So a note names the records through which it would be seen, and it counts if
each of them is public, or was when the list of changes last knew of it. That is asked when the note is
worked off, not when it is made: by then everything that was written with it can be read.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.db.models import Q

from catalog.documents.neighbours import Keys, in_parts, those_with_terms
from catalog.documents.triggers import ALREADY_SEEN, CLOCK
from catalog.models import PUBLISHED_MODELS, RECORD_MODELS, TERM, PublicRecord, Touched
from catalog.uris import EXHIBITION, Kind

#: A record as a note names it: its kind, and its primary key.
_One = tuple[Any, int]
_OLDEST: Final = "SELECT id FROM catalog_touched ORDER BY id"


@dataclass(slots=True)
class Notes:
    """What some notes tell."""

    #: Records of which the public could see that they were written, or that may be public now.
    touched: Keys = field(default_factory=dict)
    #: Records of which something was written that the public cannot see.
    unseen: Keys = field(default_factory=dict)
    #: Whether a term or a public exhibition was written.
    others: bool = False


def take(most: int | None, whole_at: datetime) -> Notes:
    """Take all notes, or the ``most`` oldest. They are removed in one statement, so that none is lost.

    ``whole_at`` is when there was last none: what has gone since may still be named by the notes.
    """
    noted: dict[Any, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind, pk, through in _taken(most):
        noted[kind][pk].append(through)
    noted.pop(CLOCK, None)
    terms, exhibitions = set(noted.pop(TERM, ())), noted.pop(EXHIBITION, {})
    named = {
        one
        for notes in (*noted.values(), exhibitions)
        for throughs in notes.values()
        for through in throughs
        for one in _named(through)
    }
    named |= {(EXHIBITION, pk) for pk in exhibitions}
    seen = _seen(named, whole_at)
    found = Notes()
    for kind, notes in noted.items():
        told = {
            pk
            for pk, throughs in notes.items()
            if any(seen.issuperset(_named(one)) for one in throughs)
        }
        found.touched[kind], found.unseen[kind] = told, notes.keys() - told
    for kind, pks in those_with_terms(terms).items():
        found.touched.setdefault(kind, set()).update(pks)
    found.others = bool(terms) or any(
        through == ALREADY_SEEN or seen.issuperset({(EXHIBITION, pk), *_named(through)})
        for pk, throughs in exhibitions.items()
        for through in throughs
    )
    return found


def drop() -> bool:
    """Remove all notes, however many there are; returns whether one was about a term or an exhibition."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "WITH taken AS (DELETE FROM catalog_touched RETURNING kind)"
                " SELECT DISTINCT kind FROM taken"
            )
            kinds = {kind for (kind,) in cursor.fetchall()}
        else:
            cursor.execute("SELECT DISTINCT kind FROM catalog_touched")
            kinds = {kind for (kind,) in cursor.fetchall()}
            cursor.execute("DELETE FROM catalog_touched")
    return not kinds.isdisjoint({TERM, EXHIBITION})


def put_back(left: Keys) -> int:
    """Note records to be worked off the next time; returns the last of the notes, 0 if there are none."""
    if not any(left.values()):
        return 0
    with connection.cursor() as cursor:
        # They may be tens of thousands, and others wait to write.
        cursor.executemany(
            "INSERT INTO catalog_touched (kind, record_id, through) VALUES (%s, %s, '')",
            [(kind, pk) for kind, pks in left.items() for pk in sorted(pks)],
        )
    return last_note()


def last_note() -> int:
    """The number of the last note; 0 if there is none."""
    return Touched.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _taken(most: int | None) -> list[tuple[Any, int, str]]:
    oldest = _OLDEST if most is None else f"{_OLDEST} LIMIT {int(most)}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"WITH taken AS (DELETE FROM catalog_touched WHERE id IN ({oldest})"  # noqa: S608
                " RETURNING kind, record_id, through) SELECT DISTINCT * FROM taken"
            )
            return list(cursor.fetchall())
        # SQLite has one writer, and this is it.
        some = f"FROM catalog_touched WHERE id IN ({oldest})"
        cursor.execute(f"SELECT DISTINCT kind, record_id, through {some}")
        rows: list[tuple[Any, int, str]] = cursor.fetchall()
        cursor.execute(f"DELETE {some}")
    return rows


def _named(through: str) -> list[_One]:
    """The records that a note names."""
    found = []
    for one in through.split():
        kind, _colon, pk = one.partition(":")
        if pk:
            found.append((kind, int(pk)))
    return found


def _seen(named: set[_One], whole_at: datetime) -> set[_One]:
    """Those of some records that are public, or were. Two queries for each 500 of a kind."""
    by_kind: dict[Kind, set[int]] = defaultdict(set)
    for kind, pk in named:
        by_kind[kind].add(pk)
    found: set[_One] = set()
    known = PublicRecord.objects.filter(Q(gone_at=None) | Q(gone_at__gte=whole_at))
    for kind, pks in by_kind.items():
        for some in in_parts(pks):
            shown = PUBLISHED_MODELS[kind].objects.visible_to(None).order_by().filter(pk__in=some)
            found.update((kind, pk) for pk in shown.values_list("pk", flat=True))
            if kind in RECORD_MODELS:
                rows = known.filter(kind=kind, record_id__in=some)
                found.update((kind, pk) for pk in rows.values_list("record_id", flat=True))
    return found
