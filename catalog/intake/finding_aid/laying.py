"""A finding aid as rows for the judges of the table import: persons, places, collections, documents, in this order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from catalog.actions import Actor
from catalog.intake.finding_aid.access import Access, AccessPoints
from catalog.intake.finding_aid.aid import FindingAid
from catalog.intake.finding_aid.choices import AidPlan
from catalog.intake.finding_aid.filing import ELEMENTS, FiledRow, Filing
from catalog.intake.finding_aid.terms import AidTerms, NewTerm
from catalog.intake.judged import Fate, Given, Judged, Note
from catalog.intake.judging import Judge
from catalog.intake.naming import Names
from catalog.intake.parts import Part
from catalog.intake.reading import Row
from catalog.intake.several import joined
from catalog.intake.targets import Target
from catalog.models import Authority, Collection, Detail, PersonKind
from catalog.uris import Kind
from catalog.values import fold

#: The kinds of record that a finding aid becomes: each before those that name it.
KINDS: Final[tuple[Kind, ...]] = ("person", "place", "collection", "document")


class Laying:
    """A finding aid, resolved by a plan as ``by``: its parts, and what was said of elements on the way."""

    def __init__(self, aid: FindingAid, plan: AidPlan, *, by: Actor) -> None:
        self.aid, self.plan, self.by = aid, plan, by
        self.access = AccessPoints(aid, by=by, new_names=plan.new_names)
        self.filing = Filing(aid, plan, self.access, AidTerms(aid, by=by, new_terms=plan.new_terms))
        #: Looked up by identifier alone: a code of the file must not mean the title of another record.
        self.names = Names(by, new_terms=plan.new_terms, by_identifier=True)
        self._refused: set[str] = set()
        #: Collections that belong to what the finding aid describes, as the catalogue has it.
        whole = Collection.objects.filter(identifier=self.filing.codes[1])
        self._within: set[int] = set(whole.values_list("pk", flat=True))

    @property
    def lacking(self) -> list[NewTerm]:
        """Terms that are to be made before any row is written; known when all rows were seen."""
        return list(self.filing.lacking.values())

    @property
    def number_of_rows(self) -> int:
        """The rows of all parts."""
        return len(self.access.persons) + len(self.access.places) + self.aid.number_of_components

    def parts(self) -> list[Part]:
        """The parts in the order in which they are written."""
        return [self._part(kind) for kind in KINDS if self._sheet(kind).number_of_rows]

    def _part(self, kind: Kind) -> Part:
        sheet = self._sheet(kind)
        return Part(
            lambda: AidJudge(self, self.plan.of_kind(kind, sheet.targets), sheet), sheet.rows
        )

    def _sheet(self, kind: Kind) -> Sheet:
        targets = self.filing.columns(kind)
        if kind in {"person", "place"}:
            targets += [f"outside:{one}" for one in self._authorities(kind)]
        else:
            targets += [f"detail:{code}" for code in self.filing.terms.details]
        return Sheet(self, kind, targets)

    def _authorities(self, kind: Kind) -> list[str]:
        used = {pair[0] for one in self.accesses(kind) for pair in one.heading.outside}
        return [one.value for one in Authority if one.value in used]

    def accesses(self, kind: Kind) -> list[Access]:
        """The persons, or the places, that the file names."""
        return self.access.persons if kind == "person" else self.access.places

    # --- Rows that are no components ---

    def rows_of_access(self, kind: Kind) -> Iterator[tuple[FiledRow, dict[str, str]]]:
        """Persons or places and their cells, in the order in which the file names them."""
        behind = 0 if kind == "person" else len(self.access.persons)
        for number, one in enumerate(self.accesses(kind), behind + 1):
            heading = one.heading
            said = {"identifier": one.identifier, "title": heading.title[:500]}
            if kind == "person":
                corporate = PersonKind.CORPORATE_BODY.value
                said |= {
                    "sort_name": heading.filed, "kind": heading.sort or corporate, "born": heading.born,
                    "died": heading.died, "description": self._history(one),
                }  # fmt: skip
            for authority in {pair[0] for pair in heading.outside}:
                values = [value for name, value in heading.outside if name == authority]
                said[f"outside:{authority}"] = joined(values)
            yield FiledRow(number, (), line=one.met.line), said

    def _history(self, one: Access) -> str:
        """What the file tells of the life of somebody new."""
        told = (self.aid.histories.get(heading) for heading in one.headings)
        return next(filter(None, told), "")

    def behind(self) -> int:
        """The number of the last row that is no component."""
        return len(self.access.persons) + len(self.access.places)

    # --- What judging rows of components learns ---

    def doubt(self, one: Judged, row: FiledRow, kind: Kind) -> str:
        """Why a component cannot be what it was recognised as, or cannot be written; empty when all is well."""
        if row.above in self._refused:
            return _("The component above it has errors. Correct that one first.")
        record = one.whom
        if record is None or kind not in {"collection", "document"}:
            return ""
        if row.is_made and fold(record.title) != fold(one.title):
            return _(
                "The component has no reference code of its own, and its place now belongs to “%(record)s”. Give it "
                "a unitid in the source, or skip it."
            ) % {"record": record}
        above = getattr(record, "parent_id" if kind == "collection" else "collection_id")
        if row.above and not self._is_within(above):
            return _(
                "“%(record)s” has this reference code already and stands outside this finding aid. Choose to put codes "
                "behind those of the level above, or correct the code."
            ) % {"record": record}
        return ""

    def _is_within(self, above: int | None) -> bool:
        """Whether a collection belongs to what the finding aid describes, as the catalogue has it."""
        if above is None:
            return False
        if above not in self._within:
            line = Collection.objects.ancestor_ids(above)
            if not self._within.intersection(line):
                return False
            self._within.add(above)
        return True

    def note(self, one: Judged, kind: Kind, code: str) -> None:
        """Remember what became of a component, for those below it."""
        if one.fate.is_refused and kind == "collection":
            self._refused.add(code)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one kind, as a judge reads a table."""

    laying: Laying
    kind: Kind
    targets: list[str]

    @property
    def header(self) -> tuple[str, ...]:
        """For each column the element that fills it."""
        return tuple(ELEMENTS.get(name, name.partition(":")[2] or name) for name in self.targets)

    @property
    def number_of_rows(self) -> int:
        """How many there are."""
        if self.kind in {"person", "place"}:
            return len(self.laying.accesses(self.kind))
        return self.laying.aid.numbers_of(self.kind)

    def rows(self) -> Iterator[FiledRow]:
        """The rows, read from the file as they are asked for."""
        if self.kind in {"person", "place"}:
            found = self.laying.rows_of_access(self.kind)
        else:
            found = self.laying.filing.rows_of(self.kind, behind=self.laying.behind())
        for row, said in found:
            yield replace(row, cells=tuple(said.get(name, "") for name in self.targets))

    def column(self, place: int) -> set[str]:
        """What the rows say in a column; identifiers are known without reading them."""
        if self.targets[place] == "identifier" and self.kind in {"collection", "document"}:
            aid, codes = self.laying.aid, self.laying.filing.codes
            return {
                code
                for number, code in enumerate(codes)
                if number and aid.kind_of(number) == self.kind
            }
        return {row.cells[place] for row in self.rows()}


