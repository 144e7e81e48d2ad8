"""Something done to many records: at once in one step, or by a job in slices that let others write
in between.

Each record is changed by its action, with its permission and its refusals; a record that is refused
does not affect the others. All of it is one change set, however many transactions it takes
(docs/decisions/0015-large-changes-in-slices.md).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, Final, Protocol

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import ngettext

from catalog import actions, history
from catalog.jobs import Progress, Run, Task, enqueue, let_others_write
from catalog.models import Job, Record

#: From this number on, changing is a job and not part of a request.
MANY: Final = 500
#: The most records that are held in memory, and written in one slice.
_BATCH: Final = 200
#: The most refusals that are reported one by one.
_TOLD: Final = 10


class Deed(Protocol):
    """What is done to each of many records."""

    def rows_of(self, keys: Sequence[int]) -> QuerySet[Any]:
        """The records of some keys, in the order in which they are taken, with what the deed needs
        of them.
        """

    def act(self, record: Any, *, by: actions.Actor) -> bool:
        """Do it to one record in one step, or not at all; False if nothing had to change. Raises what the
        action refuses with.
        """

    def done(self, number: int) -> str:
        """A sentence that it was done to so many."""


@dataclass(slots=True)
class Done:
    """The result. ``refusals`` are sentences, the first few; records deleted meanwhile count as
    ``gone``.
    """

    changed: int = 0
    same: int = 0
    refused: int = 0
    gone: int = 0
    refusals: list[str] = field(default_factory=list)


def do_at_once(
    deed: Deed,
    keys: Sequence[int],
    *,
    by: actions.Actor,
    progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Do it to each record in one step. ``progress`` is told how many of how many are done."""
    done = Done()
    at = 0
    with actions.in_step(by=by):
        while at < len(keys):
            at = _some(deed, keys, at, done, by, progress)
    return done


def do_in_slices(
    run: Run, deed: Deed, keys: Sequence[int], *, by: actions.Actor, door: str, reason: str
) -> str:
    """Do it to each record as a job of several transactions and one change set; returns the result
    in words.

    Each slice stores its position. A job that was killed, or was cancelled and is tried again,
    continues after its last slice, in the same change set; an unfinished slice leaves nothing
    behind.
    """
    done = Done(**run.place.get("done", {}))
    at = run.place.get("next", 0)
    number = run.place.get("change_set")
    with history.change_set(by=by, door=door, reason=reason, again=number) as opened:
        while at < len(keys):
            if at:
                let_others_write()
            so_far = Progress(at, len(keys), told(deed, done))

            def progress(seen: int, of: int, said: str = so_far.said) -> None:
                run.progress(seen, of, said)

            with actions.one_slice(run, opened, by=by, stands=so_far) as one:
                at = _some(deed, keys, at, done, by, progress, end=one.end)
                one.keeps = {"next": at, "done": asdict(done)}
                run.at = Progress(at, len(keys), told(deed, done))
    return told(deed, done)


def _some(
    deed: Deed,
    keys: Sequence[int],
    start: int,
    done: Done,
    by: actions.Actor,
    progress: Callable[[int, int], None] | None,
    *,
    end: float | None = None,
) -> int:
    """Do it to the next batch, or until ``end``; returns where to continue."""
    batch = keys[start : start + _BATCH]
    place = {key: number for number, key in enumerate(batch, 1)}
    at = 0
    # Locked until the transaction ends, so that what is written rests on what is read here.
    for record in deed.rows_of(batch).select_for_update():
        key = record.pk
        # Those that no longer exist are skipped.
        done.gone += place[key] - at - 1
        at = place[key]
        _one(deed, record, done, by)
        if progress:
            progress(start + at, len(keys))
        if end is not None and time.monotonic() > end:
            return start + at
    done.gone += len(batch) - at
    return start + len(batch)


def _one(deed: Deed, record: Record, done: Done, by: actions.Actor) -> None:
    named = str(record.identifier)
    try:
        changed = deed.act(record, by=by)
    except (actions.Refused, ValidationError, IntegrityError) as refusal:
        done.refused += 1
        if len(done.refusals) < _TOLD:
            done.refusals.append(f"{named}: {actions.in_words(refusal)}")
        return
    if changed:
        done.changed += 1
    else:
        done.same += 1


def told(deed: Deed, done: Done) -> str:
    """The result, in a sentence or several."""
    said = [deed.done(done.changed)]
    if done.same:
        words = ngettext("%d needed no change.", "%d needed no change.", done.same)
        said.append(words % done.same)
    if done.gone:
        words = ngettext("%d has since been deleted.", "%d have since been deleted.", done.gone)
        said.append(words % done.gone)
    if done.refused:
        words = ngettext("%d was left unchanged:", "%d were left unchanged:", done.refused)
        said.append(words % done.refused)
        said += done.refusals
        if done.refused > len(done.refusals):
            said.append("…")
    return " ".join(said)


def ask_worker(
    job: Task,
    keys: Sequence[int],
    *,
    by: actions.Actor,
    subject: str,
    reason: str,
    door: str,
    **deed: Any,
) -> Job:
    """Ask the worker for a job that calls :func:`do_in_slices`, with any number of records. ``deed`` is what
    else the job takes, as plain JSON.
    """
    with transaction.atomic():
        return enqueue(
            job,
            by=by,
            subject=subject,
            spans=spans_of(sorted(keys)),
            account=getattr(by, "pk", None),
            reason=reason,
            door=door,
            **deed,
        )


# --- The records that were chosen ---------------------------------------------------------------------------------


def spans_of(keys: Sequence[int]) -> list[list[int]]:
    """Keys in ascending order as spans of first and last: a list of all records is one, and is
    stored with a job.
    """
    if not keys:
        return []
    breaks = [(one, other) for one, other in pairwise(keys) if other != one + 1]
    firsts = [keys[0], *(other for _one, other in breaks)]
    lasts = [*(one for one, _other in breaks), keys[-1]]
    return [[first, last] for first, last in zip(firsts, lasts, strict=True)]


def keys_of(spans: Sequence[Sequence[int]]) -> list[int]:
    """The keys of :func:`spans_of`."""
    return [key for first, last in spans for key in range(first, last + 1)]
