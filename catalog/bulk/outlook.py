"""What a change would do to many records, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models

from catalog import actions
from catalog.actions import record_state
from catalog.bulk.field_change import FieldChange, How
from catalog.models import Record

#: So many records are judged one by one; of more, the first.
MOST_JUDGED: Final = 500
#: So many lines of each sort are shown.
MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One record: before and after in words, or why it stays as it is."""

    record: Record
    before: str = ""
    after: str = ""
    refusal: str = ""


@dataclass(slots=True)
class Outlook:
    """How many of the ``judged`` records change, stay as they are anyway, and are refused; some of them by name."""

    total: int
    judged: int = 0
    changing: int = 0
    same: int = 0
    refused: int = 0
    changes: list[Line] = field(default_factory=list)
    refusals: list[Line] = field(default_factory=list)


def look_ahead(change: FieldChange, keys: Sequence[int], *, by: actions.Actor) -> Outlook:
    """Judge the first records as :func:`catalog.bulk.make` will; nothing is written.

    What only the database can refuse (another curator's change in the same moment) shows when it is made.
    """
    outlook = Outlook(total=len(keys))
    found: list[tuple[Record, Any, Any]] = []
    for record in change.rows_of(keys[:MOST_JUDGED]):
        outlook.judged += 1
        before = change.before(record)
        after = change.after(before)
        if after == before:
            outlook.same += 1
        elif refusal := _why_not(change, record, after, by):
            outlook.refused += 1
            if len(outlook.refusals) < MOST_SHOWN:
                outlook.refusals.append(Line(record, refusal=refusal))
        else:
            outlook.changing += 1
            if len(found) < MOST_SHOWN:
                found.append((record, before, after))
    say = _words(change, [value for _record, *both in found for value in both])
    outlook.changes = [
        Line(record, *_around(change, say(before), say(after))) for record, before, after in found
    ]
    return outlook


def _why_not(change: FieldChange, record: Record, after: Any, by: actions.Actor) -> str:
    if reason := actions.why_not_editable(record, by):
        return reason
    if change.column.many_to_many:
        return ""
    try:
        record_state.put(record, {change.field: after})
        change.judge(record)
    except ValidationError as refusal:
        return actions.in_words(refusal)
    return ""


def _words(change: FieldChange, values: list[Any]) -> Any:
    """How values are said: the names of all rows that they lead to are asked for once."""
    column = change.column
    if not isinstance(column, models.ForeignKey | models.ManyToManyField):
        return lambda value: record_state.words_of(change.model, change.field, value)
    asked = {key for one in values for key in _keys(one)}
    names = {row.pk: str(row) for row in column.related_model._base_manager.filter(pk__in=asked)}
    return lambda value: ", ".join(sorted(names[key] for key in _keys(value) if key in names))


def _keys(value: Any) -> Iterator[int]:
    yield from value if isinstance(value, list) else [value] if value is not None else []


#: Letters shown around the first words that are replaced in a long text.
_BEFORE, _AFTER = 60, 200


def _around(change: FieldChange, before: str, after: str) -> tuple[str, str]:
    """Both texts from shortly before the words that are replaced, and no longer than a reader needs."""
    start = max(before.find(change.find) - _BEFORE, 0) if change.how == How.FIND else 0
    lead = "… " if start else ""

    def part(text: str) -> str:
        shown = text[start : start + _AFTER]
        return lead + shown + (" …" if len(text) > start + _AFTER else "")

    return part(before), part(after)
