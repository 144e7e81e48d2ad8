"""The description of ``/api/v1/imports/``."""

from __future__ import annotations

from typing import Any

from catalog import intake
from catalog.api.by_number import before_parameter
from catalog.api.described_parameters import (
    number_in_path,
    page_size,
    query,
    writes_parameters,
)
from catalog.api.fields import Schema, or_null, ref
from catalog.api.import_answers import MOST_ERRORS
from catalog.api.import_choices import aid_pieces, archival_pieces, choices_schema
from catalog.api.operations import Operation, problems
from catalog.api.parameters import MOST, PAGE_SIZE
from catalog.api.schemas import MOMENT, NUMBER, TEXT, URI, closed
from catalog.intake import Fate, Recognise
from catalog.models import IntakeFormat, IntakeState, JobState
from catalog.uris import KINDS

_NUMBER = number_in_path("the import")
_SIZE = page_size(PAGE_SIZE, MOST)
_BEFORE = before_parameter()
_PAGE = query("page", "Page.", {"type": "integer", "minimum": 1, "maximum": 999_999_999})


def import_paths() -> dict[str, Schema]:
    """Tables, for curators."""
    here = Operation("imports", "Import")
    one = "/api/v1/imports/{number}/"
    for_curators: Schema = {"security": [{"token": []}]}
    refusals = problems(400, 401, 403, 404, 429)
    listed = here.read(
        "list_imports",
        "List your imports",
        "Tables that you sent, newest first, and what became of them. Files are kept for 30 days.",
        "ImportList",
        [_BEFORE, _SIZE],
        problems(400, 401, 403, 429),
    )
    read = here.read(
        "read_import",
        "Read an import",
        "What each column was taken for, the choices, and what the table would do. A job finds that out for a large "
        "table.",
        "Import",
        [_NUMBER],
        refusals,
    )
    rows = here.read(
        "list_import_rows",
        "List the rows of an import",
        "What becomes of each row, the record that it is about, and its errors.",
        "ImportRowList",
        [
            _NUMBER,
            query("fate", "Only rows of this fate.", {**TEXT, "enum": [one.value for one in Fate]}),
            _PAGE,
            _SIZE,
        ],
        refusals,
    )
    return {
        "/api/v1/imports/": {"get": listed | for_curators, "post": _create(here)},
        one: {
            "get": read | for_curators,
            "patch": _returning_import(
                here.write(
                    "change_import",
                    "Change what an import would do",
                    "Corrects what columns hold, or the choices, and reports what the table would do now.",
                    sends="ImportPatch",
                    gives="Import",
                    parameters=[_NUMBER, _MATCH],
                ),
                "200",
            ),
            "delete": _returning_import(
                here.write(
                    "discard_import",
                    "Discard an import",
                    "Deletes the file. Records that it created or changed stay; undo its change set for that.",
                    status=204,
                    parameters=[_NUMBER, _MATCH],
                )
            ),
        },
        f"{one}rows/": {"get": rows | for_curators},
        f"{one}run/": {"post": _run(here)},
    }


_MATCH: Schema = next(one for one in writes_parameters() if one["name"] == "If-Match")
_REASON: Schema = next(one for one in writes_parameters() if one["name"] == "reason")
_TRIAL: Schema = next(one for one in writes_parameters() if one["name"] == "dry_run")


def _returning_import(operation: Schema, *statuses: str) -> Schema:
    """An operation without a trial: it returns the import in its answers."""
    body = {"application/json": {"schema": ref("Import")}}
    for status in statuses:
        operation["responses"].setdefault(status, {"description": "A job is doing it."})
        operation["responses"][status]["content"] = body
    if "200" not in statuses:
        operation["responses"].pop("200", None)
    operation["responses"] = dict(sorted(operation["responses"].items()))
    return operation


