"""Change many records: at once, or as a job where it is much."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy

from catalog import actions
from catalog.bulk.field_change import FieldChange, How
from catalog.bulk.replacement import Replacement
from catalog.bulk.slices import Done, do_at_once, do_in_slices, keys_of, spans_of
from catalog.jobs import Run, enqueue, task
from catalog.models import Job

#: The most records that are changed in one go: their keys are held in memory and travel with the job.
MOST: Final = 1_000_000
#: Ranges of keys that one question asks about.
_RANGES: Final = 100

Change = FieldChange | Replacement


def make(
    change: Change,
    keys: Sequence[int],
    *,
    by: actions.Actor,
    progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Change each record by the action, in one step.

    Consequences: as of ``actions.edit`` for each; a record that is refused stays as it is and keeps none of
    the others. ``progress`` is told how many of how many are done.
    """
    return do_at_once(change, keys, by=by, progress=progress)


def mark_of(change: Change, keys: Sequence[int]) -> str:
    """A mark of the change and of how its records stand: who says that it is to be done has seen this.

    Any change of a record makes it the one that was changed last, and one that goes is missing in their number.
    """
    found = hashlib.sha256(repr((asdict(change), len(keys))).encode())
    spans = spans_of(sorted(keys))
    for start in range(0, len(spans), _RANGES):
        chosen = Q()
        for span in spans[start : start + _RANGES]:
            chosen |= Q(pk__range=span)
        rows = change.model._base_manager.filter(chosen)
        found.update(repr(rows.aggregate(Count("pk"), Max("modified"))).encode())
    return found.hexdigest()[:32]


def make_as_job(
    change: Change, keys: Sequence[int], *, by: actions.Actor, reason: str, door: str
) -> Job:
    """Ask the worker to :func:`make`; for what is too much for a request."""
    with transaction.atomic():
        return enqueue(
            change_field,
            by=by,
            subject=f"{change.subject} ({len(keys)})",
            change=asdict(change),
            spans=spans_of(sorted(keys)),
            account=getattr(by, "pk", None),
            reason=reason,
            door=door,
        )


@task(title=gettext_lazy("Change a field of many records"), atomic=False, tells=(actions.Refused,))
def change_field(
    run: Run,
    *,
    change: dict[str, Any],
    spans: list[list[int]] | None = None,
    keys: list[int] | None = None,
    reason: str,
    door: str,
    account: int | None = None,
) -> str:
    """The job of :func:`make_as_job`. The version before gave it ``keys`` one by one."""
    by = actions.asker(run, account)
    chosen = keys if spans is None else keys_of(spans)
    return do_in_slices(run, _read(change), chosen or [], by=by, door=door, reason=reason)


def _read(change: dict[str, Any]) -> Change:
    """A change as a job carries it."""
    if "fields" in change:
        return Replacement(**{**change, "fields": tuple(change["fields"])})
    return FieldChange(**{**change, "how": How(change["how"])})
