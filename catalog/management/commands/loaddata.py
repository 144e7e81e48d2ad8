"""Django's ``loaddata``, for files in any order.

A row may refer to a record in a later file. Django writes such a row at once with the reference
left empty and fills it in at the end, which the database refuses if the column is required, or if
exactly one of several columns has to be filled. Here the rows that belong to records wait until
everything that they can refer to has been read: first relations, then the citations that may refer
to a relation.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.core.management.commands import loaddata

from catalog import history, search
from catalog.management.staying import STAYING
from catalog.models import Citation, Distinction, Door, Statement


class WaitingRows(list[Any]):
    """Rows that refer to something not read yet; iterated with citations last."""

    def __iter__(self) -> Iterator[Any]:
        """Records and terms, then relations, then citations, and distinctions if their entries are
        here.
        """
        for row in sorted(list.__iter__(self), key=_turn):
            if not isinstance(row.object, Distinction) or row.object.find_entries():
                yield row


def _turn(row: Any) -> int:
    if isinstance(row.object, Distinction):
        return 3
    if isinstance(row.object, Citation):
        return 2
    return 1 if isinstance(row.object, Statement) else 0


class Command(loaddata.Command):
    """Load fixtures whose rows may refer to rows of later files."""

    @property
    def objs_with_deferred_fields(self) -> WaitingRows:
        """The rows that wait; Django fills the list and goes through it at the end."""
        return self._waiting

    @objs_with_deferred_fields.setter
    def objs_with_deferred_fields(self, rows: list[Any]) -> None:
        self._waiting = WaitingRows(rows)

    def loaddata(self, fixture_labels: Any) -> None:
        """Load the files in one change set. The search is updated in the same transaction, however
        much they hold.
        """
        names = ", ".join(PurePath(label).name for label in fixture_labels)
        # Django calls this inside its transaction.
        with history.recording(door=Door.COMMAND, reason=f"loaddata {names}", using=self.using):
            super().loaddata(fixture_labels)
            search.refresh(limit=None, using=self.using)

    def save_obj(self, obj: Any) -> bool:
        """Write a row now, or let it wait if it belongs to records that were not read yet.

        What another database made for itself is left out: this one has its own, under the same
        numbers.
        """
        if isinstance(obj.object, STAYING):
            return False
        if isinstance(obj.object, Distinction):
            obj.deferred_fields = {}
        if isinstance(obj.object, Distinction) or (
            obj.deferred_fields and isinstance(obj.object, Statement)
        ):
            self.models.add(type(obj.object))
            self.objs_with_deferred_fields.append(obj)
            return True
        return super().save_obj(obj)
