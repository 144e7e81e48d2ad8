"""Looking at what importing a file of XML would do, and what it would leave out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _

from catalog.actions import Actor
from catalog.intake.archival.rows import Laid
from catalog.intake.judged import Fate, Judged, Line, Note
from catalog.intake.judging import in_blocks
from catalog.intake.laying_out import harmless
from catalog.intake.named import Named
from catalog.intake.outlook import Outlook, name_new_places, name_new_terms
from catalog.intake.saying import Message
from catalog.intake.saying import label as label_of
from catalog.models import RECORD_MODELS, Vocabulary


def look_at(
    laying: Laid, *, by: Actor, progress: Callable[[int, int], None] | None = None
) -> Outlook:
    """Judge every row as it will be judged when it is written; nothing is written."""
    outlook = Outlook(all_remarks=[])
    outlook.take_remarks(laying.left_over())
    seen = 0
    for part in laying.parts():
        judge = part.judge()
        for rows in in_blocks(part.rows()):
            for one in judge.judge(rows):
                outlook.take(one)
                _count(outlook, one, laying.heading_of(one))
            seen += len(rows)
            if progress:
                progress(seen, laying.number_of_rows)
    made = [term for term in laying.names.made if term.vocabulary != Vocabulary.LANGUAGE]
    made += [Named(None, term.label, vocabulary=term.vocabulary) for term in laying.lacking]
    name_new_terms(outlook, made, by=by)
    name_new_places(outlook, laying.names, by=by)
    return outlook


def _count(outlook: Outlook, one: Judged, heading: Message) -> None:
    """Count a row under its heading, or else its kind."""
    label = heading or label_of(RECORD_MODELS[one.kind]._meta.verbose_name_plural)  # type: ignore[index]
    counted = outlook.levels.setdefault(label, [0, 0])
    counted[0] += 1
    counted[1] += one.fate is Fate.NEW


def report(lines: Iterable[Line], faults: Iterable[Note], remarks: Iterable[Note]) -> Iterator[str]:
    """What is wrong, what was left out and what was understood in a way of its own, as CSV: a line for each."""
    text = io.StringIO()
    writer = csv.writer(text)
    titles = {line.row: line for line in lines}
    writer.writerow(
        [_("Line"), _("Element"), _("Identifier"), _("Title"), _("Value"), _("What became of it")]
    )
    yield "\ufeff"
    for sort, notes in ((_("Error"), faults), ("", remarks)):
        for note in notes:
            line = titles.get(note.row)
            said = f"{sort}: {note.said}" if sort else str(note.said)
            cells = [
                str(note.line or ""), str(note.column), line.identifier if line else "", line.title if line else "",
                note.value, said,
            ]  # fmt: skip
            writer.writerow([harmless(cell) for cell in cells])
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()
