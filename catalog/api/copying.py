"""``POST /api/v1/documents/<slug>/copy/``: a new draft with the content of a record."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from catalog import actions
from catalog.api.absent import no_record
from catalog.api.base import RecordViewSet
from catalog.api.described_parameters import writes_parameters
from catalog.api.fields import Piece, Schema, Text
from catalog.api.operations import Operation
from catalog.api.problem import Problem
from catalog.api.sent import SomeOf, pieces_sent
from catalog.api.writing import asked_of, created, writing
from catalog.models import RECORD_MODELS
from catalog.uris import PLURALS, Kind, api_path

#: The defaults of what is not sent.
_ABSENT: Final[dict[str, Any]] = {"title": "", "identifier": "", "parts": None}


class CopyViewSet(RecordViewSet):
    """Copying of one kind of record. The original is only read, so no If-Match is required."""

    def copy(self, request: Any, slug: str) -> HttpResponse:
        """Make a draft with the content of a record; 201 with its address."""
        asked = asked_of(request)
        with writing(asked) as work:
            rows = RECORD_MODELS[self.kind].objects.visible_to(self.reader)
            record = rows.filter(slug=slug).first()
            if record is None:
                raise no_record(self.kind)
            if reason_not := actions.why_not_copy(record, request.user):
                raise Problem(403, "not-allowed", reason_not)
            said = pieces_sent(_pieces(self.kind), request, _ABSENT)
            made = actions.copy_record(record, by=request.user, **said)
            found = self.staff_document(made.slug)
            if asked.trial:
                work.response = self.would("create", {}, found)
        if work.response is not None:
            return work.response
        return created(self.plain, found, api_path(self.kind, made.slug))


def _pieces(kind: Kind) -> dict[str, Piece]:
    model: Any = RECORD_MODELS[kind]
    longest = {
        name: model._meta.get_field(name).max_length or 0 for name in ("title", "identifier")
    }
    return {
        "title": Text(
            "What the new record is called. Empty: a copy of the other.", longest=longest["title"]
        ),
        "identifier": Text(
            "Its identifier. Empty: the next free one.", longest=longest["identifier"]
        ),
        "parts": SomeOf(
            "Fields, lists of terms and kinds of statement to copy. Null or absent: those that the records "
            "of a series have in common.",
            actions.names_to_copy(kind, model),
        ),
    }


# --- The description ----------------------------------------------------------------------------------------------


def copy_operation(kind: Kind, here: Operation, name: str) -> Schema:
    """The operation of one kind; ``name`` is that of its document."""
    return here.write(
        f"copy_{kind}",
        f"Copy a record ({PLURALS[kind]})",
        "A new draft that starts with the values of this one. Never copied: identifiers, including those "
        "in other catalogues, the URL slug, files, pages, transcriptions, status. 201 with its address.",
        sends=_input_name(kind),
        must_send=False,
        gives=name,
        status=201,
        parameters=writes_parameters(if_match=False),
    )


def _input_name(kind: Kind) -> str:
    return f"{kind.title()}CopyInput"


def copy_schemas() -> dict[str, Schema]:
    """The schemas of what is sent, by name."""
    return {
        _input_name(kind): {
            "type": "object",
            "description": f"What the new one of {PLURALS[kind]} is called, and what is copied.",
            "properties": {name: piece.write_schema() for name, piece in _pieces(kind).items()},
            "additionalProperties": False,
        }
        for kind in RECORD_MODELS
    }
