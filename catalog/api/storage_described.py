"""The description of ``/api/v1/storage-places/``."""

from __future__ import annotations

from catalog.api.described_parameters import list_parameters, query, writes_parameters
from catalog.api.fields import Schema, ref
from catalog.api.operations import Operation, problems
from catalog.api.schemas import TEXT, URI, closed, envelope
from catalog.api.storage_fields import LONGEST_PATH, StoragePlaceSerializer, sent_schemas
from catalog.uris import api_storage_path

_UUID: Schema = {**TEXT, "format": "uuid"}
_FOR_CURATORS: Schema = {"security": [{"token": []}]}


def storage_paths() -> dict[str, Schema]:
    """Storage places, for curators."""
    here = Operation("storage", "StoragePlace")
    which = {
        "name": "uuid",
        "in": "path",
        "required": True,
        "description": "Identifier of the storage place.",
        "schema": _UUID,
    }
    changes = [which, *writes_parameters(slug=False)]
    listed = here.read(
        "list_storage_places",
        "List storage places",
        "Buildings, rooms, shelves and boxes, in the order of their names.",
        "StoragePlaceList",
        [
            query(
                "q",
                "Words of the path, or the code: “room 2 box 12”.",
                {**TEXT, "maxLength": LONGEST_PATH},
            ),
            query(
                "part_of",
                "Those that stand directly in this one: its identifier, code or path. Empty: the outermost.",
                {**TEXT, "maxLength": LONGEST_PATH},
            ),
            *list_parameters(None, None),
        ],
        problems(400, 401, 403, 404, 429),
    )
    make = here.write(
        "create_storage_place",
        "Make a storage place",
        "201 with its address. Needs the right to add storage places, which editors have.",
        sends="StoragePlaceInput",
        gives="StoragePlace",
        status=201,
        parameters=writes_parameters(if_match=False, slug=False),
    )
    read = here.read(
        "read_storage_place",
        "Read a storage place",
        "With the place in which it stands.",
        "StoragePlace",
        [which],
        problems(400, 401, 403, 404, 429),
    )
    contents = here.read(
        "list_storage_contents",
        "List what lies in a storage place",
        "The documents, images and collections in it and in everything below it, in the order of the shelves.",
        "StorageContents",
        [which, *list_parameters(None, None)],
        problems(400, 401, 403, 404, 429),
    )
    return {
        api_storage_path(): {"get": listed | _FOR_CURATORS, "post": make},
        f"{api_storage_path()}{{uuid}}/": {
            "get": read | _FOR_CURATORS,
            "patch": here.write(
                "change_storage_place",
                "Change a storage place",
                "Fields not sent stay as they are. With another `part_of` the box moves, and what lies in "
                "it goes along; the public documents of that stay as they are.",
                sends="StoragePlacePatch",
                gives="StoragePlace",
                parameters=changes,
            ),
            "put": here.write(
                "replace_storage_place",
                "Replace a storage place",
                "Fields not sent are cleared. A document can be sent back as it was read.",
                sends="StoragePlaceReplacement",
                gives="StoragePlace",
                parameters=changes,
            ),
            "delete": here.write(
                "remove_storage_place",
                "Remove a storage place",
                "Only if it holds nothing: otherwise 409 says what it holds. Administrators only.",
                status=204,
                parameters=changes,
            ),
        },
        f"{api_storage_path()}{{uuid}}/contents/": {"get": contents | _FOR_CURATORS},
    }


def storage_schemas() -> dict[str, Schema]:
    """The shapes of what is answered and sent, by name."""
    pieces = StoragePlaceSerializer.pieces()
    link = {
        "uuid": {**_UUID, "description": "Permanent identifier."},
        "url": {**URI, "description": "Address of its document."},
        "path": {**TEXT, "description": "Where it is: “Building / Room 2 / Box 12”."},
        "code": {**TEXT, "description": "Code or barcode on its label; empty if it has none."},
    }
    return {
        "StoragePlace": closed(
            "A building, a room, a shelf, a box. For curators only.",
            {name: piece.read_schema() for name, piece in pieces.items()},
        ),
        "StoragePlaceLink": closed("A storage place that is named elsewhere.", link),
        "StoragePlaceList": envelope(ref("StoragePlace"), "A page of storage places."),
        "StoredRecord": closed(
            "A record, or a part of it, in the storage place where it lies.",
            {
                "record": {**ref("Link"), "description": "The document, image or collection."},
                "part": {
                    **TEXT,
                    "description": "Which part of the record is there; empty if all of it is.",
                },
                "place": {**ref("StoragePlaceLink"), "description": "Where exactly it lies."},
            },
        ),
        "StorageContents": envelope(
            ref("StoredRecord"), "A page of what lies in a storage place and below it."
        ),
        **sent_schemas(),
    }
