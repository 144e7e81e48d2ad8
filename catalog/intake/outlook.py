"""What importing a table would do, before anything is written: numbers, errors, the first rows as
they would be saved.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog import actions
from catalog.actions import Actor
from catalog.intake.judged import Fate, Judged, Line, Note
from catalog.intake.judging import Judge, in_blocks
from catalog.intake.laying_out import harmless
from catalog.intake.naming import Names
from catalog.intake.plan import Alike, Faulty, Plan
from catalog.intake.reading import Table
from catalog.intake.saying import InWords, Message, as_json, cut, label, reason, say
from catalog.intake.stored import as_list
from catalog.models import StoragePlace, Term, Vocabulary

#: How many notes of each sort are kept to be shown; all errors are in the file that can be downloaded.
MOST_NOTES: Final = 100
#: How many errors that stand in several rows are told together, and how many of their rows are named.
MOST_REPEATED: Final = 50
_ROWS_NAMED: Final = 5
#: How many rows are listed that resemble existing records, and how many such records of each.
MOST_ALIKE: Final = 200
_RECORDS_NAMED: Final = 4
#: How many rows are shown as they would be saved.
MOST_SHOWN: Final = 10
#: Characters of a cell that are shown.
_SHOWN: Final = 160


@dataclass(slots=True)
class Outlook:
    """The result of a preview. ``lines`` are all rows, ``faults`` all errors; ``shown`` the first
    rows that write something, as JSON.
    """

    fates: Counter[str] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)
    faults: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)
    number_of_remarks: int = 0
    #: Every remark, where they are all wanted: what a finding aid says and the catalogue has no place for.
    all_remarks: list[Note] | None = None
    #: How many rows of each kind and level there are, and how many of them are new.
    levels: dict[Message, list[int]] = field(default_factory=dict)
    shown: list[dict[str, Any]] = field(default_factory=list)
    new_terms: list[Message] = field(default_factory=list)
    #: Paths of storage places that would be made.
    new_places: list[str] = field(default_factory=list)
    #: Rows that resemble existing records: the first of them, and how many there are.
    alike: list[dict[str, Any]] = field(default_factory=list)
    number_of_alike: int = 0
    numbered: int = 0
    first_number: str = ""
    last_number: str = ""

    @property
    def writes(self) -> int:
        """Rows that would write something."""
        return self.fates[Fate.NEW] + self.fates[Fate.CHANGED]

    @property
    def refused(self) -> int:
        """Rows that cannot be written as they are."""
        return sum(self.fates[fate] for fate in Fate if fate.is_refused)

    def may_begin(self, faulty: Faulty) -> bool:
        """Whether something can be written: with faults only where sound rows may go without the others."""
        return bool(self.writes) and (faulty == Faulty.SOUND or not self.refused)

    def take(self, one: Judged) -> None:
        """Count a row."""
        self.fates[one.fate] += 1
        self.lines.append(one.line)
        self.faults += one.faults
        if one.alike:
            self.number_of_alike += 1
            if len(self.alike) < MOST_ALIKE:
                self.alike.append(_alike(one))
        if one.fate not in {Fate.NEW, Fate.CHANGED}:
            return
        self.take_remarks(one.remarks)
        if one.is_numbered and one.record is not None:
            self.numbered += 1
            self.first_number = self.first_number or one.record.identifier
            self.last_number = one.record.identifier
        if len(self.shown) < MOST_SHOWN:
            self.shown.append(_shown(one))

    def take_remarks(self, remarks: Sequence[Note]) -> None:
        """Keep what was said of cells or elements: the first to be shown, all of them where they are wanted."""
        self.number_of_remarks += len(remarks)
        self.remarks += remarks[: MOST_NOTES - len(self.remarks)]
        if self.all_remarks is not None:
            self.all_remarks += remarks

    def as_json(self) -> dict[str, Any]:
        """For a column of the database: numbers, and what is shown."""
        return {
            "fates": {fate.value: self.fates[fate] for fate in Fate},
            "faults": [as_list(note) for note in self.faults[:MOST_NOTES]],
            "number_of_faults": len(self.faults),
            "repeated": _repeated(self.faults),
            "remarks": [as_list(note) for note in self.remarks],
            "number_of_remarks": self.number_of_remarks,
            "shown": self.shown,
            "new_terms": [as_json(term) for term in self.new_terms[:MOST_NOTES]],
            "number_of_new_terms": len(self.new_terms),
            "new_places": self.new_places[:MOST_NOTES],
            "number_of_new_places": len(self.new_places),
            "levels": [[as_json(name), *numbers] for name, numbers in self.levels.items()],
            "alike": self.alike,
            "number_of_alike": self.number_of_alike,
            "numbered": self.numbered,
            "first_number": self.first_number,
            "last_number": self.last_number,
        }


def _repeated(faults: Sequence[Note]) -> list[list[Any]]:
    """Errors that stand in several rows with the same value, the most frequent first: column, value,
    how many rows, the first of them, and the reason.
    """
    alike: dict[tuple[Message, str, Message], list[int]] = {}
    for note in faults:
        alike.setdefault((note.column, note.value, note.said), []).append(note.row)
    often = sorted(
        ((len(rows), found, rows) for found, rows in alike.items() if len(rows) > 1),
        key=lambda one: -one[0],
    )
    return [
        [as_json(column), value, number, rows[:_ROWS_NAMED], as_json(said)]
        for number, (column, value, said), rows in often[:MOST_REPEATED]
    ]


def look_ahead(
    plan: Plan, table: Table, *, by: Actor, progress: Callable[[int, int], None] | None = None
) -> Outlook:
    """Judge every row as it will be judged when it is written; nothing is written.

    What only the database can refuse (another curator's change at the same moment) shows then.
    """
    outlook = Outlook()
    judge = Judge(plan, table, by=by)
    seen = 0
    for rows in in_blocks(table.rows()):
        for one in judge.judge(rows):
            outlook.take(one)
        seen += len(rows)
        if progress:
            progress(seen, table.number_of_rows)
    name_new_terms(outlook, judge.names.made, by=by)
    name_new_places(outlook, judge.names, by=by)
    return outlook


def name_new_terms(outlook: Outlook, made: Sequence[Any], *, by: Actor) -> None:
    """Say which terms would be made (each has ``title`` and ``vocabulary``); a fault where ``by`` may make none."""
    labels = {sort: label(name) for sort, name in Vocabulary.choices}
    outlook.new_terms = [f"{term.title} (" + labels[term.vocabulary] + ")" for term in made]
    if made and by is not None and not getattr(by, "has_perm")("catalog.add_term"):  # noqa: B009
        said = say(
            gettext_noop(
                "You may not create terms. Ask an editor, or clear the tick box and correct the cells."
            )
        )
        outlook.faults.insert(0, Note(0, label(Term._meta.verbose_name_plural), "", said))
        outlook.fates[Fate.FAULTY] += 1


def name_new_places(outlook: Outlook, names: Names, *, by: Actor) -> None:
    """Say which storage places would be made; a fault where ``by`` may make none."""
    outlook.new_places = [place.title for place in names.storage.made]
    if outlook.new_places and (said := reason(actions.why_not_storage_place, by, "add")):
        place = label(StoragePlace._meta.verbose_name_plural)
        outlook.faults.insert(0, Note(0, place, "", said))
        outlook.fates[Fate.FAULTY] += 1


def _alike(one: Judged) -> dict[str, Any]:
    """A row that resembles existing records: what is to become of it, and the records with their dates."""
    records = [
        [
            like.pk,
            like.identifier,
            like.title,
            [as_json(InWords(date)) for date in like.dates if date],
        ]
        for like in one.alike[:_RECORDS_NAMED]
    ]
    is_clear = one.fate is not Fate.SEVERAL
    what = (Alike.SAME.value if one.is_alike else Alike.NEW.value) if is_clear else ""
    return {"row": one.row.number, "title": one.title[:200], "what": what, "records": records}


def _shown(one: Judged) -> dict[str, Any]:
    """A row as it would be saved: a label, before and after, and whether the row changes it."""
    record = one.record
    assert record is not None  # noqa: S101 - a row that writes has one
    cells = []
    if one.is_numbered:
        cells.append(["identifier", "identifier", "", record.identifier, True])
    for given in one.given:
        name = given.target.name
        before = one.before.get(name, "")
        cells.append(
            [
                name,
                str(given.target.label),
                as_json(cut(before, _SHOWN)),
                as_json(cut(given.words, _SHOWN)),
                name in one.changes,
            ]
        )
    return {
        "row": one.row.number,
        "kind": record.KIND,
        "fate": one.fate.value,
        "title": str(record),
        "cells": cells,
    }


# --- Rows with errors as a file ---------------------------------------------------------------------------------


def faulty_rows(table: Table, faults: list[Note]) -> Iterator[str]:
    """The rows with errors as CSV, with the reasons in a column before them: to be corrected and
    imported.
    """
    reasons: dict[int, list[str]] = {}
    for note in faults:
        reasons.setdefault(note.row, []).append(
            f"{note.column}: {note.said}" if note.column else str(note.said)
        )
    line = io.StringIO()
    writer = csv.writer(line, delimiter=table.separator if table.separator != "|" else ",")
    yield "\ufeff"
    writer.writerow([_("What is wrong"), *table.header])
    for row in table.rows():
        if row.number in reasons:
            writer.writerow(
                [
                    harmless(cell)
                    for cell in [" ".join(reasons[row.number]), *row.cells, *row.beyond]
                ]
            )
        yield line.getvalue()
        line.seek(0)
        line.truncate()
