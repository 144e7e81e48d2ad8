"""Authority records as rows for the judges of tables: places, then persons, those that are only named first."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

from catalog.actions import Actor
from catalog.intake.archival.named import sheet_of_named
from catalog.intake.archival.rows import FiledJudge, FiledRow, Sheet
from catalog.intake.archival.terms import NewTerm
from catalog.intake.authority.choices import AuthorityPlan, DescribedPlan
from catalog.intake.authority.filing import ELEMENTS, AuthorityFiling, RecordRow
from catalog.intake.authority.people import People
from catalog.intake.authority.records import AuthorityRecords, in_file
from catalog.intake.authority.terms import AuthorityTerms
from catalog.intake.judged import Fate, Judged, Note
from catalog.intake.naming import Names
from catalog.intake.parts import Part
from catalog.intake.plan import Plan
from catalog.intake.saying import Message, label
from catalog.models import PersonKind
from catalog.uris import Kind

#: The kinds of record that authority records become.
AUTHORITY_KINDS: Final[tuple[Kind, ...]] = ("person", "place")


class AuthorityLaying:
    """Authority records, resolved by a plan as ``by``: their parts."""

    def __init__(self, records: AuthorityRecords, plan: AuthorityPlan, *, by: Actor) -> None:
        self.records, self.plan, self.by = records, plan, by
        terms = AuthorityTerms(records, by=by, new_terms=plan.new_terms)
        self.people = People(records, plan, terms, by=by)
        self.filing = AuthorityFiling(records, self.people, terms)
        #: Looked up by identifier alone: a code of the file must not mean the name of another record.
        self.names = Names(by, new_terms=plan.new_terms, by_identifier=True)

    @property
    def lacking(self) -> list[NewTerm]:
        """Terms that are to be made before any row is written; known when all rows were seen."""
        return list(self.filing.lacking.values())

    @property
    def number_of_rows(self) -> int:
        """The rows of all parts."""
        return sum(sheet.number_of_rows for _kind, sheet, _is_named in self._sheets())

    def parts(self) -> list[Part]:
        """The parts in the order in which they are written; always all of them, so that their places are known."""
        return [self._part(*one) for one in self._sheets()]

    def left_over(self) -> list[Note]:
        """What is said of records that are left out."""
        return [remark.note(0) for remark in self.records.remarks]

    def heading_of(self, one: Judged) -> Message:
        """Persons are counted by their kind."""
        record: Any = one.record or one.whom
        is_person = one.kind == "person" and record is not None
        return label(PersonKind(record.kind).label) if is_person else ""

    # --- Rows ---

    def _sheets(self) -> list[tuple[Kind, Sheet, bool]]:
        """For each part the kind of record, the rows, and whether the file only names them."""
        named, wanted = self.people.named, self.people.wanted
        places, persons = len(named.places), len(named.persons)
        of_named = partial(sheet_of_named, wanted=wanted, elements=ELEMENTS)
        described = Sheet(
            self.filing.columns(),
            len(self.records.known),
            lambda: self.filing.rows(behind=places + persons),
            ELEMENTS,
            self._identifiers,
        )
        return [
            ("place", of_named("place", named.places, behind=0), True),
            ("person", of_named("person", named.persons, behind=places), True),
            ("person", described, False),
        ]

    def _identifiers(self) -> set[str]:
        found = (self.people.of(one) for one in self.records.known)
        return {access.identifier for access in found if access is not None}

    def _part(self, kind: Kind, sheet: Sheet, is_named: bool) -> Part:
        sort = Plan if is_named else DescribedPlan
        plan = self.plan.of_kind(kind, sheet.targets, is_named=is_named, sort=sort)
        return Part(lambda: AuthorityJudge(plan, sheet, by=self.by, names=self.names), sheet.rows)


class AuthorityJudge(FiledJudge):
    """Judges rows of authority records: statements say more than their cells, and a file is named with its lines."""

    def settle(self, one: Judged, row: FiledRow) -> None:
        """Refuse a record that can be several, and complete the statements of the others."""
        if not isinstance(row, RecordRow):
            return
        if row.doubt:
            one.fate, title = Fate.SEVERAL, self._cell(row, "title")
            one.faults = [Note(row.number, ELEMENTS["title"], title, row.doubt, row.line)]
        if row.file:
            one.faults = [
                replace(note, column=in_file(str(note.column), row.file)) for note in one.faults
            ]
        for given in one.given:
            for hung in one.hung:
                if hung.hanging is given.target.hanging:
                    said = hung.named.identifier if hung.named is not None else hung.text
                    hung.more = row.more.get((given.target.name, said), {})
