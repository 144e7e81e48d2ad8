"""A file received: stored in pieces, recognised and read; a large one is read to its end by a job."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import actions
from catalog.intake.bringing import look_later, sender_of, waiting_in
from catalog.intake.characters import EncodingUnknown, Sample, TableRefused
from catalog.intake.file import File, HeldFile, KeptFile, keep
from catalog.intake.headers import proposed
from catalog.intake.plan import Plan, usual
from catalog.intake.reading import JUDGED_FIRST, Table, read_table
from catalog.intake.several import INSIDE, separates
from catalog.intake.sources import (
    begin_xml,
    faults_of_plan,
    format_of,
    may_bring_format,
    plan_of,
    read_xml,
    refuse_other_xml,
)
from catalog.intake.targets import targets_of
from catalog.jobs import Failed, Run, enqueue, task
from catalog.models import Intake, IntakeFormat, IntakeState
from catalog.uris import Kind

#: Larger files, in bytes, are read to the end by a job: a request only checks how they begin.
LARGE: Final = 4 * 1024 * 1024


def receive(
    content: File | bytes,
    filename: str,
    kind: Kind,
    *,
    by: Any,
    encoding: str = "",
    separator: str = "",
    header_row: int | None = None,
    then_look: bool = False,
    at_once: bool = False,
) -> Intake:
    """Store a file, with a suggestion of what its columns mean. Raises Refused and TableRefused.

    A finding aid and authority records are recognised, whatever ``kind`` says. If the encoding of the file has to be
    asked for, ``encoding`` of the intake is empty; if the file is not in the one that was named, this raises
    EncodingUnknown. Which row names the columns is found out if ``header_row`` is None. A file of more than
    :data:`LARGE` bytes is read by a job, which may go on to preview it (``then_look``), unless somebody waits for it
    ``at_once``.
    """
    file = content if isinstance(content, File) else HeldFile(content)
    sort = format_of(file)
    if not may_bring_format(by, sort, kind):
        raise actions.Refused(
            _(
                "You may not create records of this kind. Ask an administrator to add you to the "
                "Cataloguer group."
            )
        )
    intake = Intake(kind=kind, by=by, filename=filename[-200:], format=sort, size=file.size)
    whole = at_once or file.size <= LARGE
    try:
        if sort == IntakeFormat.TABLE:
            refuse_other_xml(file)
            _read(intake, file, encoding, separator, header_row, whole=whole)
        else:
            begin_xml(intake, file)
            if whole:
                read_xml(intake, file)
    except EncodingUnknown:
        if encoding:
            raise
        intake.encoding, intake.rows = "", 0
    _store(intake, file)
    if intake.encoding and not whole:
        _read_later(intake, then_look=then_look)
    return intake


def _store(intake: Intake, file: File) -> None:
    """Store a file: a small one in one step, a large one piece by piece, so that others can save in between.

    Where that is interrupted, the file has no job that reads it: whoever sent it sees so, and sends it again.
    """
    if file.size <= LARGE:
        with transaction.atomic():
            intake.save()
            keep(intake, file)
        return
    intended, intake.state = intake.state, IntakeState.READING
    intake.save()
    try:
        keep(intake, file)
    except BaseException:
        intake.delete()
        raise
    intake.state = intended
    intake.save(update_fields=["state"])


def read_again(
    intake: Intake, *, encoding: str, separator: str, header_row: int | None = None
) -> None:
    """Read the file in another encoding, with another separator or another row that names the columns. Raises
    TableRefused, and then nothing has changed.
    """
    whole = intake.size <= LARGE
    _read(intake, KeptFile(intake), encoding, separator, header_row, whole=whole)
    intake.state, intake.outlook, intake.seen_plan = IntakeState.RECEIVED, {}, ""
    intake.save()
    if not whole:
        _read_later(intake)


def _read(
    intake: Intake,
    file: File,
    encoding: str,
    separator: str,
    header_row: int | None = None,
    *,
    whole: bool,
) -> None:
    table = read_table(
        file, encoding=encoding, separator=separator, header_row=header_row, whole=whole
    )
    intake.plan = first_plan(intake.kind, table).as_json()  # type: ignore[arg-type]
    intake.encoding, intake.separator = table.encoding, table.separator
    intake.rows = table.number_of_rows


def samples_of(intake: Intake) -> list[Sample]:
    """How a file of unknown encoding reads in several encodings; none if it is known."""
    if intake.encoding:
        return []
    try:
        read_table(KeptFile(intake), whole=False)
    except EncodingUnknown as unknown:
        return unknown.samples
    return []


def first_plan(kind: Kind, table: Table) -> Plan:
    """What the columns most likely mean, and the separator within cells that some of them seem to have."""
    columns = proposed(kind, table)
    known = targets_of(kind)
    several = [place for place, name in enumerate(columns) if name and known[name].several]
    inside = INSIDE
    for row in islice(table.rows(), JUDGED_FIRST):
        held = [row.cells[place] for place in several]
        if any(separates(cell, INSIDE) for cell in held):
            break
        if any(separates(cell, ";") for cell in held):
            inside = ";"
            break
    return Plan(
        kind,
        tuple(columns),
        recognise=usual(columns),
        inside=inside,
        header_row=table.header_row,
    )


# --- Reading a large file -----------------------------------------------------------------------------------------


def _read_later(intake: Intake, *, then_look: bool = False) -> None:
    with transaction.atomic():
        intake.state = IntakeState.READING
        intake.job = enqueue(
            read_in, by=intake.by, subject=intake.filename, intake=intake.pk, then_look=then_look
        )
        intake.save(update_fields=["state", "job"])


@task(title=gettext_lazy("Read a file"), atomic=False, tells=(actions.Refused,))
def read_in(run: Run, *, intake: int, then_look: bool) -> str:
    """The job of :func:`receive` for a large file: it reads all of it, and writes what it is at the end."""
    found = waiting_in(intake, IntakeState.READING)
    file = KeptFile(found, progress=run.progress)
    try:
        if found.format == IntakeFormat.TABLE:
            header_row = found.plan.get("header_row", 0)
            _read(found, file, found.encoding, found.separator, header_row, whole=True)
        else:
            read_xml(found, file)
    except TableRefused as refusal:
        raise Failed(str(refusal)) from refusal
    plan = plan_of(found)
    with run.step():
        found.state = IntakeState.RECEIVED
        found.save(update_fields=["state", "plan", "encoding", "separator", "rows"])
        if then_look and not faults_of_plan(found, plan):
            look_later(found, by=sender_of(found))
    return _("The file has been read: open it to say what becomes of it.")
