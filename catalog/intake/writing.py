"""Writing valid rows by the actions, a block at a time; a row that is only refused now does not
affect the others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog import actions
from catalog.intake.judged import Fate, Judged
from catalog.intake.judging import Judge
from catalog.intake.named import Named
from catalog.intake.plan import Faulty
from catalog.intake.reading import Row
from catalog.intake.storing import NewPlace
from catalog.models import Shelving, StoragePlace, Term

#: How many refusals are listed one by one.
_TOLD: Final = 10


class NotWhole(Exception):
    """A row was refused while everything or nothing was to be written."""


@dataclass(slots=True)
class Done:
    """The result so far. ``refusals`` are sentences, the first few."""

    made: int = 0
    changed: int = 0
    same: int = 0
    left: int = 0
    other: int = 0
    refused: int = 0
    refusals: list[str] = field(default_factory=list)


def write_block(judge: Judge, rows: Sequence[Row], done: Done, *, skip: Collection[int]) -> None:
    """Judge some rows and write those that are valid, inside the caller's step.

    ``skip`` are the numbers of rows with errors, found by the preview. Raises NotWhole if a row has
    an error by now, and the plan wants all or nothing.
    """
    for one in judge.judge([row for row in rows if row.number not in skip]):
        if one.fate is Fate.SAME:
            done.same += 1
        elif one.fate is Fate.LEFT:
            done.left += 1
        elif one.fate is Fate.OTHER:
            done.other += 1
        elif one.fate.is_refused:
            first = one.faults[0]
            _refuse(
                judge,
                one,
                done,
                f"{first.column}: {first.said}" if first.column else str(first.said),
            )
        else:
            _write(judge, one, done)


def _write(judge: Judge, one: Judged, done: Done) -> None:
    fresh: list[Named] = []
    try:
        with transaction.atomic():
            _keep(judge, one, fresh)
    except (actions.Refused, ValidationError, IntegrityError) as refusal:
        # What was made for this row alone is rolled back with it; the next row that names it makes
        # it again.
        for made in fresh:
            made.pk = None
        _refuse(judge, one, done, actions.in_words(refusal))
        return
    assert one.record is not None  # noqa: S101 - a row that writes has one
    if one.fate is Fate.NEW and one.named is not None:
        judge.names.written(judge.plan.kind, one.named, one.record.pk)
        done.made += 1
    else:
        done.changed += 1


def _keep(judge: Judge, one: Judged, fresh: list[Named]) -> None:
    """Write a row; ``fresh`` collects the terms and storage places made for it. Raises Refused, ValidationError and
    IntegrityError.
    """
    record, by = one.record, judge.by
    assert record is not None  # noqa: S101
    for name, named in one.links.items():
        setattr(record, f"{name}_id", _key(named, by, fresh))
    terms = {
        name: [_key(named, by, fresh) for named in wanted] for name, wanted in one.terms.items()
    }
    for hung in one.hung:
        if hung.named is not None:
            _key(hung.named, by, fresh)
    added = [hung.statement(record) for hung in one.hung]
    if one.fate is Fate.NEW or one.changes - {"storage"}:
        actions.edit_whole(
            record,
            by=by,
            terms=terms,
            added=[row for row in added if row.IS_PUBLIC],
            removed=[row for row in one.removed if row.IS_PUBLIC],
        )
    for row in one.removed:
        if isinstance(row, Shelving):
            actions.unshelve(row, record, by=by)
    for row in added:
        if isinstance(row, Shelving):
            actions.shelve(row, record, by=by)
    if judge.plan.publish and one.fate is Fate.NEW and not one.row.stays_draft:
        actions.publish(record, by=by)


def _key(named: Named, by: actions.Actor, fresh: list[Named]) -> int:
    """The primary key of what a cell refers to; a term or a storage place that is to be made is made.
    Raises Refused for a row left out.
    """
    if named.pk is None and isinstance(named, NewPlace):
        above = _key(named.above, by, fresh) if named.above is not None else None
        place = StoragePlace(name=named.name, part_of_id=above)
        named.pk = actions.keep_storage_place(place, by=by).pk
        fresh.append(named)
    if named.pk is None and named.vocabulary:
        named.pk = _made(named, by).pk
        fresh.append(named)
    if named.pk is None:
        raise actions.Refused(
            _("Row %(row)d, which this refers to, was not written.") % {"row": named.row}
        )
    return named.pk


def _made(named: Named, by: actions.Actor) -> Term:
    """The new term, with a code made from its label that no other in its vocabulary has."""
    code = Term.objects.free_code(named.vocabulary, named.title)
    return actions.keep_term(Term(vocabulary=named.vocabulary, code=code, label=named.title), by=by)


def _refuse(judge: Judge, one: Judged, done: Done, said: str) -> None:
    sentence = _("Row %(row)d: %(said)s") % {"row": one.row.number, "said": said}
    if judge.plan.faulty == Faulty.NOTHING:
        raise NotWhole(sentence)
    done.refused += 1
    if len(done.refusals) < _TOLD:
        done.refusals.append(sentence)


def told(done: Done) -> str:
    """The result, in a sentence or several."""
    said = [ngettext("%d record was created.", "%d records were created.", done.made) % done.made]
    if done.changed:
        said.append(
            ngettext("%d record was changed.", "%d records were changed.", done.changed)
            % done.changed
        )
    if done.same:
        said.append(ngettext("%d needed no change.", "%d needed no change.", done.same) % done.same)
    if done.left:
        said.append(
            ngettext(
                "%d existing record was left as it is.",
                "%d existing records were left as they are.",
                done.left,
            )
            % done.left
        )
    if done.other:
        said.append(
            ngettext(
                "%d row of another kind was left out.",
                "%d rows of other kinds were left out.",
                done.other,
            )
            % done.other
        )
    if done.refused:
        words = ngettext("%d row was refused:", "%d rows were refused:", done.refused)
        said.append(words % done.refused)
        said += done.refusals
        if done.refused > len(done.refusals):
            said.append("…")
    return " ".join(said)
