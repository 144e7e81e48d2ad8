"""A table being imported: previewed, imported; at once if it is small, otherwise as a job.

A job writes block after block, each in a transaction with its position in the table, and all in one
change set: killed at any moment, it continues where it was, and nothing is imported twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import actions, history
from catalog.history import Selection
from catalog.intake.archival import ArchivalPlan, NewTerm
from catalog.intake.file import File, KeptFile
from catalog.intake.judged import Fate, Line, Note
from catalog.intake.judging import Judge, in_blocks
from catalog.intake.outlook import Outlook
from catalog.intake.parts import Part
from catalog.intake.plan import Plan
from catalog.intake.reading import Row
from catalog.intake.sources import (
    faults_of_plan,
    outlook_of,
    parts_of,
    plan_of,
    prepare,
)
from catalog.intake.stored import pack, unpack_faults, unpack_lines
from catalog.intake.writing import Done, NotWhole, told, write_block
from catalog.jobs import Failed, Run, enqueue, let_others_write, task
from catalog.models import Door, Intake, IntakeState
from catalog.uris import Kind

#: From so many rows on, previewing and importing are jobs and not part of a request.
MANY: Final = 300
#: How long a file is kept; what it imported is in its change set.
KEPT: Final = timedelta(days=30)


# --- Previewing -------------------------------------------------------------------------------------------------


def look(intake: Intake, plan: Plan | ArchivalPlan, *, by: Any) -> None:
    """Preview what a plan would do, at once or as a job; the intake has the result afterwards."""
    intake.plan |= plan.as_json()
    if intake.rows <= MANY:
        keep_look(intake, plan, *outlook_of(intake, plan, by=by))
        return
    look_later(intake, by=by)


def look_later(intake: Intake, *, by: Any) -> None:
    """Preview by a job what the plan of a file would do."""
    with transaction.atomic():
        intake.state = IntakeState.LOOKING
        intake.job = enqueue(
            look_at, by=by, subject=intake.filename, key=f"look {intake.pk}", intake=intake.pk
        )
        intake.save(update_fields=["plan", "state", "job"])


def keep_look(
    intake: Intake, plan: Plan | ArchivalPlan, outlook: Outlook, lacking: Iterable[NewTerm] = ()
) -> None:
    """Store the result of previewing a file with a plan; ``lacking`` are terms to be created first."""
    intake.plan |= plan.as_json()
    intake.outlook = outlook.as_json() | {
        "may_begin": outlook.may_begin(plan.faulty),
        "lacking": [one.as_json() for one in lacking],
    }
    intake.packed_remarks = pack(outlook.all_remarks or [])
    intake.packed_faults = pack(outlook.faults)
    intake.packed_lines = pack(outlook.lines)
    intake.seen_plan = plan.mark
    intake.state = IntakeState.LOOKED_AT
    intake.save(
        update_fields=[
            "plan", "outlook", "packed_faults", "packed_lines", "packed_remarks", "seen_plan", "state", "job",
        ]
    )  # fmt: skip


@task(title=gettext_lazy("Check a file"), atomic=False, tells=(actions.Refused,))
def look_at(run: Run, *, intake: int) -> str:
    """The job of :func:`look`: it only reads, and writes its result at the end."""
    found = waiting_in(intake, IntakeState.LOOKING)
    plan = plan_of(found)
    seen = outlook_of(found, plan, by=sender_of(found), progress=run.progress)
    with run.step():
        keep_look(found, plan, *seen)
    return _("The table has been checked: open it to see what it would do.")


def faults_of(intake: Intake) -> list[Note]:
    """Every error that the last preview found, in the language of their reader."""
    return unpack_faults(bytes(intake.packed_faults))


def remarks_of(intake: Intake) -> list[Note]:
    """What the last preview found in a finding aid that the catalogue has no field for, in the reader's language."""
    return unpack_faults(bytes(intake.packed_remarks))


def lines_of(intake: Intake) -> list[Line]:
    """What becomes of each row according to the last preview, in the order of the table."""
    return unpack_lines(bytes(intake.packed_lines))


