"""Operations of the description: parameters, answers and errors that many addresses share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from catalog.api.described_parameters import list_parameters, query, writes_parameters
from catalog.api.fields import Schema, ref
from catalog.api.file_answer import answered_by_a_file
from catalog.api.problem import PROBLEM_TITLES
from catalog.models import Vocabulary
from catalog.uris import KINDS

_PROBLEMS: Final[dict[int, str]] = {
    400: "A parameter or the body cannot be read; each problem is named, with what is allowed.",
    401: "No valid token or session.",
    403: "The account or token may not do that.",
    404: "There is nothing here.",
    409: "The state of the record does not allow this.",
    410: "The record was removed; `removed` says when.",
    412: "The record has been changed in the meantime.",
    413: "Too much was sent at once.",
    415: "Another media type was expected.",
    416: "The file has no such part; Content-Range says how large it is.",
    422: "What was sent cannot be saved; each field is named, with how to correct it.",
    428: "If-Match is missing.",
    429: "Too many requests in one minute; Retry-After says how long to wait.",
    503: "The catalogue is busy; ask again in a few seconds.",
}
_LIMITS: Final[dict[str, Schema]] = {
    name: {"description": text, "schema": {"type": "string"}}
    for name, text in (
        ("RateLimit", "Requests left in this minute."),
        ("RateLimit-Policy", "Requests allowed per minute."),
    )
}
_VALIDATORS: Final[dict[str, Schema]] = {
    "ETag": {"description": "Identifies this version.", "schema": {"type": "string"}},
}


def problems(*statuses: int) -> dict[str, Schema]:
    """Answers other than the one asked for, by reference; 301 leads to the current address."""
    return {
        str(status): {
            "$ref": f"#/components/responses/{'Moved' if status == 301 else f'Problem{status}'}"
        }
        for status in statuses
    }


def shared_responses() -> dict[str, Schema]:
    """The answers that :func:`problems` refers to."""
    location = {"description": "The present address.", "schema": {"type": "string"}}
    found: dict[str, Schema] = {
        "Moved": {
            "description": "The record has been renamed.",
            "headers": {"Location": location},
        },
        "Unchanged": {"description": "The client's copy is current."},
    }
    for status, said in _PROBLEMS.items():
        headers = {**_LIMITS}
        if status in {429, 503}:
            headers["Retry-After"] = {"description": "Seconds.", "schema": {"type": "integer"}}
        example = {
            "type": f"/api/v1/docs/#problem-{_EXAMPLES.get(status, 'malformed')}",
            "title": PROBLEM_TITLES[_EXAMPLES.get(status, "malformed")],
            "status": status,
            "detail": said,
            "instance": "/api/v1/people/",
            "errors": [],
        }
        content = {"application/problem+json": {"schema": ref("Problem"), "example": example}}
        found[f"Problem{status}"] = {"description": said, "headers": headers, "content": content}
    return found


_EXAMPLES: Final = {
    400: "parameters", 401: "sign-in", 403: "not-allowed", 404: "not-found", 409: "conflict", 410: "gone",
    412: "precondition-failed", 413: "too-large", 415: "media-type", 416: "range", 422: "validation",
    428: "precondition-required", 429: "too-many-requests", 503: "busy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Operation:
    """Writes operations of one tag."""

    tag: str
    name: str

    def read(
        self,
        key: str,
        summary: str,
        text: str,
        gives: str,
        parameters: list[Schema],
        failures: dict[str, Schema],
    ) -> Schema:
        """An operation that reads."""
        body = {"application/json": {"schema": ref(gives)}}
        return {
            "operationId": key,
            "summary": summary,
            "description": text or summary,
            "tags": [self.tag],
            "parameters": parameters,
            "responses": {
                "200": {
                    "description": "Found.",
                    "headers": {**_VALIDATORS, **_LIMITS},
                    "content": body,
                },
                "304": {"$ref": "#/components/responses/Unchanged"},
                # A token that is sent must be valid, even if none is needed.
                **problems(401),
                **failures,
            },
        }

    def write(
        self,
        key: str,
        summary: str,
        text: str,
        *,
        sends: str = "",
        must_send: bool = True,
        gives: str = "",
        status: int = 200,
        parameters: list[Schema] | None = None,
        picture: bool = False,
    ) -> Schema:
        """An operation of curators."""
        found: Schema = {
            "operationId": key,
            "summary": summary,
            "description": text or summary,
            "tags": [self.tag],
            "security": [{"token": []}],
            "parameters": writes_parameters() if parameters is None else parameters,
            "responses": problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503),
        }
        if sends:
            found["requestBody"] = {
                "required": must_send,
                "content": {"application/json": {"schema": ref(sends)}},
            }
        if picture:
            part = {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
                "required": ["file"],
            }
            found["requestBody"] = {
                "required": True,
                "content": {"multipart/form-data": {"schema": part}},
            }
        trial = {"application/json": {"schema": ref("Trial")}}
        if status != 200:
            found["responses"]["200"] = {
                "description": "dry_run: what would be done.",
                "content": trial,
            }
        if status == 204:
            found["responses"]["204"] = {"description": "Done."}
        else:
            body = {"application/json": {"schema": {"anyOf": [ref(gives), ref("Trial")]}}}
            headers = {**_VALIDATORS, **_LIMITS}
            if status == 201:
                headers["Location"] = {"description": "Where it is.", "schema": {"type": "string"}}
                body = {"application/json": {"schema": ref(gives)}}
            found["responses"][str(status)] = {
                "description": "Done.",
                "headers": headers,
                "content": body,
            }
        found["responses"] = dict(sorted(found["responses"].items()))
        return found


def or_as_job(operation: Schema, gives: str) -> Schema:
    """The operation with its answer in both forms: 200 if it is done, 202 if a job is doing it."""
    body = {"application/json": {"schema": ref(gives)}}
    operation["responses"]["200"]["content"] = body
    operation["responses"]["202"] = {"description": "A job is doing it.", "content": body}
    operation["responses"] = dict(sorted(operation["responses"].items()))
    return operation


def _term_paths() -> dict[str, Schema]:
    terms = Operation("terms", "Term")
    vocabulary = {"type": "string", "enum": list(Vocabulary.values)}
    which = [
        _in_path("vocabulary", "Vocabulary.", vocabulary),
        _in_path("code", "Code.", {"type": "string"}),
    ]
    changes = [*which, *writes_parameters(slug=False)]
    return {
        "/api/v1/terms/": {
            "get": terms.read(
                "list_terms",
                "List terms",
                "Terms of the controlled vocabularies, in alphabetical order.",
                "TermList",
                [
                    query(
                        "vocabulary", "Only these vocabularies.", vocabulary, many=True, commas=True
                    ),
                    query("q", "Words of the label.", {"type": "string", "maxLength": 1000}),
                    *list_parameters(None, None),
                ],
                problems(400, 404, 429),
            ),
            "post": terms.write(
                "create_term",
                "Add a term",
                "201 with its address. The code cannot be changed afterwards.",
                sends="TermInput",
                gives="TermDocument",
                status=201,
                parameters=writes_parameters(if_match=False, slug=False),
            ),
        },
        "/api/v1/terms/{vocabulary}/{code}/": {
            "get": terms.read(
                "read_term",
                "Read one term",
                "With its scope note and its broader term.",
                "TermDocument",
                which,
                problems(301, 400, 404, 429),
            ),
            "patch": terms.write(
                "change_term",
                "Change a term",
                "Fields not sent stay as they are. Every record with the term shows the change at once.",
                sends="TermPatch",
                gives="TermDocument",
                parameters=changes,
            ),
            "put": terms.write(
                "replace_term",
                "Replace a term",
                "Fields not sent are cleared; vocabulary and code stay. A document can be sent back as "
                "it was read.",
                sends="TermReplacement",
                gives="TermDocument",
                parameters=changes,
            ),
            "delete": terms.write(
                "remove_term",
                "Remove a term",
                "Only if nothing uses it: otherwise 409 says how often it is used.",
                status=204,
                parameters=changes,
            ),
        },
    }


def _in_path(name: str, text: str, schema: Schema) -> Schema:
    return {"name": name, "in": "path", "required": True, "description": text, "schema": schema}


def feed_paths() -> dict[str, Schema]:
    """Changes and numbers."""
    copies = Operation("copies", "")
    return {
        "/api/v1/changes/": {
            "get": copies.read(
                "list_changes",
                "What was created, changed and deleted",
                "In order and without gaps: ask with `since` and `mark` set to `last` and `mark` from the "
                "previous answer, as its `next` does. A record that changed twice appears once, at its "
                "latest change. 410 if the catalogue was restored from a backup that does not have the "
                "number: then copy everything again.",
                "Changes",
                [
                    query(
                        "since",
                        "After this number; 0 or absent: from the beginning.",
                        {"type": "integer", "minimum": 0, "maximum": 999_999_999},
                    ),
                    query(
                        "mark",
                        "The mark of that number, so that a restored catalogue does not take it for another.",
                        {"type": "string"},
                    ),
                    query(
                        "kind",
                        "Only these kinds.",
                        {"type": "string", "enum": list(KINDS)},
                        many=True,
                        commas=True,
                    ),
                    query(
                        "page_size",
                        "Changes in one answer.",
                        {"type": "integer", "minimum": 1, "maximum": 1000},
                    ),
                ],
                problems(400, 410, 429, 503),
            )
        },
        "/api/v1/stats/": {
            "get": copies.read("read_stats", "Statistics", "", "Stats", [], problems(400, 429, 503))
        },
    }


def dumps_paths() -> dict[str, Schema]:
    """Files with everything."""
    copies = Operation("copies", "")
    return {
        "/api/v1/dumps/": {
            "get": copies.read(
                "list_dumps",
                "Files with all public records",
                "JSON Lines and CSV of each kind, compressed, with number and SHA-256.",
                "Dumps",
                [],
                problems(400, 429),
            )
        },
        "/api/v1/dumps/{name}": {"get": _dump(copies)},
    }


def _dump(copies: Operation) -> Schema:
    """One file; ``application/jsonl`` and ``text/csv`` at its permanent address, compressed at the
    address with a hash.
    """
    name = {
        "name": "name",
        "in": "path",
        "required": True,
        "description": "As named in the list of dumps, or the newest of a kind: people.csv, events.jsonl.",
        "schema": {"type": "string"},
        "example": "people.csv",
    }
    found = copies.read(
        "read_dump",
        "One file of a dump",
        "Under its name with the hash it is compressed (gzip); `people.csv` is always the "
        "newest, uncompressed.",
        "Dumps",
        [name],
        problems(400, 404, 416, 429),
    )
    found = answered_by_a_file(found, "application/gzip")
    text = {"schema": {"type": "string"}}
    found["responses"]["200"]["content"] = {
        **found["responses"]["200"]["content"],
        "application/jsonl": text,
        "text/csv": text,
    }
    return found


CONSTANT: Final[dict[str, Any]] = {
    "/api/v1/": {
        "get": {
            "operationId": "read_root",
            "summary": "Where everything is",
            "description": "The addresses of the API.",
            "tags": ["about"],
            "parameters": [],
            "responses": {
                "200": {
                    "description": "Addresses by name.",
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "additionalProperties": {"type": "string"}}
                        }
                    },
                },
                "304": {"$ref": "#/components/responses/Unchanged"},
                **problems(400, 401, 429),
            },
        }
    },
    **_term_paths(),
}
