"""``/api/v1/imports/``: tables of records for curators' programs, imported as in the admin.

A table is sent, and the answer says what it would do; its columns and choices are corrected until
that is right; then it is run, once, however often that is requested. Only its sender ever sees a
table.
"""

from __future__ import annotations

import hashlib
import tempfile
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser

from catalog import actions, intake
from catalog.api.answers import answer, as_json
from catalog.api.by_number import NewestFirst, next_address, with_number
from catalog.api.door import ApiView, JsonParser, sent_file
from catalog.api.import_choices import changed_archival_plan, changed_plan, choices_of
from catalog.api.parameters import MOST, PAGE_SIZE, Reading, no_parameters
from catalog.api.problem import Problem, not_found
from catalog.api.tokens import signed_in
from catalog.api.writing import asked_of, refused, require_version
from catalog.documents import ORIGIN, moment_of, store
from catalog.iiif import upload_folder
from catalog.intake import AidPlan, ArchivalPlan, AuthorityPlan, Fate, File, Line, Note, Plan
from catalog.jobs import progress_of, retry
from catalog.models import RECORD_MODELS, Door, Intake, IntakeFormat, IntakeState, Job
from catalog.uris import API_ROOT, api_path

#: Bytes of a request that are read at a time.
_CHUNK: Final = 256 * 1024
#: Errors in the report itself; all of them are with the rows.
MOST_ERRORS: Final = 100


class TableParser(BaseParser):
    """A table as the body of the request. A large one is written to disk while it comes in."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The file, under the name that it would have as part of a form; one byte more than accepted
        shows that there are too many.
        """
        held = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed with the object
            settings.FILE_UPLOAD_MAX_MEMORY_SIZE, dir=str(upload_folder())
        )
        left = intake.MOST_BYTES + 1
        while left and (chunk := stream.read(min(_CHUNK, left))):
            held.write(chunk)
            left -= len(chunk)
        return {"file": intake.OpenFile(held)}


class XmlParser(TableParser):
    """A finding aid, or an authority record, as the body of the request."""

    media_type = "application/xml"


class ZipParser(TableParser):
    """A zip of authority records as the body of the request."""

    media_type = "application/zip"


