"""Django's ``loaddata``, for files in any order.

A row may name a record that a later file holds. Django writes such a row at once with the name left
empty and fills it in at the end, which the database refuses where the column is required, or where exactly
one of several columns has to be filled. Here the rows that hang on records wait until everything they
can name has been read: first relations, then the citations that may name a relation.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.core.management.commands import loaddata

from catalog import history, search
from catalog.management.staying import STAYING
from catalog.models import Citation, Door, Statement


class WaitingRows(list[Any]):
    """Rows that name what was not read yet; handed out with citations last."""

    def __iter__(self) -> Iterator[Any]:
        """Records and terms, then relations, then citations."""
        yield from sorted(list.__iter__(self), key=_turn)


def _turn(row: Any) -> int:
    if isinstance(row.object, Citation):
        return 2
    return 1 if isinstance(row.object, Statement) else 0


class Command(loaddata.Command):
    """Load fixtures whose rows may name rows of later files."""

    @property
    def objs_with_deferred_fields(self) -> WaitingRows:
        """The rows that wait; Django fills the list and walks through it at the end."""
        return self._waiting

    @objs_with_deferred_fields.setter
    def objs_with_deferred_fields(self, rows: list[Any]) -> None:
        self._waiting = WaitingRows(rows)

    def loaddata(self, fixture_labels: Any) -> None:
        """Load the files; one change set. In the same transaction the search follows, however much they hold."""
        names = ", ".join(PurePath(label).name for label in fixture_labels)
        # Django calls this inside its transaction.
        with history.recording(door=Door.COMMAND, reason=f"loaddata {names}", using=self.using):
            super().loaddata(fixture_labels)
            search.refresh(limit=None, using=self.using)

    def save_obj(self, obj: Any) -> bool:
        """Write a row now, or let it wait when it hangs on records that were not read yet.

        What another database made for itself stays out: this one has its own, under the same numbers.
        """
        if isinstance(obj.object, STAYING):
            return False
        if obj.deferred_fields and isinstance(obj.object, Statement):
            self.models.add(type(obj.object))
            self.objs_with_deferred_fields.append(obj)
            return True
        return super().save_obj(obj)
