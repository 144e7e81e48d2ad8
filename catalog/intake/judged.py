"""What judging a row comes to: what becomes of it, what it gives, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.intake.hanging import Hung
from catalog.intake.naming import Named
from catalog.intake.reading import Row
from catalog.intake.targets import Target
from catalog.models import Record, Statement


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT = "left"
    OTHER = "other"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be said of a cell (a fault, or how it was understood): row, column, what it holds, why."""

    row: int
    column: str
    value: str
    said: str


@dataclass(slots=True)
class Given:
    """What a row gives one target: its value as the model has it, or what it names, and the same in words."""

    target: Target
    value: Any = None
    named: list[Named] = field(default_factory=list)
    words: str = ""


@dataclass(slots=True)
class Judged:
    """A row and what it comes to. ``record`` holds its values, unsaved; ``named`` is how other rows name it."""

    row: Row
    fate: Fate = Fate.FAULTY
    record: Record | None = None
    named: Named | None = None
    links: dict[str, Named] = field(default_factory=dict)
    terms: dict[str, list[Named]] = field(default_factory=dict)
    hung: list[Hung] = field(default_factory=list)
    removed: list[Statement] = field(default_factory=list)
    #: The statements that hang on a record that is there already, by target.
    there: dict[str, list[Any]] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    #: What a record that is changed held before, in words, by target.
    before: dict[str, str] = field(default_factory=dict)
    #: Targets that the row changes.
    changes: set[str] = field(default_factory=set)
    faults: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)
    #: Whether the catalogue gave it its identifier.
    is_numbered: bool = False
