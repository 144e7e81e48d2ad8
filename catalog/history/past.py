"""A record and what belonged to it at a moment, and the differences between two moments."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from catalog.history.diff import RowChange, field_changes
from catalog.history.naming import Names, targets
from catalog.history.recorded import Recorded, recorded
from catalog.history.rows import Row, as_of
from catalog.models import Change, ChangedRecord, What


@dataclass(frozen=True, slots=True)
class Past:
    """The rows of a record at a moment: its own (None if it did not exist) and those that belonged
    to it.
    """

    kind: str
    record_id: int
    row: Row
    hanging: dict[tuple[str, int], dict[str, Any]]


def moment_of_set(kind: str, record_id: int, change_set: int) -> int:
    """The last change of a record in a change set; 0 if it has none there."""
    rows = ChangedRecord.objects.filter(kind=kind, record_id=record_id, change_set_id=change_set)
    return rows.aggregate(last=Max("change_id"))["last"] or 0


def moment_of_date(kind: str, record_id: int, moment: datetime) -> int:
    """The last change of a record up to a time; 0 if the history knows of none."""
    rows = ChangedRecord.objects.filter(
        kind=kind, record_id=record_id, change_set__made_at__lte=moment
    )
    return rows.aggregate(last=Max("change_id"))["last"] or 0


def record_as_of(kind: str, record_id: int, change: int | None) -> Past:
    """A record with everything that belonged to it just after a change; None is now."""
    # No change has this number yet.
    after = 2**62 if change is None else change
    own = recorded()[kind]
    row = as_of(kind, [record_id], after=after)[record_id]
    changed: dict[str, set[int]] = defaultdict(set)
    later = ChangedRecord.objects.filter(kind=kind, record_id=record_id, change_id__gt=after)
    for model, number in (
        Change.objects.filter(id__in=later.values("change_id"))
        .exclude(model=kind)
        .values_list("model", "row_id")
        .distinct()
    ):
        changed[model].add(number)
    hanging: dict[tuple[str, int], dict[str, Any]] = {}
    held: dict[str, set[int]] = {str(own.model._meta.model_name): {record_id}}
    # From the record outwards: what belongs to it, then what belongs to that.
    for _depth in range(2):
        found: dict[str, set[int]] = defaultdict(set)
        for one in recorded().values():
            for column, target in one.holds:
                if target not in held or not held[target]:
                    continue
                candidates = _standing(one, column, held[target]) | changed.get(one.name, set())
                for pk, state in as_of(one.name, candidates, after=after).items():
                    if state is None or (one.name, pk) in hanging:
                        continue
                    if state.get(column.column) in held[target]:
                        hanging[one.name, pk] = state
                        found[one.name].add(pk)
        held = found
    return Past(kind, record_id, row, hanging)


def _standing(one: Recorded, column: Any, targets: set[int]) -> set[int]:
    rows = one.model._base_manager.filter(**{f"{column.name}__in": list(targets)})
    return set(rows.values_list("pk", flat=True))


def differences(old: Past, new: Past, names: Names) -> list[RowChange]:
    """What differs between two moments of a record: its fields first, then what belongs to it."""
    keys = [(old.kind, old.record_id), *dict.fromkeys([*old.hanging, *new.hanging])]
    found = []
    for model, pk in keys:
        is_record = (model, pk) == (old.kind, old.record_id)
        before = old.row if is_record else old.hanging.get((model, pk))
        after = new.row if is_record else new.hanging.get((model, pk))
        if before == after:
            continue
        one = recorded()[model]
        state = after if after is not None else before
        names.read(target for side in (before, after) if side for target in targets(one, side))
        what = What.UPDATED
        if before is None:
            what = What.INSERTED
        elif after is None:
            what = What.DELETED
        found.append(
            RowChange(
                model, pk, what, names.of_model(model), names.of_values(one, state or {}),
                field_changes(one, before, after, names), is_record,
            )
        )  # fmt: skip
    return found