class ImportsViewSet(ApiView):
    """An account's own tables: sent, read, corrected, run, discarded."""

    parser_classes: Any = (JsonParser, MultiPartParser, TableParser, XmlParser, ZipParser)

    def list(self, request: Any) -> HttpResponse:
        """The tables, newest first."""
        _require_sender(request)
        reading = Reading(request.GET)
        reading.only({"before", "page_size"})
        page = NewestFirst.read(reading)
        reading.finish()
        rows = _own(request).defer("packed_faults", "packed_lines", "packed_remarks")
        found, before = page.of(rows)
        more = next_address(_address(), request.GET, before)
        body = as_json({"next": more, "results": [_head(one) for one in found]})
        links = [(more, 'rel="next"')] if more else None
        return answer(self.plain, body, etag=store.etag_of(body), links=links)

    def create(self, request: Any) -> HttpResponse:
        """Send a table, and learn what it would do. 201 with its address."""
        reading = Reading(request.GET)
        reading.only({"kind", "filename", "encoding", "separator"})
        kind = reading.choice("kind", list(RECORD_MODELS))
        encoding = reading.choice("encoding", list(intake.ENCODINGS)) or ""
        separator = reading.choice("separator", list(intake.SEPARATORS)) or ""
        name = reading.one("filename") or ""
        file, sent_name = _sent_file(request)
        if (
            kind is None
            and "kind" not in request.GET
            and intake.format_of(file) == IntakeFormat.TABLE
        ):
            reading.refuse("kind", "Say which kind of record the rows are.", list(RECORD_MODELS))
        reading.finish()
        try:
            found = intake.receive(
                file,
                name or sent_name,
                kind or "collection",  # type: ignore[arg-type]
                by=request.user,
                encoding=encoding,
                separator=separator,
                then_look=True,
            )
        except actions.Refused as refusal:
            raise Problem(403, "not-allowed", str(refusal)) from refusal
        except intake.EncodingUnknown as unknown:
            raise _not_in(encoding, unknown.samples) from unknown
        except intake.TableRefused as refusal:
            raise serializers.ValidationError({"file": [str(refusal)]}) from refusal
        if not found.encoding:
            samples = intake.samples_of(found)
            found.delete()
            raise _not_in("UTF-8", samples)
        plan = intake.plan_of(found)
        if found.state == IntakeState.RECEIVED and (
            isinstance(plan, Plan) or not intake.faults_of_plan(found, plan)
        ):
            intake.look(found, plan, by=request.user)
        return self._told(
            found, status=201, headers={"Location": f"{API_ROOT}/imports/{found.pk}/"}
        )

    def retrieve(self, request: Any, number: int) -> HttpResponse:
        """A table: its columns, the choices, and what it would do or did."""
        _require_sender(request)
        no_parameters(request.GET)
        return self._told(_found(request, number))

    def partial_update(self, request: Any, number: int) -> HttpResponse:
        """Correct columns or choices, and learn what the table would do with them."""
        no_parameters(request.GET)
        found = _found(request, number)
        _require_open(found)
        require_version(self.plain, _etag(found), "import")
        plan: Plan | ArchivalPlan = intake.plan_of(found)
        if isinstance(plan, ArchivalPlan):
            plan = changed_archival_plan(found, plan, request)
        else:
            plan = changed_plan(plan, intake.table_of(found), request)
        intake.look(found, plan, by=request.user)
        return self._told(found)

    def destroy(self, request: Any, number: int) -> HttpResponse:
        """Discard the file. What it imported stays."""
        no_parameters(request.GET)
        found = _found(request, number)
        require_version(self.plain, _etag(found), "import")
        if intake.is_on_its_way(found):
            raise refused("A job is working on this table. Wait until it has ended.")
        found.delete()
        return HttpResponse(status=204)

    def run(self, request: Any, number: int) -> HttpResponse:
        """Import what was previewed; 202 if a job does it. Requested again, it says what became of it."""
        asked = asked_of(request)
        found = _found(request, number)
        if asked.trial:
            return self._told(found)
        if found.state in {IntakeState.WRITING, IntakeState.DONE}:
            if found.job is not None and found.state == IntakeState.WRITING:
                # One that failed or was cancelled continues where it was; one that waits or runs is
                # left alone.
                retry(found.job)
            return self._told(_found(request, number), ran=True)
        require_version(self.plain, _etag(found), "import")
        try:
            intake.begin(found, by=request.user, reason=asked.reason, door=Door.API)
        except actions.Refused as refusal:
            raise refused(str(refusal)) from refusal
        return self._told(_found(request, number), ran=True)

    def rows(self, request: Any, number: int) -> HttpResponse:
        """What becomes of each row, and its errors; a page of them."""
        _require_sender(request)
        found = _found(request, number)
        reading = Reading(request.GET)
        reading.only({"fate", "page", "page_size"})
        fate = reading.choice("fate", [one.value for one in Fate])
        size = reading.number("page_size", PAGE_SIZE, MOST)
        page = reading.number("page", 1, 999_999_999)
        reading.finish()
        lines = [one for one in intake.lines_of(found) if fate is None or one.fate == fate]
        shown = lines[(page - 1) * size : page * size]
        query = f"?page_size={size}&page={page + 1}" + (f"&fate={fate}" if fate else "")
        body = as_json(
            {
                "count": len(lines),
                "next": f"{_address(found.pk)}rows/{query}" if page * size < len(lines) else None,
                "results": _rows(found, shown),
            }
        )
        return answer(self.plain, body, etag=store.etag_of(body))

    def _told(
        self,
        found: Intake,
        *,
        status: int = 200,
        ran: bool = False,
        headers: dict[str, str] | None = None,
    ) -> HttpResponse:
        if ran and found.state == IntakeState.WRITING:
            status = 202
        body = as_json(_whole(found, self.request.user))
        return answer(self.plain, body, etag=_etag(found), status=status, headers=headers)


# --- Requests ---------------------------------------------------------------------------------------------------


