"""Ready-made documents, kept beside the list of changes and never out of step with the records.

The query that reads a document also asks whether anything was written since. A new document is
stored only if no change was worked off while it was being made; in doubt it is made again and not
stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, connections, router, transaction
from django.db.utils import OperationalError
from django.utils import timezone

from catalog.documents import feed
from catalog.documents.clock import CLOCKS
from catalog.documents.linked import moment_of
from catalog.documents.making import Json, as_text, documents, form_of_documents
from catalog.models import RECORD_MODELS, FeedState, PublicRecord
from catalog.uris import Kind

#: How many documents are made together.
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is sent, in two halves of JSON in UTF-8; addresses have no site in front yet.

    It stays bytes all the way from the database to the client: decoding would cost more than
    everything else.
    """

    base: bytes
    relations: bytes
    etag: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """Which document is ready, without the document."""

    etag: str
    changed_at: datetime


#: A document that is ready, and whether it is up to date, in one query. A large one spans many
#: pages of the database: its text is read only if a query names it.
_READY: Final = (
    " FROM catalog_publicrecord r JOIN catalog_feedstate s ON s.id = 1"
    " WHERE r.kind = %s AND r.slug = %s AND r.gone_at IS NULL AND r.etag <> '' AND s.form = %s"
    " AND NOT EXISTS (SELECT 1 FROM catalog_touched)"
)
_VERSION: Final = f"SELECT s.next_moment, r.etag, r.changed_at{_READY}"
_DOCUMENT: Final = (
    "SELECT s.next_moment, r.etag, r.changed_at, {halves}" + _READY + " AND r.body IS NOT NULL"
)
#: Both halves, in UTF-8.
_HALVES: Final = {
    "sqlite": "CAST(r.body AS BLOB), CAST(r.relations AS BLOB)",
    "postgresql": "convert_to(r.body, 'UTF8'), convert_to(r.relations, 'UTF8')",
}


def version(kind: Kind, slug: str) -> Version | None:
    """Which document of a public record is ready and certainly up to date. One query that reads no
    document.
    """
    row = _of_ready(_VERSION, kind, slug)
    if row is None:
        return None
    etag, changed_at = row
    return Version(etag, feed.moment(changed_at))


def stored(kind: Kind, slug: str) -> Document | None:
    """The document of a public record if it is ready and certainly up to date. One query."""
    row = _of_ready(_DOCUMENT, kind, slug)
    if row is None:
        return None
    etag, changed_at, base, relations = row
    return Document(bytes(base), bytes(relations), etag, feed.moment(changed_at))


def _of_ready(query: str, kind: Kind, slug: str) -> tuple[Any, ...] | None:
    """The answer to a query about a ready document, unless the clock is about to show or hide a record."""
    database = connections[router.db_for_read(PublicRecord)]
    with database.cursor() as cursor:
        cursor.execute(
            query.format(halves=_HALVES[database.vendor]), [kind, slug, form_of_documents()]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    next_moment, *found = row
    if next_moment is not None and timezone.now() >= feed.moment(next_moment) - CLOCKS:
        return None
    return tuple(found)


def public_documents(kind: Kind, pks: list[int], standing: feed.Standing | None) -> list[Document]:
    """The documents of public records, in the order of ``pks``; those that are not ready are made
    and stored.

    A record that has just stopped being public is left out.
    """
    found: dict[int, Document] = {}
    if standing is not None:
        for pk, base, relations, etag, changed_at in _ready(kind, pks):
            found[pk] = Document(bytes(base), bytes(relations), etag, feed.moment(changed_at))
    missing = [pk for pk in pks if pk not in found]
    if missing:
        found |= _made(kind, missing, standing)
    return [found[pk] for pk in pks if pk in found]


def _ready(kind: Kind, pks: list[int]) -> list[tuple[Any, ...]]:
    if not pks:
        return []
    places = ", ".join(["%s"] * len(pks))
    database = connections[router.db_for_read(PublicRecord)]
    with database.cursor() as cursor:
        cursor.execute(
            f"SELECT r.record_id, {_HALVES[database.vendor]}, r.etag, r.changed_at"  # noqa: S608
            " FROM catalog_publicrecord r"
            f" WHERE r.kind = %s AND r.record_id IN ({places}) AND r.gone_at IS NULL AND r.body IS NOT NULL",
            [kind, *pks],
        )
        return list(cursor.fetchall())


def _made(kind: Kind, pks: list[int], standing: feed.Standing | None) -> dict[int, Document]:
    records = list(RECORD_MODELS[kind].objects.visible_to(None).filter(pk__in=pks).order_by())
    rows = PublicRecord.objects.filter(kind=kind, record_id__in=pks)
    changed = dict(rows.values_list("record_id", "changed_at"))
    made = {}
    for record, (base, relations) in zip(records, documents(kind, records, None), strict=True):
        made[record.pk] = document_of(base, relations, changed.get(record.pk, record.modified))
    if standing is not None and made:
        _keep(kind, made, standing)
    return made


def document_of(base: Json, relations: Json, changed_at: datetime) -> Document:
    """The two halves as text, with their ETag."""
    base["updated"] = moment_of(changed_at)
    texts = as_text(base), as_text(relations)
    return Document(*texts, etag_of(*texts), changed_at)


def etag_of(*texts: str | bytes) -> str:
    """An ETag for some text; different texts have different ones."""
    parts = (text.encode() if isinstance(text, str) else text for text in texts)
    return hashlib.sha256(b"\x1f".join(parts)).hexdigest()[:32]


def _keep(kind: Kind, made: dict[int, Document], standing: feed.Standing) -> None:
    """Store documents, unless notes were worked off while they were made, or somebody is writing now."""
    try:
        with feed.patience(100), transaction.atomic():
            state = FeedState.objects.select_for_update().filter(pk=1).first()
            if (
                state is None
                or state.generation != standing.generation
                or state.form != form_of_documents()
            ):
                return
            with connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE catalog_publicrecord SET body = %s, relations = %s, etag = %s"
                    " WHERE kind = %s AND record_id = %s AND gone_at IS NULL",
                    [
                        (one.base.decode(), one.relations.decode(), one.etag, kind, pk)
                        for pk, one in made.items()
                    ],
                )
    except OperationalError:
        return


def build(kinds: Iterable[Kind] = tuple(RECORD_MODELS)) -> int:
    """Make every public document that is not ready; returns how many. For commands, after a large load."""
    number = 0
    for kind in kinds:
        last = 0
        while True:
            standing = feed.current(patiently=True)
            waiting = PublicRecord.objects.filter(
                kind=kind, gone_at=None, body__isnull=True, record_id__gt=last
            )
            pks = list(waiting.order_by("record_id").values_list("record_id", flat=True)[:_AT_ONCE])
            if not pks:
                break
            number += len(_made(kind, pks, standing))
            last = pks[-1]
    return number
