"""What the clock shows and hides: records published from a time on, or withheld until one, and births."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Min, Q, QuerySet

from catalog.documents.neighbours import Keys
from catalog.models import PUBLISHED_MODELS, RECORD_MODELS, Person, Record, lapsed, next_lapse

#: How far the clocks of the database and of this machine may differ without a record appearing too
#: early or too late.
CLOCKS: Final = timedelta(seconds=5)
_COLUMNS: Final = ("publish_from", "embargo_until")


def add_due(touched: Keys, since: datetime, now: datetime) -> None:
    """Add the records that become visible or hidden between ``since`` and ``now``, and the people whose
    birth does.
    """
    for kind, model in RECORD_MODELS.items():
        due = set(due_of(model, since, now).values_list("pk", flat=True))
        if due:
            touched[kind] = touched.get(kind, set()) | due


def due_of(model: type[Record], since: datetime, now: datetime) -> QuerySet[Record]:
    """The rows that a moment between ``since`` and ``now`` shows or hides, and people whose birth it shows."""
    passed = Q()
    for column in _COLUMNS:
        passed |= Q(**{f"{column}__gt": since - 2 * CLOCKS, f"{column}__lte": now})
    if model is Person:
        passed |= lapsed(since - 2 * CLOCKS, now)
    return model._base_manager.filter(passed)


def next_moment_after(now: datetime) -> datetime | None:
    """The next time at which a record appears or vanishes by the clock; None if none is known."""
    moments = [next_lapse(Person._base_manager.all(), now)]
    for model in PUBLISHED_MODELS.values():
        for column in _COLUMNS:
            coming = model._base_manager.filter(**{f"{column}__gt": now})
            moments.append(coming.aggregate(next=Min(column))["next"])
    return min((moment for moment in moments if moment), default=None)