class AidJudge(Judge):
    """Judges rows of a finding aid: as rows of a table, and by where they stand."""

    def __init__(self, laying: Laying, plan: object, sheet: Sheet) -> None:
        super().__init__(plan, sheet, by=laying.by, names=laying.names)  # type: ignore[arg-type]
        self._laying, self._kind = laying, sheet.kind

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """What each of some rows comes to; a doubt of where a row stands is a fault."""
        found = super().judge(rows)
        for one in found:
            row, one.kind = one.row, self._kind
            assert isinstance(row, FiledRow)  # noqa: S101 - a sheet gives no others
            code = self._cell(row, "identifier")
            if not one.fate.is_refused and (said := self._laying.doubt(one, row, self._kind)):
                one.fate = Fate.FAULTY
                one.faults.append(Note(row.number, ELEMENTS["identifier"], code, said, row.line))
            self._laying.note(one, self._kind, code)
            one.remarks += [Note(row.number, *_told(remark)) for remark in row.remarks]
            if one.fate is Fate.NEW:
                for label, text in row.pending:
                    target = Target(label, label, str(Detail._meta.verbose_name_plural))
                    one.given.append(Given(target, text, words=text))
        return found


def _told(remark: object) -> tuple[str, str, str, int]:
    """What a note says of a remark."""
    return remark.element, remark.value, remark.said, remark.line  # type: ignore[attr-defined]


def left_over(laying: Laying) -> list[Note]:
    """What is said of the header, and of what stood behind the components below a component."""
    behind = laying.behind()
    return [
        Note(behind + number if number else 0, *_told(remark))
        for number, remark in laying.aid.remarks
    ]
