"""``GET /api/v1/people/<slug>/similar/``: the records most like one, and what they share with it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse

from catalog.api.absent import answer_without_record
from catalog.api.answers import answer, as_json
from catalog.api.base import RecordViewSet
from catalog.api.described_parameters import one_parameters
from catalog.api.fields import Schema, ref
from catalog.api.found import bases_of
from catalog.api.kept import as_it_stands
from catalog.api.operations import Operation, problems
from catalog.api.parameters import no_parameters
from catalog.api.problem import Problem
from catalog.api.record import RecordSerializer
from catalog.api.schemas import TEXT, closed
from catalog.documents import feed, store
from catalog.models import RECORD_MODELS
from catalog.search import Alike, alike, version
from catalog.uris import PLURALS, Kind

#: The most records in one answer.
MOST: Final = 12
#: Seconds after which to ask again while the index is behind.
_WAIT: Final = 5


class SimilarViewSet(RecordViewSet):
    """What is like a record of one kind."""

    def similar(self, request: Any, slug: str) -> HttpResponse:
        """The records most like it, best first; 503 while the search index is behind."""
        standing = feed.current() if self.reader is None else None
        index = version() if standing else ""
        return as_it_stands(
            self.plain, standing, lambda _etag: self._similar(request, slug, standing), index
        )

    def _similar(self, request: Any, slug: str, standing: feed.Standing | None) -> HttpResponse:
        no_parameters(request.GET)
        rows = RECORD_MODELS[self.kind].objects.visible_to(self.reader).filter(slug=slug)
        pk = rows.values_list("pk", flat=True).first()
        if pk is None:
            return answer_without_record(self.kind, slug, self.reader, "similar/")
        found = alike(self.kind, pk, self.reader, MOST)
        if found is None:
            raise Problem(
                503,
                "busy",
                "The index of the search is being brought up to date with recent changes. "
                f"Ask again in {_WAIT} seconds.",
                headers={"Retry-After": str(_WAIT)},
            )
        bases = bases_of([one.record for one in found], self.reader, standing)
        results = b",".join(
            b'%b,"shared":%b}' % (base[:-1], as_json(_shared(one)).encode())
            for one in found
            if (base := bases.get(one.record.uuid)) is not None
        )
        body = b'{"results":[%b]}' % results
        return answer(self.plain, body, etag=store.etag_of(body))


def _shared(one: Alike) -> list[dict[str, str]]:
    return [
        {"facet": shared.facet, "value": shared.code, "label": str(shared.label)}
        for shared in one.shared
    ]


# --- The description ----------------------------------------------------------------------------------------------


def similar_operation(kind: Kind, here: Operation) -> Schema:
    """The operation of one kind."""
    return here.read(
        f"list_{kind}_similar",
        f"List what is like one of {PLURALS[kind]}",
        f"At most {MOST} records that share most with this one, the most similar first: people, places, "
        "events, subjects, collection, type, time. What few records share counts more. Records that "
        "it is related to are left out. Documents and images are compared with each other, all "
        "others with their own kind. 503 while the index of the search is being updated.",
        "Similar",
        one_parameters(None, None),
        problems(301, 400, 404, 410, 429, 503),
    )


def similar_schemas(serializers: list[type[RecordSerializer]]) -> dict[str, Schema]:
    """The schemas of the answer, by name."""
    found: dict[str, Schema] = {
        "Shared": closed(
            "Something that two records have in common.",
            {
                "facet": {**TEXT, "description": "What it is: person, place, subject, decade, …"},
                "value": {**TEXT, "description": "Slug of the record, or code of the term."},
                "label": {**TEXT, "description": "What it is called."},
            },
        )
    }
    shared = {
        "type": "array",
        "items": ref("Shared"),
        "description": "What both records have, the rarest first.",
    }
    for serializer in serializers:
        base = {name: piece.read_schema() for name, piece in serializer.pieces().items()}
        base["kind"] = {"type": "string", "const": serializer.KIND}
        text = f"{serializer.__doc__} As one that is like another."
        found[f"{serializer.NAME}Alike"] = closed(text, {**base, "shared": shared})
    some = {"anyOf": [ref(f"{serializer.NAME}Alike") for serializer in serializers]}
    found["Similar"] = closed(
        "The records most like one.",
        {
            "results": {
                "type": "array",
                "items": some,
                "description": "Records, each with what it shares with this one.",
            }
        },
    )
    return found
