"""Compares what is to be undone with the rows as they are now, and tells what can be done from the conflicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from catalog.history.conflicts import Choice, Verdicts
from catalog.history.consistency import Consistency
from catalog.history.deeds import Deed
from catalog.history.naming import Names
from catalog.history.plan import Turn
from catalog.history.recorded import Recorded, recorded
from catalog.history.rows import batches, present, states_after
from catalog.history.values import by_column, value_of
from catalog.models import Change, What


class Judge:
    """Decides about turns, batch by batch.

    ``own`` are change sets that are no reason for a conflict: the one that is undone, and the one that
    undoes it. ``lock`` holds the rows until the transaction ends.
    """

    def __init__(self, own: Collection[int], choice: Choice, *, lock: bool) -> None:
        self.own, self.lock = tuple(own), lock
        self.verdicts = Verdicts(choice)
        #: Rows that come back in this undo, in this batch or an earlier one: others may refer to them.
        self.coming: set[tuple[str, int]] = set()

    def judge(self, listed: list[Turn]) -> list[Deed]:
        """The deeds of some turns, in their order. Conflicts are added to ``verdicts``."""
        self.rows: dict[tuple[str, int], dict[str, Any]] = {}
        self.later: dict[tuple[str, int], tuple[int, int]] = {}
        by_model: dict[str, list[Turn]] = defaultdict(list)
        for turn in listed:
            by_model[turn.model].append(turn)
            if turn.what == What.DELETED:
                self.coming.add(turn.key)
        for model, some in by_model.items():
            ids = [turn.row_id for turn in some]
            found = present(model, ids, lock=self.lock)
            self.rows |= {(model, row): values for row, values in found.items()}
            self._read_later(model, ids)
        #: What was added, as it was then: what was changed and is the same again is no conflict.
        self.added = states_after(
            (*turn.key, turn.last)
            for turn in listed
            if turn.what == What.INSERTED and self._changed_since(turn) is not None
        )
        self.names = Names()
        deeds = [deed for turn in listed if (deed := self._deed_of(turn)) is not None]
        changed_by = {key: change_set for key, (_number, change_set) in self.later.items()}
        return Consistency(listed, self.verdicts, self.names, self.coming, changed_by).keep(deeds)

    def _read_later(self, model: str, ids: list[int]) -> None:
        """Read the last change of each row by somebody else, with its change set."""
        for some in batches(ids):
            last = (
                Change.objects.filter(model=model, row_id__in=some)
                .exclude(change_set_id__in=self.own)
                .values("row_id")
                .annotate(last=Max("id"))
                .values_list("last", flat=True)
            )
            for row, number, change_set in Change.objects.filter(id__in=list(last)).values_list(
                "row_id", "id", "change_set_id"
            ):
                self.later[model, row] = (number, change_set)

    def _changed_since(self, turn: Turn) -> int | None:
        number, change_set = self.later.get(turn.key, (0, None))
        return change_set if number > turn.last else None

    def _deed_of(self, turn: Turn) -> Deed | None:
        row = self.rows.get(turn.key)
        one = recorded().get(turn.model)
        if one is None:
            self.verdicts.stays(turn, _("This no longer exists in the catalogue."))
            return None
        if turn.what == What.DELETED:
            return Deed(turn, row=turn.wanted) if row is None else None
        if row is None:
            if turn.what == What.UPDATED:
                said = _("“%(row)s” has since been removed. Restore it first.")
                named = self.names.of_row(turn.model, turn.row_id)
                self.verdicts.stays(turn, said % {"row": named}, later=self._changed_since(turn))
            return None
        if turn.what == What.INSERTED:
            since = self._changed_since(turn)
            said = _("“%(row)s” was changed after it was added.")
            same = self.added.get((*turn.key, turn.last), row) == row
            if not same and not self.verdicts.overrules(
                turn, "", said % {"row": self.names.of_row(turn.model, turn.row_id)}, since
            ):
                return None
            return Deed(turn, row=row)
        values = self._columns(one, turn, row)
        return Deed(turn, values=values, row=row) if values else None

    def _columns(self, one: Recorded, turn: Turn, row: dict[str, Any]) -> dict[str, Any]:
        fields = by_column(one)
        values = {}
        for column, wanted in turn.wanted.items():
            if column not in fields:
                continue
            now, past = value_of(fields[column], row.get(column)), value_of(fields[column], wanted)
            if now == past:
                continue
            since = self._changed_since(turn)
            if column in turn.left:
                is_as_left = now == value_of(fields[column], turn.left[column])
            else:
                is_as_left = since is None
            if is_as_left:
                values[column] = wanted
                continue
            said = _("%(field)s of “%(row)s” has since been changed and is now “%(value)s”.") % {
                "field": self.names.of_field(fields[column]),
                "row": self.names.of_row(turn.model, turn.row_id),
                "value": self.names.of_value(fields[column], row.get(column)),
            }
            if self.verdicts.overrules(turn, column, said, since):
                values[column] = wanted
        return values
