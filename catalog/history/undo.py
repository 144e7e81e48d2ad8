"""Undo a selection: the opposite, row by row, in batches, in the open transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from catalog.history import deeds
from catalog.history.conflicts import Choice, Conflict, Verdicts
from catalog.history.deeds import Deed
from catalog.history.judge import Judge
from catalog.history.plan import Selection, turns
from catalog.history.recorder import counted
from catalog.history.rows import batches
from catalog.models import Change, ChangedRecord

#: Changes that are examined together. This bounds memory, whatever the size of the change set.
AT_ONCE: Final = 2_000
#: Changes that a preview examines.
MOST_PREVIEWED: Final = 2_000
#: Conflicts that are listed one by one.
MOST_TOLD: Final = 200

#: Receives how many changes of how many are done.
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Undone:
    """The outcome: how many rows were (or would be) written, to how many records they belong (as the list of
    change sets counts them), and what stood in the way.

    ``kept`` are conflicts in which what came later stays, ``forced`` those in which it was overruled: the first
    ``MOST_TOLD`` of each, and how many there are.
    """

    rows: int = 0
    records: int = 0
    changes: int = 0
    kept: list[Conflict] = field(default_factory=list)
    forced: list[Conflict] = field(default_factory=list)
    number_kept: int = 0
    number_forced: int = 0

    def _take(self, verdicts: Verdicts) -> None:
        self.number_kept += len(verdicts.kept)
        self.number_forced += len(verdicts.forced)
        self.kept += verdicts.kept[: MOST_TOLD - len(self.kept)]
        self.forced += verdicts.forced[: MOST_TOLD - len(self.forced)]
        verdicts.kept, verdicts.forced = [], []


def keep_later(conflict: Conflict) -> bool:
    """The choice that overwrites nothing."""
    return False


def preview(
    selection: Selection, choice: Choice = keep_later, *, most: int | None = None
) -> Undone:
    """What undoing would do, without doing it. With ``most``, only that many changes, the newest, are examined."""
    return _walk(selection, choice, own=(), write=False, most=most, progress=None)


def take_back(
    selection: Selection, choice: Choice = keep_later, *, own: int, progress: Progress | None = None
) -> Undone:
    """Undo what was chosen. ``own`` is the change set that is being written (:func:`recording`).

    Call it inside a transaction, so that a failure leaves nothing half done. Raises IntegrityError if somebody
    else writes the same rows at the same moment.
    """
    return _walk(selection, choice, own=(own,), write=True, most=None, progress=progress)


def take_back_next(
    selection: Selection, choice: Choice, undone: Undone, *, own: int, below: int | None, most: int
) -> int | None:
    """Undo the next changes, at most ``most``, older than change ``below``, for a job that commits
    in between.

    The outcome is added to ``undone``. Returns the ``below`` of the next batch, None after the last
    one.
    """
    batch = next(selection.batches(most, below=below), [])
    judge = Judge((selection.change_set, own), choice, lock=True)
    _batch(judge, selection, batch, undone, write=True)
    return batch[-1].pk if len(batch) == most else None


def _walk(
    selection: Selection,
    choice: Choice,
    *,
    own: tuple[int, ...],
    write: bool,
    most: int | None,
    progress: Progress | None,
) -> Undone:
    judge = Judge((selection.change_set, *own), choice, lock=write)
    undone = Undone()
    touched: set[tuple[str, int]] = set()
    total = selection.changes().count() if progress else 0
    for batch in selection.batches(min(AT_ONCE, most) if most else AT_ONCE):
        judged = _batch(judge, selection, batch, undone, write=write)
        if not write:
            touched |= _records_of(judged)
        if progress:
            progress(undone.changes, total)
        if most and undone.changes >= most:
            break
    undone.records = counted(own[0])[1] if write else len(touched)
    return undone


def _records_of(judged: list[Deed]) -> set[tuple[str, int]]:
    """The records to which rows belong, by kind and key."""
    found: set[tuple[str, int]] = set()
    for some in batches(deed.turn.last for deed in judged):
        links = ChangedRecord.objects.filter(change__in=some)
        found.update(links.values_list("kind", "record_id").distinct())
    return found


def _batch(
    judge: Judge, selection: Selection, batch: list[Change], undone: Undone, *, write: bool
) -> list[Deed]:
    """Judge some changes together, undo those that may be undone, and count them; they are the answer."""
    judged = judge.judge(turns(batch, selection.column))
    if write:
        deeds.write(judged)
    undone.rows += len(judged)
    undone.changes += len(batch)
    undone._take(judge.verdicts)
    return judged
