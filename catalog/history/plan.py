"""What undoing means for each row: changes of one selection, folded, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from catalog.history.values import columns
from catalog.models import Change, ChangedRecord, What


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be undone: a change set, or one record, one row, or one column of a row in it.

    ``kind`` and ``record_id`` choose what belongs to a record (or term), with all its statements;
    ``model`` and ``row_id`` one row, such as a relation; ``column`` one column of that row.
    """

    change_set: int
    kind: str = ""
    record_id: int = 0
    model: str = ""
    row_id: int = 0
    column: str = ""

    def changes(self) -> QuerySet[Change]:
        """The changes that were chosen."""
        found = Change.objects.filter(change_set_id=self.change_set)
        if self.kind:
            of_record = ChangedRecord.objects.filter(
                kind=self.kind, record_id=self.record_id, change_set_id=self.change_set
            )
            found = found.filter(id__in=of_record.values("change_id"))
        if self.model:
            found = found.filter(model=self.model, row_id=self.row_id)
        return found

    def batches(self, size: int, *, below: int | None = None) -> Iterator[list[Change]]:
        """The changes from the newest to the oldest, in lists of at most ``size``; with ``below`` only older ones."""
        last = below
        while True:
            rows = self.changes().order_by("-id")
            found = list((rows if last is None else rows.filter(id__lt=last))[:size])
            if not found:
                return
            yield found
            last = found[-1].pk


@dataclass(slots=True)
class Turn:
    """What happened to one row, and so what undoing has to do.

    ``what`` is the net effect: inserted (so the row is deleted), updated (so the columns of
    ``wanted`` get these values) or deleted (so the row of ``wanted`` is restored). ``left`` is what
    an update left in the columns: whatever now differs from it was changed later. ``position``
    gives the order of turns.
    """

    model: str
    row_id: int
    what: str
    position: int
    last: int
    wanted: dict[str, Any] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        """Names the row."""
        return self.model, self.row_id


def turns(changes: Iterable[Change], column: str = "") -> list[Turn]:
    """The turns of some changes, given newest first, in the order in which they are taken."""
    found: dict[tuple[str, int], Turn] = {}
    for change in changes:
        key = (change.model, change.row_id)
        turn = found.get(key)
        if turn is None:
            found[key] = Turn(
                *key,
                change.what,
                change.pk,
                change.pk,
                columns(change.before),
                columns(change.after),
            )
        elif change.what == What.UPDATED:
            turn.wanted |= columns(change.before)
            turn.left = columns(change.after) | turn.left
        elif change.what == What.INSERTED and turn.what == What.DELETED:
            del found[key]
        elif change.what == What.INSERTED:
            turn.what, turn.position = change.what, change.pk
        else:
            # Deleted and added again under the same key: the deleted row is wanted.
            turn.what, turn.wanted, turn.left = What.UPDATED, columns(change.before), {}
    if column:
        found = {key: only(turn, column) for key, turn in found.items() if column in turn.wanted}
    listed = [
        turn for turn in found.values() if turn.what != What.UPDATED or turn.wanted != turn.left
    ]
    return sorted(listed, key=lambda turn: -turn.position)


def only(turn: Turn, column: str) -> Turn:
    """The turn of one column of an update."""
    turn.wanted = {column: turn.wanted[column]}
    turn.left = {column: turn.left[column]} if column in turn.left else {}
    return turn
