"""Make the change: all of it in one transaction and one change set, or as a job where it is much."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, ngettext

from catalog import actions, history
from catalog.bulk.field_change import FieldChange, How
from catalog.bulk.outlook import rows_of
from catalog.jobs import Run, enqueue, task
from catalog.models import Job, Record

#: So many records are changed at once, at most.
MOST: Final = 10_000
#: From so many on, changing is a job and not part of a request.
MANY: Final = 500
#: So many records are held in memory.
_BATCH: Final = 200
#: So many refusals are told one by one.
_TOLD: Final = 10


@dataclass(slots=True)
class Done:
    """What came of it. ``refusals`` are sentences, the first few; records deleted meanwhile count as ``gone``."""

    changed: int = 0
    same: int = 0
    refused: int = 0
    gone: int = 0
    refusals: list[str] = field(default_factory=list)


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
    done = Done()
    seen = 0
    with actions.in_step(by=by):
        for batch in in_batches(keys):
            # Held until the end, so that what is written rests on what is read here.
            for record in rows_of(change, batch).select_for_update():
                seen += 1
                _change(change, record, done, by)
                if progress:
                    progress(seen, len(keys))
    done.gone = len(keys) - seen
    return done


def _change(change: FieldChange, record: Record, done: Done, by: actions.Actor) -> None:
    before = change.before(record)
    after = change.after(before)
    if after == before:
        done.same += 1
        return
    try:
        with transaction.atomic():
            change.put(record, after, by=by)
    except (actions.Refused, ValidationError, IntegrityError) as refusal:
        done.refused += 1
        if len(done.refusals) < _TOLD:
            done.refusals.append(f"{record.identifier}: {actions.in_words(refusal)}")
    else:
        done.changed += 1


def in_batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """The keys, as many at a time as are held in memory."""
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def mark_of(change: FieldChange, keys: Sequence[int]) -> str:
    """A mark of the change and of when its records were last changed: whoever made up his mind saw this."""
    found = hashlib.sha256(repr(asdict(change)).encode())
    for batch in in_batches(keys):
        rows = change.model._base_manager.filter(pk__in=batch).order_by("pk")
        for row in rows.values_list("pk", "modified"):
            found.update(repr(row).encode())
    return found.hexdigest()[:32]


def told(done: Done) -> str:
    """What came of it, in a sentence or several."""
    said = [
        ngettext("%d record was changed.", "%d records were changed.", done.changed) % done.changed
    ]
    if done.same:
        words = ngettext("%d was so already.", "%d were so already.", done.same)
        said.append(words % done.same)
    if done.gone:
        words = ngettext("%d was deleted meanwhile.", "%d were deleted meanwhile.", done.gone)
        said.append(words % done.gone)
    if done.refused:
        words = ngettext("%d was left as it is:", "%d were left as they are:", done.refused)
        said.append(words % done.refused)
        said += done.refusals
        if done.refused > len(done.refusals):
            said.append("…")
    return " ".join(said)


# --- As a job ---------------------------------------------------------------------------------------------------


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
            reason=reason,
            door=door,
        )


@task(title=gettext_lazy("Change a field of many records"), tells=(actions.Refused,))
def change_field(
    run: Run, *, change: dict[str, Any], keys: list[int], reason: str, door: str
) -> str:
    """The job of :func:`make_as_job`: one transaction, with the mark that it is done."""
    by: Any = run.by
    if by is not None:
        by = get_user_model()._default_manager.get(pk=by.pk)
    asked = FieldChange(**{**change, "how": How(change["how"])})
    with history.change_set(by=by, door=door, reason=reason):
        return told(make(asked, keys, by=by, progress=run.progress))
