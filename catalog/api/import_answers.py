"""What is said of an import over the API: how it was read, what it would do or did, row by row."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from rest_framework import serializers

from catalog import intake
from catalog.api.import_choices import choices_of
from catalog.documents import ORIGIN, moment_of
from catalog.intake import AidPlan, ArchivalPlan, AuthorityPlan, Fate, Line, Note, Plan
from catalog.jobs import progress_of
from catalog.models import RECORD_MODELS, Intake, IntakeState, Job
from catalog.uris import API_ROOT, api_path

#: Errors in the report itself; all of them are with the rows.
MOST_ERRORS: Final = 100


def address_of(number: int | None = None) -> str:
    """The address of an import; without a number, of all."""
    return f"{ORIGIN}{API_ROOT}/imports/{'' if number is None else f'{number}/'}"


def etag_of(found: Intake) -> str:
    """Names what was previewed: another plan, or another preview of it, is another version."""
    counts = sorted(found.outlook.get("fates", {}).items())
    plan = intake.plan_of(found).mark
    said = f"{found.pk} {found.state} {plan} {found.seen_plan} {counts}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def head_of(found: Intake) -> dict[str, Any]:
    """What lists say of an import."""
    change_set = found.change_set or (found.job.place.get("change_set") if found.job else None)
    return {
        "number": found.pk,
        "url": address_of(found.pk),
        "kind": found.kind,
        "format": found.format,
        "filename": found.filename,
        "received": moment_of(found.received),
        "state": found.state,
        "rows": found.rows,
        "job": _job(found.job),
        "result": found.said,
        "change_set": change_set,
        "change_set_url": f"{ORIGIN}{API_ROOT}/change-sets/{change_set}/" if change_set else None,
    }


def _job(job: Job | None) -> dict[str, Any] | None:
    if job is None:
        return None
    at = progress_of(job)
    return {
        "number": job.pk,
        "state": job.state,
        "done": at.done,
        "total": at.total,
        "error": job.error,
    }


def whole_of(found: Intake) -> dict[str, Any]:
    """Everything about an import but its rows."""
    plan = intake.plan_of(found)
    report = (
        _report(found, plan) if found.state != IntakeState.LOOKING and found.seen_plan else None
    )
    if isinstance(plan, ArchivalPlan):
        is_read, choices = found.state != IntakeState.READING, choices_of(plan)
        is_aid, is_authority = isinstance(plan, AidPlan), isinstance(plan, AuthorityPlan)
        return {
            **head_of(found), "encoding": found.encoding, "separator": "", "header_row": None,
            "remarks": [], "columns": [], "fields": [],
            "choices": None, "finding_aid": {**found.plan["aid"], "choices": choices} if is_aid and is_read else None,
            "authority_records": {**found.plan["authority"], "choices": choices} if is_authority and is_read else None,
            "report": report,
        }  # fmt: skip
    table = intake.table_of(found)
    targets = intake.targets_of(plan.kind)
    return {
        **head_of(found),
        "encoding": found.encoding,
        "separator": found.separator,
        "header_row": table.header_row or None,
        "remarks": table.remarks,
        "columns": [
            {"header": head, "field": name or None, "label": str(targets[name].label) if name in targets else None}
            for head, name in zip(table.header, plan.columns, strict=True)
        ],
        "fields": [{"name": name, "label": str(one.label)} for name, one in targets.items()],
        "choices": choices_of(plan),
        "finding_aid": None,
        "authority_records": None,
        "report": report,
    }  # fmt: skip


def _report(found: Intake, plan: Plan | ArchivalPlan) -> dict[str, Any]:
    outlook = intake.told_outlook(found)
    return {
        "counts": {fate.value: outlook.get("fates", {}).get(fate.value, 0) for fate in Fate},
        "may_run": found.state == IntakeState.LOOKED_AT
        and found.seen_plan == plan.mark
        and bool(outlook.get("may_begin")),
        "number_of_errors": outlook.get("number_of_faults", 0),
        "errors": [_error(Note(*one)) for one in outlook["faults"][:MOST_ERRORS]],
        "number_of_alike": outlook.get("number_of_alike", 0),
        "number_left_out": outlook.get("number_of_remarks", 0)
        if isinstance(plan, ArchivalPlan)
        else 0,
        "left_out": [_error(one) for one in intake.remarks_of(found)[:MOST_ERRORS]],
        "levels": [
            {"label": label, "rows": rows, "new": new} for label, rows, new in outlook["levels"]
        ],
        "new_terms": outlook["new_terms"],
        "new_places": outlook.get("new_places", []),
        "rows_url": f"{address_of(found.pk)}rows/",
    }


def _error(note: Note) -> dict[str, Any]:
    return {
        "row": note.row,
        "line": note.line,
        "column": note.column,
        "value": note.value,
        "detail": note.said,
    }


def rows_of(found: Intake, lines: list[Line]) -> list[dict[str, Any]]:
    """What becomes of some rows, with their errors and the records that they are about."""
    numbers = {one.row for one in lines}
    errors: dict[int, list[dict[str, Any]]] = {}
    for note in intake.faults_of(found):
        if note.row in numbers:
            errors.setdefault(note.row, []).append(_error(note))
    keys: dict[Any, list[int]] = {}
    for line in lines:
        for pk in {line.pk, line.alike} - {0}:
            keys.setdefault(line.kind or found.kind, []).append(pk)
    there = {
        (kind, pk): record
        for kind, pks in keys.items()
        for pk, record in RECORD_MODELS[kind]._base_manager.in_bulk(pks).items()
    }
    return [
        {
            "row": one.row,
            "line": one.line,
            "kind": one.kind or found.kind,
            "fate": one.fate,
            "title": one.title,
            "identifier": one.identifier or None,
            "recognised_by": one.way or None,
            "resembles": _record_of(there.get((one.kind or found.kind, one.alike))),
            "record": _record_of(there.get((one.kind or found.kind, one.pk))),
            "errors": errors.get(one.row, []),
        }
        for one in lines
    ]


def _record_of(record: Any) -> dict[str, str] | None:
    """The addresses of a record that exists."""
    if record is None:
        return None
    return {
        "id": f"{ORIGIN}{record.permanent_path}",
        "url": ORIGIN + api_path(record.KIND, record.slug),
    }


def not_in(encoding: str, samples: list[intake.Sample]) -> serializers.ValidationError:
    """The 422 for a file in another encoding, with words from it as they read in those it may be in."""
    said = f"The file is not {encoding}. Send it again with the encoding in which these words read right."
    return serializers.ValidationError(
        {"encoding": [said, *(f"{one.encoding}: {one.text}" for one in samples)]}
    )
