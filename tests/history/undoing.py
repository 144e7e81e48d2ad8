"""Changing a record and undoing the change, for the tests of undoing."""

from __future__ import annotations

from typing import Any

from catalog import actions, history
from catalog.history import Selection
from tests.actions.taking_back import newest


def undo(change_set: int | None = None, **chosen: Any) -> history.Undone:
    choice = chosen.pop("choice", history.keep_later)
    return actions.undo(Selection(change_set or newest(), **chosen), by=None, choice=choice)


def change(row: Any, **values: Any) -> int:
    """Change a record through the action; returns the change set."""
    row.refresh_from_db()
    for name, value in values.items():
        setattr(row, name, value)
    with actions.in_step():
        row.save()
    return newest()


def everything(conflict: history.Conflict) -> bool:
    return True
