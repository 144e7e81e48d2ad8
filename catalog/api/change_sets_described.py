"""The description of ``/api/v1/change-sets/``."""

from __future__ import annotations

from catalog.api.by_number import before_parameter
from catalog.api.described_parameters import (
    number_in_path,
    page_size,
    query,
    writes_parameters,
)
from catalog.api.fields import Schema, or_null, ref
from catalog.api.jobs import job_named
from catalog.api.operations import Operation, or_as_job, problems
from catalog.api.parameters import MOST, PAGE_SIZE
from catalog.api.schemas import MOMENT, NUMBER, TEXT, URI, closed
from catalog.models import Door

_KEY = "person:5"
_NUMBER = number_in_path("the change set")
_SIZE = page_size(PAGE_SIZE, MOST)


def change_set_paths() -> dict[str, Schema]:
    """History, for curators."""
    here = Operation("history", "ChangeSet")
    one = "/api/v1/change-sets/{number}/"
    for_curators: Schema = {"security": [{"token": []}]}
    listed = here.read(
        "list_change_sets",
        "List change sets",
        "What was written together, newest first. With `record`, the history of one record.",
        "ChangeSetList",
        [
            query("record", f"Of one record: its UUID, or its name in the history ({_KEY}).", TEXT),
            query("door", "Written through this channel.", {**TEXT, "enum": list(Door.values)}),
            before_parameter(),
            _SIZE,
        ],
        problems(400, 401, 403, 429),
    )
    read = here.read(
        "read_change_set",
        "Read a change set",
        "With its records, a page of them, and every field before and after, in words.",
        "ChangeSet",
        [
            _NUMBER,
            query("after", f"Records after this one, by its name in the history ({_KEY}).", TEXT),
            _SIZE,
        ],
        problems(400, 401, 403, 404, 429),
    )
    undo = here.write(
        "undo_change_set",
        "Undo a change set",
        "The whole change set, or one record, row or field of it. Nothing that was changed later "
        "is overwritten unless `take_back` names its conflict; `dry_run=true` lists the "
        "conflicts. Undoing is itself a change set. Large ones run as a job: 202.",
        sends="UndoInput",
        must_send=False,
        gives="Undone",
        parameters=[_NUMBER, *writes_parameters(if_match=False, slug=False)],
    )
    or_as_job(undo, "Undone")
    return {
        "/api/v1/change-sets/": {"get": listed | for_curators},
        one: {"get": read | for_curators},
        f"{one}undo/": {"post": undo},
    }


def change_set_schemas() -> dict[str, Schema]:
    """Its schemas."""
    head: dict[str, Schema] = {
        "number": {**NUMBER, "description": "Later ones have higher numbers."},
        "url": URI,
        "at": {**MOMENT, "description": "When it was written."},
        "by": {**or_null(TEXT), "description": "The account; null: the catalogue itself."},
        "door": {**TEXT, "enum": list(Door.values), "description": "Through which door."},
        "reason": {**TEXT, "description": "Why, as whoever wrote it said."},
        "records": {**or_null(NUMBER), "description": "How many records it touched; null: not counted yet."},
        "rows": {**or_null(NUMBER), "description": "How many rows it wrote; null: not counted yet."},
        "undoes": {**or_null(NUMBER), "description": "The change set that it undoes, whole or in part."},
    }  # fmt: skip
    field = closed(
        "A field of a row, before and after, in words.",
        {
            "field": {**TEXT, "description": "Its name; use it to undo this field."},
            "label": TEXT,
            "before": {**TEXT, "description": "What it said before."},
            "after": {**TEXT, "description": "What it said after."},
        },
    )
    row = closed(
        "A row that was written.",
        {
            "row": {**TEXT, "description": f"Its name in the history: {_KEY}."},
            "sort": {**TEXT, "description": "The kind of row."},
            "name": {**TEXT, "description": "Its name, or what it connects."},
            "change": {
                **TEXT,
                "enum": ["inserted", "updated", "deleted"],
                "description": "What happened to it.",
            },
            "fields": {
                "type": "array",
                "items": ref("ChangedField"),
                "description": "The fields that changed.",
            },
        },
    )
    record = closed(
        "A record that a change set touched.",
        {
            "record": {**TEXT, "description": f"Its name in the history: {_KEY}."},
            "title": {**TEXT, "description": "Its title; if it no longer exists, the last one."},
            "url": {**or_null(URI), "description": "Null if it no longer exists."},
            "rows": {
                "type": "array",
                "items": ref("ChangedRow"),
                "description": "Its own row and those that belong to it.",
            },
            "left_out": {**NUMBER, "description": "Rows not shown here."},
        },
    )
    conflict = closed(
        "Something that prevents undoing.",
        {
            "key": {**TEXT, "description": "Send it in take_back to undo anyway."},
            "said": {**TEXT, "description": "What prevents it, in a sentence."},
            "can_be_taken_back": {
                "type": "boolean",
                "description": "False where undoing would break the catalogue.",
            },
            "later": {
                **or_null(NUMBER),
                "description": "The later change set, if one is the reason.",
            },
        },
    )
    keys = {"type": ["string", "null"]}
    return {
        "ChangeSetList": closed(
            "Change sets, newest first.",
            {
                "next": {**or_null(URI), "description": "Older ones; null at the end."},
                "results": {
                    "type": "array",
                    "items": ref("ChangeSetHead"),
                    "description": "The change sets.",
                },
            },
        ),
        "ChangeSetHead": closed("Who wrote what together, when and why.", head),
        "ChangeSet": closed(
            "A change set with its records.",
            {
                **head,
                "undone_by": {
                    "type": "array",
                    "items": NUMBER,
                    "description": "Change sets that undid any of it.",
                },
                "next": {
                    **or_null(URI),
                    "description": "The next page of its records; null on the last.",
                },
                "changed": {
                    "type": "array",
                    "items": ref("ChangedRecord"),
                    "description": "Its records, a page of them.",
                },
            },
        ),
        "ChangedRecord": record,
        "ChangedRow": row,
        "ChangedField": field,
        "UndoConflict": conflict,
        "UndoInput": {
            "type": "object",
            "description": "What to undo: the whole change set when nothing is named.",
            "properties": {
                "record": {**keys, "description": "Only what it did to this record."},
                "row": {**keys, "description": "Only this row."},
                "field": {**keys, "maxLength": 64, "description": "Only this field of the row."},
                "take_back": {
                    "type": ["array", "null"],
                    "items": TEXT,
                    "description": "Keys of the conflicts to override.",
                },
                "all_the_same": {"type": "boolean", "description": "Overrule every conflict."},
            },
            "additionalProperties": False,
        },
        "Undone": closed(
            "The result of undoing, or what it would be.",
            {
                "dry_run": {"type": "boolean", "description": "Whether this was only a trial."},
                "change_set": {
                    **or_null(NUMBER),
                    "description": "The change set that undoes; null for a trial or a job.",
                },
                **job_named(),
                "records": {
                    **NUMBER,
                    "description": "Records that are back as they were, in whole or in part.",
                },
                "rows": {**NUMBER, "description": "Rows that are back as they were."},
                "left": {**NUMBER, "description": "Rows or fields that stay as they are now."},
                "conflicts": {
                    "type": "array",
                    "items": ref("UndoConflict"),
                    "description": "Why they stay; the first few reasons.",
                },
            },
        ),
    }
