"""Ready-made documents, kept beside the list of changes and never out of step with the records.

A document is sent only in the same breath as the question whether anything was written since; it is kept
only if nothing was worked off while it was made. When in doubt it is made afresh and not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, connections, router, transaction
from django.db.utils import OperationalError
from django.utils import timezone

from catalog.documents import feed
from catalog.documents.making import FORM, Json, as_text, documents
from catalog.models import RECORD_MODELS, FeedState, PublicRecord
from catalog.uris import Kind


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is sent, in two halves of JSON text; addresses have no site in front yet."""

    base: str
    relations: str
    etag: str
    changed_at: datetime


_ONE = (
    "SELECT body, relations, etag, changed_at, next_moment FROM ("
    " SELECT r.body, r.relations, r.etag, r.changed_at, s.next_moment"
    " FROM catalog_publicrecord r JOIN catalog_feedstate s ON s.id = 1"
    " WHERE r.kind = %s AND r.slug = %s AND r.gone_at IS NULL AND r.body IS NOT NULL AND s.form = %s"
    " AND NOT EXISTS (SELECT 1 FROM catalog_touched)) AS found"
)


def stored(kind: Kind, slug: str) -> Document | None:
    """The document of a public record if it is ready and certainly up to date. One query."""
    with connections[router.db_for_read(PublicRecord)].cursor() as cursor:
        cursor.execute(_ONE, [kind, slug, FORM])
        row = cursor.fetchone()
    if row is None:
        return None
    base, relations, etag, changed_at, next_moment = row
    if next_moment is not None and timezone.now() >= feed.moment(next_moment) - feed.CLOCKS:
        return None
    return Document(base, relations, etag, feed.moment(changed_at))


def public_documents(kind: Kind, pks: list[int], standing: feed.Standing | None) -> list[Document]:
    """The documents of public records, in the order of ``pks``; those that are not ready are made and kept.

    A record that stopped being public a moment ago is left out.
    """
    found: dict[int, Document] = {}
    if standing is not None:
        for pk, base, relations, etag, changed_at in _ready(kind, pks):
            found[pk] = Document(base, relations, etag, feed.moment(changed_at))
    missing = [pk for pk in pks if pk not in found]
    if missing:
        found |= _made(kind, missing, standing)
    return [found[pk] for pk in pks if pk in found]


def _ready(kind: Kind, pks: list[int]) -> list[tuple[Any, ...]]:
    if not pks:
        return []
    places = ", ".join(["%s"] * len(pks))
    with connections[router.db_for_read(PublicRecord)].cursor() as cursor:
        cursor.execute(
            "SELECT record_id, body, relations, etag, changed_at FROM catalog_publicrecord"  # noqa: S608
            f" WHERE kind = %s AND record_id IN ({places}) AND gone_at IS NULL AND body IS NOT NULL",
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
    """The two halves as text, with their name."""
    base["updated"] = moment_of(changed_at)
    texts = as_text(base), as_text(relations)
    return Document(*texts, etag_of(*texts), changed_at)


def moment_of(moment: datetime) -> str:
    """A moment in UTC as ISO 8601 has it: ``2026-11-23T06:30:00.123456Z``."""
    return moment.astimezone(timezone.get_fixed_timezone(0)).isoformat().replace("+00:00", "Z")


def etag_of(*texts: str) -> str:
    """A name for some text; another text has another one."""
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:32]


def _keep(kind: Kind, made: dict[int, Document], standing: feed.Standing) -> None:
    """Keep documents, unless something was worked off while they were made, or somebody writes now."""
    try:
        with feed.patience(100), transaction.atomic():
            state = FeedState.objects.select_for_update().filter(pk=1).first()
            if state is None or state.generation != standing.generation or state.form != FORM:
                return
            with connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE catalog_publicrecord SET body = %s, relations = %s, etag = %s"
                    " WHERE kind = %s AND record_id = %s AND gone_at IS NULL",
                    [(one.base, one.relations, one.etag, kind, pk) for pk, one in made.items()],
                )
    except OperationalError:
        return


def build(kinds: Iterable[Kind] = tuple(RECORD_MODELS), *, at_once: int = 200) -> int:
    """Make every public document that is not ready; answers how many. For commands, after a large load."""
    number = 0
    for kind in kinds:
        last = 0
        while True:
            standing = feed.current(patiently=True)
            waiting = PublicRecord.objects.filter(
                kind=kind, gone_at=None, body__isnull=True, record_id__gt=last
            )
            pks = list(waiting.order_by("record_id").values_list("record_id", flat=True)[:at_once])
            if not pks:
                break
            number += len(_made(kind, pks, standing))
            last = pks[-1]
    return number