def _require_sender(request: Any) -> None:
    """Raise 401 for a visitor, 403 for an account that may not import records of any kind."""
    user = signed_in(request, "Imports are for curators")
    if not (user.is_staff and any(intake.may_bring(user, kind) for kind in RECORD_MODELS)):
        raise Problem(403, "not-allowed", "This account may not import records.")


def _own(request: Any) -> Any:
    """The account's own tables, of kinds whose records it may still create and change."""
    kinds = [kind for kind in RECORD_MODELS if intake.may_bring(request.user, kind)]
    rows = Intake.objects.filter(by=request.user.pk, kind__in=kinds)
    for sort in (IntakeFormat.FINDING_AID, IntakeFormat.AUTHORITY):
        if not intake.may_bring_format(request.user, sort, "person"):
            rows = rows.exclude(format=sort)
    return rows.select_related("job")


def _found(request: Any, number: int) -> Intake:
    found: Intake | None = with_number(_own(request), number)
    if found is None:
        raise not_found("There is no such import of yours.")
    intake.free(found)
    return found


def _require_open(found: Intake) -> None:
    if found.state not in {IntakeState.RECEIVED, IntakeState.LOOKED_AT}:
        raise refused(
            "This table is being read or written, or was imported already. Send it again for a new import."
        )


def _sent_file(request: Any) -> tuple[File, str]:
    """The file and its name. Raises the 422 if there is none."""
    sent = sent_file(request)
    if isinstance(sent, File):
        return sent, "table.csv"
    if isinstance(sent, UploadedFile):
        return intake.OpenFile(sent), sent.name or "table.csv"
    said = "Send the table as the body (Content-Type: text/csv), or as the part “file” of multipart/form-data."
    raise serializers.ValidationError({"file": [said]})


# --- Answers ----------------------------------------------------------------------------------------------------


def _address(number: int | None = None) -> str:
    return f"{ORIGIN}{API_ROOT}/imports/{'' if number is None else f'{number}/'}"


def _etag(found: Intake) -> str:
    """Names what was previewed: another plan, or another preview of it, is another version."""
    counts = sorted(found.outlook.get("fates", {}).items())
    plan = intake.plan_of(found).mark
    said = f"{found.pk} {found.state} {plan} {found.seen_plan} {counts}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _head(found: Intake) -> dict[str, Any]:
    change_set = found.change_set or (found.job.place.get("change_set") if found.job else None)
    return {
        "number": found.pk,
        "url": _address(found.pk),
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


def _whole(found: Intake, user: Any) -> dict[str, Any]:
    plan = intake.plan_of(found)
    report = (
        _report(found, plan) if found.state != IntakeState.LOOKING and found.seen_plan else None
    )
    if isinstance(plan, ArchivalPlan):
        is_read, choices = found.state != IntakeState.READING, choices_of(plan)
        is_aid, is_authority = isinstance(plan, AidPlan), isinstance(plan, AuthorityPlan)
        return {
            **_head(found), "encoding": found.encoding, "separator": "", "remarks": [], "columns": [], "fields": [],
            "choices": None, "finding_aid": {**found.plan["aid"], "choices": choices} if is_aid and is_read else None,
            "authority_records": {**found.plan["authority"], "choices": choices} if is_authority and is_read else None,
            "report": report,
        }  # fmt: skip
    table = intake.table_of(found)
    targets = intake.targets_of(plan.kind)
    return {
        **_head(found),
        "encoding": found.encoding,
        "separator": found.separator,
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
        "rows_url": f"{_address(found.pk)}rows/",
    }


def _error(note: Note) -> dict[str, Any]:
    return {
        "row": note.row,
        "line": note.line,
        "column": note.column,
        "value": note.value,
        "detail": note.said,
    }


def _rows(found: Intake, lines: list[Line]) -> list[dict[str, Any]]:
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


def _not_in(encoding: str, samples: list[intake.Sample]) -> serializers.ValidationError:
    """The 422 for a file in another encoding, with words from it as they read in those it may be in."""
    said = f"The file is not {encoding}. Send it again with the encoding in which these words read right."
    return serializers.ValidationError(
        {"encoding": [said, *(f"{one.encoding}: {one.text}" for one in samples)]}
    )
