"""The description of ``/api/v1/distinctions/``."""

from __future__ import annotations

from catalog.api.by_number import before_parameter
from catalog.api.described_parameters import (
    number_in_path,
    page_size,
    query,
    writes_parameters,
)
from catalog.api.distinctions import KINDS, input_schema
from catalog.api.fields import Schema, or_null, ref
from catalog.api.operations import Operation, problems
from catalog.api.parameters import MOST, PAGE_SIZE
from catalog.api.schemas import MOMENT, NUMBER, TEXT, URI, closed

_NUMBER = number_in_path("the distinction")
_WRITES = writes_parameters(if_match=False, slug=False)


def distinction_paths() -> dict[str, Schema]:
    """Distinctions, for curators."""
    here = Operation("distinctions", "Distinction")
    for_curators: Schema = {"security": [{"token": []}]}
    listed = here.read(
        "list_distinctions",
        "List distinctions",
        "Entries that look alike and are known to be different, newest first.",
        "DistinctionList",
        [
            query("kind", "Of this kind of entry.", {**TEXT, "enum": list(KINDS)}),
            query(
                "entry",
                "Of this entry: the slug or permanent identifier of a record, or vocabulary and code of a "
                "term (subject/exile). Needs `kind`.",
                TEXT,
            ),
            before_parameter(),
            page_size(PAGE_SIZE, MOST),
        ],
        problems(400, 401, 403, 429),
    )
    read = here.read(
        "read_distinction",
        "Read a distinction",
        "Which two entries are not the same, and who said so, when and why.",
        "Distinction",
        [_NUMBER],
        problems(400, 401, 403, 404, 429),
    )
    record = here.write(
        "record_distinctions",
        "Record that entries are not the same",
        "Each is then different from each of the others: they are not suggested as duplicates of "
        "each other, and cannot be merged. Requires permission to edit the kind.",
        sends="DistinctionInput",
        gives="Distinguished",
        parameters=_WRITES,
    )
    withdraw = here.write(
        "withdraw_distinction",
        "Withdraw a distinction",
        "The two may be suggested as duplicates, and merged, again.",
        gives="Distinguished",
        parameters=[_NUMBER, *_WRITES],
    )
    return {
        "/api/v1/distinctions/": {"get": listed | for_curators, "post": record},
        "/api/v1/distinctions/{number}/": {"get": read | for_curators, "delete": withdraw},
    }


def distinction_schemas() -> dict[str, Schema]:
    """The shapes of it."""
    said: dict[str, Schema] = {
        "number": {**NUMBER, "description": "Later ones have higher numbers."},
        "url": URI,
        "kind": {**TEXT, "enum": list(KINDS), "description": "Kind of the two entries."},
        "entries": {
            "type": "array",
            "items": ref("DistinctEntry"),
            "description": "The two entries.",
        },
        "note": {**TEXT, "description": "Why they are not the same."},
        "by": {**or_null(TEXT), "description": "The account; null: the catalogue itself."},
        "at": {**MOMENT, "description": "When it was recorded."},
    }
    trial = {
        name: {**or_null(said[name]), "description": "Null in a trial."}
        for name in ("number", "url")
    }
    return {
        "DistinctionList": closed(
            "Distinctions, newest first.",
            {
                "next": {**or_null(URI), "description": "Older ones; null at the end."},
                "results": {
                    "type": "array",
                    "items": ref("Distinction"),
                    "description": "The distinctions.",
                },
            },
        ),
        "Distinction": closed("Two entries that are not the same.", said),
        "DistinctEntry": closed(
            "An entry of a distinction.",
            {
                "title": {**TEXT, "description": "Title of the record, or label of the term."},
                "slug": {
                    **TEXT,
                    "description": "Slug of the record, or vocabulary and code of the term.",
                },
                "url": URI,
            },
        ),
        "DistinctionInput": input_schema(),
        "DistinctionMade": closed(
            "A distinction that was recorded or withdrawn, or would be.", said | trial
        ),
        "Distinguished": closed(
            "The result of recording or withdrawing distinctions, or what it would be.",
            {
                "dry_run": {"type": "boolean", "description": "Whether this was only a trial."},
                "change_set": {
                    **or_null(NUMBER),
                    "description": "The change set, by which it can be undone; null for a trial.",
                },
                "distinctions": {
                    "type": "array",
                    "items": ref("DistinctionMade"),
                    "description": "The pairs that were recorded or withdrawn.",
                },
            },
        ),
    }
