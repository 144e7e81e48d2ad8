"""What collections hold, after a collection moved: harvesters are told of it, although no document
changed.

OAI-PMH names the set that holds a record, ``holdings:<fonds>:<series>``. When a series moves to
another fonds, all records in it are in another set, so they must appear in the list of changes again.
They may be 100,000: the move itself only notes what the series holds directly, and a worker numbers
the noted records slice by slice, down the tree.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from catalog.documents.marks import advance
from catalog.models import FeedState, MovedHolding, PublicRecord

#: How many rows one statement names.
_ROWS: Final = 500
#: Records that are numbered in one transaction, so that nobody who writes waits long.
_SLICE: Final = 1_000


def note_held_by(collections: Sequence[int], before: int) -> None:
    """Note what some collections hold directly to be numbered again. One statement for each 500
    collections, however much they hold.

    ``before`` is the last number of the list of changes before these collections were numbered:
    what has a later one was told with them. But a collection is noted even so, since what it holds
    was perhaps not told; only one that is new itself has nothing that stood elsewhere.
    """
    for start in range(0, len(collections), _ROWS):
        some = collections[start : start + _ROWS]
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO catalog_movedholding (public_record_id)"  # noqa: S608 - placeholders only
                f" SELECT id FROM catalog_publicrecord WHERE collection_id IN ({marks})"
                " AND gone_at IS NULL"
                " AND (sequence <= %s OR (kind = 'collection' AND born_in <= %s))",
                [*some, before, before],
            )


def number_moved(*, pause: float = 0.15) -> int:
    """Give all records whose collections moved a new place in the list of changes; returns how many.

    In slices, each a transaction that also notes what the collections among its records hold. What
    is left when the process ends waits in the table for the next call. ``pause`` is the time in
    seconds that other writers get between two slices on SQLite.
    """
    number = 0
    while MovedHolding.objects.exists():
        number += _number_some()
        if connection.vendor == "sqlite":
            time.sleep(pause)
    return number


@transaction.atomic
def _number_some() -> int:
    state = FeedState.objects.select_for_update().get(pk=1)
    noted = dict(MovedHolding.objects.order_by("pk").values_list("pk", "public_record")[:_SLICE])
    now, sequence = timezone.now(), state.last_sequence
    rows = list(
        PublicRecord.objects.filter(pk__in=set(noted.values()), gone_at=None)
        .only("pk", "kind", "record_id")
        .order_by("pk")
    )
    for row in rows:
        sequence += 1
        row.sequence, row.changed_at = sequence, now
    PublicRecord.objects.bulk_update(rows, ["sequence", "changed_at"], batch_size=_ROWS)
    note_held_by([row.record_id for row in rows if row.kind == "collection"], state.last_sequence)
    MovedHolding.objects.filter(pk__in=noted).delete()
    if rows:
        advance(state, sequence, now)
        state.save()
    return len(noted)
