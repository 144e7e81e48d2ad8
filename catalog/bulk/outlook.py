"""What a change would do to many records, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst

from catalog import actions
from catalog.actions import record_state
from catalog.bulk.making import Change
from catalog.bulk.writing import Differing, put_and_judge
from catalog.models import Record

#: How many records are checked one by one; of more, only the first.
MOST_JUDGED: Final = 500
#: The most lines of each sort that are shown.
MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a record, before and after in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """One record: what changes of it, or why it stays as it is."""

    record: Record
    parts: tuple[Part, ...] = ()
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


def look_ahead(change: Change, keys: Sequence[int], *, by: actions.Actor) -> Outlook:
    """Judge the first records as :func:`catalog.bulk.do_at_once` will; nothing is written.

    What only the database can refuse (another curator's change at the same moment) shows when it is
    made.
    """
    outlook = Outlook(total=len(keys))
    found: list[tuple[Record, Differing]] = []
    says: dict[str, Callable[[Any], str]] = {}
    for record in change.rows_of(keys[:MOST_JUDGED]):
        outlook.judged += 1
        differing = change.differences(record)
        if not differing:
            outlook.same += 1
        elif refusal := _why_not(record, differing, by):
            outlook.refused += 1
            if len(outlook.refusals) < MOST_SHOWN:
                outlook.refusals.append(Line(record, refusal=refusal))
        else:
            outlook.changing += 1
            if len(found) < MOST_SHOWN:
                found.append((record, differing))
    for column in change.columns:
        values = [value for _record, one in found for value in one.get(column.name, ())]
        says[column.name] = _words(change.model, column, values)
    outlook.changes = [
        Line(
            record,
            tuple(
                _part(change.find, column, *map(says[column.name], differing[column.name]))
                for column in change.columns
                if column.name in differing
            ),
        )
        for record, differing in found
    ]
    return outlook


def _why_not(record: Record, differing: Differing, by: actions.Actor) -> str:
    if reason := actions.why_not_editable(record, by):
        return reason
    try:
        put_and_judge(record, differing)
    except ValidationError as refusal:
        return actions.in_words(refusal)
    return ""


def _words(model: type[Record], column: Any, values: list[Any]) -> Callable[[Any], str]:
    """How values are put into words: the names of all rows that they refer to are read at once."""
    if not isinstance(column, models.ForeignKey | models.ManyToManyField):
        return lambda value: record_state.words_of(model, column.name, value)
    asked = {key for one in values for key in _keys(one)}
    names = {row.pk: str(row) for row in column.related_model._base_manager.filter(pk__in=asked)}
    return lambda value: ", ".join(sorted(names[key] for key in _keys(value) if key in names))


def _keys(value: Any) -> Iterator[int]:
    yield from value if isinstance(value, list) else [value] if value is not None else []


#: Characters shown around the first replaced words in a long text.
_BEFORE, _AFTER = 60, 200


def _part(find: str, column: Any, before: str, after: str) -> Part:
    """Both texts from shortly before the replaced words (``find``), no longer than a reader needs."""
    start = max(before.find(find) - _BEFORE, 0) if find else 0
    lead = "… " if start else ""

    def cut(text: str) -> str:
        shown = text[start : start + _AFTER]
        return lead + shown + (" …" if len(text) > start + _AFTER else "")

    return Part(capfirst(str(column.verbose_name)), cut(before), cut(after))
