"""``POST /api/v1/people/<slug>/merge/``: merges a record into another for the same thing."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from catalog import actions, history
from catalog.api.answers import answer, as_json, names_version
from catalog.api.base import RecordViewSet
from catalog.api.fields import OneOf, Piece, Schema, Text, or_null
from catalog.api.jobs import job_address, job_named
from catalog.api.named_fields import Link
from catalog.api.operations import Operation, or_as_job
from catalog.api.problem import Problem
from catalog.api.schemas import closed
from catalog.api.sent import SomeOf, pieces_sent
from catalog.api.writing import asked_of, refused, writing
from catalog.documents import ORIGIN
from catalog.models import RECORD_MODELS, Door, NameKind, Record
from catalog.uris import PLURALS, Kind, api_path

_NUMBER: Final[Schema] = {"type": "integer"}
_TEXT: Final[Schema] = {"type": "string"}
#: The defaults of what is not sent.
_ABSENT: Final[dict[str, Any]] = {"take": None, "called": "", "into_version": ""}


class MergeViewSet(RecordViewSet):
    """Merging of one kind of record. If-Match names the version of the record that is merged."""

    def merge(self, request: Any, slug: str) -> HttpResponse:
        """Merge a record into the one that is sent; 202 with a job if there is much to do."""
        asked = asked_of(request)
        done: dict[str, Any] = {}
        with (
            history.change_set(by=request.user, door=Door.API, reason=asked.reason) as opened,
            writing(asked) as work,
        ):
            record, _found = self.locked(slug)
            said = pieces_sent(_pieces(self.kind), request, _ABSENT)
            into: Record = said["into"]
            if reason_not := actions.why_not_be_one(record, into, request.user):
                allowed = actions.may(request.user, "delete", record) and not any(
                    actions.why_not_editable(one, request.user) for one in (record, into)
                )
                raise refused(reason_not) if allowed else Problem(403, "not-allowed", reason_not)
            self._require_version_of(into, said["into_version"])
            takes = None if said["take"] is None else {record.pk: said["take"]}
            total = actions.weigh_rows(type(record), record.pk, into.pk).total
            if total > actions.MANY and not asked.trial:
                job = actions.merge_as_job(
                    [record], into=into, by=request.user, takes=takes, called=said["called"],
                    reason=asked.reason, door=Door.API,
                )  # fmt: skip
                work.response = self._outcome(into, None, job=job.pk)
            else:
                merged = actions.merge_all(
                    [record], into=into, by=request.user, takes=takes, called=said["called"]
                )
                done = {"into": into, "merged": merged, "dry_run": asked.trial}
        if work.response is not None:
            return work.response
        return self._outcome(**done, change_set=None if asked.trial else opened.id)

    def _require_version_of(self, into: Record, etag: str) -> None:
        """Raise 412 if the other record is no longer what the client had read."""
        now = self.staff_document(into.slug).etag
        quoted = etag if '"' in etag else f'"{etag}"'
        if etag and not names_version(quoted, now):
            raise Problem(
                412,
                "precondition-failed",
                "The record that stays has since been changed. Read it again and send its new ETag.",
                headers={"ETag": f'"{now}"'},
            )

    def _outcome(
        self,
        into: Record,
        merged: actions.Merged | None,
        *,
        change_set: int | None = None,
        job: int | None = None,
        dry_run: bool = False,
    ) -> HttpResponse:
        body = {
            "dry_run": dry_run,
            "change_set": change_set,
            "job": job,
            "job_url": job_address(job),
            "into": {
                "id": f"{ORIGIN}{into.permanent_path}",
                "url": ORIGIN + api_path(self.kind, into.slug),
                "slug": into.slug,
            },
            "taken": merged.taken if merged else [],
            "rows": [
                {
                    "sort": line.name,
                    "moved": line.moved,
                    "doubles": line.doubles,
                    "given_way": line.given_way,
                    "to_itself": line.to_itself,
                }
                for line in (merged.balance.lines if merged else ())
            ],
            "sources_that_differ": merged.otherwise if merged else 0,
        }
        return answer(self.plain, as_json(body), status=202 if job else 200)


def _pieces(kind: Kind) -> dict[str, Piece]:
    return {
        "into": Link("The record that stays.", kind, required=True, allow_null=False),
        "take": SomeOf(
            "Fields whose values come from the merged record. Null or absent: those that are empty "
            "in the other.",
            actions.choosable(RECORD_MODELS[kind]),
        ),
        "called": OneOf(
            "What kind of name the title that is not kept becomes; for people.",
            NameKind.values,
        ),
        "into_version": Text(
            "ETag of the record that stays, as you read it: 412 if it has been changed since. Empty: "
            "no check.",
            longest=100,
        ),
    }


# --- The description ----------------------------------------------------------------------------------------------


def merge_operation(kind: Kind, here: Operation) -> Schema:
    """The operation of one kind."""
    found = here.write(
        f"merge_{kind}",
        f"Merge a record into another ({PLURALS[kind]})",
        "Everything that belongs to this record moves to the other, without duplicates, and its "
        "addresses redirect there (301). One change set, which can be undone. Requires "
        "permission to delete this record and edit both. Large merges run as a job: 202.",
        sends=_input_name(kind),
        gives="Merged",
    )
    return or_as_job(found, "Merged")


def _input_name(kind: Kind) -> str:
    return f"{kind.title()}MergeInput"


def merge_schemas() -> dict[str, Schema]:
    """The schemas of what is sent and returned, by name."""
    found: dict[str, Schema] = {}
    for kind in RECORD_MODELS:
        properties = {name: piece.write_schema() for name, piece in _pieces(kind).items()}
        found[_input_name(kind)] = {
            "type": "object",
            "description": f"Which of {PLURALS[kind]} to merge it into, and what that one takes over.",
            "properties": properties,
            "required": ["into"],
            "additionalProperties": False,
        }
    counts = {
        "sort": {**_TEXT, "description": "What such rows are called."},
        "moved": {**_NUMBER, "description": "Rows that now belong to the other."},
        "doubles": {**_NUMBER, "description": "Rows that were already there."},
        "given_way": {**_NUMBER, "description": "Rows of the other that were replaced by a fuller one."},
        "to_itself": {**_NUMBER, "description": "Rows between the two, which are removed."},
    }  # fmt: skip
    found["Merged"] = closed(
        "The result of merging, or what it would be.",
        {
            "dry_run": {"type": "boolean", "description": "Whether this was only a trial."},
            "change_set": {
                **or_null(_NUMBER),
                "description": "The change set, by which it can be undone; null for a trial or a job.",
            },
            **job_named(),
            "into": closed(
                "The record that stays.",
                {
                    "id": {**_TEXT, "format": "uri"},
                    "url": {**_TEXT, "format": "uri"},
                    "slug": _TEXT,
                },
            ),
            "taken": {
                "type": "array",
                "items": _TEXT,
                "description": "Fields that were taken over.",
            },
            "rows": {
                "type": "array",
                "items": closed("One kind of row.", counts),
                "description": "What became of the rows, by kind.",
            },
            "sources_that_differ": {
                **_NUMBER,
                "description": "Sources that now disagree: the values they were cited for were not kept.",
            },
        },
    )
    return found
