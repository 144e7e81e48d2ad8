"""The judgement of a row: what becomes of it, what it provides, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.intake.entitled import Entitled
from catalog.intake.hanging import Hung
from catalog.intake.named import Named
from catalog.intake.reading import Row
from catalog.intake.saying import Message
from catalog.intake.targets import Target
from catalog.models import Record, Statement


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    LEFT = "left"
    OTHER = "other"
    SEVERAL = "several"
    FAULTY = "faulty"

    @property
    def is_refused(self) -> bool:
        """Whether the row is not written until it is corrected."""
        return self in {Fate.SEVERAL, Fate.FAULTY}


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be said of a cell (a fault, or how it was understood): row, column, what it holds, why.

    ``line`` is the line of a file that is no table; 0 otherwise.
    """

    row: int
    column: Message
    value: str
    said: Message
    line: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of a row, in a line: its title, and the record that it is about or becomes.

    ``way`` says by what that record was recognised (a Recognise; empty for a new one), ``pk`` is its key, 0 for a
    new one or none. ``kind`` and ``line`` are of rows of a finding aid: which kind of record, and the line of the file.
    ``alike`` is the key of the first existing record that the row resembles; 0 for none.
    """

    row: int
    fate: str
    title: str
    way: str = ""
    identifier: str = ""
    pk: int = 0
    kind: str = ""
    line: int = 0
    alike: int = 0


@dataclass(slots=True)
class Given:
    """What a row provides for one target: its value as the model has it, or what it names, and the
    same in words.
    """

    target: Target
    value: Any = None
    named: list[Named] = field(default_factory=list)
    words: Message = ""


@dataclass(slots=True)
class Judged:
    """A row and its judgement. ``record`` has its values, unsaved; ``named`` is how other rows
    refer to it.
    """

    row: Row
    title: str = ""
    #: The kind of record; empty where all rows are of one.
    kind: str = ""
    fate: Fate = Fate.FAULTY
    record: Record | None = None
    #: The existing record, and by what it was recognised: a Recognise, or empty.
    whom: Record | None = None
    way: str = ""
    #: Records that the row resembles: those that it may be, or the one that it was said to be.
    alike: Sequence[Entitled] = ()
    #: Whether it was said to be the record that it resembles, which keeps its identifier then.
    is_alike: bool = False
    named: Named | None = None
    links: dict[str, Named] = field(default_factory=dict)
    terms: dict[str, list[Named]] = field(default_factory=dict)
    hung: list[Hung] = field(default_factory=list)
    removed: list[Statement] = field(default_factory=list)
    #: The statements of an existing record, by target.
    there: dict[str, list[Any]] = field(default_factory=dict)
    given: list[Given] = field(default_factory=list)
    #: The previous values of a record that is changed, in words, by target.
    before: dict[str, Message] = field(default_factory=dict)
    #: Targets that the row changes.
    changes: set[str] = field(default_factory=set)
    faults: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)
    #: Whether the catalogue assigned its identifier.
    is_numbered: bool = False

    @property
    def line(self) -> Line:
        """The row in a line."""
        record = self.whom or (self.record if self.fate is Fate.NEW else None)
        identifier = "" if record is None or self.fate.is_refused else record.identifier
        pk = self.whom.pk if self.whom is not None and identifier else 0
        title = self.title or (record.title if record is not None else "")
        return Line(
            self.row.number,
            self.fate.value,
            title[:200],
            self.way,
            identifier,
            pk,
            self.kind,
            self.row.line,
            self.alike[0].pk if self.alike else 0,
        )
