"""The description of the API (OpenAPI 3.1), made from its serializers, filters and relations.

This module writes it instead of inferring it from the views, because most of what a client needs to
know (parameters of filters, every error, headers) is in no view's signature.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import override

from catalog.api.alike import similar_operation, similar_schemas
from catalog.api.answers import as_json, by_content
from catalog.api.change_sets_described import change_set_paths, change_set_schemas
from catalog.api.collection import CollectionSerializer
from catalog.api.copying import copy_operation, copy_schemas
from catalog.api.described_parameters import (
    list_parameters,
    one_parameters,
    writes_parameters,
)
from catalog.api.distinctions_described import distinction_paths, distinction_schemas
from catalog.api.document import DocumentSerializer
from catalog.api.door import ApiView
from catalog.api.event import EventSerializer
from catalog.api.exhibition import exhibition_paths, exhibition_schemas
from catalog.api.fields import Schema
from catalog.api.image import ImageSerializer
from catalog.api.imports_described import import_paths, import_schemas
from catalog.api.jobs import job_paths, job_schemas
from catalog.api.merging import merge_operation, merge_schemas
from catalog.api.moves import MOVES, move_schemas
from catalog.api.operations import (
    CONSTANT,
    Operation,
    dumps_paths,
    feed_paths,
    problems,
    shared_responses,
)
from catalog.api.parameters import no_parameters
from catalog.api.person import PersonSerializer
from catalog.api.picture_file import read_file_operation
from catalog.api.place import PlaceSerializer
from catalog.api.record import RecordSerializer
from catalog.api.schemas import item_of, relation_list, schemas
from catalog.api.search_described import search_paths, search_schemas
from catalog.api.storage_described import storage_paths, storage_schemas
from catalog.api.words import worded
from catalog.documents import ORIGIN, RELATIONS, RelationSpec
from catalog.uris import PLURALS, Kind

SERIALIZERS: Final[dict[Kind, type[RecordSerializer]]] = {
    "person": PersonSerializer,
    "document": DocumentSerializer,
    "image": ImageSerializer,
    "event": EventSerializer,
    "place": PlaceSerializer,
    "collection": CollectionSerializer,
}
_ABOUT: Final = """\
Every public record of the catalogue as JSON, with its relations in both directions. Reading needs no key.

Lists return whole records, in pages of up to 100; follow `next` to the end, however long the list is. To keep
a copy, download the dumps once and then poll `changes` from time to time. An unknown parameter is refused with
400 and named, so that a mistyped filter never returns everything. Errors are `application/problem+json`
(RFC 9457) and say what to do.

Curators write with a token that they create in the admin: send `If-Match` with the ETag you read.
"""


@lru_cache(maxsize=1)
def description() -> Schema:
    """The whole description, in English; addresses begin with the mark for the site's own."""
    with override("en"):
        return json.loads(json.dumps(_described(), default=str))  # type: ignore[no-any-return]


def _described() -> Schema:
    paths: dict[str, Any] = dict(CONSTANT)
    for kind, serializer in SERIALIZERS.items():
        paths |= _of_kind(kind, serializer)
    paths |= exhibition_paths()
    paths |= search_paths() | feed_paths() | dumps_paths() | change_set_paths() | import_paths()
    paths |= distinction_paths() | storage_paths() | job_paths()
    tags = [
        *(word for word in PLURALS.values()),
        "search",
        "exhibitions",
        "terms",
        "copies",
        "history",
        "imports",
        "distinctions",
        "storage",
        "about",
    ]
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "The museum catalogue",
            "version": "1.0.0",
            "summary": "People, documents, images, events, places and collections as linked JSON.",
            "description": _ABOUT,
            "license": {"name": "BSD 3-Clause", "identifier": "BSD-3-Clause"},
        },
        "servers": [{"url": ORIGIN, "description": "This site"}],
        "tags": [{"name": tag, "description": _TAGS.get(tag, f"Records: {tag}.")} for tag in tags],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "responses": shared_responses(),
            "schemas": worded(
                schemas(list(SERIALIZERS.values()))
                | search_schemas(list(SERIALIZERS.values()))
                | move_schemas()
                | merge_schemas()
                | copy_schemas()
                | similar_schemas(list(SERIALIZERS.values()))
                | exhibition_schemas()
                | change_set_schemas()
                | import_schemas()
                | distinction_schemas()
                | storage_schemas()
                | job_schemas()
            ),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A curator's token, created and revoked in the admin. Reading needs none.",
                }
            },
        },
    }


_TAGS: Final = {
    "search": "One search across all kinds of record.",
    "exhibitions": "Stories that curators tell with records.",
    "terms": "Controlled vocabularies.",
    "history": "What was changed, by whom and why, and how to undo it. For curators.",
    "distinctions": "Entries that look alike and are not the same. For curators.",
    "imports": "Tables of records: looked at, imported, undone. For curators.",
    "storage": "Where things are kept: rooms, shelves, boxes, and what lies in them. For curators.",
    "copies": "For those who keep a copy: changes, dumps, numbers.",
    "about": "Where everything is.",
}


