"""``/api/v1/imports/``: tables of records for curators' programs, imported as in the admin.

A table is sent, and the answer says what it would do; its columns and choices are corrected until
that is right; then it is run, once, however often that is requested. Only its sender ever sees a
table.
"""

from __future__ import annotations

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
from catalog.api.import_answers import address_of, etag_of, head_of, not_in, rows_of, whole_of
from catalog.api.import_choices import changed_archival_plan, changed_plan
from catalog.api.parameters import MOST, PAGE_SIZE, Reading, no_parameters
from catalog.api.problem import Problem, not_found
from catalog.api.tokens import signed_in
from catalog.api.writing import asked_of, refused, require_version
from catalog.documents import store
from catalog.iiif import upload_folder
from catalog.intake import ArchivalPlan, Fate, File, Plan
from catalog.jobs import retry
from catalog.models import RECORD_MODELS, Door, Intake, IntakeFormat, IntakeState
from catalog.uris import API_ROOT

#: Bytes of a request that are read at a time.
_CHUNK: Final = 256 * 1024


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
        more = next_address(address_of(), request.GET, before)
        body = as_json({"next": more, "results": [head_of(one) for one in found]})
        links = [(more, 'rel="next"')] if more else None
        return answer(self.plain, body, etag=store.etag_of(body), links=links)

    def create(self, request: Any) -> HttpResponse:
        """Send a table, and learn what it would do. 201 with its address."""
        reading = Reading(request.GET)
        reading.only({"kind", "filename", "encoding", "separator", "header_row"})
        kind = reading.choice("kind", list(RECORD_MODELS))
        encoding = reading.choice("encoding", list(intake.ENCODINGS)) or ""
        separator = reading.choice("separator", list(intake.SEPARATORS)) or ""
        header_row = reading.number("header_row", 0, intake.MOST_HEADER_ROW) or None
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
                header_row=header_row,
                then_look=True,
            )
        except actions.Refused as refusal:
            raise Problem(403, "not-allowed", str(refusal)) from refusal
        except intake.EncodingUnknown as unknown:
            raise not_in(encoding, unknown.samples) from unknown
        except intake.TableRefused as refusal:
            raise serializers.ValidationError({"file": [str(refusal)]}) from refusal
        if not found.encoding:
            samples = intake.samples_of(found)
            found.delete()
            raise not_in("UTF-8", samples)
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
        require_version(self.plain, etag_of(found), "import")
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
        require_version(self.plain, etag_of(found), "import")
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
        require_version(self.plain, etag_of(found), "import")
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
                "next": f"{address_of(found.pk)}rows/{query}" if page * size < len(lines) else None,
                "results": rows_of(found, shown),
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
        body = as_json(whole_of(found))
        return answer(self.plain, body, etag=etag_of(found), status=status, headers=headers)


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