def _create(here: Operation) -> Schema:
    found = here.write(
        "create_import",
        "Send a table",
        "CSV with a header row, at most 50,000 rows; or a finding aid (EAD 2002 or EAD3), at most 100,000 components; "
        "or an authority record (EAC-CPF 2010 or 2.0), or a zip of up to 20,000. A file may have 100 MB. "
        "Nothing is written to any record: the answer tells what "
        "each column was taken for and what the table would do. Above 300 rows a job finds that out, and above 4 MB a "
        "job reads the file first: read the import again until its state is looked_at. The error of a job that failed "
        "says what is wrong with the file.",
        gives="Import",
        status=201,
        parameters=[
            query(
                "kind",
                "Kind of the records; required for a table.",
                {**TEXT, "enum": list(KINDS)},
            ),
            query("filename", "Name of the file, for the history.", {**TEXT, "maxLength": 200}),
            query(
                "encoding",
                "Encoding of a file that is not UTF-8.",
                {**TEXT, "enum": list(intake.ENCODINGS)},
            ),
            query(
                "separator",
                "Between columns; found out when absent.",
                {**TEXT, "enum": list(intake.SEPARATORS)},
            ),
            query(
                "header_row",
                "Row of a table that names the columns; found out when absent. Rows above it are left out.",
                {"type": "integer", "minimum": 1, "maximum": intake.MOST_HEADER_ROW},
            ),
        ],
    )
    part = {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
    found["requestBody"] = {
        "required": True,
        "content": {
            "text/csv": {"schema": TEXT},
            "application/xml": {"schema": TEXT},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {"schema": part},
        },
    }
    return _returning_import(found, "201")


def _run(here: Operation) -> Schema:
    found = here.write(
        "run_import",
        "Run an import",
        "Creates and changes the records, in one change set that can be undone as one. If-Match names the report that "
        "you read. Running it again changes nothing and tells what became of it; a job that failed goes on where it "
        "stopped.",
        gives="Import",
        parameters=[_NUMBER, _TRIAL, _REASON, {**_MATCH, "required": False}],
    )
    return _returning_import(found, "200", "202")


def import_schemas() -> dict[str, Schema]:
    """Its schemas."""
    head: dict[str, Schema] = {
        "number": {**NUMBER, "description": "Later ones have higher numbers."},
        "url": URI,
        "kind": {**TEXT, "enum": list(KINDS)},
        "format": {
            **TEXT, "enum": list(IntakeFormat.values),
            "description": "A table, a finding aid (aid), or authority records (eac).",
        },
        "filename": {**TEXT, "description": "Name of the file."},
        "received": {**MOMENT, "description": "When it was sent."},
        "state": {**TEXT, "enum": list(IntakeState.values), "description": "How far it is."},
        "rows": {**NUMBER, "description": "Rows below the header."},
        "job": {**or_null(ref("ImportJob")), "description": "The job that works on it, or did last."},
        "result": {**TEXT, "description": "What became of it, in sentences; empty before."},
        "change_set": {
            **or_null(NUMBER),
            "description": "The change set that undoes it as one; null: nothing is written yet.",
        },
        "change_set_url": {**or_null(URI), "description": "Where that change set is read and undone."},
    }  # fmt: skip
    patch: dict[str, Any] = {
        "columns": {
            "description": "The field of each column: by header, or all in their order. Null leaves a column out.",
            "anyOf": [
                {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
                {"type": "array", "items": {"type": ["string", "null"]}},
            ],
        },
        **choices_schema(sent=True, of=aid_pieces),
        **choices_schema(sent=True),
    }
    return {
        "ImportList": closed(
            "Your imports, newest first.",
            {
                "next": {**or_null(URI), "description": "Older ones; null at the end."},
                "results": _list(ref("ImportHead"), "The imports."),
            },
        ),
        "ImportHead": closed("A table that was sent, and what became of it.", head),
        "Import": closed(
            "A table that was sent, what its columns hold, and what it would do or did.",
            {
                **head,
                "encoding": {**TEXT, "description": "Encoding by which it was read."},
                "separator": {**TEXT, "description": "What separates its columns."},
                "header_row": {
                    **or_null(NUMBER),
                    "description": "Row that names the columns; null: the first that says anything.",
                },
                "remarks": _list(TEXT, "What is odd about the header."),
                "columns": _list(ref("ImportColumn"), "The columns in their order."),
                "fields": _list(ref("ImportField"), "What a column can hold."),
                "choices": {
                    **or_null(closed("The choices.", choices_schema(sent=False))),
                    "description": "What happens to the rows of a table; null for XML.",
                },
                "finding_aid": {
                    **or_null(ref("ImportFindingAid")),
                    "description": "What a finding aid is, and what happens to its components; null for others.",
                },
                "authority_records": {
                    **or_null(ref("ImportAuthorityRecords")),
                    "description": "What authority records there are, and what happens to them; null for others.",
                },
                "report": {
                    **or_null(ref("ImportReport")),
                    "description": "What the table would do; null until it was looked at.",
                },
            },
        ),
        "ImportFindingAid": closed(
            "A finding aid that was sent.",
            {
                "title": {**TEXT, "description": "Title of the whole."},
                "code": {**TEXT, "description": "Its reference code; empty: send one as whole."},
                "names": {**NUMBER, "description": "Names of persons, bodies and places in it."},
                "collection": {**NUMBER, "description": "Components that become collections."},
                "document": {**NUMBER, "description": "Components that become documents."},
                "choices": closed("The choices.", choices_schema(sent=False, of=aid_pieces)),
            },
        ),
        "ImportAuthorityRecords": closed(
            "Authority records that were sent.",
            {
                "title": {**TEXT, "description": "Name in the first of them."},
                "records": {**NUMBER, "description": "How many there are."},
                "individual": {**NUMBER, "description": "Records of persons."},
                "family": {**NUMBER, "description": "Records of families."},
                "corporate_body": {**NUMBER, "description": "Records of corporate bodies."},
                "relations": {**NUMBER, "description": "Relations between them or to others."},
                "choices": closed("The choices.", choices_schema(sent=False, of=archival_pieces)),
            },
        ),
        "ImportJob": closed(
            "How far the job is.",
            {
                "number": {**NUMBER, "description": "Number of the job."},
                "state": {**TEXT, "enum": list(JobState.values), "description": "How it stands."},
                "done": {**NUMBER, "description": "Rows that are done."},
                "total": {**or_null(NUMBER), "description": "Of so many; null: not known yet."},
                "error": {**TEXT, "description": "Why it failed, and what to do; mostly empty."},
            },
        ),
        "ImportColumn": closed(
            "A column of the table.",
            {
                "header": {**TEXT, "description": "Its header."},
                "field": {**or_null(TEXT), "description": "The field that it fills; null: none."},
                "label": {**or_null(TEXT), "description": "That field in words."},
            },
        ),
        "ImportField": closed(
            "A field that a column can fill.",
            {
                "name": {**TEXT, "description": "To be sent as the field of a column."},
                "label": {**TEXT, "description": "In words, for people."},
            },
        ),
        "ImportReport": closed(
            "What the table would do, as it was found when it was looked at.",
            {
                "counts": closed(
                    "Rows by what becomes of them.",
                    {one.value: {**NUMBER, "description": _FATES[one]} for one in Fate},
                ),
                "may_run": {"type": "boolean", "description": "Whether it can be run as it is."},
                "number_of_errors": {**NUMBER, "description": "Errors of all rows."},
                "errors": _list(ref("ImportError"), f"The first {MOST_ERRORS} of them."),
                "number_of_alike": {
                    **NUMBER,
                    "description": "Rows of a table that resemble an existing record, as each of them says.",
                },
                "number_left_out": {
                    **NUMBER, "description": "How often XML says what has no field of its own.",
                },
                "left_out": _list(ref("ImportError"), f"The first {MOST_ERRORS}: what it is, and where it went."),
                "levels": _list(
                    closed(
                        "Rows of one level or kind.",
                        {
                            "label": {**TEXT, "description": "The level, or the kind."},
                            "rows": {**NUMBER, "description": "So many rows."},
                            "new": {**NUMBER, "description": "So many of them new."},
                        },
                    ),
                    "Of XML, its records by level and kind.",
                ),
                "new_terms": _list(TEXT, "Terms that would be created."),
                "new_places": _list(TEXT, "Paths of storage places that would be made."),
                "rows_url": {**URI, "description": "Every row with its errors."},
            },
        ),
        "ImportError": closed(
            "What is wrong with a cell, and how to repair it.",
            {
                "row": {
                    **NUMBER,
                    "description": "Row, as spreadsheets count; 0: the whole table.",
                },
                "line": {**NUMBER, "description": "Line of the XML; 0 in tables."},
                "column": {**TEXT, "description": "Header of the column, or the element."},
                "value": {**TEXT, "description": "What the cell holds."},
                "detail": {**TEXT, "description": "The reason and the repair."},
            },
        ),
        "ImportRowList": closed(
            "Rows of an import.",
            {
                "count": NUMBER,
                "next": or_null(URI),
                "results": _list(ref("ImportRow"), "The rows in their order."),
            },
        ),
        "ImportRow": closed(
            "What becomes of a row.",
            {
                "row": {**NUMBER, "description": "Row, as spreadsheets count."},
                "line": {**NUMBER, "description": "Line of the XML; 0 in tables."},
                "kind": {**TEXT, "enum": list(KINDS), "description": "Kind of its record."},
                "fate": {**TEXT, "enum": [one.value for one in Fate], "description": "What becomes of it."},
                "title": {**TEXT, "description": "Its title."},
                "identifier": {
                    **or_null(TEXT),
                    "description": "Identifier of the record that it is about, or would get; null when it is refused.",
                },
                "recognised_by": {
                    **or_null({**TEXT, "enum": list(Recognise.values)}),
                    "description": "How that record was found; null: it is a new one.",
                },
                "resembles": {
                    **or_null(closed("The record.", {"id": URI, "url": URI})),
                    "description": "Existing record of this name whose dates agree; see the choice alike.",
                },
                "record": {
                    **or_null(closed("The record.", {"id": URI, "url": URI})),
                    "description": "The record that exists; null for a new one.",
                },
                "errors": _list(ref("ImportError"), "What is wrong with it."),
            },
        ),
        "ImportPatch": {
            "type": "object",
            "description": "What the columns hold, and what happens to rows. What is not sent stays.",
            "properties": patch,
            "additionalProperties": False,
        },
    }  # fmt: skip


def _list(items: Schema, text: str) -> Schema:
    return {"type": "array", "items": items, "description": text}


_FATES = {
    Fate.NEW: "Would become new records.",
    Fate.CHANGED: "Would change a record that exists.",
    Fate.SAME: "Say what their record says already.",
    Fate.LEFT: "Are of records that exist and are left as they are.",
    Fate.OTHER: "Are of another kind, and left out.",
    Fate.SEVERAL: "Match several records, and are refused.",
    Fate.FAULTY: "Have errors, and are refused.",
}