def unfinished(file: File, kind: Kind, *, by: Any) -> Intake | None:
    """The same table of the same account whose job was stopped in the middle of writing; None if
    there is none.
    """
    waiting = Intake.objects.filter(kind=kind, by=by, state=IntakeState.WRITING, job__isnull=False)
    return next((one for one in waiting.order_by("-pk") if file.is_like(KeptFile(one))), None)


def is_on_its_way(intake: Intake) -> bool:
    """Whether a job is working on a table, or will be."""
    asked = intake.state in {IntakeState.READING, IntakeState.LOOKING, IntakeState.WRITING}
    return asked and intake.job is not None and intake.job.is_open


def free(intake: Intake) -> None:
    """Allow a table to be previewed again if its preview was cancelled, or failed."""
    if intake.state == IntakeState.LOOKING and not is_on_its_way(intake):
        intake.state = IntakeState.RECEIVED
        intake.save(update_fields=["state"])


# --- Importing --------------------------------------------------------------------------------------------------


def begin(intake: Intake, *, by: Any, reason: str, door: str = Door.ADMIN) -> None:
    """Import what was previewed, at once or as a job.

    Raises Refused if it is being imported already, if it has to be previewed again, and if a row
    was refused while all or nothing was to be written: then nothing is.
    """
    try:
        with transaction.atomic():
            held = Intake.objects.select_for_update().get(pk=intake.pk)
            plan = plan_of(held)
            if held.state != IntakeState.LOOKED_AT or held.seen_plan != plan.mark:
                raise actions.Refused(
                    _(
                        "This table is already being imported, or has not been checked. Open it again."
                    )
                )
            if faults_of_plan(held, plan):
                # For example, a role that had a column was deleted.
                raise actions.Refused(
                    _(
                        "A field that a column was matched with no longer exists. Say again what the columns "
                        "hold."
                    )
                )
            if not held.outlook.get("may_begin"):
                raise actions.Refused(_("There is nothing to import. Correct the errors first."))
            held.reason = reason[: history.LONGEST_REASON]
            held.state = IntakeState.WRITING
            if held.rows <= MANY:
                _bring_at_once(held, by=by, door=door)
            else:
                held.job = enqueue(
                    bring_in, by=by, subject=held.filename, key=f"bring {held.pk}", intake=held.pk, door=door
                )  # fmt: skip
            held.save()
    except NotWhole as refusal:
        raise actions.Refused(
            _("Nothing was written. Something has changed since you checked: %(said)s Check again.")
            % {"said": refusal}
        ) from refusal


def why(intake: Intake) -> str:
    """The reason of the change set: the curator's, or the name of the file."""
    return intake.reason or _("Imported: %(file)s") % {"file": intake.filename}


def _bring_at_once(intake: Intake, *, by: Any, door: str) -> None:
    done = Done()
    skip = {note.row for note in faults_of(intake)}
    with (
        history.change_set(by=by, door=door, reason=why(intake)) as opened,
        actions.in_step(by=by),
    ):
        prepare(intake, by=by)
        for part in parts_of(intake, by=by):
            judge = part.judge()
            for rows in in_blocks(part.rows()):
                write_block(judge, rows, done, skip=skip)
        change_set = opened.id
    _ended(intake, done, change_set)


def _ended(intake: Intake, done: Done, change_set: int | None) -> None:
    written = done.made or done.changed
    intake.change_set = change_set if written else None
    intake.said = told(done)
    intake.state = IntakeState.DONE


