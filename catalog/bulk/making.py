"""Change a field of many records: at once, or as a job where it is much."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, Final

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from catalog import actions
from catalog.bulk.field_change import FieldChange, How
from catalog.bulk.slices import Done, do_at_once, do_in_slices, in_batches
from catalog.jobs import Run, enqueue, task
from catalog.models import Job

#: So many records are changed at once, at most.
MOST: Final = 10_000


def make(
    change: FieldChange,
    keys: Sequence[int],
    *,
    by: actions.Actor,
    progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Change the field of each record by the action, in one step.

    Consequences: as of ``actions.edit`` for each; a record that is refused stays as it is and keeps none of
    the others. ``progress`` is told how many of how many are done.
    """
    return do_at_once(change, keys, by=by, progress=progress)


def mark_of(change: FieldChange, keys: Sequence[int]) -> str:
    """A mark of the change and of when its records were last changed: whoever made up his mind saw this."""
    found = hashlib.sha256(repr(asdict(change)).encode())
    for batch in in_batches(keys):
        rows = change.model._base_manager.filter(pk__in=batch).order_by("pk")
        for row in rows.values_list("pk", "modified"):
            found.update(repr(row).encode())
    return found.hexdigest()[:32]


def make_as_job(
    change: FieldChange, keys: Sequence[int], *, by: actions.Actor, reason: str, door: str
) -> Job:
    """Ask the worker to :func:`make`; for what is too much for a request."""
    with transaction.atomic():
        return enqueue(
            change_field,
            by=by,
            subject=f"{capfirst(str(change.column.verbose_name))} ({len(keys)})",
            change=asdict(change),
            keys=list(keys),
            account=getattr(by, "pk", None),
            reason=reason,
            door=door,
        )


@task(title=gettext_lazy("Change a field of many records"), atomic=False, tells=(actions.Refused,))
def change_field(
    run: Run,
    *,
    change: dict[str, Any],
    keys: list[int],
    reason: str,
    door: str,
    account: int | None = None,
) -> str:
    """The job of :func:`make_as_job`."""
    asked = FieldChange(**{**change, "how": How(change["how"])})
    by = actions.asker(run, account)
    return do_in_slices(run, asked, keys, by=by, door=door, reason=reason)
