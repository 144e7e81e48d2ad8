"""Numbers for the list of changes: what was written is compared with what the list knows of a record."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F, IntegerField, Max, Value

from catalog.documents.linked import dates_known_to
from catalog.documents.neighbours import Keys, in_parts, neighbours
from catalog.models import RECORD_MODELS, PublicRecord
from catalog.uris import Kind

#: How many records are numbered together when the list is new.
_AT_ONCE: Final = 500
#: The column that says which collection a record of a kind is in.
_WITHIN: Final[dict[Kind, str]] = {
    "document": "collection_id",
    "image": "collection_id",
    "collection": "parent_id",
}


@dataclass(slots=True)
class _Seen:
    """What the list of changes stores of a public record: identifier, slug, collection, and a hash
    of its face.
    """

    uuid: UUID
    slug: str
    collection_id: int | None
    face: str


def _seen(kind: Kind, pks: list[int]) -> dict[int, _Seen]:
    """Those of some records that are public."""
    within = F(_WITHIN[kind]) if kind in _WITHIN else Value(None, IntegerField())
    columns = ["pk", "uuid", "slug", within, "identifier", "title", *dates_known_to(None, kind)]
    if kind == "image":
        # A new file changes the thumbnail of everybody who appears in it.
        columns += ["sha256", "alternative_text", "content_notice", "type_id", "rights"]
    found = {}
    rows = RECORD_MODELS[kind].objects.visible_to(None).order_by().filter(pk__in=pks)
    for pk, uuid, slug, collection, *face in rows.values_list(*columns):
        text = "\x1f".join([str(uuid), slug, *map(str, face)])
        name = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        found[pk] = _Seen(uuid, slug, collection, name)
    return found


def _known(kind: Kind, pks: list[int]) -> dict[int, PublicRecord]:
    rows = PublicRecord.objects.filter(kind=kind, record_id__in=pks).defer("body", "relations")
    return {row.record_id: row for row in rows}


class Changes:
    """Compares the notes with what the list of changes knows, and numbers the changes that the
    public could see.

    Part by part, so that memory stays bounded however much was written.
    """

    def __init__(self, sequence: int, now: datetime) -> None:
        self.sequence, self._now = sequence, now
        #: Collections that have another place in the tree, or another name: what they hold is in another set now.
        self.moved: list[int] = []

    def begin(self, most: int | None) -> bool:
        """Number records of a new list, or of one that was begun: all, or about ``most``. Returns
        whether all are numbered now.

        They are numbered in the order of their keys, so the last of each kind is the place to continue;
        whatever is written below it meanwhile leaves a note. Nothing has to be told of those that show
        their names, and none has moved.
        """
        number = 0
        for kind, model in RECORD_MODELS.items():
            numbered = PublicRecord.objects.filter(kind=kind).aggregate(last=Max("record_id"))
            last = numbered["last"] or 0
            while True:
                if most is not None and number >= most:
                    return False
                coming = model.objects.visible_to(None).filter(pk__gt=last).order_by("pk")
                pks = list(coming.values_list("pk", flat=True)[:_AT_ONCE])
                if not pks:
                    break
                self._number(kind, pks)
                number += len(pks)
                last = pks[-1]
        self.moved.clear()
        return True

    def work_off(self, touched: Keys, left: Keys, most: int | None) -> None:
        """Number the changes of the records noted, and of those that show their names.

        The latter are added to what is ``left`` for the next time, beyond about ``most`` in all.
        """
        number = 0
        new_faces: Keys = defaultdict(set)
        for kind, noted in touched.items():
            number += len(noted)
            for pks in in_parts(noted):
                new_faces[kind] |= {pk for pk, is_new in self._number(kind, pks) if is_new}
        for kind, around in neighbours(new_faces).items():
            for pks in in_parts(around - touched.get(kind, set()) - left[kind]):
                if most is not None and number >= most:
                    left[kind].update(pks)
                else:
                    number += len(pks)
                    self._number(kind, pks)

    def keep_in_step(self, unseen: Keys) -> None:
        """Store in which collection records are that were moved between hidden ones: no reader may learn
        of it, so they get no number.
        """
        for kind in _WITHIN:
            for pks in in_parts(unseen.get(kind, set())):
                seen, known = _seen(kind, pks), _known(kind, pks)
                for pk in seen.keys() & known.keys():
                    if seen[pk].collection_id != known[pk].collection_id:
                        rows = PublicRecord.objects.filter(kind=kind, record_id=pk)
                        rows.update(collection_id=seen[pk].collection_id)

    def _number(self, kind: Kind, pks: list[int]) -> list[tuple[int, bool]]:
        """Number some records; returns each record that has a number now, and whether others show it
        differently.
        """
        seen, known = _seen(kind, pks), _known(kind, pks)
        rows, told = [], []
        for pk in sorted(seen.keys() | known.keys()):
            row, public = known.get(pk), seen.get(pk)
            if public is None and (row is None or row.gone_at is not None):
                continue
            before = row.face if row is not None and row.gone_at is None else ""
            if kind == "collection":
                place = None if public is None else (public.collection_id, public.slug)
                if place != _place(row):
                    self.moved.append(pk)
            row = self._changed(kind, pk, row, public)
            rows.append(row)
            told.append((pk, row.face != before))
        self._write(rows)
        return told

    def _changed(
        self, kind: Kind, pk: int, known: PublicRecord | None, seen: _Seen | None
    ) -> PublicRecord:
        self.sequence += 1
        row = known or PublicRecord(kind=kind, record_id=pk, born_in=0)
        if known is None or (seen is not None and known.gone_at is not None):
            row.born_in = self.sequence
        row.sequence, row.changed_at = self.sequence, self._now
        row.gone_at = self._now if seen is None else None
        row.face = seen.face if seen else ""
        if seen is not None:
            row.uuid, row.slug, row.collection_id = seen.uuid, seen.slug, seen.collection_id
        row.etag, row.body, row.relations = "", None, None
        # The row is found by what it stands for, whether it is new or not.
        row.pk = None
        return row

    def _write(self, rows: list[PublicRecord]) -> None:
        columns = [
            "uuid", "slug", "collection_id", "face", "sequence", "born_in", "changed_at", "gone_at", "etag", "body",
            "relations",
        ]  # fmt: skip
        PublicRecord.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["kind", "record_id"], update_fields=columns
        )


def _place(row: PublicRecord | None) -> tuple[int | None, str] | None:
    """Where a collection stood, and under which name; None if it was not public."""
    return None if row is None or row.gone_at is not None else (row.collection_id, row.slug)