@task(title=gettext_lazy("Import a file"), atomic=False, tells=(actions.Refused,))
def bring_in(run: Run, *, intake: int, door: str) -> str:
    """The job of :func:`begin`, in slices that let others write in between, and one change set.

    Each slice stores its position. A job that was killed, or was cancelled and is tried again,
    continues after its last slice; an unfinished slice leaves nothing behind.
    """
    found = waiting_in(intake, IntakeState.WRITING)
    by = sender_of(found)
    done = Done(**run.place.get("done", {}))
    if "not_whole" not in run.place:
        try:
            _write_in_slices(run, found, done, by=by, door=door)
        except NotWhole as refusal:
            with run.step() as place:
                # The result of undoing is kept under the names that writing used.
                wrote = place.get("change_set")
                place.clear()
                place |= {"not_whole": str(refusal), "wrote": wrote}
    if "not_whole" in run.place:
        _take_back(run, found, by=by, door=door)
        raise Failed(
            _("Nothing was kept. Something has changed since you checked: %(said)s Check again.")
            % {"said": run.place["not_whole"]}
        )
    with run.step() as place:
        _ended(found, done, place.get("change_set"))
        found.save()
    return found.said


def _write_in_slices(run: Run, intake: Intake, done: Done, *, by: Any, door: str) -> None:
    """Write the rows after the job's position. Raises NotWhole."""
    skip = {note.row for note in faults_of(intake)}
    lines = lines_of(intake)
    seen = run.place.get("rows", 0)
    again = run.place.get("change_set")
    with history.change_set(by=by, door=door, reason=why(intake), again=again) as opened:
        if intake.outlook.get("lacking") and not run.place.get("is_prepared"):
            with actions.one_slice(run, opened, by=by, stands=run.at) as one:
                prepare(intake, by=by)
                one.keeps = {"is_prepared": True}
        blocks = _blocks_behind(run, parts_of(intake, by=by), lines)
        block = next(blocks, None)
        while block:
            with actions.one_slice(run, opened, by=by, stands=run.at) as one:
                # At least one block each, so that a slow machine makes progress too.
                while block:
                    number, judge, rows = block
                    write_block(judge, rows, done, skip=skip)
                    seen += len(rows)
                    keeps = {
                        "rows": seen,
                        "part": number,
                        "row": rows[-1].number,
                        "done": asdict(done),
                    }
                    block = next(blocks, None)
                    run.progress(seen, len(lines))
                    if time.monotonic() >= one.end:
                        break
                one.keeps = keeps
            if block:
                let_others_write()


def _blocks_behind(
    run: Run, parts: Sequence[Part], lines: Iterable[Line]
) -> Iterator[tuple[int, Judge, list[Row]]]:
    """The blocks after the job's position: the number of their part, who judges them, and the rows."""
    first, last = run.place.get("part", 0), run.place.get("row", 0)
    for number, part in enumerate(parts):
        if number < first:
            continue
        judge, behind = part.judge(), last if number == first else 0
        if behind:
            new = {line.row: line.identifier for line in lines if line.fate == Fate.NEW}
            judge.recall(
                (row, new[row.number])
                for row in part.rows()
                if row.number <= behind and row.number in new
            )
        for rows in in_blocks(row for row in part.rows() if row.number > behind):
            yield number, judge, rows


def _take_back(run: Run, intake: Intake, *, by: Any, door: str) -> None:
    """Undo what earlier slices wrote of a table that was to be imported completely or not at all."""
    if run.place["wrote"] is not None:
        actions.undo_in_slices(
            run,
            Selection(run.place["wrote"]),
            by=by,
            choice=history.keep_later,
            reason=why(intake),
            door=door,
        )
    with run.step():
        intake.state = IntakeState.RECEIVED
        intake.save(update_fields=["state"])


def waiting_in(pk: int, state: IntakeState) -> Intake:
    """The table of a job. Raises Failed if it is gone, or no longer in this state."""
    found = Intake.objects.filter(pk=pk, state=state).first()
    if found is None:
        raise Failed(_("This table has since been deleted or changed. Upload it again."))
    return found


def sender_of(intake: Intake) -> Any:
    """The sender of a table, read again: permissions may have changed since the job was asked for.

    None for the catalogue itself, from the server's own disk.
    """
    if intake.by_id is None:
        return None
    return get_user_model()._default_manager.get(pk=intake.by_id)


def clear_away() -> int:
    """Delete old files; what they imported stays. Returns their number."""
    old = Intake.objects.filter(received__lt=timezone.now() - KEPT)
    return old.exclude(state__in=[IntakeState.LOOKING, IntakeState.WRITING]).delete()[0]
