"""What XML says as rows of one kind of record, and who judges them: as rows of a table, and a little more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from catalog.actions import Actor
from catalog.intake.archival.terms import NewTerm, Terms, kinds_of_detail
from catalog.intake.judged import Fate, Given, Judged, Note
from catalog.intake.judging import Judge
from catalog.intake.naming import Names
from catalog.intake.parts import Part
from catalog.intake.plan import Plan
from catalog.intake.reading import Row
from catalog.intake.saying import Message
from catalog.intake.several import joined
from catalog.intake.targets import Target
from catalog.models import Detail, Vocabulary


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said of an element: where it stands, what it holds, what became of it."""

    element: str
    line: int
    value: str
    said: Message

    def note(self, row: int) -> Note:
        """The same, said of a row."""
        return Note(row, self.element, self.value, self.said, self.line)


@dataclass(frozen=True, slots=True)
class FiledRow(Row):
    """A row made of elements.

    ``pending`` are further details whose kind is still to be made, as pairs of label and text. ``remarks`` say what
    has no place, or was understood in a way of its own.
    """

    pending: tuple[tuple[str, str], ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(slots=True)
class Cells:
    """What a row is to say, by target; ``several`` are targets of which a cell holds more than one."""

    said: dict[str, str] = field(default_factory=dict)
    details: dict[str, list[str]] = field(default_factory=dict)
    several: dict[str, list[str]] = field(default_factory=dict)
    internal: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def detail(self, code: str, *texts: str) -> None:
        """Add further details of a kind."""
        self.details.setdefault(code, []).extend(text for text in texts if text)

    def add(self, target: str, value: str) -> None:
        """Add a value to a cell that holds several."""
        self.several.setdefault(target, []).append(value)

    def remark(self, element: str, line: int, value: str, said: Message) -> None:
        """Say something of an element."""
        self.remarks.append(Remark(element, line, value[:300], said))


class LayingOut:
    """Lays out what rows say as cells, and notes the kinds of further detail that are lacking."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._kinds = kinds_of_detail()
        #: Terms that are to be made before any row is written, found on the way; by vocabulary and code.
        self.lacking: dict[tuple[str, str], NewTerm] = {}

    def lack(self, term: NewTerm) -> None:
        """Note a term that is to be made."""
        self.lacking.setdefault((term.vocabulary, term.code), term)

    def laid_out(self, cells: Cells) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """The cells as texts, and further details whose kind is still to be made."""
        said, pending = dict(cells.said), []
        for code, texts in cells.details.items():
            label = self._terms.details.get(code) or self._kinds[code]
            if code in self._terms.details:
                said[f"detail:{code}"] = joined(texts)
            elif self._terms.new_terms:
                self.lack(NewTerm(Vocabulary.DETAIL.value, code, label))
                pending += [(label, text) for text in texts]
            else:
                cells.internal += [f"{label}: {text}" for text in texts]
        said |= {name: joined(values) for name, values in cells.several.items()}
        said["internal_note"] = "\n\n".join(cells.internal)
        return said, pending


#: Rows and what they say by target.
Filed = Iterator[tuple[FiledRow, dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one kind, as a judge reads a table.

    ``elements`` name for a target the element that fills it; ``identifiers`` knows those of all rows without reading
    them, where that is dear.
    """

    targets: list[str]
    number_of_rows: int
    filed: Callable[[], Filed]
    elements: Mapping[str, str]
    identifiers: Callable[[], set[str]] | None = None

    @property
    def header(self) -> tuple[str, ...]:
        """For each column the element that fills it."""
        return tuple(
            self.elements.get(name, name.partition(":")[2] or name) for name in self.targets
        )

    def rows(self) -> Iterator[FiledRow]:
        """The rows, read from the file as they are asked for."""
        for row, said in self.filed():
            yield replace(row, cells=tuple(said.get(name, "") for name in self.targets))

    def column(self, place: int) -> set[str]:
        """What the rows say in a column."""
        if self.identifiers is not None and self.targets[place] == "identifier":
            return self.identifiers()
        return {row.cells[place] for row in self.rows()}


class FiledJudge(Judge):
    """Judges rows made of elements: as rows of a table, with what was said of the elements.

    Whom they mean was asked before (:mod:`catalog.intake.archival.headings`).
    """

    tells_alike = False

    def __init__(self, plan: Plan, sheet: Sheet, *, by: Actor, names: Names) -> None:
        super().__init__(plan, sheet, by=by, names=names)

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """What each of some rows comes to."""
        found = super().judge(rows)
        for one in found:
            row, one.kind = one.row, self.plan.kind
            assert isinstance(row, FiledRow)  # noqa: S101 - a sheet gives no others
            self.settle(one, row)
            one.remarks += [remark.note(row.number) for remark in row.remarks]
            if one.fate is Fate.NEW:
                for label, text in row.pending:
                    target = Target(label, label, str(Detail._meta.verbose_name_plural))
                    one.given.append(Given(target, text, words=text))
        return found

    def settle(self, one: Judged, row: FiledRow) -> None:
        """What subclasses know of a row beyond its cells."""


class Laid(Protocol):
    """A file laid out as rows."""

    names: Names

    @property
    def lacking(self) -> list[NewTerm]:
        """Terms that are to be made before any row is written; known when all rows were seen."""

    @property
    def number_of_rows(self) -> int:
        """The rows of all parts."""

    def parts(self) -> list[Part]:
        """The parts in the order in which they are written."""

    def left_over(self) -> list[Note]:
        """What is said of elements that belong to no row."""

    def heading_of(self, one: Judged) -> Message:
        """Under what a row is counted."""