def _of_kind(kind: Kind, serializer: type[RecordSerializer]) -> dict[str, Any]:
    word, name = PLURALS[kind], serializer.NAME
    one = f"/api/v1/{word}/{{slug}}/"
    here = Operation(word, name)
    paths: dict[str, Any] = {
        f"/api/v1/{word}/": {
            "get": here.read(
                f"list_{word}",
                f"List {word}",
                "Visible records that match every filter. Repeated values of one filter are combined "
                "with “or”, different filters with “and”.",
                f"{name}List",
                list_parameters(kind, serializer),
                problems(400, 404, 429),
            ),
            "post": here.write(
                f"create_{kind}",
                f"Create a record of {word}",
                "As a draft. 201 with its address.",
                sends=f"{name}Input",
                gives=name,
                status=201,
                parameters=writes_parameters(if_match=False, slug=False),
            ),
        },
        one: {
            "get": here.read(
                f"read_{kind}",
                f"Read one of {word}",
                "The whole document with its relations. A renamed record answers 301, a removed one 410.",
                name,
                one_parameters(kind, serializer),
                problems(301, 400, 404, 410, 429),
            ),
            "patch": here.write(
                f"change_{kind}",
                f"Change one of {word}",
                "Fields not sent stay as they are.",
                sends=f"{name}Patch",
                gives=name,
            ),
            "put": here.write(
                f"replace_{kind}",
                f"Replace one of {word}",
                "Fields not sent are cleared. A document can be sent back as it was read.",
                sends=f"{name}Replacement",
                gives=name,
            ),
            "delete": here.write(
                f"withdraw_{kind}",
                f"Withdraw one of {word}",
                "Its address then answers 410; publishing restores it.",
                status=204,
            ),
        },
    }
    for verb, move in MOVES.items():
        paths[f"{one}{verb}/"] = {
            "post": here.write(
                f"{verb.replace('-', '_')}_{kind}_record",
                f"{move.words} ({word})",
                "",
                sends=move.name,
                must_send=move.is_needed,
                gives=name,
            )
        }
    paths[f"{one}copy/"] = {"post": copy_operation(kind, here, name)}
    paths[f"{one}merge/"] = {"post": merge_operation(kind, here)}
    paths[f"{one}similar/"] = {"get": similar_operation(kind, here)}
    if kind == "image":
        paths[f"{one}file/"] = {
            "get": read_file_operation(here),
            "put": here.write(
                "put_image_file",
                "Upload the file of an image",
                "Checked by its content; a file can belong to only one record.",
                picture=True,
                gives=name,
            ),
            "delete": here.write(
                "remove_image_file", "Remove the file of an image", "", gives=name
            ),
        }
    for spec in RELATIONS[kind]:
        paths |= _of_relation(kind, serializer.NAME, spec, here)
    return paths


def _of_relation(kind: Kind, name: str, spec: RelationSpec, here: Operation) -> dict[str, Any]:
    base = f"/api/v1/{PLURALS[kind]}/{{slug}}/{spec.name}/"
    item = item_of(spec)["$ref"].rsplit("/", 1)[1]
    key = f"{kind}_{spec.name}"
    slug = one_parameters(None, None)
    found: dict[str, Any] = {
        base: {
            "get": here.read(
                f"list_{key}",
                f"List {spec.name} of one of {PLURALS[kind]}",
                spec.help,
                relation_list(name, spec),
                [*slug, *list_parameters(None, None)],
                problems(301, 400, 404, 410, 429),
            )
        }
    }
    if spec.sort is None:
        return found
    uuid = {
        "name": "uuid",
        "in": "path",
        "required": True,
        "description": "Identifier of the statement.",
    }
    which = [*slug, {**uuid, "schema": {"type": "string", "format": "uuid"}}]
    found[f"{base}{{uuid}}/"] = {
        "get": here.read(
            f"read_{key}",
            f"Read one of {spec.name} ({PLURALS[kind]})",
            spec.help,
            item,
            which,
            problems(301, 400, 404, 410, 429),
        )
    }
    if not spec.is_writable:
        return found
    found[base]["post"] = here.write(
        f"add_{key}",
        f"Add to {spec.name} ({PLURALS[kind]})",
        spec.help,
        sends=f"{item}Input",
        gives=item,
        status=201,
        parameters=writes_parameters(if_match=False),
    )
    parameters = [*writes_parameters(), which[-1]]
    found[f"{base}{{uuid}}/"] |= {
        "patch": here.write(
            f"change_{key}",
            f"Change one of {spec.name} ({PLURALS[kind]})",
            "Fields not sent stay as they are.",
            sends=f"{item}Patch",
            gives=item,
            parameters=parameters,
        ),
        "delete": here.write(
            f"remove_{key}",
            f"Remove one of {spec.name} ({PLURALS[kind]})",
            "Its own sources are removed too.",
            status=204,
            parameters=parameters,
        ),
    }
    return found


class DescriptionViewSet(ApiView):
    """``/api/v1/openapi.json``"""

    def list(self, request: Any) -> HttpResponse:
        """The description."""
        no_parameters(request.GET)
        return by_content(self.plain, as_json(description()))
