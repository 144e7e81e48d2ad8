"""A finding aid as rows for the judges of the table import: persons, places, collections, works, in this order."""

from __future__ import annotations

from typing import Any, Final

from catalog.actions import Actor
from catalog.intake.archival.access import Access, AccessPoints
from catalog.intake.archival.named import sheet_of_named
from catalog.intake.archival.rows import FiledJudge, FiledRow, Sheet
from catalog.intake.archival.terms import NewTerm
from catalog.intake.finding_aid.aid import FindingAid
from catalog.intake.finding_aid.choices import AidPlan
from catalog.intake.finding_aid.columns import ELEMENTS
from catalog.intake.finding_aid.filing import ComponentRow, Filing
from catalog.intake.finding_aid.terms import AidTerms
from catalog.intake.judged import Fate, Judged, Note
from catalog.intake.naming import Names
from catalog.intake.parts import Part
from catalog.intake.saying import Message, label
from catalog.intake.saying import say as _
from catalog.models import Collection, Level
from catalog.uris import Kind
from catalog.values import fold

#: The kinds of record that a finding aid becomes: each before those that name it.
KINDS: Final[tuple[Kind, ...]] = ("person", "place", "collection", "document", "image")


class Laying:
    """A finding aid, resolved by a plan as ``by``: its parts, and what was said of elements on the way."""

    def __init__(self, aid: FindingAid, plan: AidPlan, *, by: Actor) -> None:
        self.aid, self.plan, self.by = aid, plan, by
        self.access = AccessPoints(aid.headings, by=by, new_names=plan.new_names)
        self.filing = Filing(aid, plan, self.access, AidTerms(aid, by=by, new_terms=plan.new_terms))
        #: Looked up by identifier alone: a code of the file must not mean the title of another record.
        self.names = Names(by, new_terms=plan.new_terms, by_identifier=True, boxes_in=plan.boxes_in)
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
        return self._behind + self.aid.number_of_components

    def parts(self) -> list[Part]:
        """The parts in the order in which they are written."""
        return [self._part(kind) for kind in KINDS if self._sheet(kind).number_of_rows]

    def left_over(self) -> list[Note]:
        """What is said of the header, and of what stood behind the components below a component."""
        behind = self._behind
        return [
            remark.note(behind + number if number else 0) for number, remark in self.aid.remarks
        ]

    def heading_of(self, one: Judged) -> Message:
        """Collections are counted by level."""
        record: Any = one.record or one.whom
        is_collection = one.kind == "collection" and record is not None
        return label(Level(record.level).label) if is_collection else ""

    # --- Rows ---

    def _part(self, kind: Kind) -> Part:
        sheet, is_named = self._sheet(kind), kind in {"person", "place"}
        plan = self.plan.of_kind(kind, sheet.targets, is_named=is_named)
        return Part(lambda: AidJudge(self, plan, sheet, by=self.by, names=self.names), sheet.rows)

    def _sheet(self, kind: Kind) -> Sheet:
        if kind in {"person", "place"}:
            accesses = self.access.persons if kind == "person" else self.access.places
            behind = 0 if kind == "person" else len(self.access.persons)
            return sheet_of_named(
                kind, accesses, behind=behind, history=self._history, elements=ELEMENTS
            )
        return Sheet(
            self.filing.columns(kind),
            self.aid.numbers_of(kind),
            lambda: self.filing.rows_of(kind, behind=self._behind),
            ELEMENTS,
            lambda: self._codes(kind),
        )

    def _codes(self, kind: Kind) -> set[str]:
        """The reference codes of the components that become a kind of record."""
        return {
            code
            for number, code in enumerate(self.filing.codes)
            if number and self.aid.kind_of(number) == kind
        }

    def _history(self, one: Access) -> str:
        """What the file tells of the life of somebody new."""
        told = (self.aid.histories.get(heading) for heading in one.headings)
        return next(filter(None, told), "")

    @property
    def _behind(self) -> int:
        """The number of the last row that is no component."""
        return len(self.access.persons) + len(self.access.places)

    # --- What judging rows of components learns ---

    def doubt(self, one: Judged, row: ComponentRow, kind: Kind) -> Message:
        """Why a component cannot be what it was recognised as, or cannot be written; empty when all is well."""
        if row.above in self._refused:
            return _("The component above it has errors. Correct that one first.")
        record = one.whom
        if record is None:
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


class AidJudge(FiledJudge):
    """Judges rows of a finding aid, components by where they stand as well: a doubt of that is a fault."""

    def __init__(self, laying: Laying, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._laying = laying

    def settle(self, one: Judged, row: FiledRow) -> None:
        """Refuse a component that stands where it cannot be."""
        if not isinstance(row, ComponentRow):
            return
        kind, code = self.plan.kind, self._cell(row, "identifier")
        if not one.fate.is_refused and (said := self._laying.doubt(one, row, kind)):
            one.fate = Fate.FAULTY
            one.faults.append(Note(row.number, ELEMENTS["identifier"], code, said, row.line))
        self._laying.note(one, kind, code)
