"""What a change did, field by field and word by word, with relations and terms by their names."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final, Literal, TypeVar

from django.db import models

from catalog.history.naming import Names, targets
from catalog.history.plan import Turn, turns
from catalog.history.recorded import Recorded, recorded
from catalog.history.rows import Row, states_after
from catalog.history.values import by_column, value_of
from catalog.models import Change, EDTFField, Record, What

G = TypeVar("G", bound=Hashable)

#: Longer texts are compared by lines instead of words.
_MOST_WORDS: Final = 6_000
#: Words shown around a difference; longer equal stretches are left out.
_AROUND: Final = 8
_PIECES: Final = re.compile(r"\w+|\s+|[^\w\s]", re.UNICODE)
_WORD: Final = re.compile(r"\w", re.UNICODE)
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of two texts: equal, removed, added, or equal and left out for its length."""

    sort: Literal["same", "removed", "added", "left-out"]
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, in words; ``pieces`` if both are texts worth comparing word by word."""

    column: str
    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row: what sort it is, its name, what happened to it, and its fields."""

    model: str
    row_id: int
    what: What
    sort: str
    name: str
    fields: tuple[FieldChange, ...]
    #: Whether the row is the record being viewed, and not something that belongs to it.
    is_record: bool = False

    def only(self, column: str) -> RowChange:
        """The same with one of its fields."""
        return replace(self, fields=tuple(one for one in self.fields if one.column == column))


def word_differences(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as one, with what was removed and added."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if len(old) + len(new) > _MOST_WORDS:
        old, new = _LINES.findall(before), _LINES.findall(after)
    found: list[Piece] = []
    for sort, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if sort == "equal":
            found += _shortened(old[start:end], first=start == 0, last=end == len(old))
            continue
        if end > start:
            found.append(Piece("removed", "".join(old[start:end])))
        if new_end > new_start:
            found.append(Piece("added", "".join(new[new_start:new_end])))
    return tuple(found)


def _shortened(words: list[str], *, first: bool, last: bool) -> list[Piece]:
    around = _AROUND * 2
    if len(words) <= 2 * around + 10:
        return [Piece("same", "".join(words))]
    head = [] if first else words[:around]
    tail = [] if last else words[-around:]
    pieces = [Piece("same", "".join(head))] if head else []
    pieces.append(Piece("left-out", " … "))
    return pieces + ([Piece("same", "".join(tail))] if tail else [])


def field_changes(
    one: Recorded, before: Row, after: Row, names: Names, *, only: Iterable[str] | None = None
) -> tuple[FieldChange, ...]:
    """The fields in which two states of a row differ; for a row that was added or deleted, those
    that are not empty.
    """
    found = []
    wanted = None if only is None else set(only)
    for column, field in by_column(one).items():
        if wanted is not None and column not in wanted:
            continue
        old = None if before is None else before.get(column)
        new = None if after is None else after.get(column)
        if old == new or (_says_nothing(field, old) and _says_nothing(field, new)):
            continue
        if (before is None or after is None) and _goes_without_saying(one, field, old, new):
            continue
        texts = isinstance(field, models.CharField | models.TextField)
        texts = texts and not field.choices and not isinstance(field, EDTFField)
        said_before = "" if before is None else names.of_value(field, old, whole=True)
        said_after = "" if after is None else names.of_value(field, new, whole=True)
        pieces: tuple[Piece, ...] = ()
        if texts and old and new:
            pieces = word_differences(str(old), str(new))
            if not any(
                piece.sort in {"same", "left-out"} and _WORD.search(piece.text) for piece in pieces
            ):
                # A completely different text is read side by side.
                pieces = ()
        found.append(FieldChange(column, names.of_field(field), said_before, said_after, pieces))
    return tuple(found)


def _goes_without_saying(one: Recorded, field: Any, old: Any, new: Any) -> bool:
    """Whether a row that was added or deleted need not show this: its key, its position, its defaults."""
    if field.name in {"uuid", "position"}:
        return True
    if issubclass(one.model, Record) or not field.has_default():
        return False
    value = value_of(field, new if old is None else old)
    return bool(value == field.get_default())


def _says_nothing(field: Any, raw: Any) -> bool:
    return raw is None or raw == ""


def row_changes(
    groups: Mapping[G, Sequence[Change]],
    names: Names,
    *,
    records: Mapping[G, tuple[str, int]] | None = None,
) -> dict[G, list[RowChange]]:
    """Changes of each group as rows with their fields, each row once; read for all groups together.

    Changes of a group belong to one change set, oldest first. ``records`` names the record that
    each group is about: its own row comes first.
    """
    about = records or {}
    folded = {group: turns(reversed(changes)) for group, changes in groups.items()}
    everything = [turn for listed in folded.values() for turn in listed if turn.model in recorded()]
    came = states_after((*turn.key, turn.last) for turn in everything if _came(turn))
    names.read(turn.key for turn in everything if turn.what != What.DELETED)
    names.read(
        target
        for turn in everything
        for side in (turn.wanted, turn.left, came.get((*turn.key, turn.last)))
        if side
        for target in targets(recorded()[turn.model], side)
    )
    found: dict[G, list[RowChange]] = {}
    for group, listed in folded.items():
        rows = []
        for turn in reversed(listed):
            if turn.model not in recorded():
                continue
            one = recorded()[turn.model]
            after = came.get((*turn.key, turn.last)) if _came(turn) else turn.left
            before: Row = None if turn.what == What.INSERTED else turn.wanted
            if turn.what == What.DELETED:
                after = None
            whole = after if turn.what == What.INSERTED else before
            name = (
                names.of_row(*turn.key)
                if turn.what == What.UPDATED
                else names.of_values(one, whole or {})
            )
            only = turn.wanted if turn.what == What.UPDATED else None
            rows.append(
                RowChange(
                    turn.model, turn.row_id, What(turn.what), names.of_model(turn.model), name,
                    field_changes(one, before, after, names, only=only),
                    turn.key == about.get(group),
                )
            )  # fmt: skip
        found[group] = sorted(rows, key=lambda row: not row.is_record)
    return found


def _came(turn: Turn) -> bool:
    """Whether the result of a turn is found only in today's row and the changes since."""
    return turn.what == What.INSERTED or (turn.what == What.UPDATED and not turn.left)
