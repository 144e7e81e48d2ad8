"""Judging rows: what each would become, before anything is written; the same judgement decides what
is written.

A block of rows is judged together, so that what its cells refer to is looked up in a few queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final, Protocol

from django.core.exceptions import ValidationError

from catalog import actions
from catalog.actions import Actor
from catalog.intake import cells
from catalog.intake.hanging import hung_on
from catalog.intake.judged import Fate, Given, Judged, Note
from catalog.intake.named import CellFault, Named
from catalog.intake.naming import Names
from catalog.intake.not_recognised import NotRecognised
from catalog.intake.numbering import Numbering
from catalog.intake.plan import Existing, Plan
from catalog.intake.putting import in_words, put
from catalog.intake.reading import Row
from catalog.intake.recognising import Recogniser
from catalog.intake.rules import broken_rules
from catalog.intake.saying import Message, Said, label, of_refusal, reason
from catalog.intake.saying import say as _
from catalog.intake.several import squeezed
from catalog.intake.targets import KIND, POSITION, SELF, Target
from catalog.models import RECORD_MODELS, EDTFField, Record, says_undated

#: Rows that are judged together.
BATCH: Final = 100
#: Characters of a cell in messages.
_TOLD: Final = 120
#: What looks like several values in one cell: a sign or a word between them, or a comma between two names of two words.
_SEVERAL: Final = re.compile(r"[;/&|+]|\s(?:and|und|et|y|e)\s|\w\s+\w[^,]*,\s*\w+\s+\w")


class Rows(Protocol):
    """What is judged: a table, or whatever else has rows below a header."""

    @property
    def header(self) -> tuple[str, ...]:
        """What the columns are called."""

    def column(self, place: int) -> set[str]:
        """All that the rows say in a column."""


class Judge:
    """Judges the rows of a table by a plan, as ``by``; what it learns of one block serves the next.

    ``names`` is shared by the judges of several kinds, so that rows of one can name those of another.
    """

    #: Whether it says which records of the catalogue new ones resemble.
    tells_alike: ClassVar[bool] = True

    def __init__(self, plan: Plan, table: Rows, *, by: Actor, names: Names | None = None) -> None:
        self.plan, self.by = plan, by
        self.model = RECORD_MODELS[plan.kind]
        self.names = names or Names(by, new_terms=plan.new_terms, boxes_in=plan.boxes_in)
        self._columns = [
            (place, table.header[place] or str(place + 1), target)
            for place, target in enumerate(plan.targets())
            if target is not None
        ]
        self._by_name = {target.name: (place, head) for place, head, target in self._columns}
        self._readers = {
            target.name: cells.reader_of(target.column, plan.days)
            for _place, _head, target in self._columns
            if target.column is not None and not target.column.is_relation
        }
        self._not_allowed = {
            target.name: reason(actions.why_not_statement, target.hanging.model, by, "add")
            for _place, _head, target in self._columns
            if target.hanging is not None
        }
        own = self._by_name.get("identifier")
        in_table = {squeezed(cell) for cell in table.column(own[0])} - {""} if own else set()
        self.numbering = Numbering(self.model, plan.first_identifier, in_table)
        targets = [target for _place, _head, target in self._columns]
        self._recogniser = Recogniser(
            plan, targets, self._cell, in_table, tells_alike=self.tells_alike
        )

    # --- A block of rows ---

    def judge(self, rows: Sequence[Row]) -> list[Judged]:
        """The judgement of some rows, the next of the table."""
        self._look_up(rows)
        hung = self._hung({record.pk for record in self._recogniser.read(rows)})
        found = []
        for row in rows:
            one = Judged(row, self._cell(row, "title"))
            self._judge(one, hung)
            if one.faults:
                texts = [self._cell(row, "identifier"), self._cell(row, "title")]
                self.names.warn(self.plan.kind, row.number, texts)
            elif one.fate is Fate.NEW and one.named is not None:
                self.names.learn(self.plan.kind, one.named)
                self._recogniser.note_new(row, one.named.identifier)
            found.append(one)
        return found

    def recall(self, rows: Iterable[tuple[Row, str]]) -> None:
        """Take note of rows that became records in an earlier attempt at the same table, with their identifiers."""
        for row, identifier in rows:
            self._recogniser.note_new(row, identifier)

    def _look_up(self, rows: Sequence[Row]) -> None:
        """Query everything that the rows refer to."""
        for place, _head, target in self._columns:
            texts: set[str] = set()
            for row in rows:
                texts.update(target.values_in(row.cells[place], self.plan.inside))
            if target.vocabulary:
                self.names.read_terms(target.vocabulary, texts)
            elif target.of_kind:
                self.names.read_records(target.of_kind, texts)

    def _cell(self, row: Row, name: str) -> str:
        """What a row says for a target in one line, as it would be stored; empty if no column fills it."""
        place = self._by_name.get(name)
        return squeezed(row.cells[place[0]]) if place else ""

    # --- One row ---

    def _hung(self, keys: set[int]) -> dict[str, dict[int, list[Any]]]:
        """What belongs to the records that may change, by target and the key of the record."""
        if not keys or self.plan.existing == Existing.LEAVE:
            return {}
        return {
            target.name: hung_on(keys, target.hanging)
            for _place, _head, target in self._columns
            if target.hanging is not None
        }

    def _judge(self, one: Judged, hung: dict[str, dict[int, list[Any]]]) -> None:
        if self._cell(one.row, KIND).casefold() not in {"", self.plan.kind}:
            one.fate = Fate.OTHER
            return
        if one.row.beyond:
            beyond = " ".join(one.row.beyond)[:_TOLD]
            said = _(
                "The row has more cells than the header has columns. Either a column has no name: give it one. Or a "
                "text that contains the separator lacks its quotation marks."
            )
            one.faults.append(Note(one.row.number, "", beyond, said))
            return
        try:
            one.whom, one.way, one.is_alike = self._recogniser.whom(one.row)
        except NotRecognised as refusal:
            self._fault(one, refusal.name, refusal.said)
            one.alike = refusal.alike
            one.fate = Fate.SEVERAL if refusal.several else Fate.FAULTY
            return
        record = one.whom
        if record is None or one.is_alike:
            one.alike = self._recogniser.resembles(one.row)
        if record is not None and self.plan.existing == Existing.LEAVE:
            one.fate = Fate.LEFT
            return
        one.record = record or self.model()
        if record is not None:
            one.there = {name: rows.get(record.pk, []) for name, rows in hung.items()}
        if not_allowed := reason(actions.why_not_editable, one.record, self.by):
            self._fault(one, "identifier", not_allowed)
            return
        self._read_cells(one)
        if record is None and not self._cell(one.row, "title"):
            called = _label(self.model, "title")
            lacking = _("A new record needs this field: %(field)s. Fill it in.")
            self._fault(one, "title", lacking % {"field": called})
        if one.faults:
            return
        if record is None:
            self._number(one)
        if not one.faults:
            for name, why_not in put(one, self.plan, self.by):
                self._fault(one, name, why_not)
        if not one.faults:
            self._by_the_rules(one)
        if one.faults:
            return
        if record is None:
            one.fate = Fate.NEW
            one.named = Named(None, one.record.title, one.record.identifier, one.row.number)
        else:
            one.fate = Fate.CHANGED if one.changes else Fate.SAME

    def _read_cells(self, one: Judged) -> None:
        """Read every cell that fills something; cells of one target are combined."""
        gathered: dict[str, Given] = {}
        for place, head, target in self._columns:
            if target.name in {SELF, KIND} or (one.is_alike and target.name == "identifier"):
                continue
            try:
                text = cells.judged(one.row.cells[place])
                if text and isinstance(target.column, EDTFField) and says_undated(text):
                    said = _("It says that there is no date, so the cell counts as empty.")
                    one.remarks.append(Note(one.row.number, head, text[:_TOLD], said, one.row.line))
                    text = ""
                if not text and not (self.plan.empties and one.record and one.record.pk):
                    continue
                given = gathered.setdefault(target.name, Given(target))
                self._read(one, given, text, head)
            except CellFault as fault:
                value = one.row.cells[place].strip()[:_TOLD]
                why = fault.said
                if how := self._how_several(target, value):
                    why = why + (" " + how)
                one.faults.append(Note(one.row.number, head, value, why, one.row.line))
        one.given = list(gathered.values())

    def _how_several(self, target: Target, text: str) -> Said | None:
        """How several values are written, where a cell with a fault seems to hold some; None otherwise."""
        inside = self.plan.inside
        if not target.several or not (target.vocabulary or target.of_kind):
            return None
        if inside in text or not _SEVERAL.search(text):
            return None
        said = _(
            "If the cell holds several, separate them with “%(sign)s”, or choose another separator."
        )
        return said % {"sign": inside}

    def _read(self, one: Judged, given: Given, text: str, head: str) -> None:
        target = given.target
        if target.hanging is not None:
            if not_allowed := self._not_allowed[target.name]:
                raise CellFault(not_allowed)
            self._read_hanging(given, text)
        elif target.vocabulary:
            for part in target.values_in(text, self.plan.inside):
                given.named.append(self.names.term(target.vocabulary, part))
        elif target.of_kind is not None:
            for part in target.values_in(text, self.plan.inside):
                given.named.append(self.names.record(target.of_kind, part))
        elif target.name == "slug":
            given.value = given.words = cells.slug_in(text)
        elif target.name == POSITION:
            given.value = cells.position(text) if text else (None, None)
            given.words = text
        elif not text:
            given.value = target.column.get_default() if not target.column.null else None
        else:
            given.value, remark = self._readers[target.name](text)
            given.words = in_words(target, given.value)
            if remark:
                one.remarks.append(Note(one.row.number, head, text[:_TOLD], remark, one.row.line))
        if given.named:
            given.words = "; ".join(named.words for named in given.named)

    def _read_hanging(self, given: Given, text: str) -> None:
        hanging = given.target.hanging
        assert hanging is not None  # noqa: S101 - asked by the caller
        parts = given.target.values_in(text, self.plan.inside)
        if hanging.kind is not None:
            given.named += [self.names.record(hanging.kind, part) for part in parts]
            return
        values = given.value or []
        for part in parts:
            value = part
            if authority := hanging.common.get("authority"):
                value = cells.outside_identifier(authority, part)
            row = hanging.model(**{hanging.names: value}, **hanging.common)
            try:
                left_out = {
                    "id",
                    "uuid",
                    hanging.own,
                    *(one.name for one in row._meta.concrete_fields if one.is_relation),
                }
                row.clean_fields(exclude=left_out)
                row.clean()
            except ValidationError as refusal:
                raise CellFault(f"“{part[:_TOLD]}”: " + of_refusal(refusal)) from refusal
            values.append(value)
        given.value = list(dict.fromkeys(values))
        given.words = "; ".join(given.value)

    def _number(self, one: Judged) -> None:
        """Give a new record without identifier the next one."""
        if self._cell(one.row, "identifier"):
            return
        if not self.numbering.is_known:
            said = _(
                "The row has no identifier, and there is none to continue from. Enter the first one "
                "above."
            )
            self._fault(one, "identifier", said)
            return
        assert one.record is not None  # noqa: S101
        one.record.identifier = self.numbering.next()
        one.is_numbered = True

    def _by_the_rules(self, one: Judged) -> None:
        """Note what the model refuses of the resulting record."""
        record = one.record
        assert record is not None  # noqa: S101
        changed = {
            given.target.column.name for given in one.given
            if given.target.column is not None and given.target.name in one.changes
        }  # fmt: skip
        if POSITION in one.changes:
            changed |= {"latitude", "longitude"}
        if record._state.adding:
            changed |= {"identifier", "title"}
        for name, said in broken_rules(record, changed, self._awaits_parent(one)):
            self._fault(one, name, said)

    @staticmethod
    def _awaits_parent(one: Judged) -> bool:
        """Whether the row above it in the hierarchy is still to be written: a loop will show then."""
        return getattr(one.record, "PARENT", None) in one.links

    def _fault(self, one: Judged, name: str, said: Message) -> None:
        """Note an error in the column that fills a target; in no column, if there is none."""
        if name in {"latitude", "longitude"} and POSITION in self._by_name:
            name = POSITION
        place = self._by_name.get(name)
        head = place[1] if place else _label(self.model, name)
        value = self._cell(one.row, name)[:_TOLD]
        one.faults.append(Note(one.row.number, head, value, said, one.row.line))


def _label(model: type[Record], name: str) -> Message:
    try:
        return label(getattr(model._meta.get_field(name), "verbose_name", name))
    except Exception:
        return ""


def in_blocks(rows: Iterable[Row], size: int = BATCH) -> Iterable[list[Row]]:
    """Rows, as many at a time as are judged together."""
    block: list[Row] = []
    for row in rows:
        block.append(row)
        if len(block) >= size:
            yield block
            block = []
    if block:
        yield block
